"""The process that runs the embedded PostgreSQL for as long as anyone uses it.

`config.postgres.start` spawns it; it is a process of its own because a Ctrl-C, an end
without clean-up or a kill -9 of any user must neither stop the server for the others nor
leave it behind.
"""

import ctypes
import fcntl
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from config.postgres.place import (
    PORT,
    CannotStart,
    DataDirectory,
    binaries,
    remove_stale,
    server_user,
    try_lock,
)

LOOK_EVERY = 0.2  # seconds between two looks at who is left
VACANT_WITHIN = 2.0  # seconds that a second keeper waits for the first to be gone
STARTS = 3  # in a row without ever being ready: then something is wrong with the data
# How the server is asked to stop, and how many seconds it is given.
STOPS = ((signal.SIGINT, 60.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0))
PR_SET_PDEATHSIG = 1


def main(data: str) -> int:
    """Keep the server of this folder; the exit code is 0 unless it could not be started."""
    with suppress(PermissionError):  # a session leader already: then Ctrl-C is not for us
        os.setsid()
    os.chdir("/")
    directory = DataDirectory(Path(data))
    keeper, users = directory.open_lock("keeper"), directory.open_lock("users")
    if not _get(keeper):
        return 0
    stopping: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _frame: stopping.append(number))
    try:
        keep(directory, lambda: bool(stopping) or try_lock(users, fcntl.LOCK_EX))
    except CannotStart as error:
        sys.stderr.write(f"{error}\n")
        return 1
    finally:
        os.close(keeper)  # before `users`: whoever gets in next finds the post of keeper vacant
        os.close(users)
    return 0


def _get(keeper: int) -> bool:
    """Take the post of keeper. Someone who only looks whether it is vacant holds it a moment."""
    deadline = time.monotonic() + VACANT_WITHIN
    while not try_lock(keeper, fcntl.LOCK_EX):
        if time.monotonic() > deadline:
            return False
        time.sleep(LOOK_EVERY)
    return True


def keep(directory: DataDirectory, is_over: Callable[[], bool]) -> None:
    """Run the server until it is over; start it again when it dies of itself."""
    if is_over():
        return
    make_cluster(directory)
    remove_stale(directory)
    server, starts = start_server(directory), 1
    while not is_over():
        if directory.url():
            starts = 0
        if server.poll() is not None:
            if starts >= STARTS:
                raise CannotStart("PostgreSQL ended before it was ready.")
            remove_stale(directory)
            server, starts = start_server(directory), starts + 1
        time.sleep(LOOK_EVERY)
    stop(server)


def make_cluster(directory: DataDirectory) -> None:
    """Make the data folder where there is none. A half-made one never gets the name."""
    owner = server_user()
    if owner:
        let_in(owner, directory.path.parent)
    version = directory.path / "PG_VERSION"
    if version.exists():
        if version.read_text().strip() != "18":
            raise CannotStart(
                f"{directory.path} was made by PostgreSQL {version.read_text().strip()}."
            )
        return
    if directory.path.exists() and any(directory.path.iterdir()):
        raise CannotStart(f"{directory.path} is not empty and not a database.")
    new = directory.path.with_name(f"{directory.path.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(mode=0o700)
    if owner:
        os.chown(new, owner.pw_uid, owner.pw_gid)
    # The collation is PostgreSQL's own: the same order on every machine.
    options = "--encoding=UTF8 --locale=C --locale-provider=builtin --builtin-locale=C.UTF-8"
    _run("initdb", "--auth=trust", "--username=postgres", *options.split(), f"--pgdata={new}")
    new.replace(directory.path)


def start_server(directory: DataDirectory) -> "subprocess.Popen[bytes]":
    """PostgreSQL without any network address: only a socket in a private folder."""
    options = ["-c", "listen_addresses=", "-c", "unix_socket_permissions=0700"]
    postgres, sockets = str(binaries() / "postgres"), str(directory.sockets())
    command = [postgres, "-D", str(directory.path), "-k", sockets, "-p", str(PORT)]
    return subprocess.Popen([*command, *options], **_as_server())


def stop(server: "subprocess.Popen[bytes]") -> None:
    """Fast shutdown; immediate shutdown after a minute; and at last the hard way."""
    for number, patience in STOPS:
        server.send_signal(number)
        with suppress(subprocess.TimeoutExpired):
            server.wait(patience)
            return


def let_in(owner: pwd.struct_passwd, folder: Path) -> None:
    """Root only: let the server's user pass through to the data and run the programs.

    Others get the right to pass (not to list) on the folders above, and only where it lacks;
    packages installed under a strict umask become readable.
    """
    programs = binaries()
    for start in (folder, programs):
        for above in (start, *start.parents):
            found = above.stat()
            if found.st_uid != owner.pw_uid and not found.st_mode & stat.S_IXOTH:
                above.chmod(found.st_mode | stat.S_IXOTH)
    libraries = programs.parents[1].with_suffix(".libs")  # where wheels keep what they link to
    for tree in filter(Path.exists, (programs.parent, libraries)):
        for path in (tree, *tree.rglob("*")):
            mode = path.stat().st_mode
            wanted = mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0)
            if wanted != mode:
                path.chmod(wanted)


def _run(program: str, *arguments: str) -> None:
    subprocess.run(
        [str(binaries() / program), *arguments],
        check=True,
        stdin=subprocess.DEVNULL,
        **_as_server(),
    )


def _as_server() -> dict[str, Any]:
    """How a program of PostgreSQL is run: as its user, with none of the caller's PG settings."""
    owner = server_user()
    who: dict[str, Any] = {}
    if owner:
        who = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "LC_"))}
    return {
        **who,
        "env": {**environment, "LC_ALL": "C"},
        "cwd": "/",
        "preexec_fn": _end_with_keeper if sys.platform == "linux" else None,
    }


def _end_with_keeper() -> None:  # pragma: no cover: runs where nothing can be measured
    """Linux: when the keeper is killed, the server is told to shut down."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
