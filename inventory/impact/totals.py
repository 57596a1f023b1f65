"""What a recompute does to totals: those of the desks and the published ones, county by county.

A desk's total counts every filing as it stands, drafts too; the published one counts the versions
that are public, so no recompute moves it: only confirming what was recomputed does. All figures
are kg CO2e of one year.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db.models import QuerySet, Sum

from accounts.models import County
from inventory.impact.estimate import FilingImpact
from inventory.models import Filing, ReportingYear
from inventory.policies import today
from inventory.published import public_filings, with_public_figures
from inventory.states import FILED, Status

ZERO = Decimal("0.0000")
CHUNK = 500  # filings
Pair = tuple[Decimal, Decimal]  # own operations, outsourced ones
NOTHING: Pair = (ZERO, ZERO)


@dataclass(slots=True)
class Amounts:
    """Of the own operations, or of the outsourced ones.

    desk_before, published: as they stand without the recompute. difference: what it does to the
    desk's total. to_publish: what confirming the recomputed filings would add to the published.
    """

    desk_before: Decimal = ZERO
    difference: Decimal = ZERO
    published: Decimal = ZERO
    to_publish: Decimal = ZERO

    @property
    def desk_after(self) -> Decimal:
        return self.desk_before + self.difference

    @property
    def once_confirmed(self) -> Decimal:
        """What will be published when all that was recomputed and can be confirmed is."""
        return self.published + self.to_publish

    def add(self, other: "Amounts") -> None:
        """Another county's amounts as well."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(slots=True)
class CountyTotals:
    """One county, or all of them where `county` is None.

    filings: how many are recomputed; confirmed: those of them that are 已確認 before it, and
    確認後已修改 after; unable: those that were asked for and cannot be computed.
    """

    county: County | None
    filings: int = 0
    confirmed: int = 0
    unable: int = 0
    own: Amounts = field(default_factory=Amounts)
    outsourced: Amounts = field(default_factory=Amounts)

    @property
    def both(self) -> tuple[Amounts, Amounts]:
        return (self.own, self.outsourced)

    def add(self, other: "CountyTotals") -> None:
        """Another county as well."""
        self.filings += other.filings
        self.confirmed += other.confirmed
        self.unable += other.unable
        for mine, theirs in zip(self.both, other.both, strict=True):
            mine.add(theirs)


@dataclass(frozen=True, slots=True)
class Totals:
    """A year, county by county in the counties' order."""

    counties: tuple[CountyTotals, ...]

    @property
    def whole(self) -> CountyTotals:
        """All counties together."""
        found = CountyTotals(None)
        for one in self.counties:
            found.add(one)
        return found


def totals_after(year: ReportingYear, impacts: Iterable[FilingImpact]) -> Totals:
    """What recomputing these filings would do. Nothing is written.

    Three queries, and one more for every 500 filings.
    """
    found = as_they_stand(year)
    impacts = iter(impacts)
    while chunk := list(islice(impacts, CHUNK)):
        public = _public_figures(chunk)
        for move in chunk:
            _add(found[move.filing.unit.county_id], move, public.get(move.filing.pk, NOTHING))
    return Totals(tuple(found.values()))


def as_they_stand(year: ReportingYear) -> dict[str, CountyTotals]:
    """The desks' and the published totals of every county that owes a filing: three queries."""
    filings = Filing.objects.filter(year=year)
    public = with_public_figures(public_filings(today()).filter(year=year))
    desk = _by_county(filings, "own_kg", "outsourced_kg")
    published = _by_county(public, "public_own_kg", "public_outsourced_kg")
    found = {}
    for county in County.objects.filter(pk__in=desk):
        one = found[county.pk] = CountyTotals(county)
        sums = zip(one.both, desk[county.pk], published.get(county.pk, NOTHING), strict=True)
        for amounts, at_desk, in_public in sums:
            amounts.desk_before, amounts.published = at_desk, in_public
    return found


def _by_county(filings: QuerySet[Filing], own: str, outsourced: str) -> dict[str, Pair]:
    return dict(by_county(filings, Sum(own), Sum(outsourced)))


def by_county(filings: QuerySet[Filing], own: Sum, outsourced: Sum) -> Iterator[tuple[str, Pair]]:
    """County's letter and two sums over its filings."""
    rows = filings.order_by().values_list("unit__county").annotate(first=own, second=outsourced)
    return ((county, (first or ZERO, second or ZERO)) for county, first, second in rows)


def _public_figures(chunk: list[FilingImpact]) -> dict[int, Pair]:
    """What is public of these filings; one of which nothing is public is absent."""
    shown = public_filings(today()).filter(pk__in=[move.filing.pk for move in chunk])
    annotated: QuerySet[Any] = with_public_figures(shown)
    figures = annotated.values_list("pk", "public_own_kg", "public_outsourced_kg")
    return {pk: (own, outsourced) for pk, own, outsourced in figures}


def _add(county: CountyTotals, move: FilingImpact, public: Pair) -> None:
    if move.own_after is None or move.outsourced_after is None:
        county.unable += 1
        return
    filing = move.filing
    county.filings += 1
    county.confirmed += filing.status == Status.CONFIRMED
    after = (move.own_after, move.outsourced_after)
    before = (filing.own_kg, filing.outsourced_kg)
    for amounts, will_be, was, shown in zip(county.both, after, before, public, strict=True):
        amounts.difference += will_be - was
        if filing.status in FILED:  # what is no more than begun, nobody can confirm
            amounts.to_publish += will_be - shown
