"""How the units of a category spread, made for a whole year at once.

The rule: a command makes them anew every night for the years that are open, and whenever it is
called. In between every save reads what stands there, so that none has to look at the others.
"""

from collections import defaultdict
from collections.abc import Iterator

from django.db import transaction

from inventory.lines import Kind, line_of
from inventory.models import Entry, SiblingSpread
from inventory.plausibility.case import PER_AREA, PER_PERSON, QUANTITY
from inventory.plausibility.siblings import Spread, spread_of
from inventory.states import Status

COUNTED = (Status.DRAFT, Status.COMPLETED, Status.CONFIRMED, Status.RETURNED)
Place = tuple[str | None, str, str, str, str]  # county, category, operation, line, measure


@transaction.atomic
def make_spreads(year: int) -> int:
    """Make the year's spreads anew, of each county and of all; return how many there are."""
    values: dict[Place, list[float]] = defaultdict(list)
    for (county, *within), value in _values(year):
        for where in (county, None):
            values[where, *within].append(value)  # type: ignore[index]
    spreads = ((place, spread_of(some)) for place, some in values.items())
    rows = [_row(year, place, spread) for place, spread in spreads if spread is not None]
    SiblingSpread.objects.filter(year_id=year).delete()
    SiblingSpread.objects.bulk_create(rows, batch_size=2_000)
    return len(rows)


def _values(year: int) -> Iterator[tuple[Place, float]]:
    """Place and value, of each unit that used a line."""
    rows = (
        Entry.objects.filter(filing__year=year, filing__status__in=COUNTED, quantity__gt=0)
        .exclude(filing__unit__category="")
        .values_list(
            "filing__unit__county",
            "filing__unit__category",
            "operation",
            "line",
            "quantity",
            "filing__unit__persons",
            "filing__unit__floor_area",
        )
    )
    for county, category, operation, line, quantity, persons, area in rows.iterator():
        if line_of(line).kind is not Kind.SINGLE:
            continue
        for measure, size in ((QUANTITY, 1), (PER_PERSON, persons), (PER_AREA, area)):
            if size:
                yield (
                    (county, category, operation, line, measure),
                    float(quantity or 0) / float(size),
                )


def _row(year: int, place: Place, spread: Spread) -> SiblingSpread:
    county, category, operation, line, measure = place
    return SiblingSpread(
        year_id=year,
        county_id=county,
        category=category,
        operation=operation,
        line=line,
        measure=measure,
        count=spread.count,
        middle=spread.middle,
        deviation=spread.deviation,
    )
