"""What `make demo` and `make serve` share: static files, gunicorn, and a clean end."""

import ctypes
import fcntl
import hashlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "platform"))

from django.core.exceptions import ImproperlyConfigured

from config import env, web_server

VAR = ROOT / (os.environ.get("VAR_DIR") or "var")
ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PR_SET_PDEATHSIG = 1
PATIENCE = 40  # seconds that gunicorn may take to finish its requests


class Asked(BaseException):
    """Somebody wants us to end: Ctrl-C, SIGTERM, or the terminal is gone."""


def end_cleanly() -> None:
    """Turn every wish to end into `Asked`, also where SIGINT is ignored, as in the background."""

    def ask(_number: int, _frame: FrameType | None) -> None:
        for number in ENDS:  # one is enough: cleaning up shall not be cut short
            signal.signal(number, signal.SIG_IGN)
        raise Asked

    for number in ENDS:
        signal.signal(number, ask)
    if "MAKELEVEL" in os.environ:
        end_with_parent()


def end_with_parent() -> None:
    """Linux: when the parent is killed, this process is asked to end."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def check_environment() -> str:
    """HOST:PORT to serve at. Leaves with a sentence where it is busy or a value makes no sense."""
    try:
        os.environ["VAR_DIR"] = str(env.folder("VAR_DIR", VAR))
        server = web_server.from_environment()
    except ImproperlyConfigured as error:
        sys.exit(str(error))
    family = socket.AF_INET6 if ":" in server.host else socket.AF_INET
    with socket.socket(family) as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((server.host, server.port))
        except OSError as error:
            sys.exit(
                f"Port {server.port} on {server.host} cannot be used ({error.strerror}): "
                "choose another PORT."
            )
    return server.address


@contextmanager
def one_at_a_time(name: str) -> Iterator[None]:
    """Two commands at once: the second waits until the first has set everything up."""
    VAR.mkdir(parents=True, exist_ok=True)
    with open(VAR / f"{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def manage(*arguments: str) -> str:
    """Run a command of manage.py; what it prints. Leaves where it fails."""
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    with started(command, stdout=subprocess.PIPE, encoding="utf-8") as process:
        output, _nothing = process.communicate()
    if process.returncode:
        sys.exit(f"manage.py {arguments[0]} failed.\n{output}".rstrip())
    return str(output)


def collect_static() -> None:
    """collectstatic, unless it ran on these very files and packages already."""
    digest = hashlib.sha256((ROOT / "requirements.txt").read_bytes())
    for path in sorted((ROOT / "static").rglob("*")):
        if path.is_file():
            digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    stamp = VAR / "static.stamp"
    ready = (VAR / "static" / "staticfiles.json").exists()
    if ready and stamp.exists() and stamp.read_text() == digest.hexdigest():
        return
    manage("collectstatic", "--no-input", "--clear", "--verbosity", "0")
    stamp.write_text(digest.hexdigest())


def gunicorn(*options: str) -> list[str]:
    """The command that serves the platform; gunicorn.conf.py says how."""
    return [sys.executable, "-m", "gunicorn", "--config", str(ROOT / "gunicorn.conf.py"), *options]


@contextmanager
def started(command: list[str], **options: object) -> "Iterator[subprocess.Popen[str]]":
    """A process that has ended when this is left, however it is left."""
    process: subprocess.Popen[str] = subprocess.Popen(  # type: ignore[call-overload]
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONUTF8": "1", "PYTHONIOENCODING": "utf-8"},
        preexec_fn=end_with_parent,
        **options,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(PATIENCE)
            process.kill()
            process.wait()
