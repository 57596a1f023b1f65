"""Progress of a long command: a bar on a terminal, plain lines elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from accounts.account_lists.progress import Progress as Told

LINES_PER_STAGE = 5


@contextmanager
def shown_progress(stream: TextIO) -> Iterator[Told]:
    """A function to tell of progress (stage, done, total), shown on `stream`."""
    if stream.isatty():
        with _bars(stream) as tell:
            yield tell
    else:
        yield _plain(stream)


@contextmanager
def _bars(stream: TextIO) -> Iterator[Told]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(file=stream, force_terminal=True)) as bars:
        tasks: dict[str, object] = {}

        def tell(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage)
            bars.update(tasks[stage], completed=done, total=total)  # type: ignore[arg-type]

        yield tell


def _plain(stream: TextIO) -> Told:
    """A line for each fifth of a stage."""
    reached: dict[str, int] = {}

    def tell(stage: str, done: int, total: int) -> None:
        fifth = LINES_PER_STAGE * done // total if total else LINES_PER_STAGE
        if fifth > reached.get(stage, 0):
            reached[stage] = fifth
            stream.write(f"{stage} {done:,}/{total:,}\n")

    return tell
