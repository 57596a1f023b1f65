"""A filing beside the same unit's neighbouring years, whichever of them was filed first.

Two years that differ are one question, and it is asked once: `concerns` says at which of them.
"""

from collections.abc import Iterator
from decimal import Decimal
from math import log

from inventory.lines import Kind as LineKind
from inventory.lines import line_of
from inventory.plausibility.alone import POWER
from inventory.plausibility.case import Case, Neighbour
from inventory.plausibility.figures import Figures, LineFigure, digits
from inventory.plausibility.findings import Finding, Key, Kind
from inventory.plausibility.thresholds import Nature, Thresholds

ZERO = Decimal(0)
LPG = "lpg"
LITRES_PER_KG, NEAR = 1.85, 0.45  # of liquefied gas: 0.54 kg a litre; in logarithms
PLAUSIBLE, BEYOND, PATTERN = 4.0, 8.0, 6.0  # in standard deviations; see `surprise`


def beside_years(case: Case) -> Iterator[Finding]:
    """Changes, swaps, repeated years and missing months; of each line the strongest change."""
    if case.is_whole and not case.figures.used:
        return  # asked once, as nothing used at all
    strongest: dict[Key, Finding] = {}
    for neighbour in case.neighbours:
        for finding in _changes(case, neighbour):
            known = strongest.get(finding.key)
            if known is None or finding.strength > known.strength:
                strongest[finding.key] = finding
        yield from _same_year(case, neighbour)
    yield from strongest.values()
    yield from _month(case, strongest)


def differs(now: LineFigure, before: LineFigure, limits: Thresholds) -> bool:
    """Whether two quantities of a line differ by more than the per cent, or one is nothing."""
    if now.is_used != before.is_used:
        return True
    difference = abs(now.quantity - before.quantity) * 100
    return difference > before.quantity * limits.per_cent


def weighs(key: Key, now: LineFigure, before: LineFigure, case: Case, other: Figures) -> Decimal:
    """kg CO2e that the difference moves; 0 where that is too little to be asked about.

    By what a unit of the line is worth in the filing that is judged: another year's factor moves
    nothing here.
    """
    limits, nature = case.thresholds, case.thresholds.nature_of(key)
    kg = _moved(key, now, before)
    share = nature.changes if now.is_used and before.is_used else nature.comes
    most = line_of(key[1]).most
    is_large = most is not None and abs(now.quantity - before.quantity) > limits.of_bound * most
    if is_large:
        return kg
    total = common_total(case.figures, other)
    return kg if kg >= limits.min_kg and kg >= share * total else ZERO


def concerns(case: Case, neighbour: Neighbour, key: Key) -> bool:
    """Whether it is the judged filing that the difference is asked of, and not the neighbour.

    Where it was explained with these figures, it stays. What was confirmed is settled. Of three
    years the one that stands alone is asked, else the one that was saved last.
    """
    limits = case.thresholds
    now, before = case.figures.get(key), neighbour.figures.get(key)
    if (key, now.quantity, before.quantity) in case.held:
        return True
    if (key, before.quantity, now.quantity) in neighbour.explained:
        return False
    if case.is_settled != neighbour.is_settled:
        return neighbour.is_settled
    # The year beyond each of the two says more of it than the one beyond the other does; that one
    # is asked where neither has a year that it agrees with, as where the middle one is wrong.
    aside = [one.figures for one in case.neighbours if one is not neighbour and key[1] in one.asked]
    beyond = [] if neighbour.beyond is None else [neighbour.beyond]
    mine, theirs = _agrees(now, aside, key, limits), _agrees(before, beyond, key, limits)
    if not mine and not theirs:
        mine, theirs = _agrees(now, beyond, key, limits), _agrees(before, aside, key, limits)
    if mine != theirs:
        return theirs
    return not neighbour.is_later


def _agrees(figure: LineFigure, others: list[Figures], key: Key, limits: Thresholds) -> bool:
    return any(not differs(figure, one.get(key), limits) for one in others)


def common_total(one: Figures, other: Figures) -> Decimal:
    """kg CO2e of the smaller of two years: one line that is a thousand times too large would
    otherwise hide all others. Of the larger where the smaller is nothing.
    """
    totals = [total for total in (one.kg, other.kg) if total]
    return min(totals, default=ZERO)


def surprise(ratio: Decimal, nature: Nature) -> float:
    """How improbable a change by this factor is.

    Within a factor of e it is hardly more so the larger it is: a building more is no rarer than
    half of one. Beyond, hardly anything but an error is that far.
    """
    far = abs(log(ratio))
    return min(far / nature.deviation, PLAUSIBLE) + BEYOND * max(0.0, far - 1)


