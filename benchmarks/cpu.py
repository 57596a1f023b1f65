"""CPU seconds of process trees, to the nanosecond where the processes still live (Linux)."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import clock_gettime_ns
from typing import NamedTuple

TICKS = os.sysconf("SC_CLK_TCK")
CPU_CLOCK = 2  # CPUCLOCK_SCHED of the kernel
REAPED = slice(15, 17)  # cutime and cstime among the fields of /proc/…/stat, counted from 0


class ProcessTree:
    """A process with everything below it: threads that ended and children that ended included."""

    def __init__(self, root: int) -> None:
        self.root = root

    def seconds(self) -> float:
        """What the tree has used since it was started."""
        used = 0.0
        for pid in self.processes():
            with suppress(OSError):  # it ended between two looks: its parent counts it from now on
                used += _own_seconds(pid) + _ended_children_seconds(pid)
        return used

    def processes(self) -> Iterator[int]:
        """The processes that live now, the root first."""
        waiting = [self.root]
        while waiting:
            pid = waiting.pop()
            yield pid
            with suppress(OSError):
                for thread in Path(f"/proc/{pid}/task").iterdir():
                    waiting += map(int, (thread / "children").read_text().split())

    def pin(self, cores: set[int]) -> None:
        """Let the tree, and what it starts later, run on these cores only."""
        for pid in self.processes():
            with suppress(OSError):
                for thread in Path(f"/proc/{pid}/task").iterdir():
                    os.sched_setaffinity(int(thread.name), cores)


class Trees(NamedTuple):
    """Gunicorn and PostgreSQL; no database where it runs on another machine."""

    application: ProcessTree
    database: ProcessTree | None

    def seconds(self) -> tuple[float, float]:
        """What each of the two has used since it was started."""
        return self.application.seconds(), self.database.seconds() if self.database else 0.0


@contextmanager
def pinned(trees: Trees) -> Iterator[None]:
    """The application on the first core; the database and this process on the others."""
    here, (first, *others) = ProcessTree(os.getpid()), sorted(os.sched_getaffinity(0))
    rest = [tree for tree in (trees.database, here) if tree]
    if others:
        trees.application.pin({first})
        for tree in rest:
            tree.pin(set(others))
    try:
        yield
    finally:
        for tree in rest:
            tree.pin({first, *others})


def _own_seconds(pid: int) -> float:
    """All threads of the process, ended ones too."""
    return clock_gettime_ns((~pid << 3) | CPU_CLOCK) / 1e9


def _ended_children_seconds(pid: int) -> float:
    """Children that ended and were waited for; the kernel tells hundredths of a second."""
    # after the name, which may hold spaces and brackets itself, come the fields from the third on
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[REAPED.start - 2 : REAPED.stop - 2])) / TICKS


def postmaster_of(backend: int) -> int | None:
    """The server that a backend of this machine belongs to; None where it is elsewhere."""
    with suppress(OSError, ValueError):
        fields = Path(f"/proc/{backend}/stat").read_text()
        if "postgres" in fields.partition("(")[2].partition(")")[0]:
            return int(fields.rpartition(")")[2].split()[1])
    return None
