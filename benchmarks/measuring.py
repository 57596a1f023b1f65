"""Requests over HTTP, one after the other: CPU of the two process trees, and wall."""

from collections.abc import Iterator
from itertools import count
from statistics import median
from time import perf_counter, sleep
from typing import NamedTuple

from benchmarks.cpu import Trees
from benchmarks.pages import Page
from benchmarks.people import Person, expect

WARM_UP = 2  # requests that do not count
FEWEST = 5  # requests, however long they take
SETTLE = 0.003  # seconds in which the server finishes what it does after it has answered


class Sample(NamedTuple):
    """One request, in seconds; `size` in bytes."""

    application: float
    database: float
    wall: float
    size: float


def measure(page: Page, person: Person, trees: Trees, *, requests: int, seconds: float) -> Sample:
    """The medians of so many requests; of fewer where they have taken longer than `seconds`."""
    samples = []
    start = perf_counter()
    for number, sample in enumerate(_samples(page, person, trees)):
        if number == WARM_UP:
            start = perf_counter()
        if number >= WARM_UP:
            samples.append(sample)
        late = perf_counter() - start > seconds and len(samples) >= FEWEST
        if late or len(samples) >= requests:
            break
    return Sample(*map(median, zip(*samples, strict=True)))


def _samples(page: Page, person: Person, trees: Trees) -> Iterator[Sample]:
    """Raises NotAsExpected where the page does not answer as it should."""
    for number in count():
        asked = page.step(person, number)
        sleep(SETTLE)
        application, database = trees.seconds()
        start = perf_counter()
        answer = expect(person, asked, page.expected)
        wall = perf_counter() - start
        sleep(SETTLE)
        application_after, database_after = trees.seconds()
        page.after(number)
        yield Sample(application_after - application, database_after - database, wall, answer.size)
