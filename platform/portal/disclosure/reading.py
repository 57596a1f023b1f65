"""What 公開資訊 reads: the choices that there are, and the figures of one of them."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count

from accounts.models import County
from inventory.basis.sets import of_public_version, sets_of
from inventory.basis.sums import LineSum, public_line_sums
from inventory.entries.naming import why_uncounted
from inventory.lines import line_of
from inventory.models import Filing
from inventory.published import IS_OLDER, public_filings, sums_by_line
from inventory.read_snapshot import read_snapshot
from inventory.states import Status
from portal.disclosure.totals import CountyYear, Disclosure

KG = "sum(entry.kg)"
IS_UNCOUNTED = "entry.kg IS NULL AND entry.quantity > 0"
UNCOUNTED_NAME = f"CASE WHEN {IS_UNCOUNTED} THEN entry.name ELSE '' END"
NOTHING = Decimal("0.0000")
Groups = dict[tuple[str, int], CountyYear]


def choices(day: date) -> tuple[list[County], list[int]]:
    """The counties and the years, newest first, of which something is published."""
    shown = public_filings(day)
    counties = County.objects.filter(pk__in=shown.values("unit__county"))
    years = shown.order_by("-year").values_list("year", flat=True).distinct()
    return list(counties), list(years)


def read(
    day: date,
    *,
    county: str = "",
    year: int | None = None,
    edition: str = "",
    with_gases: bool = False,
) -> Disclosure:
    """What is published for a county (else all) and a year (else all), in five queries.

    edition: with that edition's GWP, "" as filed. For another edition, or with gases, at most
    five queries more. They read one moment: a filing that is published meanwhile is in all of it
    or in none.
    """
    chosen: dict[str, Any] = {}
    if county:
        chosen["unit__county"] = county
    if year is not None:
        chosen["year"] = year
    with read_snapshot():
        groups = _groups(day, chosen)
        _add_figures(groups, day, chosen, is_filed=not edition)
        if edition or with_gases:
            shown = public_filings(day).filter(**chosen)
            _add_gases(groups, public_line_sums(shown, edition), is_filed=not edition)
        _know_sets(groups.values())
    return Disclosure(list(groups.values()), edition, bool(edition) or with_gases)


def line_sums(day: date, county: str, year: int | None, edition: str) -> Iterator[LineSum]:
    """Every line of every county and year by gas, for a file."""
    chosen: dict[str, Any] = {"unit__county": county} if county else {}
    if year is not None:
        chosen["year"] = year
    return public_line_sums(public_filings(day).filter(**chosen), edition)


def _groups(day: date, chosen: dict[str, Any]) -> Groups:
    """A county's year with how many units owe a filing in it and how many are published."""
    group = ("unit__county", "year")
    owed = Filing.objects.filter(**chosen).exclude(status=Status.EXCUSED)
    owing = owed.values(*group).order_by().annotate(number=Count("pk"))
    owing_at = {(row["unit__county"], row["year"]): row["number"] for row in owing}
    counted = (
        public_filings(day)
        .filter(**chosen)
        .annotate(public_set=of_public_version())
        .values_list(*group, "unit__county__name", "unit__county__name_en", "public_set")
        .order_by("-year", "unit__county__order", "unit__county")
        .annotate(number=Count("pk"), newer=Count("pk", filter=IS_OLDER))
    )
    found: Groups = {}
    for code, year, name, name_en, factor_set, number, newer in counted:
        owing_here = owing_at[code, year]
        one = found.setdefault((code, year), CountyYear(name, name_en, code, year, owing_here))
        one.filings[factor_set] += number
        one.newer += newer
    return found


def _add_figures(groups: Groups, day: date, chosen: dict[str, Any], *, is_filed: bool) -> None:
    """Kilograms as they were filed, and what is in no total whatever the edition."""
    shown = public_filings(day).filter(**chosen)
    uncounted_items = f"count(*) FILTER (WHERE {IS_UNCOUNTED})"
    sums = sums_by_line(shown, KG, uncounted_items, by=UNCOUNTED_NAME, and_by_set=True)
    for code, year, operation, line, name, factor_set, kg, uncounted in sums:
        group = groups[code, year]
        group.row_of(line).uncounted += uncounted
        if is_filed:
            group.add(operation, line, kg or NOTHING)
        if factor_set:
            group.entry_sets.add(factor_set)
        if uncounted:
            group.reasons[why_uncounted(name, line_of(line), year)] += uncounted


def _add_gases(groups: Groups, sums: Iterable[LineSum], *, is_filed: bool) -> None:
    """Gases; and on another edition the kilograms, and what has none there."""
    for one in sums:
        group = groups[one.county, one.year]
        for share in one.shares:
            group.breakdown.add(one.operation, one.line, share)
        if not is_filed:
            group.add(one.operation, one.line, one.kg)
        if one.missing:
            group.uncomputable.append(one)


def _know_sets(groups: Iterable[CountyYear]) -> None:
    groups = list(groups)
    sets = sets_of(slug for one in groups for slug in {*one.filings, *one.entry_sets})
    for one in groups:
        one.know_sets(sets)
