"""The platform runs on any PostgreSQL: here on one with TCP, a password and a user of its own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.postgres.place import binaries
from tests.servers import new_server

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def database_url() -> Iterator[str]:
    """The address of a database on a server that lives as long as the test."""
    with new_server() as url:
        yield url


@pytest.mark.external
def test_the_story_is_the_same_there(database_url: str, tmp_path: Path) -> None:
    """The browser's stories, told once more by a pytest of their own on that server."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTEST_", "COV_", "COVERAGE_"))
    }
    pytest_command = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly"]
    done = subprocess.run(
        [*pytest_command, "-m", "story", "--output", tmp_path / "results", "tests/browser"],
        cwd=ROOT,
        env={**environment, "DATABASE_URL": database_url, "VAR_DIR": str(tmp_path / "var")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-30000:] + done.stderr[-2000:]
    assert " passed" in done.stdout
    assert not (tmp_path / "var" / "postgres").exists(), "it used the embedded server"


@pytest.mark.external
def test_migrations_need_no_superuser(database_url: str, tmp_path: Path) -> None:
    environment = {**os.environ, "DATABASE_URL": database_url, "VAR_DIR": str(tmp_path / "var")}
    for arguments in (["migrate", "-v0"], ["migrate", "--check"]):
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr


def test_the_programs_of_the_package_are_complete() -> None:
    assert all(shutil.which(binaries() / program) for program in ("initdb", "postgres", "pg_ctl"))
