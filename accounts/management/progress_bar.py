"""Progress of a long command: a bar on a terminal, plain lines elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as ProgressBars

from accounts.account_lists.progress import Progress

LINES_PER_STAGE = 5


@contextmanager
def shown_progress(stream: TextIO) -> Iterator[Progress]:
    """The progress function (stage, done, total) that shows on `stream`."""
    if stream.isatty():
        with _bars(stream) as report:
            yield report
    else:
        yield _plain(stream)


@contextmanager
def _bars(stream: TextIO) -> Iterator[Progress]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with ProgressBars(*columns, console=Console(file=stream, force_terminal=True)) as bars:
        tasks: dict[str, object] = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage)
            bars.update(tasks[stage], completed=done, total=total)  # type: ignore[arg-type]

        yield report


def _plain(stream: TextIO) -> Progress:
    """A line for each fifth of a stage."""
    reached: dict[str, int] = {}

    def report(stage: str, done: int, total: int) -> None:
        fifth = LINES_PER_STAGE * done // total if total else LINES_PER_STAGE
        if fifth > reached.get(stage, 0):
            reached[stage] = fifth
            stream.write(f"{stage} {done:,}/{total:,}\n")

    return report
