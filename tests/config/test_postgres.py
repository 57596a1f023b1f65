"""The embedded PostgreSQL: it starts, is shared, outlives a crash and leaves nothing behind."""

import os
import pwd
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg2
import pytest

from config import postgres
from config.postgres import keeper, place
from config.postgres.place import CannotStart, DataDirectory

pytestmark = pytest.mark.slow
PLATFORM = Path(postgres.__file__).resolve().parents[2]
USER = """
import sys
from pathlib import Path
from config import postgres
print(postgres.start(Path(sys.argv[1])), flush=True)
sys.stdin.readline()
"""


class User:
    """A process of its own that uses the server until it is told to end."""

    def __init__(self, data: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-c", USER, str(data)],
            env={**os.environ, "PYTHONPATH": str(PLATFORM)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def url(self) -> str:
        """The address that the process was given."""
        assert self.process.stdout
        line = self.process.stdout.readline().strip()
        if not line:
            raise AssertionError(self.process.communicate()[1])
        return line

    def end(self, number: int | None = None) -> None:
        """End of itself, or by a signal."""
        if number:
            self.process.send_signal(number)
        self.process.communicate()


@pytest.fixture
def folder() -> Iterator[Path]:
    """Not pytest's own: every start of pytest closes that to the server's user, as root."""
    with tempfile.TemporaryDirectory() as made:
        yield Path(made).resolve()


@pytest.fixture
def data(folder: Path) -> Path:
    return folder / "postgres"


@pytest.fixture
def use(data: Path) -> Iterator[Callable[[], User]]:
    """Starts processes that use the server, and ends those that the test left."""
    users: list[User] = []

    def start() -> User:
        users.append(User(data))
        return users[-1]

    yield start
    for user in users:
        if user.process.poll() is None:
            user.end(signal.SIGKILL)
    eventually(lambda: not processes_of(data))


def processes_of(data: Path) -> list[psutil.Process]:
    """The server's processes and its keeper."""
    return [
        process
        for process in psutil.process_iter()
        if DataDirectory(data).owns(process) or is_keeper(process, data)
    ]


def is_keeper(process: psutil.Process, data: Path) -> bool:
    try:
        return process.cmdline()[-2:] == ["config.postgres.keeper", str(data)]
    except psutil.Error:
        return False


def keeper_of(data: Path) -> psutil.Process:
    return next(process for process in psutil.process_iter() if is_keeper(process, data))


def eventually(is_true: Callable[[], bool]) -> None:
    """Wait for it; the patience is far beyond what a slow machine needs."""
    deadline = time.monotonic() + 60
    while not is_true():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.05)


def ask(url: str, query: str) -> object:
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchone()[0] if cursor.description else None  # type: ignore[index]
    finally:
        connection.close()


def test_it_is_a_postgresql_18_that_listens_on_no_network(
    data: Path, use: Callable[[], User]
) -> None:
    url = use().url()

    assert str(ask(url, "SHOW server_version")).startswith("18.")
    assert ask(url, "SHOW listen_addresses") == ""
    assert ask(url, "SHOW server_encoding") == "UTF8"
    assert data.stat().st_mode & 0o077 == 0


def test_the_last_user_that_ends_stops_it(data: Path, use: Callable[[], User]) -> None:
    first, second = use(), use()  # at the same moment, on a folder that is not there yet
    assert first.url() == second.url()

    first.end()
    assert ask(DataDirectory(data).url() or "", "SELECT 1") == 1
    second.end()

    # At once: the last one has waited for the server. Its keeper may still be ending, which it
    # does after it has given up its lock.
    assert [process for process in processes_of(data) if not is_keeper(process, data)] == []
    eventually(lambda: not processes_of(data))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT])
def test_a_user_that_is_killed_leaves_nothing_behind(
    data: Path, use: Callable[[], User], number: int
) -> None:
    user = use()
    user.url()
    user.end(number)

    eventually(lambda: not processes_of(data))


def test_ctrl_c_in_the_terminal_does_not_reach_it(data: Path, use: Callable[[], User]) -> None:
    user = use()
    user.url()

    assert os.getpgid(keeper_of(data).pid) != os.getpgid(user.process.pid)


def test_a_killed_server_is_back_with_what_was_committed(
    data: Path, use: Callable[[], User]
) -> None:
    url = use().url()
    ask(url, "CREATE TABLE kept AS SELECT 42 AS answer")
    postmaster = DataDirectory(data).postmaster()
    assert postmaster
    postmaster.kill()
    eventually(lambda: not postmaster.is_running())

    assert ask(use().url(), "SELECT answer FROM kept") == 42


def test_when_everything_was_killed_the_next_start_recovers(
    data: Path, use: Callable[[], User]
) -> None:
    user = use()
    ask(user.url(), "CREATE TABLE kept AS SELECT 42 AS answer")
    for process in [keeper_of(data), *processes_of(data)]:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    user.end(signal.SIGKILL)

    assert ask(use().url(), "SELECT answer FROM kept") == 42


