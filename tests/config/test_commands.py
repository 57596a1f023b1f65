"""`make demo` and `make serve`, started as make starts them."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.architecture.source import ROOT

pytestmark = pytest.mark.slow


def environment(**settings: str) -> dict[str, str]:
    """Ours without what a developer may have set, and without what pytest has set."""
    ours = {"DATABASE_URL", "VAR_DIR", "SECRET_KEY", "ALLOWED_HOSTS", "HTTPS", "DEBUG", "HOST"}
    ours |= {"DEMONSTRATION"}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return {**kept, **settings}


@pytest.fixture
def var() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as made:
        yield Path(made).resolve()


@pytest.fixture
def port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def make(target: str, **settings: str) -> "subprocess.Popen[str]":
    """The recipe's last line, in a process group of its own as a terminal would make it."""
    return subprocess.Popen(
        [sys.executable, f"tools/{target}.py"],
        cwd=ROOT,
        env=environment(**settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def left_of(group: int, var: Path) -> list[psutil.Process]:
    """Processes that belong to the command: its group, and whatever works under its folder."""
    left = []
    for process in psutil.process_iter():
        try:
            if os.getpgid(process.pid) == group or str(var) in " ".join(process.cmdline()):
                left.append(process)
        except (psutil.Error, ProcessLookupError):
            continue
    return left


# What is exported where a real site is looked after.
SHELL_OF_A_SITE = {
    "DATABASE_URL": "postgresql://city:secret@db.example:5432/city",
    "SECRET_KEY": "a",
    "ALLOWED_HOSTS": "site.example",
    "HTTPS": "1",
    "DEMONSTRATION": "0",
}


@pytest.mark.parametrize(
    ("number", "shell"), [(signal.SIGINT, {}), (signal.SIGTERM, SHELL_OF_A_SITE)]
)
def test_demo_answers_shows_its_accounts_and_leaves_nothing_behind(
    var: Path, port: str, number: int, shell: dict[str, str]
) -> None:
    demo = make("demo", **{**shell, "VAR_DIR": str(var), "PORT": port})
    assert demo.stdout
    printed = ""
    while "Ctrl-C" not in printed:
        line = demo.stdout.readline()
        assert line, printed
        printed += line
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/") as response:
        page = response.read().decode()

    for account in ("371036500X", "371032300A", "371030000A"):
        assert account in printed
    assert f"http://127.0.0.1:{port}\n" in printed
    assert f"Database postgres at the socket in {var}/postgres (demonstration)\n" in printed
    assert "系統登入" in page
    style = re.search(r'href="(/static/css/[^"]+\.[0-9a-f]{12}\.css)"', page)
    assert style, "static files are served by whitenoise under a name that tells their content"
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{style[1]}") as response:
        assert response.status == 200

    os.killpg(demo.pid, number)  # Ctrl-C reaches every process of the group
    demo.communicate()
    assert left_of(demo.pid, var) == []


def test_demo_says_in_a_sentence_that_the_port_is_busy(var: Path) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = str(busy.getsockname()[1])
        demo = make("demo", VAR_DIR=str(var), PORT=port)
        printed, _ = demo.communicate()

    assert demo.returncode == 1
    assert re.fullmatch(
        rf"Port {port} on 127\.0\.0\.1 cannot be used .*choose another PORT\.\n", printed
    )
    assert list(var.iterdir()) == []


@pytest.mark.parametrize("port", ["0", "eighty", "70000", ""])
def test_demo_refuses_what_is_no_port(var: Path, port: str) -> None:
    demo = make("demo", VAR_DIR=str(var), PORT=port)
    printed, _ = demo.communicate()
    assert demo.returncode == 1
    assert re.fullmatch(rf"PORT='{port}' is .*\.\n", printed)


def test_demo_refuses_a_folder_that_is_none(port: str) -> None:
    demo = make("demo", VAR_DIR="/dev/null", PORT=port)
    printed, _ = demo.communicate()
    assert demo.returncode == 1
    assert printed == "VAR_DIR=/dev/null is not a folder: /dev/null is a file.\n"


def test_serve_names_the_settings_that_are_missing(var: Path) -> None:
    serve = make("serve", VAR_DIR=str(var), SECRET_KEY="x" * 64)
    printed, _ = serve.communicate()
    assert serve.returncode == 1
    assert "DATABASE_URL=" in printed
    assert "ALLOWED_HOSTS=" in printed
    assert "SECRET_KEY" not in printed
