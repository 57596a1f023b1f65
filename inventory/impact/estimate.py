"""The what-if of a factor set: what each filing of a year would be, computed like a real recompute.

Nothing is written. Filings are read in chunks, so memory does not grow with the county, and the
number of queries is constant but for the chunks. All figures are kg CO2e.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from accounts.wording import listed
from inventory.calculator import MissingFactor, total
from inventory.calculator.comparison import change_per_cent
from inventory.entries.answers import Answer, answers_from
from inventory.entries.computing import activity, entry_for
from inventory.factors.table import FactorTable
from inventory.lines import Operation, codes_of, unit_label
from inventory.models import (
    WITHOUT_FIGURES,
    Entry,
    FactorSet,
    Filing,
    FilingQuerySet,
    ReportingYear,
)
from inventory.models.version_fields import entry_fields
from inventory.policies import check_set_fits
from inventory.states import FILED, Status

ZERO = Decimal("0.0000")
CHUNK = 500  # filings
MAX_CHANGES = 10
MAX_LISTED = 100
STATUSES = (Status.CONFIRMED, Status.COMPLETED, Status.DRAFT, Status.RETURNED)
# What an answer is made of, and the kilograms that it has now; its frozen factors are long.
NEEDED = ("filing_id", "kg", *(field.attribute for field in entry_fields() if not field.is_result))


@dataclass(frozen=True, slots=True)
class FilingImpact:
    """One filing as it is and as the set would make it.

    `problem` says why it cannot be computed: then there is no figure after, and never a zero.
    `dropped`: energies that count now and that the set has no factor for.
    """

    filing: Filing
    own_after: Decimal | None
    outsourced_after: Decimal | None
    problem: str = ""
    dropped: tuple[str, ...] = ()

    @property
    def own_difference(self) -> Decimal | None:
        return None if self.own_after is None else self.own_after - self.filing.own_kg

    @property
    def outsourced_difference(self) -> Decimal | None:
        if self.outsourced_after is None:
            return None
        return self.outsourced_after - self.filing.outsourced_kg

    @property
    def difference(self) -> Decimal:
        """Own and outsourced together; 0 where it cannot be computed."""
        return (self.own_difference or ZERO) + (self.outsourced_difference or ZERO)

    @property
    def size(self) -> Decimal:
        """How far it moves, own and outsourced apart, whichever way."""
        return abs(self.own_difference or ZERO) + abs(self.outsourced_difference or ZERO)


@dataclass(slots=True)
class ImpactTotals:
    """Filings that can be computed, added up; those that cannot are only counted."""

    filings: int = 0
    moved: int = 0
    unable: int = 0
    own_before: Decimal = ZERO
    own_after: Decimal = ZERO
    outsourced_before: Decimal = ZERO
    outsourced_after: Decimal = ZERO

    def add(self, move: FilingImpact) -> None:
        """Count one more filing."""
        if move.own_after is None or move.outsourced_after is None:
            self.unable += 1
            return
        self.filings += 1
        self.moved += move.size != 0
        self.own_before += move.filing.own_kg
        self.own_after += move.own_after
        self.outsourced_before += move.filing.outsourced_kg
        self.outsourced_after += move.outsourced_after

    def __add__(self, other: "ImpactTotals") -> "ImpactTotals":
        names = self.__slots__
        return ImpactTotals(*(getattr(self, name) + getattr(other, name) for name in names))

    @property
    def own_difference(self) -> Decimal:
        return self.own_after - self.own_before

    @property
    def outsourced_difference(self) -> Decimal:
        return self.outsourced_after - self.outsourced_before

    @property
    def own_per_cent(self) -> Decimal | None:
        return change_per_cent(self.own_before, self.own_after)


def _nothing_yet() -> dict[Status, ImpactTotals]:
    return {status: ImpactTotals() for status in STATUSES}


@dataclass(slots=True)
class WhatIf:
    """What a set would do to the filings of one year, by 登錄狀況.

    `largest_changes`: those that would move furthest; `unable` and `dropping`: the first that
    cannot be computed, or would lose an energy, `sums` and `dropping_number` say how many there
    are.
    """

    factor_set: FactorSet
    year: ReportingYear
    sums: dict[Status, ImpactTotals] = field(default_factory=_nothing_yet)
    largest_changes: list[FilingImpact] = field(default_factory=list)
    unable: list[FilingImpact] = field(default_factory=list)
    dropping: list[FilingImpact] = field(default_factory=list)
    dropping_number: int = 0

    @property
    def filed(self) -> ImpactTotals:
        """Completed and confirmed filings: those that only a recompute moves."""
        return sum((self.sums[status] for status in STATUSES if status in FILED), ImpactTotals())

    @property
    def total(self) -> ImpactTotals:
        """All filings that have figures."""
        return sum(self.sums.values(), ImpactTotals())

    @property
    def is_empty(self) -> bool:
        """Whether the year has no filing with figures at all."""
        return not self.total.filings and not self.total.unable

    @property
    def is_in_force(self) -> bool:
        """Whether the year uses the set already."""
        return self.year.factor_set_id == self.factor_set.slug


def what_if(factor_set: FactorSet, year: ReportingYear) -> WhatIf:
    """What the set would make of every filing of the year. Raises NotAllowed if it is not for it.

    Three queries, and one more for every further 500 filings.
    """
    found = WhatIf(factor_set, year)
    largest: list[tuple[Decimal, int, FilingImpact]] = []
    for number, move in enumerate(moves(factor_set, year)):
        found.sums[Status(move.filing.status)].add(move)
        if move.problem and len(found.unable) < MAX_LISTED:
            found.unable.append(move)
        if move.dropped:
            found.dropping_number += 1
            if len(found.dropping) < MAX_LISTED:
                found.dropping.append(move)
        if move.size:
            keep = heapq.heappush if len(largest) < MAX_CHANGES else heapq.heappushpop
            keep(largest, (move.size, -number, move))
    found.largest_changes = [move for _size, _number, move in sorted(largest, reverse=True)]
    return found


def moves(
    factor_set: FactorSet, year: ReportingYear, filings: FilingQuerySet | None = None
) -> Iterator[FilingImpact]:
    """Every filing with figures of the year (or of `filings`), in the tree's order, computed.

    Raises NotAllowed at once where the set is not for the year.
    """
    check_set_fits(factor_set, year.year)
    table = FactorTable.from_rows(year.year, factor_set.slug, factor_set.factors.all())
    chosen = with_figures(year) if filings is None else filings
    return (_move(filing, table) for filing in _in_chunks(chosen))


def with_figures(year: ReportingYear) -> FilingQuerySet:
    """The filings of a year that were ever saved, in the tree's order."""
    filings = Filing.objects.filter(year=year).exclude(status__in=WITHOUT_FIGURES)
    return filings.select_related("unit__county", "factor_set").order_by("path")