def test_a_killed_keeper_takes_the_server_with_it(data: Path, use: Callable[[], User]) -> None:
    use().url()
    keeper_of(data).kill()

    if sys.platform == "linux":
        eventually(lambda: not processes_of(data))
    assert ask(use().url(), "SELECT 1") == 1


def test_a_pid_file_with_the_number_of_another_process_is_not_believed(
    data: Path, use: Callable[[], User]
) -> None:
    user = use()
    user.url()
    lines = (data / "postmaster.pid").read_text().splitlines()
    user.end()
    lines[0] = str(os.getpid())
    (data / "postmaster.pid").write_text("\n".join(lines) + "\n")

    assert DataDirectory(data).url() is None
    assert ask(use().url(), "SELECT 1") == 1


def test_a_server_that_nobody_keeps_is_replaced(data: Path, use: Callable[[], User]) -> None:
    keeper.make_cluster(DataDirectory(data))
    forgotten = keeper.start_server(DataDirectory(data))
    eventually(lambda: DataDirectory(data).url() is not None)

    assert ask(use().url(), "SELECT 1") == 1
    assert forgotten.wait() is not None


def test_a_folder_with_a_long_name_gets_a_short_socket(folder: Path) -> None:
    data = folder / ("long" * 20) / "postgres"
    user = User(data)
    url = user.url()
    sockets = DataDirectory(data).sockets()

    assert ask(url, "SELECT 1") == 1
    assert sockets != data
    user.end()
    sockets.chmod(0o755)
    with pytest.raises(CannotStart, match="is not ours"):
        DataDirectory(data).sockets()
    sockets.rmdir()


def test_a_start_that_was_interrupted_is_begun_anew(data: Path, use: Callable[[], User]) -> None:
    half = data.with_name("postgres.new")
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")

    assert ask(use().url(), "SELECT 1") == 1


def test_a_folder_of_something_else_is_left_alone(data: Path, use: Callable[[], User]) -> None:
    data.mkdir()
    (data / "letter.txt").write_text("mine")

    with pytest.raises(AssertionError, match="is not empty and not a database"):
        use().url()
    assert (data / "letter.txt").read_text() == "mine"


def test_the_data_of_another_version_is_left_alone(data: Path, use: Callable[[], User]) -> None:
    data.mkdir()
    (data / "PG_VERSION").write_text("16\n")

    with pytest.raises(AssertionError, match=r"was made by PostgreSQL 16\."):
        use().url()


def test_data_that_are_broken_end_in_a_sentence_and_the_log(
    data: Path, use: Callable[[], User]
) -> None:
    user = use()
    user.url()
    user.end()
    (data / "global" / "pg_control").unlink()

    with pytest.raises(AssertionError, match="ended before it was ready"):
        use().url()


def test_an_ordinary_user_is_whom_it_runs_as(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert place.server_user() is None


def test_root_without_a_way_to_make_the_server_s_user_is_told_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(place, "SERVER_USER", "no such:user")
    with pytest.raises(CannotStart, match="does not run as root and the user no such:user"):
        place.server_user()


def test_without_the_package_the_sentence_names_the_other_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(place, "find_spec", lambda name: None)
    with pytest.raises(CannotStart, match="set DATABASE_URL"):
        place.binaries()


def test_the_folder_of_another_user_is_refused_in_a_sentence(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: object) -> int:
        raise PermissionError

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", refuse)
        with pytest.raises(CannotStart, match="belongs to another user"):
            DataDirectory(data).open_lock("users")


def test_a_server_that_does_not_listen_is_ended_the_hard_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    deaf = "import signal, sys; signal.signal(2, signal.SIG_IGN); print(flush=True); signal.pause()"
    process = subprocess.Popen([sys.executable, "-c", deaf], stdout=subprocess.PIPE)
    assert process.stdout
    process.stdout.readline()
    monkeypatch.setattr(keeper, "STOPS", ((signal.SIGINT, 0.1), (signal.SIGKILL, 10)))

    keeper.stop(process)

    assert process.returncode == -signal.SIGKILL
    process.stdout.close()


def test_a_log_that_has_grown_long_is_begun_anew(data: Path, use: Callable[[], User]) -> None:
    log = DataDirectory(data).log
    log.write_bytes(b"x" * (postgres.MAX_LOG_BYTES + 1))
    use().url()
    assert log.stat().st_size < 100_000


def test_packages_under_a_strict_umask_become_readable_for_the_server(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = folder / "package" / "pginstall18" / "bin"
    libraries = folder / "package.libs"
    for made in (programs, libraries):
        made.mkdir(parents=True)
    (programs / "postgres").touch(mode=0o700)
    (libraries / "libpq.so").touch(mode=0o600)
    for closed in (folder / "package", programs.parent, programs, libraries):
        closed.chmod(0o700)
    monkeypatch.setattr(keeper, "binaries", lambda: programs)

    keeper.let_in(pwd.getpwuid(65534), folder)

    assert (programs / "postgres").stat().st_mode & 0o777 == 0o705
    assert (libraries / "libpq.so").stat().st_mode & 0o777 == 0o604
    assert (folder / "package").stat().st_mode & 0o777 == 0o701
