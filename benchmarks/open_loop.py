"""Visits at moments that are fixed beforehand, whatever becomes of those before them."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from http.client import HTTPException
from random import Random
from time import perf_counter, process_time, sleep
from typing import NamedTuple

from benchmarks.cpu import Trees
from benchmarks.crowd import MIX, Crowd, Visit
from benchmarks.page_costs import trees_of
from benchmarks.people import NotAsExpected
from benchmarks.report import ms
from benchmarks.server import served

WORKERS = 2  # of gunicorn, as `make serve` starts it unless told otherwise
AT_ONCE = 100  # visits under way; whoever comes then waits, and the waiting counts
GRACE = 60  # seconds after the last visit was due
FAILURES = (NotAsExpected, OSError, HTTPException)  # no answer, or not the one expected
HEADINGS = (
    "asked/s",
    "carried/s",
    "p50 ms",
    "p95 ms",
    "p99 ms",
    "failed",
    "app CPU %",
    "DB CPU %",
    "generator CPU %",
)


class Ended(NamedTuple):
    """A visit that went well: seconds after the start, and its latency."""

    at: float
    latency: float


@dataclass(frozen=True)
class Outcome:
    """What became of the visits of one rate."""

    well: list[Ended]
    failed: int

    def percentile(self, per_cent: int) -> float:
        """The latency that so many per cent of the visits did not exceed; 0 without any."""
        ordered = sorted(visit.latency for visit in self.well)
        return ordered[min(len(ordered) * per_cent // 100, len(ordered) - 1)] if ordered else 0.0

    def carried(self, seconds: float) -> int:
        """How many went well within so many seconds."""
        return sum(visit.at <= seconds for visit in self.well)


def under_load(people: int, rates: list[float], seconds: float) -> Iterator[list[str]]:
    """One row for each rate (visits per second)."""
    with served(WORKERS) as (port, gunicorn):
        visits = Crowd(port, people).visits()
        trees = trees_of(gunicorn)
        for rate in rates:
            yield _row(visits, rate, seconds, trees)


def _row(visits: dict[str, Visit], rate: float, seconds: float, trees: Trees) -> list[str]:
    start, own = perf_counter(), process_time()
    before = trees.seconds()
    outcome = run(visits, schedule(rate, seconds), seconds)
    elapsed = perf_counter() - start
    used = [after - earlier for after, earlier in zip(trees.seconds(), before, strict=True)]
    shares = [*used, process_time() - own]
    return [
        f"{rate:g}",
        f"{outcome.carried(seconds) / seconds:.1f}",
        *(ms(outcome.percentile(per_cent)) for per_cent in (50, 95, 99)),
        f"{outcome.failed}",
        *(f"{share / elapsed * 100:.0f}" for share in shares),
    ]


def schedule(rate: float, seconds: float) -> list[tuple[float, str, int]]:
    """When, which kind, and the number that the visit's chance starts from; always the same.

    Exactly as many as the rate says, at moments that know nothing of one another.
    """
    chance = Random(f"{rate} {seconds}")
    moments = sorted(chance.uniform(0, seconds) for _visit in range(max(round(rate * seconds), 1)))
    kinds = chance.choices(list(MIX), list(MIX.values()), k=len(moments))
    return [
        (due, kind, chance.randrange(1_000_000)) for due, kind in zip(moments, kinds, strict=True)
    ]


def run(visits: dict[str, Visit], planned: list[tuple[float, str, int]], seconds: float) -> Outcome:
    """Carry out the plan. A visit that has not begun GRACE seconds after its end has failed."""
    start = perf_counter()

    def pay(due: float, kind: str, seed: int) -> Ended:
        visits[kind](Random(seed))
        at = perf_counter() - start
        return Ended(at, at - due)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        paid = []
        for due, kind, seed in planned:
            sleep(max(0.0, start + due - perf_counter()))
            paid.append(pool.submit(pay, due, kind, seed))
        for visit in wait(paid, timeout=start + seconds + GRACE - perf_counter()).not_done:
            visit.cancel()
    well = [visit.result() for visit in paid if not visit.cancelled() and _went_well(visit)]
    return Outcome(well, len(paid) - len(well))


def _went_well(visit: "Future[Ended]") -> bool:
    """False for what a site under too much load does; anything else is a fault of ours."""
    error = visit.exception()
    if error is not None and not isinstance(error, FAILURES):
        raise error
    return error is None
