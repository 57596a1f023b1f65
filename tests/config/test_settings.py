"""What the environment says wrong stops manage.py and gunicorn in one sentence, by its name."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

pytestmark = pytest.mark.long

NOWHERE = "postgresql://nobody:hushhush@127.0.0.1:9/none"


def run(tmp_path: Path, *command: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    """With nothing of ours in the environment but what is given."""
    passed = ("PATH", "HOME", "LANG", "COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG")
    kept = {name: os.environ[name] for name in passed if name in os.environ}
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={**kept, "VAR_DIR": str(tmp_path / "var"), **settings},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("SESSION_MINUTES", "abc", "SESSION_MINUTES='abc' is not a whole number."),
        ("SESSION_MINUTES", "999999999", "SESSION_MINUTES='999999999' is above 43200."),
        ("SIGN_IN_TRIES", "0", "SIGN_IN_TRIES='0' is below 1."),
        ("SIGN_IN_LOCK_MINUTES", "-1", "SIGN_IN_LOCK_MINUTES='-1' is below 1."),
        ("WEB_WORKERS", "0", "WEB_WORKERS='0' is below 1."),
        ("WEB_THREADS", "x", "WEB_THREADS='x' is not a whole number."),
        ("PORT", "70000", "PORT='70000' is above 65535."),
        ("HOST", "http://x", "HOST='http://x' is neither an address nor a name to listen at."),
        ("SECRET_KEY", "a", "SECRET_KEY can be guessed: "),
        ("ALLOWED_HOSTS", "https://x/", "ALLOWED_HOSTS: 'https://x/' is not a host: "),
        ("CSRF_TRUSTED_ORIGINS", "x", "CSRF_TRUSTED_ORIGINS: 'x' is not an origin"),
        ("LOG_LEVEL", "loud", "LOG_LEVEL='loud' is none of DEBUG"),
        ("HTTPS", "maybe", "HTTPS='maybe' is neither true nor false."),
        ("DATABASE_URL", "sqlite:///x", "DATABASE_URL is not the address of a PostgreSQL"),
        ("DATABASE_URL", "", "DATABASE_URL is not set: say on which database to work"),
        ("VAR_DIR", "/dev/null", "VAR_DIR=/dev/null is not a folder"),
    ],
)
def test_manage_py_check_stops_at_what_cannot_be_meant(
    tmp_path: Path, name: str, value: str, sentence: str
) -> None:
    done = run(tmp_path, "manage.py", "check", **{"DATABASE_URL": NOWHERE, name: value})
    assert done.returncode == 1
    assert done.stderr.startswith(sentence), done.stderr
    assert done.stderr.count("\n") == 1, "one sentence and no traceback"
    assert not (tmp_path / "var" / "postgres").exists()


def test_manage_py_check_asks_no_database_where_all_is_well(tmp_path: Path) -> None:
    done = run(tmp_path, "manage.py", "check", DATABASE_URL=NOWHERE)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("command", ["verify_totals", "migrate", "seed_accounts"])
def test_without_a_named_database_no_command_starts_one(tmp_path: Path, command: str) -> None:
    done = run(tmp_path, "manage.py", command)
    assert done.returncode == 1
    assert done.stderr.startswith("DATABASE_URL is not set"), done.stderr
    assert [path.name for path in tmp_path.glob("var/*")] == ["secret_key"]


def test_a_command_names_the_database_that_does_not_answer_and_no_password(tmp_path: Path) -> None:
    done = run(tmp_path, "manage.py", "verify_totals", DATABASE_URL=NOWHERE)
    assert done.returncode == 1
    assert "Database none at 127.0.0.1:9 does not answer" in done.stderr
    assert "Traceback" not in done.stderr
    assert "hushhush" not in done.stderr + done.stdout


def test_the_help_of_a_command_asks_no_database(tmp_path: Path) -> None:
    done = run(tmp_path, "manage.py", "verify_totals", "--help", DATABASE_URL=NOWHERE)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["WEB_WORKERS", "WEB_THREADS", "PORT"])
def test_gunicorn_stops_at_what_cannot_be_meant(tmp_path: Path, name: str) -> None:
    options = ["-m", "gunicorn", "--config", "gunicorn.conf.py", "--check-config"]
    done = run(tmp_path, *options, **{"DATABASE_URL": NOWHERE, name: "none"})
    assert (done.returncode, done.stderr) == (1, f"{name}='none' is not a whole number.\n")


def test_gunicorn_takes_what_it_is_given(tmp_path: Path) -> None:
    options = ["-m", "gunicorn", "--config", "gunicorn.conf.py", "--print-config"]
    done = run(tmp_path, *options, DATABASE_URL=NOWHERE, HOST="::1", PORT="8080", WEB_WORKERS="3")
    printed = dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)
    shown = {name.strip(): value.strip() for name, value in printed.items()}
    assert shown["bind"] == "['[::1]:8080']"
    assert (shown["workers"], shown["threads"]) == ("3", "4")
    assert shown["control_socket_disable"] == "True"
