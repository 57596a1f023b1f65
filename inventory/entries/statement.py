"""A filing laid out as people read it: groups, lines, last year beside, the sums open."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import groupby

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.wording import labelled
from inventory.calculator import total
from inventory.calculator.comparison import change_per_cent
from inventory.entries.answers import Amounts, amounts, answers_from, not_on_form
from inventory.entries.naming import why_uncounted
from inventory.entries.terms import FactorTerm, terms_of
from inventory.lines import Line, Operation, codes_of, line_of, lines_of, operation_label, place_of
from inventory.models import AnswerKind, Entry, Factor, Filing
from inventory.plausibility.findings import Kind as FindingKind
from inventory.plausibility.ranking import weight
from inventory.plausibility.wording import ShownFinding, shown
from inventory.states import Status

NOT_ON_FORM = _("不在本年度表單上的項目")


@dataclass(frozen=True)
class EntryLine:
    """An entry with its sum opened."""

    entry: Entry
    terms: tuple[FactorTerm, ...]
    why_uncounted: str = ""  # of a quantity that is in no sum

    @property
    def is_counted(self) -> bool:
        """False for what was reported without a factor."""
        return self.entry.kg is not None

    @property
    def label(self) -> str:
        """The entry among others of its filing: 「委外：其他能源資源 木炭」."""
        line = operation_label(self.entry.operation, line_of(self.entry.line).label)
        return f"{line} {self.entry.name}".strip()


@dataclass(frozen=True)
class Row:
    """One line of one operation, this year and last year."""

    operation: Operation
    line: Line
    shown: tuple[EntryLine, ...]
    quantity: Decimal | None
    last_quantity: Decimal | None
    was_unused: bool
    findings: tuple[ShownFinding, ...]  # what looks improbable at the line, the heaviest first
    is_returned: bool  # the agency above pointed at this line when it sent the filing back
    is_on_form: bool  # False: stored, shown and counted, but this year's form has no field

    @property
    def key(self) -> str:
        """The name of the row in the page: own-electricity."""
        return f"{self.operation.value}-{self.line.code}"

    @property
    def finding(self) -> ShownFinding | None:
        """The heaviest of those that ask for a reason."""
        return next((one for one in self.findings if one.finding.asks), None)

    @property
    def has_appeared(self) -> bool:
        """Whether a neighbouring year had nothing of it."""
        return any(one.finding.kind is FindingKind.APPEARED for one in self.findings)

    @property
    def is_answered(self) -> bool:
        """Whether the line has a number or 未使用."""
        return bool(self.shown)

    @property
    def is_unused(self) -> bool:
        """Whether the line was answered 未使用."""
        return bool(self.shown) and self.shown[0].entry.answer == AnswerKind.UNUSED

    @property
    def group(self) -> str | Promise:
        """What the row stands under."""
        return self.line.group.label if self.is_on_form else NOT_ON_FORM

    @property
    def change(self) -> Decimal | None:
        """Per cent against last year, where both are known and last year was not nothing."""
        if self.quantity is None or self.last_quantity is None or not self.line.is_summable:
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
    def findings(self) -> list[ShownFinding]:
        """What looks improbable, what asks for a reason first, then by weight."""
        found = [one for row in self.rows for one in row.findings]
        return sorted(found, key=lambda one: (not one.finding.asks, -weight(one.finding)))

    @property
    def uncounted(self) -> list[EntryLine]:
        """What was reported and is in neither total, each with its reason."""
        return [one for row in self.rows for one in row.shown if one.why_uncounted]

    @property
    def own_kg(self) -> Decimal:
        """CO₂ 排放量(KgCO₂e)-不含委外部分."""
        return self.sections[0].kg

    @property
    def outsourced_kg(self) -> Decimal:
        """CO₂ 排放量(KgCO₂e)-委外部分."""
        return self.sections[1].kg


def read_statement(filing: Filing) -> FilingStatement:
    """The filing as saved: its entries and findings, last year's entries, and the factors behind
    them (4 queries).
    """
    entries = list(filing.entries.all())
    ids = {term["factor"] for entry in entries for term in entry.terms}
    factors = Factor.objects.in_bulk(ids)
    found = [shown(one) for one in filing.findings.all()]
    return lay_out(filing, entries, entries_of_last_year(filing), factors, found)


def entries_of_last_year(filing: Filing) -> list[Entry]:
    """What the same unit filed for the year before; empty where it filed nothing. One query.

    Only lines that the forms of both years ask.
    """
    last = {"filing__unit_id": filing.unit_id, "filing__year_id": filing.year_id - 1}
    return list(Entry.objects.filter(**last, line__in=codes_of(filing.year_id - 1, filing.year_id)))


def lay_out(
    filing: Filing,
    entries: Iterable[Entry],
    last_year: Iterable[Entry],
    factors: Mapping[int, Factor],
    found: Iterable[ShownFinding] = (),
) -> FilingStatement:
    """Entries, saved or only computed, in the form's order beside last year's.

    What is stored of lines that the year's form does not ask comes last, under a heading of its
    own: it counts like everything else.
    """
    layout = _Layout(filing, list(entries), list(last_year), factors, list(found))
    sections = tuple(layout.section(operation) for operation in Operation)
    return FilingStatement(filing, sections, bool(layout.last_year))


@dataclass(frozen=True)
class _Layout:
    """What the rows of a statement are made of."""

    filing: Filing
    entries: list[Entry]
    last_year: list[Entry]
    factors: Mapping[int, Factor]
    found: list[ShownFinding]

    @cached_property
    def lines(self) -> list[Line]:
        """The form's lines, and after them those that only entries know."""
        others = {entry.line for entry in not_on_form(self.entries, self.filing.year_id)}
        order = sorted(others, key=lambda code: (place_of(code), code))
        return [*lines_of(self.filing.year_id), *map(line_of, order)]

    @cached_property
    def now(self) -> Amounts:
        return amounts(answers_from(self.entries))

    @cached_property
    def before(self) -> Amounts:
        return amounts(answers_from(self.last_year))

    @cached_property
    def unused_last_year(self) -> set[tuple[str, str]]:
        unused = (one for one in self.last_year if one.answer == AnswerKind.UNUSED)
        return {(one.operation, one.line) for one in unused}

    def section(self, operation: Operation) -> Section:
        rows = [self.row(operation, line) for line in self.lines]
        rows = [row for row in rows if row.is_on_form or row.is_answered]
        groups = tuple(
            Group(members[0].group, tuple(members))
            for members in (list(group) for _label, group in groupby(rows, _group_of))
        )
        kilograms = (row.kg for row in rows if row.kg is not None)
        return Section(operation, groups, total(kilograms))

    def row(self, operation: Operation, line: Line) -> Row:
        key = (operation.value, line.code)
        own = [entry for entry in self.entries if (entry.operation, entry.line) == key]
        own.sort(key=lambda entry: entry.position)
        is_back = self.filing.status == Status.RETURNED
        return Row(
            operation,
            line,
            tuple(self._shown(entry, line) for entry in own),
            self.now.get(key),
            self.before.get(key),
            was_unused=key in self.unused_last_year,
            findings=self._findings_at(key),
            is_returned=is_back and "-".join(key) in self.filing.returned_lines,
            is_on_form=line.is_asked_in(self.filing.year_id),
        )

    def _findings_at(self, key: tuple[str, str]) -> tuple[ShownFinding, ...]:
        own = [one for one in self.found if one.finding.key == key]
        return tuple(sorted(own, key=lambda one: -weight(one.finding)))

    def _shown(self, entry: Entry, line: Line) -> EntryLine:
        year = self.filing.year_id
        why = why_uncounted(entry.name, line, year) if entry.is_uncounted else ""
        return EntryLine(entry, terms_of(entry, self.factors), why)


def _group_of(row: Row) -> str:
    return str(row.group)
