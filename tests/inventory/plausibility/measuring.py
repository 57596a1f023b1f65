"""What is found of what was planted, where it stands, and what is asked in vain."""

from collections import Counter
from dataclasses import dataclass, field
from random import Random

from inventory.plausibility.findings import Finding
from inventory.plausibility.judging import judge
from inventory.plausibility.ranking import filing_place
from tests.inventory.plausibility.counties import YEARS, cases, county
from tests.inventory.plausibility.errors import KINDS, MAY_STAND_LOWER, Error, plant

SIZES, NUMBERS, SEEDS = (7, 58, 700), (1, 4, 10), 20


@dataclass
class Tally:
    """Over several counties: per kind of error what was planted, found, and in front."""

    planted: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    in_front: Counter[str] = field(default_factory=Counter)
    rows: dict[str, list[int]] = field(default_factory=lambda: {kind: [] for kind in KINDS})

    def part(self, counter: Counter[str], *left_out: str) -> float:
        """What part of the planted errors it is, some kinds left out."""
        kinds = [kind for kind in self.planted if kind not in left_out]
        return sum(counter[kind] for kind in kinds) / sum(self.planted[kind] for kind in kinds)

    def add(self, other: "Tally") -> None:
        """Take another tally in."""
        for name in ("planted", "found", "in_front"):
            getattr(self, name).update(getattr(other, name))
        for kind, rows in other.rows.items():
            self.rows[kind] += rows

    @property
    def good(self) -> float:
        """Found and in front, or found of a kind that may stand lower."""
        number = sum(
            self.found[kind] if kind in MAY_STAND_LOWER else self.in_front[kind]
            for kind in self.planted
        )
        return number / sum(self.planted.values())


def planted(size: int, number: int, seed: int) -> Tally:
    """One county with errors in one of its years, judged and ranked."""
    units, year = county(size, seed), YEARS[seed % len(YEARS)]
    errors = plant(Random(seed + 1_000_003 * number), units, year, number, seed)
    found = [judge(case) for case in cases(units, year)]
    order = sorted(range(size), key=lambda at: filing_place(found[at]), reverse=True)
    tally = Tally()
    for error in errors:
        tally.planted[error.kind] += 1
        if _is_found(error, found[error.at]):
            row = order.index(error.at) + 1
            tally.found[error.kind] += 1
            tally.rows[error.kind].append(row)
            tally.in_front[error.kind] += row <= 2 * number
    return tally


def _is_found(error: Error, findings: list[Finding]) -> bool:
    """At its line; where the whole filing is copied, anywhere."""
    return any(not error.line or finding.key[1] == error.line for finding in findings)


def clean(size: int, seed: int) -> tuple[int, int, int, Counter[str]]:
    """One county without errors: filings, asked, only told, and asked by kind of finding."""
    units, year = county(size, seed), YEARS[seed % len(YEARS)]
    found = [judge(case) for case in cases(units, year)]
    asked = [[one for one in findings if one.asks] for findings in found]
    told = sum(bool(all_) and not some for all_, some in zip(found, asked, strict=True))
    kinds = Counter(one.kind.value for some in asked for one in some)
    return size, sum(map(bool, asked)), told, kinds


def measure() -> dict[tuple[int, int], Tally]:
    """Every size with every number of errors, over all seeds."""
    tallies = {}
    for size in SIZES:
        for number in NUMBERS:
            tally = tallies[size, number] = Tally()
            for seed in range(SEEDS):
                tally.add(planted(size, number, seed))
    return tallies
