"""What looks improbable in a filing by itself: bounds, shares, one number over again."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from math import log10

from inventory.lines import EXTINGUISHERS, REFRIGERANTS, Operation, line_of
from inventory.plausibility.case import Case
from inventory.plausibility.figures import digits
from inventory.plausibility.findings import Finding, Key, Kind

# Nearly everybody uses it, so this is where it is asked why nothing was used.
POWER: Key = (Operation.OWN.value, "electricity")
COME_AND_GO = (EXTINGUISHERS, REFRIGERANTS)


def alone(case: Case) -> Iterator[Finding]:
    """What needs nothing beside the filing itself."""
    yield from _nothing_used(case)
    yield from _beyond_bounds(case)
    yield from _large_shares(case)
    yield from _repeated(case)
    yield from _of_another_unit(case)


def _nothing_used(case: Case) -> Iterator[Finding]:
    """Complete and empty. Weighs what a neighbouring year had."""
    if case.is_whole and not case.figures.used:
        before = max((one.figures.kg for one in case.neighbours), default=Decimal(0))
        yield Finding(Kind.NOTHING, POWER, before, 12.0)


def _beyond_bounds(case: Case) -> Iterator[Finding]:
    for key, line in case.figures.used.items():
        most = line_of(key[1]).most
        if most is not None and line.quantity > most:
            times = float(line.quantity / most)
            yield Finding(Kind.BOUND, key, line.kg, 10 + 4 * log10(times), line.quantity)


def _large_shares(case: Case) -> Iterator[Finding]:
    """A refill is no unit's main emission; where it is, the heaviest line of it is asked."""
    limits, total = case.thresholds, case.figures.kg
    refills = {
        key: line for key, line in case.figures.used.items() if line_of(key[1]).group in COME_AND_GO
    }
    kg = sum((line.kg for line in refills.values()), Decimal(0))
    if refills and kg > limits.min_kg and kg > limits.max_share * total:
        key = max(refills, key=lambda one: refills[one].kg)
        yield Finding(Kind.SHARE, key, kg, 6.0, refills[key].quantity)


def _repeated(case: Case) -> Iterator[Finding]:
    """One number on many lines was typed without looking. Each of the lines is asked."""
    places: dict[Decimal, list[Key]] = defaultdict(list)
    for key, line in case.figures.used.items():
        for number in set(line.typed):
            places[number].append(key)
    for number, keys in places.items():
        is_many = len(keys) >= case.thresholds.repeated
        if is_many and digits([number]) >= case.thresholds.repeated_digits:
            for key in keys:
                yield Finding(Kind.REPEATED, key, case.figures.get(key).kg, 8.0, number)


def _of_another_unit(case: Case) -> Iterator[Finding]:
    if case.twins and case.figures.used:
        used = case.figures.used
        key = max(used, key=lambda one: used[one].kg)
        yield Finding(Kind.SAME_UNIT, key, case.figures.kg, 11.0, used[key].quantity)