def likeness_to_litres(key: Key, now: LineFigure, before: LineFigure) -> float:
    """From 0 to 1: whether liquefied gas changed as if litres stood where kilograms should, or the
    reverse. A year moves it beside, so near is likely too.
    """
    if key[1] != LPG:
        return 0.0
    away = abs(abs(log(now.quantity / before.quantity)) - log(LITRES_PER_KG))
    return max(0.0, 1 - away / NEAR)


def _moved(key: Key, now: LineFigure, before: LineFigure) -> Decimal:
    if line_of(key[1]).kind is not LineKind.SINGLE:
        return abs(now.kg - before.kg)
    if not now.quantity:
        return before.kg
    return abs(now.quantity - before.quantity) * now.kg / now.quantity


def _changes(case: Case, neighbour: Neighbour) -> Iterator[Finding]:
    for key, now in case.figures.lines.items():
        before = neighbour.figures.get(key)
        if key[1] not in neighbour.asked or not (now.is_used or before.is_used):
            continue
        if not differs(now, before, case.thresholds):
            continue
        kg = weighs(key, now, before, case, neighbour.figures)
        if kg and concerns(case, neighbour, key):
            yield _finding(case, neighbour, key, kg)


def _finding(case: Case, neighbour: Neighbour, key: Key, kg: Decimal) -> Finding:
    now, before = case.figures.get(key), neighbour.figures.get(key)
    share = float(kg / max(common_total(case.figures, neighbour.figures), kg, Decimal(1)))
    nature = case.thresholds.nature_of(key)
    figures = {"now": now.quantity, "before": before.quantity, "year": neighbour.year}
    if not before.is_used or not now.is_used:
        kind = Kind.APPEARED if now.is_used else Kind.VANISHED
        return Finding(kind, key, kg, nature.rare + 4 * share, **figures)  # type: ignore[arg-type]
    other = _swapped_with(case, neighbour, key)
    kind = Kind.SWAPPED if other else Kind.CHANGED
    strength = surprise(now.quantity / before.quantity, nature)
    strength += PATTERN * max(float(bool(other)), likeness_to_litres(key, now, before))
    return Finding(kind, key, kg, strength, other=other, **figures)  # type: ignore[arg-type]


def _swapped_with(case: Case, neighbour: Neighbour, key: Key) -> str:
    """The line of the same operation that has what this one should, and the other way round."""
    limits = case.thresholds
    now, before = case.figures.get(key), neighbour.figures.get(key)
    for other, its_now in case.figures.used.items():
        its_before = neighbour.figures.get(other)
        if other == key or other[0] != key[0] or not its_before.is_used:
            continue
        if not differs(its_now, its_before, limits):
            continue
        if not differs(now, its_before, limits) and not differs(its_now, before, limits):
            return other[1]
    return ""


def _same_year(case: Case, neighbour: Neighbour) -> Iterator[Finding]:
    """Most of the kilograms stand on lines whose numbers are those of the other year."""
    used = case.figures.used
    same = {
        key: line
        for key, line in used.items()
        if line.typed == neighbour.figures.get(key).typed and key[1] in neighbour.asked
    }
    kg = sum((line.kg for line in same.values()), ZERO)
    limits = case.thresholds
    if not same or kg < limits.same_share * case.figures.kg:
        return
    if digits(number for line in same.values() for number in line.typed) < limits.same_digits:
        return
    key = max(same, key=lambda one: same[one].kg)
    now = same[key].quantity
    is_held = (key, now, now) in case.held
    is_theirs = (key, now, now) in neighbour.explained
    if is_held or not (neighbour.is_later or is_theirs):
        yield Finding(Kind.SAME_YEAR, key, kg, 5.0, now, now, neighbour.year)


def _month(case: Case, changes: dict[Key, Finding]) -> Iterator[Finding]:
    """Less by about a month of electricity than every neighbouring year: a bill may be missing.

    Many true figures are like that, so it is told and no reason is asked.
    """
    limits, now = case.thresholds, case.figures.get(POWER)
    if not now.is_used or POWER in changes or not case.neighbours:
        return
    befores = [one.figures.get(POWER).quantity for one in case.neighbours]
    if not all(befores):
        return
    parts = [(before - now.quantity) / before for before in befores]
    if all(limits.month_from <= part <= limits.month_to for part in parts):
        least = min(befores)
        neighbour = next(one for one in case.neighbours if one.figures.get(POWER).quantity == least)
        kg = now.kg * (least - now.quantity) / now.quantity
        strength = 1 - abs(float(min(parts)) - 1 / 12) * 10
        figures = {"now": now.quantity, "before": least, "year": neighbour.year}
        yield Finding(Kind.MONTH, POWER, kg, strength, asks=False, **figures)  # type: ignore[arg-type]