def _in_chunks(filings: FilingQuerySet) -> Iterator[Filing]:
    entries = Prefetch("entries", Entry.objects.order_by("pk").only(*NEEDED))
    yield from filings.prefetch_related(entries).iterator(chunk_size=CHUNK)


def _move(filing: Filing, table: FactorTable) -> FilingImpact:
    """The same sum as `workflow.recompute` makes, without writing it."""
    kilograms: dict[str, list[Decimal]] = {operation.value: [] for operation in Operation}
    problems: list[str] = []
    dropped: list[str] = []
    stored, asked = list(filing.entries.all()), codes_of(table.year)
    for entry, answer in zip(stored, answers_from(stored), strict=True):
        try:
            kg = entry_for(answer, table).kg if answer.line in asked else entry.kg
        except MissingFactor as missing:
            problems.append(_problem(answer, missing))
            continue
        if kg is not None:
            kilograms[entry.operation].append(kg)
        elif entry.kg is not None:
            dropped.append(answer.name)
    if problems:
        return FilingImpact(filing, None, None, listed(dict.fromkeys(problems)), tuple(dropped))
    own, outsourced = (total(kilograms[operation.value]) for operation in Operation)
    return FilingImpact(filing, own, outsourced, dropped=tuple(dropped))


def _problem(answer: Answer, missing: MissingFactor) -> str:
    """Why an answer cannot be computed, in words."""
    if missing.unit:
        return _("「%(line)s」在本版以%(wanted)s計，不是%(unit)s") % {
            "line": activity(missing),
            "wanted": unit_label(missing.unit),
            "unit": unit_label(answer.unit),
        }
    return _("本版沒有「%(line)s」的係數") % {"line": activity(missing)}
