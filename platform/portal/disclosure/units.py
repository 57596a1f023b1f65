"""From a published total down to its units, and from a unit to the sums of its lines."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, QuerySet, Sum

from accounts.models import CODE_PATTERN, County
from inventory.basis.breakdown import Breakdown, breakdown_of
from inventory.basis.sets import Basis, of_public_version, sets_of, uses_of
from inventory.entries.statement import FilingStatement, lay_out
from inventory.models import Factor, Filing, FilingQuerySet, FilingVersion
from inventory.published import (
    IS_OLDER,
    content_of,
    public_filings,
    uncounted_of,
    with_public_figures,
)
from inventory.scope import MAX_YEAR
from inventory.states import Status


@dataclass(frozen=True, slots=True)
class CountyUnits:
    """The published filings of one county and year; the totals are over all of them."""

    county: County
    filings: QuerySet[Filing]
    number: int
    newer: int  # of them have a newer version, which is not confirmed
    own_kg: Decimal
    outsourced_kg: Decimal
    basis: Basis


@dataclass(frozen=True, slots=True)
class UnitShown:
    """What is public of one filing: the version, and its lines with their sums."""

    filing: Filing
    version: FilingVersion
    statement: FilingStatement
    outsourced_scope: str
    breakdown: Breakdown

    @property
    def status(self) -> Status:
        """Why the version is public: it was confirmed, or stood completed when its year closed."""
        is_confirmed = self.version.number == self.filing.confirmed_version
        return Status.CONFIRMED if is_confirmed else Status.COMPLETED


def units_of(day: date, year: int, letter: str) -> CountyUnits:
    """What a county has published for a year, unit by unit, in the year's tree.

    Raises Filing.DoesNotExist where that is nothing, or no such county or year exists.
    """
    if not 0 < year <= MAX_YEAR or not re.fullmatch("[a-z]", letter):
        raise Filing.DoesNotExist
    shown = with_public_figures(public_filings(day).filter(year=year, unit__county=letter))
    sums = shown.aggregate(
        number=Count("pk"),
        newer=Count("pk", filter=IS_OLDER),
        own=Sum("public_own_kg"),
        outsourced=Sum("public_outsourced_kg"),
    )
    if not sums["number"]:
        raise Filing.DoesNotExist
    filings = shown.select_related("unit", "year").order_by("path")
    county = County.objects.get(pk=letter)
    basis = _basis(shown, sums["number"], year, county)
    return CountyUnits(
        county, filings, sums["number"], sums["newer"], sums["own"], sums["outsourced"], basis
    )


def _basis(shown: FilingQuerySet, number: int, year: int, county: County) -> Basis:
    """What the county's total of a year is made of."""
    by_set = shown.order_by().annotate(public_set=of_public_version()).values_list("public_set")
    numbers = dict(by_set.annotate(number=Count("pk")))
    owed = Filing.objects.filter(year=year, unit__county=county).exclude(status=Status.EXCUSED)
    uses = uses_of(numbers, (), sets_of(numbers))
    return Basis(uses, number, owed.count(), uncounted_of(shown))


def unit_of(day: date, year: int, code: str) -> UnitShown:
    """What is public of a unit's filing. Raises Filing.DoesNotExist for anything that is not.

    Last year's figures are left out: they may not be public.
    """
    if not 0 < year <= MAX_YEAR or not re.fullmatch(CODE_PATTERN, code):
        raise Filing.DoesNotExist
    filings = public_filings(day).select_related("year", "unit__county")
    filing = filings.get(year=year, unit__code=code)
    versions = filing.versions.select_related("factor_set")
    version = versions.get(number=filing.published_version or filing.version)
    entries, outsourced_scope = content_of(filing, version)
    ids = {term["factor"] for entry in entries for term in entry.terms}
    statement = lay_out(filing, entries, [], Factor.objects.in_bulk(ids))
    return UnitShown(filing, version, statement, outsourced_scope, breakdown_of(entries))
