"""A real PostgreSQL that comes with pip: for the demonstration, the tests and development.

The server lives as long as a process of this project uses it. docs/adr/0003 tells why we
start it ourselves; `keeper` runs it.
"""

import atexit
import fcntl
import os
import sys
import time
from contextlib import suppress
from pathlib import Path

from config.postgres.place import CannotStart, DataDirectory, remove_stale, try_lock

PATIENCE = 300  # seconds: recovery after a crash of a large database takes its time
LOOK_EVERY = 0.05
MAX_LOG_BYTES = 10_000_000

_joined: set[Path] = set()
_keepers: set[int] = set()  # process ids of the keepers that this process has spawned


def start(data: Path) -> str:
    """Start the server on `data`, or join the one that runs there; return its URL.

    From here to its end this process counts as one that uses the server, whatever ends it.
    Raises CannotStart.
    """
    directory = DataDirectory(data.absolute().resolve())
    directory.path.parent.mkdir(parents=True, exist_ok=True)
    with directory.locked("start"):
        if directory.path not in _joined:
            users = directory.open_lock("users")
            fcntl.flock(users, fcntl.LOCK_SH)  # waits while the keeper stops the server
            _joined.add(directory.path)
            atexit.register(_leave, directory, users, os.getpid())
        return _wait_for_server(directory)


def _spawn_keeper(directory: DataDirectory) -> int:
    """The keeper's process id. It ends at once where there is a keeper already."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    if directory.log.exists() and directory.log.stat().st_size > MAX_LOG_BYTES:
        flags |= os.O_TRUNC
    log = os.open(directory.log, flags, 0o600)
    null = os.open(os.devnull, os.O_RDONLY)
    try:
        keeper = os.posix_spawn(
            sys.executable,
            [sys.executable, "-P", "-m", "config.postgres.keeper", str(directory.path)],
            {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])},
            file_actions=[
                (os.POSIX_SPAWN_DUP2, null, 0),
                (os.POSIX_SPAWN_DUP2, log, 1),
                (os.POSIX_SPAWN_DUP2, log, 2),
            ],
        )
        _keepers.add(keeper)
        return keeper
    finally:
        os.close(log)
        os.close(null)


def _wait_for_server(directory: DataDirectory) -> str:
    """The URL as soon as a server that is kept takes connections; spawns its keeper if need be."""
    deadline = time.monotonic() + PATIENCE
    keeper = 0
    while time.monotonic() < deadline:
        if not directory.is_free("keeper"):
            url = directory.url()
            if url:
                return url
        elif not keeper:
            remove_stale(directory)
            keeper = _spawn_keeper(directory)
        if keeper:
            ended, status = os.waitpid(keeper, os.WNOHANG)
            if status:
                break
            keeper = 0 if ended else keeper  # 0: there was another, which may be gone by now
        time.sleep(LOOK_EVERY)
    tail = directory.log.read_text(errors="replace").splitlines()[-5:]
    raise CannotStart(
        f"The embedded PostgreSQL did not start. {directory.log} ends with:\n" + "\n".join(tail)
    )


def _leave(directory: DataDirectory, users: int, joined_by: int) -> None:
    """At the end of the process: if it was the last, wait until the server has stopped."""
    if os.getpid() != joined_by:
        return  # a forked child has inherited this; the lock is still its parent's
    os.close(users)
    deadline = time.monotonic() + PATIENCE
    while not directory.is_free("keeper"):
        if _others_use(directory) or time.monotonic() > deadline:
            return
        time.sleep(LOOK_EVERY)
    for keeper in _keepers:
        with suppress(ChildProcessError):
            os.waitpid(keeper, 0)  # or it would stay as a zombie where nobody adopts it


def _others_use(directory: DataDirectory) -> bool:
    """Whether the server goes on because another process uses it."""
    users = directory.open_lock("users")
    try:
        if not try_lock(users, fcntl.LOCK_SH):
            return False  # the keeper has it alone: it is stopping
        return not try_lock(users, fcntl.LOCK_EX)
    finally:
        os.close(users)
