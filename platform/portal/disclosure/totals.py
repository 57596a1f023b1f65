"""公開資訊: what is published of the filings, by county, year and source.

Published is one version of a filing (`inventory.published`): the one that the agency above has
confirmed, or the one that stood completed when its due date (or extension) had passed. Drafts
never are. All figures are kg CO2e with four decimals; totals are sums of the rows, and outsourced
amounts stand apart.
"""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import County
from inventory.entries.naming import why_uncounted
from inventory.lines import Heading, Operation, line_of, lines_of
from inventory.models import FIRST_ROC_YEAR, Filing
from inventory.published import IS_OLDER, public_filings, sums_by_line
from inventory.read_snapshot import read_snapshot
from inventory.states import Status

ZERO = Decimal("0.0000")
KG = "sum(entry.kg)"
IS_UNCOUNTED = "entry.kg IS NULL AND entry.quantity > 0"
UNCOUNTED_NAME = f"CASE WHEN {IS_UNCOUNTED} THEN entry.name ELSE '' END"
LICENCE = _("政府資料開放授權條款－第1版")
LICENCE_ADDRESS = "https://data.gov.tw/license"

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
)


@dataclass(slots=True)
class Row:
    """One source of one county and year."""

    source: Heading
    own_kg: Decimal = ZERO
    outsourced_kg: Decimal = ZERO
    uncounted: int = 0  # answers without kilograms: reported, in no total

    @property
    def label(self) -> str | Promise:
        return self.source.label


@dataclass(slots=True)
class CountyYear:
    """What one county has published for one year."""

    name: str
    name_en: str
    county_code: str
    year: int
    published: int
    owing: int
    newer: int  # of the published units have a newer version, which is not confirmed
    sources: dict[str, Row] = field(init=False)
    reasons: Counter[str] = field(default_factory=Counter)  # why they are uncounted, how many

    def __post_init__(self) -> None:
        """A row per source of the year's form; figures of others get one of their own."""
        headings = (line.source for line in lines_of(self.year))
        self.sources = {heading.code: Row(heading) for heading in headings}

    def row_of(self, line: str) -> Row:
        """The row that a line's figures are added to."""
        source = line_of(line).source
        return self.sources.setdefault(source.code, Row(source))

    @property
    def gregorian(self) -> int:
        return self.year + FIRST_ROC_YEAR

    @property
    def rows(self) -> list[Row]:
        return list(self.sources.values())

    @property
    def uncounted(self) -> int:
        return sum(row.uncounted for row in self.rows)

    @property
    def own_kg(self) -> Decimal:
        return sum((row.own_kg for row in self.rows), ZERO)

    @property
    def outsourced_kg(self) -> Decimal:
        return sum((row.outsourced_kg for row in self.rows), ZERO)


@dataclass(frozen=True, slots=True)
class Disclosure:
    """Everything that a choice of county and year shows."""

    groups: list[CountyYear]

    @property
    def own_kg(self) -> Decimal:
        return sum((group.own_kg for group in self.groups), ZERO)

    @property
    def outsourced_kg(self) -> Decimal:
        return sum((group.outsourced_kg for group in self.groups), ZERO)

    @property
    def uncounted(self) -> int:
        return sum(group.uncounted for group in self.groups)

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Why answers are in no total, and how many for each reason, the most frequent first."""
        return sum((group.reasons for group in self.groups), Counter[str]()).most_common()

    def by_source(self) -> list[tuple[str | Promise, Decimal]]:
        """Each source's own operations over all groups, for the chart."""
        found: dict[str, tuple[str | Promise, Decimal]] = {}
        for row in (row for group in self.groups for row in group.rows):
            _label, before = found.get(row.source.code, (row.label, ZERO))
            found[row.source.code] = (row.label, before + row.own_kg)
        return list(found.values())


def choices(day: date) -> tuple[list[County], list[int]]:
    """The counties and the years, newest first, of which something is published."""
    shown = public_filings(day)
    counties = County.objects.filter(pk__in=shown.values("unit__county"))
    years = shown.order_by("-year").values_list("year", flat=True).distinct()
    return list(counties), list(years)


def read(day: date, *, county: str = "", year: int | None = None) -> Disclosure:
    """What is published for a county (else all) and a year (else all), in four queries.

    They read one moment: a filing that is published meanwhile is in all of it or in none.
    """
    with read_snapshot():
        return _read(day, county, year)


def _read(day: date, county: str, year: int | None) -> Disclosure:
    chosen: dict[str, Any] = {}
    if county:
        chosen["unit__county"] = county
    if year is not None:
        chosen["year"] = year
    groups = {(group.county_code, group.year): group for group in _groups(day, chosen)}
    shown = public_filings(day).filter(**chosen)
    sums = sums_by_line(shown, KG, f"count(*) FILTER (WHERE {IS_UNCOUNTED})", by=UNCOUNTED_NAME)
    for code, roc_year, operation, line, name, total, uncounted in sums:
        group = groups[code, roc_year]
        _add(group, operation, line, total or ZERO, uncounted)
        if uncounted:
            group.reasons[why_uncounted(name, line_of(line), roc_year)] += uncounted
    return Disclosure(list(groups.values()))


def _groups(day: date, chosen: dict[str, Any]) -> Iterator[CountyYear]:
    """A county's year with how many units owe a filing in it and how many are published."""
    group = ("unit__county", "year")
    owed = Filing.objects.filter(**chosen).exclude(status=Status.EXCUSED)
    owing = owed.values(*group).order_by().annotate(number=Count("pk"))
    owing_at = {(row["unit__county"], row["year"]): row["number"] for row in owing}
    counted = (
        public_filings(day)
        .filter(**chosen)
        .values_list(*group, "unit__county__name", "unit__county__name_en")
        .order_by("-year", "unit__county__order", "unit__county")
        .annotate(number=Count("pk"), newer=Count("pk", filter=IS_OLDER))
    )
    for code, year, name, name_en, number, newer in counted:
        yield CountyYear(name, name_en, code, year, number, owing_at[code, year], newer)


def _add(group: CountyYear, operation: str, line: str, kg: Decimal, uncounted: int) -> None:
    row = group.row_of(line)
    row.uncounted += uncounted
    if operation == Operation.OWN:
        row.own_kg += kg
    else:
        row.outsourced_kg += kg


class _Echo:
    """A file that hands back what is written to it, so that csv can stream."""

    def write(self, text: str) -> str:
        return text


def as_csv(disclosure: Disclosure) -> Iterable[str]:
    """The rows of the page as a CSV file, line by line; the mark in front is for Excel."""
    writer = csv.writer(_Echo())
    yield "\ufeff"
    yield writer.writerow(COLUMNS)
    for group in disclosure.groups:
        for row in group.rows:
            yield writer.writerow(
                [
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
                ]
            )
