"""`make serve` on a real site's database: where it writes, and what else may touch that database.

The site is set up once, on an embedded PostgreSQL of its own.
"""

import hashlib
import secrets
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import ROOT
from tests.config.test_commands import environment, left_of, port, var

__all__ = ["port", "var"]  # fixtures
pytestmark = pytest.mark.slow

TREE = (
    *("accounts", "inventory", "hierarchy", "platform", "templates", "static", "locale"),
    *("fixtures", "tools", "Makefile", "manage.py", "gunicorn.conf.py", "pyproject.toml"),
    *("requirements.txt", "requirements-dev.txt"),
)


@pytest.fixture(scope="module")
def site() -> Iterator[dict[str, str]]:
    """The settings of a site whose database is set up; its folder goes with the last test."""
    with tempfile.TemporaryDirectory() as folder:
        settings = {
            "VAR_DIR": str(Path(folder).resolve()),
            "DATABASE_URL": "embedded",
            "SECRET_KEY": secrets.token_urlsafe(64),
            "ALLOWED_HOSTS": "site.example",
            "HTTPS": "1",
        }
        done = run("manage.py", "migrate", "--verbosity", "0", **settings)
        assert done.returncode == 0, done.stderr
        yield settings


def run(*command: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment(**settings),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the sources that nobody may write to; root may, so it is compared as well."""
    copy = tmp_path / "tree"
    copy.mkdir()
    for name in TREE:
        if (ROOT / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / name, copy / name, ignore=ignored)
        else:
            shutil.copy2(ROOT / name, copy / name)
    (copy / ".venv").symlink_to(sys.prefix)
    for path in (*copy.rglob("*"), copy):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode & ~0o222)
    return copy


def state(folder: Path) -> dict[str, tuple[int, str]]:
    """What is in a folder, and when each of it was changed: also what was made and taken away."""
    return {
        str(path): (
            path.lstat().st_mtime_ns,
            hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "",
        )
        for path in (folder, *folder.rglob("*"))
    }


def ask(port: str, address: str, **headers: str) -> tuple[int, str]:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{address}", headers=headers)
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_it_serves_from_a_folder_that_it_may_not_write_to(
    site: dict[str, str], tree: Path, tmp_path: Path, port: str
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    before = state(tree), state(home)
    # Byte code is Python's own, and only kept where Python may write.
    own = {"PORT": port, "HOME": str(home), "PYTHONDONTWRITEBYTECODE": "1"}
    settings = environment(**{**site, **own, "XDG_RUNTIME_DIR": str(home)})
    subprocess.run(
        [sys.executable, "tools/environment.py", "runtime"], cwd=tree, env=settings, check=True
    )
    with subprocess.Popen(
        [sys.executable, "tools/serve.py"],
        cwd=tree,
        env=settings,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as serve:
        try:
            assert serve.stderr
            while "Listening at" not in (line := serve.stderr.readline()):
                assert line or serve.poll() is None
            assert ask(port, "/health/ready/") == (200, "ready\n")
            https = {"Host": "site.example", "X-Forwarded-Proto": "https"}
            status, page = ask(port, "/", **https)
            assert status == 200
            assert "系統登入" in page
            assert ask(port, "/", Host="10.1.2.3", **{"X-Forwarded-Proto": "https"})[0] == 400
        finally:
            serve.terminate()
            serve.stderr.read()
    assert (state(tree), state(home)) == before
    assert left_of(serve.pid, Path(site["VAR_DIR"])) == []


def test_a_demonstration_refuses_the_database_of_a_site(site: dict[str, str], port: str) -> None:
    done = run("tools/demo.py", VAR_DIR=site["VAR_DIR"], PORT=port)
    assert done.returncode == 1
    assert "it is a real site's, and a demonstration" in done.stderr
    assert not Path(site["VAR_DIR"], "demo_admin_password").exists()


def test_serving_it_as_a_demonstration_is_refused(site: dict[str, str], port: str) -> None:
    done = run("tools/serve.py", **site, DEMONSTRATION="1", PORT=port)
    assert done.returncode == 1
    assert "it is a real site's, and a demonstration" in done.stderr
    assert "Listening" not in done.stderr


def test_gunicorn_refuses_too_where_it_is_started_by_itself(
    site: dict[str, str], port: str
) -> None:
    options = ["-m", "gunicorn", "--config", "gunicorn.conf.py"]
    done = run(*options, **site, DEMONSTRATION="1", PORT=port)
    assert done.returncode != 0
    assert "it is a real site's, and a demonstration" in done.stderr


def test_serve_refuses_while_migrations_are_waiting(site: dict[str, str], port: str) -> None:
    done = run("manage.py", "migrate", "sessions", "zero", "--verbosity", "0", **site)
    assert done.returncode == 0, done.stderr
    try:
        done = run("tools/serve.py", **site, PORT=port)
    finally:
        run("manage.py", "migrate", "--verbosity", "0", **site)
    assert done.returncode == 1
    assert "Migrations are waiting: make migrate.\nPlanned operations:\nsessions." in done.stderr
