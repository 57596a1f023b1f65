"""From a published total down to its units, and from a unit to the sums of its lines."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, QuerySet, Sum

from accounts.models import CODE_PATTERN, County
from inventory.entries.statement import FilingStatement, lay_out
from inventory.models import Factor, Filing, FilingVersion
from inventory.scope import MAX_YEAR
from inventory.versions.reading import current_version
from portal.disclosure.totals import published


@dataclass(frozen=True, slots=True)
class CountyUnits:
    """The published filings of one county and year; the totals are over all of them."""

    county: County
    filings: QuerySet[Filing]
    number: int
    own_kg: Decimal
    outsourced_kg: Decimal


@dataclass(frozen=True, slots=True)
class UnitShown:
    """One published filing: its lines with their sums, and the version that they are."""

    filing: Filing
    statement: FilingStatement
    version: FilingVersion | None


def units_of(day: date, year: int, letter: str) -> CountyUnits:
    """What a county has published for a year, unit by unit, in the year's tree.

    Raises Filing.DoesNotExist where that is nothing, or no such county or year exists.
    """
    if not 0 < year <= MAX_YEAR or not re.fullmatch("[a-z]", letter):
        raise Filing.DoesNotExist
    shown = published(day).filter(year=year, unit__county=letter)
    sums = shown.aggregate(number=Count("pk"), own=Sum("own_kg"), outsourced=Sum("outsourced_kg"))
    if not sums["number"]:
        raise Filing.DoesNotExist
    filings = shown.select_related("unit", "year").order_by("path")
    county = County.objects.get(pk=letter)
    return CountyUnits(county, filings, sums["number"], sums["own"], sums["outsourced"])


def unit_of(day: date, year: int, code: str) -> UnitShown:
    """A unit's published filing. Raises Filing.DoesNotExist for anything that is not public.

    Last year's figures are left out: they may not be public.
    """
    if not 0 < year <= MAX_YEAR or not re.fullmatch(CODE_PATTERN, code):
        raise Filing.DoesNotExist
    filings = published(day).select_related("year", "unit__county", "factor_set")
    filing = filings.get(year=year, unit__code=code)
    entries = list(filing.entries.all())
    ids = {term["factor"] for entry in entries for term in entry.terms}
    statement = lay_out(filing, entries, [], Factor.objects.in_bulk(ids))
    return UnitShown(filing, statement, current_version(filing))


def is_published(day: date, filing: Filing) -> bool:
    """Whether the public may see the filing's figures."""
    return published(day).filter(pk=filing.pk).exists()
