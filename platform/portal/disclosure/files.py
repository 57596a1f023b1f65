"""公開資訊 as files: whoever adds their rows up gets the totals of the page."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from inventory.basis.sums import LineSum
from inventory.calculator import group_of
from inventory.lines import Operation, line_of
from inventory.models import FIRST_ROC_YEAR
from portal.disclosure.totals import CountyYear, Disclosure

LICENCE = _("政府資料開放授權條款－第1版")
LICENCE_ADDRESS = "https://data.gov.tw/license"
AS_FILED = "as filed"

COLUMNS = (
    "county_code",
    "county",
    "roc_year",
    "year",
    "source_code",
    "source",
    "own_kg_co2e",
    "outsourced_kg_co2e",
    "units_published",
    "units_owing",
    "uncounted_items",
    "gwp_edition",
    "gwp_editions_filed",
    "factor_sets",
)
# is_biogenic: of 1 nothing is in any total. entries_without_gwp: on another edition, entries that
# a gas without a value in it leaves out; their filed_kg_co2e are then in no row but theirs.
GAS_COLUMNS = (
    "county_code",
    "roc_year",
    "year",
    "operation",
    "iso14064_category",
    "source_code",
    "line_code",
    "gas",
    "gas_group",
    "is_biogenic",
    "kg_co2e",
    "gas_kg",
    "gwp_edition",
    "entries_without_gwp",
    "filed_kg_co2e",
)


class _Echo:
    """A file that hands back what is written to it, so that csv can stream."""

    def write(self, text: str) -> str:
        return text


def _written(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """A CSV file, line by line; the mark in front is for Excel."""
    writer = csv.writer(_Echo())
    yield "\ufeff"
    yield writer.writerow(columns)
    for row in rows:
        yield writer.writerow(row)


def as_csv(disclosure: Disclosure) -> Iterator[str]:
    """The rows of the page."""
    rows = (row for group in disclosure.groups for row in _rows(group, disclosure.edition))
    return _written(COLUMNS, rows)


def _rows(group: CountyYear, edition: str) -> Iterator[Sequence[Any]]:
    basis = group.basis
    editions = " ".join(name for name, _number in basis.editions)
    sets = " ".join(use.factor_set.slug for use in basis.uses)
    for row in group.rows:
        yield (
            group.county_code,
            group.name,
            group.year,
            group.gregorian,
            row.source.code,
            row.label,
            row.own_kg,
            row.outsourced_kg,
            group.published,
            group.owing,
            row.uncounted,
            edition or AS_FILED,
            editions,
            sets,
        )


def gases_as_csv(sums: Iterable[LineSum], edition: str) -> Iterator[str]:
    """Every line by gas: the rows of a source that are not biogenic add up to the page's figure."""
    return _written(GAS_COLUMNS, (row for one in _merged(sums) for row in _gas_rows(*one, edition)))


Place = tuple[str, int, str, str]  # county, ROC year, operation, line


def _merged(
    sums: Iterable[LineSum],
) -> Iterator[tuple[Place, dict[tuple[str, bool], list[Any]], int, Decimal]]:
    """Lines that come several times (other factors, older versions) in one, in a fixed order."""
    gases: dict[Place, dict[tuple[str, bool], list[Any]]] = {}
    missing: dict[Place, tuple[int, Decimal]] = {}
    for one in sums:
        place = (one.county, one.year, one.operation, one.line)
        at = gases.setdefault(place, {})
        for share in one.shares:
            amount = at.setdefault((share.gas, share.is_biogenic), [Decimal(0), None])
            amount[0] += share.kg
            if share.gas_kg is not None:
                amount[1] = (amount[1] or Decimal(0)) + share.gas_kg
        if one.missing:
            number, kg = missing.get(place, (0, Decimal(0)))
            missing[place] = (number + one.entries, kg + one.filed_kg)
    for place in sorted(gases, key=lambda one: (-one[1], *one)):
        yield place, gases[place], *missing.get(place, (0, Decimal(0)))


def _gas_rows(
    place: Place,
    gases: dict[tuple[str, bool], list[Any]],
    missing: int,
    filed_kg: Decimal,
    edition: str,
) -> Iterator[Sequence[Any]]:
    county, year, operation, code = place
    line = line_of(code)
    category = line.category_of(Operation(operation)).value
    start = (county, year, year + FIRST_ROC_YEAR, operation, category, line.source.code, code)
    end = edition or AS_FILED
    for (gas, is_biogenic), (kg, gas_kg) in sorted(gases.items()):
        yield (*start, gas, group_of(gas), int(is_biogenic), kg, gas_kg, end, 0, "")
    if missing:
        yield (*start, "", "", 0, "", "", end, missing, filed_kg)
