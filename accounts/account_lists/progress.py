"""How far a long list is."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")

# what is being done, how many are done, of how many
Progress = Callable[[str, int, int], None]
STEP = 500


def no_progress(stage: str, done: int, total: int) -> None:
    """The progress of what nobody follows."""


def with_progress(items: Sequence[Item], stage: str, progress: Progress) -> Iterator[Item]:
    """The items, one by one; `progress` is called after every STEP-th and after the last."""
    for done, item in enumerate(items, start=1):
        yield item
        if done % STEP == 0 or done == len(items):
            progress(stage, done, len(items))


def batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """The items in lists of at most `size`."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
