"""python -m tests.inventory.plausibility: measures seeded counties, writes docs/plausibility.md."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

from inventory.plausibility.thresholds import Nature, thresholds_of
from tests.inventory.plausibility.counties import COUNTY_WIDE, TRULY_CHANGED, YEARS
from tests.inventory.plausibility.errors import KINDS, MAY_STAND_LOWER
from tests.inventory.plausibility.measuring import SEEDS, SIZES, Tally, clean, measure

PAGE = Path("docs/plausibility.md")
HEAD = """\
Made by `python -m tests.inventory.plausibility`; change the thresholds, then run it again.

Rules: `inventory/plausibility/`. A finding stands at one line of one filing, with the kilograms in
doubt. A difference between two years is asked once: where it was explained with these figures;
never of what was confirmed; of three years at the one that stands alone; else at the one that was
saved last. A place in the order is improbability (robust standard deviations) × (2 + log10 of the
kilograms); what asks stands before what is only told."""
COUNTED = """\
An error is planted where the line has at least 5 % of the filing's kilograms. "Counted" is found
and within the first 2 × k rows, or found where the kind may stand lower. Where there are more
errors than units, the rest are second ones, on another line of the same filing."""
LIMITS = """\
The counties are invented: their spreads stand in `tests/inventory/plausibility/counties.py`, and
real histories may be more restless. One bill of twelve is within what true figures move by; it is
told for those whose other years agree with it and missed for the rest. A unit's first year without
siblings is held against the bounds of its lines only, and is therefore not confirmed in bulk."""
DERIVED = {
    "per_cent": "the procedure's own ± 30 %, against a neighbouring year",
    "steady": "metered and bought every year: electricity, gas, vehicle fuel",
    "erratic": "refills, generators, named energies come and go: only a third of the total asks",
    "of_bound": "a change beyond this part of the line's bound asks in any unit",
    "min_kg": "what a small car emits in an hour: a change of less is nobody's time",
    "siblings": "fewer than five would let one be guessed from the others",
    "distance": "of a normal distribution one in 100,000; sizes of units have longer tails",
    "agreeing_distance": "the same level was asked about in the neighbouring year",
    "least_deviation": "units of a category differ by 40 % even where five happen to be alike",
    "sibling_share": "of the filing's total, where a line is more than its kind uses",
    "max_share": "all refills together; a recharged chiller of a school stays below",
    "repeated": "lines with one number",
    "repeated_digits": "12 may stand on three lines, 123 does not by chance",
    "same_share": "of the total: lines that equal a neighbouring year's to the digit",
    "same_digits": "four digits agree by chance once in thousands",
    "month_from": "a month of twelve is 8.3 %; noise blurs it",
    "month_to": "as above; two months are asked at 30 % only with other signs",
}


def page() -> str:
    """The whole page."""
    return "\n".join([*_head(), *_thresholds(), *_found(), *_kinds(), *_vain(), *_limits(), ""])


def _head() -> Iterator[str]:
    yield "# What asks for a reason, and what it finds"
    yield ""
    yield HEAD


def _thresholds() -> Iterator[str]:
    yield ""
    yield "## Thresholds of the edition"
    yield ""
    yield "| threshold | value | from |"
    yield "|---|---|---|"
    limits = thresholds_of(YEARS[-1])
    for one in fields(limits):
        value = getattr(limits, one.name)
        if isinstance(value, Nature):
            value = (
                f"change ≥ {value.changes} or coming and going ≥ {value.comes} of the total; "
                f"yearly deviation {value.deviation}"
            )
        yield f"| `{one.name}` | {value} | {DERIVED[one.name]} |"


def _found() -> Iterator[str]:
    yield ""
    yield "## Planted errors"
    yield ""
    sizes = ", ".join(map(str, SIZES))
    yield f"Counties of {sizes} units with three years each, {SEEDS} seeds, errors in one year."
    yield f"Truly changed by a third or more: {TRULY_CHANGED:.1%} of the filings;"
    yield f"weather of a county ± {COUNTY_WIDE:.0%}."
    yield COUNTED
    yield ""
    yield "| units | k | planted | found | in the first 2 × k | counted |"
    yield "|---|---|---|---|---|---|"
    for (size, number), tally in TALLIES.items():
        parts = (
            f"{tally.part(tally.found):.1%} | {tally.part(tally.in_front):.1%} | {tally.good:.1%}"
        )
        yield f"| {size} | {number} | {sum(tally.planted.values())} | {parts} |"


def _kinds() -> Iterator[str]:
    yield ""
    yield "| kind | planted | found | missed | in the first 2 × k | lowest of 700 (k 1/4/10) |"
    yield "|---|---|---|---|---|---|"
    whole = Tally()
    for tally in TALLIES.values():
        whole.add(tally)
    for kind in KINDS:
        planted, found = whole.planted[kind], whole.found[kind]
        rows = [t.rows[kind] for (size, _number), t in TALLIES.items() if size == max(SIZES)]
        lowest = " / ".join(str(max(some, default="–")) for some in rows)
        lower = " (may stand lower)" if kind in MAY_STAND_LOWER else ""
        front = whole.in_front[kind]
        yield f"| {kind}{lower} | {planted} | {found} | {planted - found} | {front} | {lowest} |"


def _vain() -> Iterator[str]:
    yield ""
    yield "## Asked in vain"
    yield ""
    yield "The same counties without an error. What is only told is a missing month."
    yield ""
    yield "| units | filings | asked | told only | by kind of finding |"
    yield "|---|---|---|---|---|"
    for size in SIZES:
        counties = [clean(size, seed) for seed in range(SEEDS)]
        filings, asked, told = (sum(one[at] for one in counties) for at in range(3))
        kinds: Counter[str] = sum((one[3] for one in counties), Counter())
        words = ", ".join(f"{kind} {number}" for kind, number in kinds.most_common())
        yield f"| {size} | {filings} | {asked / filings:.1%} | {told / filings:.1%} | {words} |"


def _limits() -> Iterator[str]:
    yield ""
    yield "## What this does not prove"
    yield ""
    yield LIMITS


TALLIES = measure()

if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
