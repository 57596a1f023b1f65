"""A filing laid out as people read it: groups, lines, last year beside, the sums open."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import groupby

from django.utils.functional import Promise

from accounts.wording import labelled
from inventory.calculator import GasFactor, emission, total
from inventory.calculator.comparison import change_per_cent
from inventory.entries import checks
from inventory.entries.answers import amounts, answers_from, is_summable
from inventory.entries.checks import Finding
from inventory.lines import LINES, Line, Operation
from inventory.models import AnswerKind, Entry, Factor, Filing
from inventory.states import Status


@dataclass(frozen=True)
class FactorTerm:
    """One gas of an entry: quantity × value × GWP = kg, and where the factor comes from."""

    gas: str
    value: Decimal
    gwp: Decimal
    kg: Decimal
    factor: Factor | None


@dataclass(frozen=True)
class EntryLine:
    """An entry with its sum opened."""

    entry: Entry
    terms: tuple[FactorTerm, ...]

    @property
    def is_counted(self) -> bool:
        """False for an energy that was reported without a factor."""
        return self.entry.kg is not None


@dataclass(frozen=True)
class Row:
    """One line of one operation, this year and last year."""

    operation: Operation
    line: Line
    shown: tuple[EntryLine, ...]
    quantity: Decimal | None
    last_quantity: Decimal | None
    was_unused: bool
    finding: Finding | None
    is_returned: bool  # the agency above pointed at this line when it sent the filing back

    @property
    def key(self) -> str:
        """The name of the row in the page: own-electricity."""
        return f"{self.operation.value}-{self.line.code}"

    @property
    def is_answered(self) -> bool:
        """Whether the line has a number or 未使用."""
        return bool(self.shown)

    @property
    def is_unused(self) -> bool:
        """Whether the line was answered 未使用."""
        return bool(self.shown) and self.shown[0].entry.answer == AnswerKind.UNUSED

    @property
    def is_summable(self) -> bool:
        """Whether the line's quantities have one unit."""
        return is_summable(self.line.code)

    @property
    def change(self) -> Decimal | None:
        """Per cent against last year, where both are known and last year was not nothing."""
        if self.quantity is None or self.last_quantity is None or not self.is_summable:
            return None
        return change_per_cent(self.last_quantity, self.quantity)

    @cached_property
    def kg(self) -> Decimal | None:
        """kg CO2e of the line: the sum of its entries as shown; None where nothing counts."""
        counted = [one.entry.kg for one in self.shown if one.entry.kg is not None]
        return total(counted) if counted else None

    @property
    def reason(self) -> str:
        """Why the line differs from last year, in words."""
        entries = [one.entry for one in self.shown if one.entry.reason]
        if not entries:
            return ""
        label = str(entries[0].get_reason_display())
        note = entries[0].reason_note
        return labelled(label, note) if note else label


@dataclass(frozen=True)
class Group:
    """Lines that stand together, such as 公務車用油."""

    label: str | Promise
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Section:
    """All lines of the unit's own operations, or of the outsourced ones."""

    operation: Operation
    groups: tuple[Group, ...]
    kg: Decimal

    @property
    def rows(self) -> list[Row]:
        """The section's rows in the form's order."""
        return [row for group in self.groups for row in group.rows]

    @property
    def unused(self) -> list[Row]:
        """The rows that were answered 未使用."""
        return [row for row in self.rows if row.is_unused]


@dataclass(frozen=True)
class FilingStatement:
    """A whole filing as it is shown."""

    filing: Filing
    sections: tuple[Section, ...]
    has_last_year: bool

    @property
    def rows(self) -> list[Row]:
        """Every row of both sections."""
        return [row for section in self.sections for row in section.rows]

    @property
    def findings(self) -> list[Row]:
        """The rows that ask for a reason."""
        return [row for row in self.rows if row.finding]

    @property
    def own_kg(self) -> Decimal:
        """CO₂ 排放量(KgCO₂e)-不含委外部分."""
        return self.sections[0].kg

    @property
    def outsourced_kg(self) -> Decimal:
        """CO₂ 排放量(KgCO₂e)-委外部分."""
        return self.sections[1].kg


def read_statement(filing: Filing) -> FilingStatement:
    """The filing as saved: its entries, last year's, and the factors behind them (3 queries)."""
    entries = list(filing.entries.all())
    ids = {term["factor"] for entry in entries for term in entry.terms}
    factors = Factor.objects.in_bulk(ids)
    return lay_out(filing, entries, checks.entries_of_last_year(filing), factors)


def lay_out(
    filing: Filing,
    entries: Iterable[Entry],
    last_year: Iterable[Entry],
    factors: Mapping[int, Factor],
) -> FilingStatement:
    """Entries, saved or only computed, in the form's order beside last year's."""
    entries, last_year = list(entries), list(last_year)
    now, before = amounts(answers_from(entries)), amounts(answers_from(last_year))
    found = {finding.key: finding for finding in checks.findings(now, before)}
    returned = filing.returned_lines if filing.status == Status.RETURNED else []
    unused = {(one.operation, one.line) for one in last_year if one.answer == AnswerKind.UNUSED}

    def section(operation: Operation) -> Section:
        rows = [row(operation, line) for line in LINES]
        groups = tuple(
            Group(members[0].line.group, tuple(members))
            for members in (list(group) for _label, group in groupby(rows, _group_of))
        )
        kilograms = (row.kg for row in rows if row.kg is not None)
        return Section(operation, groups, total(kilograms))

    def row(operation: Operation, line: Line) -> Row:
        key = (operation.value, line.code)
        own = [entry for entry in entries if (entry.operation, entry.line) == key]
        own.sort(key=lambda entry: entry.position)
        shown = tuple(EntryLine(entry, _terms(entry, factors)) for entry in own)
        return Row(
            operation,
            line,
            shown,
            now.get(key),
            before.get(key),
            was_unused=key in unused,
            finding=found.get(key),
            is_returned="-".join(key) in returned,
        )

    return FilingStatement(
        filing, tuple(section(operation) for operation in Operation), bool(last_year)
    )


def _group_of(row: Row) -> str:
    return str(row.line.group)


def _terms(entry: Entry, factors: Mapping[int, Factor]) -> tuple[FactorTerm, ...]:
    if entry.quantity is None or not entry.terms:
        return ()
    frozen = [
        GasFactor(term["gas"], Decimal(term["value"]), Decimal(term["gwp"])) for term in entry.terms
    ]
    result = emission(entry.quantity, frozen)
    return tuple(
        FactorTerm(
            one.factor.gas, one.factor.value, one.factor.gwp, one.kg, factors.get(term["factor"])
        )
        for one, term in zip(result.terms, entry.terms, strict=True)
    )
