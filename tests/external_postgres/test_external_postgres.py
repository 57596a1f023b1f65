"""The platform runs on any PostgreSQL: here on one with TCP, a password and a user of its own."""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from config.postgres.keeper import let_in
from config.postgres.place import binaries, server_user

ROOT = Path(__file__).resolve().parents[2]
OWNER = "city"  # a role that owns its database and is no superuser


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def as_server() -> dict[str, Any]:
    """PostgreSQL does not run as root."""
    owner = server_user()
    if not owner:
        return {}
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        owner = server_user()
        if owner:
            let_in(owner, folder)
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        yield folder


@pytest.fixture
def database_url(folder: Path) -> Iterator[str]:
    """The address of a database on a server that lives as long as the test."""
    password, port = secrets.token_urlsafe(16), free_port()
    secret = folder / "password"
    secret.write_text(password)
    if owner := server_user():
        os.chown(secret, owner.pw_uid, owner.pw_gid)
    data = folder / "data"
    settings = ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", f"--pwfile={secret}"]
    subprocess.run(
        [binaries() / "initdb", "--username=chief", f"--pgdata={data}", *settings],
        check=True,
        capture_output=True,
        cwd="/",
        **as_server(),
    )
    command = [binaries() / "postgres", "-D", data, "-p", str(port), "-k", folder]
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(
            [*command, "-c", "listen_addresses=127.0.0.1"], stderr=log, cwd="/", **as_server()
        ) as server,
    ):
        try:
            yield prepare(f"postgresql://chief:{password}@127.0.0.1:{port}", server)
        finally:
            server.terminate()
            server.send_signal(2)


def prepare(server_url: str, server: "subprocess.Popen[bytes]") -> str:
    """Make a role and its database, as an administrator of the server would."""
    password = secrets.token_urlsafe(16)
    connection = connect(f"{server_url}/postgres", server)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {OWNER} LOGIN CREATEDB PASSWORD %s", [password])
        cursor.execute(f"CREATE DATABASE {OWNER} OWNER {OWNER}")
    connection.close()
    return f"postgresql://{OWNER}:{password}@{server_url.partition('@')[2]}/{OWNER}"


def connect(url: str, server: "subprocess.Popen[bytes]") -> Any:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        with suppress(psycopg2.OperationalError):
            return psycopg2.connect(url)
        time.sleep(0.1)
    pytest.fail("the server of the test did not start")


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
