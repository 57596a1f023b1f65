"""A filing beside units of its kind. What is told is that it is far, never a figure of theirs."""

from collections.abc import Iterator

from inventory.plausibility.case import PER_AREA, PER_PERSON, QUANTITY, Case
from inventory.plausibility.findings import Finding, Key, Kind
from inventory.plausibility.neighbours import differs

# The size of a unit explains more than its category does, so it goes first where it is known.
MEASURES = (PER_AREA, PER_PERSON, QUANTITY)


def beside_siblings(case: Case) -> Iterator[Finding]:
    """Lines that weigh and are far from those of at least five units of the category.

    kg: the line's own, for the difference would tell the others' median.
    """
    limits = case.thresholds
    for key, line in case.figures.used.items():
        distance = distance_of(case, key)
        if distance is None or line.kg < limits.min_kg:
            continue
        needed = limits.agreeing_distance if _agrees(case, key) else limits.distance
        is_small = line.kg < limits.sibling_share * case.figures.kg
        if abs(distance) >= needed and (distance < 0 or not is_small):
            yield Finding(Kind.SIBLINGS, key, line.kg, abs(distance), line.quantity)


def distance_of(case: Case, key: Key) -> float | None:
    """How far a used line is from its kind, by the best measure that is known; None for none."""
    for measure in MEASURES:
        spread, size = case.spreads.get((measure, key)), case.size.per(measure)
        if spread is not None and size is not None and spread.count >= case.thresholds.siblings:
            value = float(case.figures.get(key).quantity / size)
            return spread.distance(value, case.thresholds.least_deviation) if value > 0 else None
    return None


def _agrees(case: Case, key: Key) -> bool:
    """Whether a neighbouring year has about the same."""
    now = case.figures.get(key)
    return any(
        not differs(now, one.figures.get(key), case.thresholds)
        for one in case.neighbours
        if key[1] in one.asked
    )
