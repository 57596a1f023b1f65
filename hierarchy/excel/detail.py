"""The row of one filing on the sheet 明細: its place in the tree, every line, totals and status."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accounts.wording import labelled, with_remark
from hierarchy.cells import Format, SheetColumn, Value
from inventory.basis.breakdown import CATEGORY_LABELS, by_category
from inventory.calculator import total
from inventory.entries.answers import not_on_form
from inventory.entries.naming import why_uncounted
from inventory.figures import in_figures
from inventory.lines import (
    Category,
    Kind,
    Line,
    Operation,
    line_of,
    lines_of,
    operation_label,
    unit_label,
)
from inventory.models import PATH_WIDTH, AnswerKind, Entry, Filing

KG_UNIT = gettext_lazy("公斤CO₂e")
SHORT = {Operation.OWN: gettext_lazy("營運"), Operation.OUTSOURCED: gettext_lazy("委外")}


@dataclass(frozen=True)
class Detail:
    """One filing with its entries and the names of the units from the heading down to it."""

    number: int
    filing: Filing
    entries: Sequence[Entry]
    names: Sequence[str]

    def of_line(self, operation: Operation, code: str) -> list[Entry]:
        return self._by_line.get((operation.value, code), [])

    @cached_property
    def _by_line(self) -> dict[tuple[str, str], list[Entry]]:
        """Sixty columns ask for a line each."""
        found: dict[tuple[str, str], list[Entry]] = {}
        for entry in self.entries:
            found.setdefault((entry.operation, entry.line), []).append(entry)
        return found

    @cached_property
    def others(self) -> list[Entry]:
        """What the year's form does not ask."""
        return not_on_form(self.entries, self.filing.year_id)

    @cached_property
    def categories(self) -> dict[Category, Decimal]:
        """kg CO2e by category; outsourced operations are one of them."""
        return by_category(self.entries)


@dataclass(frozen=True, slots=True)
class Column(SheetColumn):
    """A column of 明細. `is_summed`: it has a sum at the foot, in one unit."""

    value: Callable[[Detail], Value]
    is_summed: bool = False


def quantity(entries: Iterable[Entry]) -> Decimal | str | None:
    """The sum of a line's quantities: several facilities or refrigerants share one unit.

    A line that the unit does not use says so in words; a line without an answer stays empty.
    """
    answered = list(entries)
    numbers = [entry.quantity for entry in answered if entry.quantity is not None]
    if numbers:
        return sum(numbers, Decimal(0))
    return str(AnswerKind.UNUSED.label) if answered else None


def named(entries: Iterable[Entry], year: int) -> str:
    """Facilities, refrigerants and other energies by name, each with its amount and unit.

    What has no name goes by its line's; what is in no sum has its reason beside it.
    """
    parts = []
    for entry in entries:
        if entry.quantity is None:
            continue
        name = entry.name or line_of(entry.line).label
        part = f"{name} {entry.quantity.normalize():f} {unit_label(entry.unit)}"
        if entry.is_uncounted:
            why = why_uncounted(entry.name, line_of(entry.line), year)
            part = with_remark(part, _("未計入：%(why)s") % {"why": why})
        parts.append(part)
    return pgettext("list", "；").join(parts)


def added_up(entries: Iterable[Entry]) -> str:
    """What quantities were added up from, each with its line: 「電力：1,200 + 1,350」."""
    parts = (
        labelled(
            f"{operation_label(one.operation, line_of(one.line).label)} {one.name}".strip(),
            in_figures(one.parts),
        )
        for one in entries
        if one.parts
    )
    return pgettext("list", "；").join(parts)


def _line_heading(operation: Operation, line: Line) -> str:
    labels = (SHORT[operation], line.group.label, line.label)
    different = dict.fromkeys(map(str, labels))  # 電力 is group and line: said once
    return with_remark(pgettext("heading", "－").join(different), line.unit_label)


def _line_column(operation: Operation, line: Line) -> Column:
    return Column(
        _line_heading(operation, line),
        Format.FIGURE,
        18,
        lambda detail: quantity(detail.of_line(operation, line.code)),
        is_summed=True,
    )


def kilograms(entries: Iterable[Entry]) -> Decimal | None:
    """kg CO2e of entries; None where none of them counts."""
    counted = [entry.kg for entry in entries if entry.kg is not None]
    return total(counted) if counted else None


def _kg_column(operation: Operation, line: Line) -> Column:
    labels = (SHORT[operation], line.group.label, line.label)
    heading = pgettext("heading", "－").join(dict.fromkeys(map(str, labels)))
    return Column(
        with_remark(heading, KG_UNIT),
        Format.KG,
        18,
        lambda detail: kilograms(detail.of_line(operation, line.code)),
        is_summed=True,
    )


def _other_kg_column(operation: Operation) -> Column:
    """What the year's form does not ask: with it the columns of kilograms add up to the total."""

    def value(detail: Detail) -> Decimal | None:
        return kilograms(entry for entry in detail.others if entry.operation == operation)

    heading = _("%(operation)s－不在本年度表單上的項目") % {"operation": SHORT[operation]}
    return Column(with_remark(heading, KG_UNIT), Format.KG, 18, value, is_summed=True)


def _names_column(operation: Operation, lines: Iterable[Line]) -> Column:
    """What has names, and what the year's form does not ask and has no column for."""
    repeated = [line.code for line in lines if line.kind is not Kind.SINGLE]

    def value(detail: Detail) -> str:
        return named(
            [
                *(entry for code in repeated for entry in detail.of_line(operation, code)),
                *(entry for entry in detail.others if entry.operation == operation),
            ],
            detail.filing.year_id,
        )

    heading = _("%(operation)s－其他設施、冷媒與能源資源明細") % {"operation": SHORT[operation]}
    return Column(heading, Format.TEXT, 48, value)


def line_columns(year: int) -> list[Column]:
    """Every line that a year's form asks, of both operations, in its order, with its kilograms.

    Other energies have no common unit: their quantities are told in words, and each by itself on
    a sheet of its own.
    """
    columns, lines = [], lines_of(year)
    for operation in Operation:
        for line in lines:
            if line.is_summable:
                columns.append(_line_column(operation, line))
            columns.append(_kg_column(operation, line))
        columns.append(_other_kg_column(operation))
        columns.append(_names_column(operation, lines))
    return columns


PLACE_COLUMNS: tuple[Column, ...] = (
    Column(gettext_lazy("序號"), Format.COUNT, 8, lambda d: d.number),
    Column(gettext_lazy("層級"), Format.COUNT, 8, lambda d: d.filing.level),
    Column(gettext_lazy("機關代碼"), Format.TEXT, 14, lambda d: d.filing.unit.code),
    Column(gettext_lazy("機關單位名稱"), Format.TEXT, 36, lambda d: d.filing.unit.name),
    Column(gettext_lazy("上級機關"), Format.TEXT, 30, lambda d: d.names[-2] if d.names[1:] else ""),
    Column(gettext_lazy("樹狀位置"), Format.TEXT, 60, lambda d: " > ".join(d.names)),
    Column(gettext_lazy("類別"), Format.TEXT, 16, lambda d: d.filing.unit.category),
)


def _category_column(category: Category) -> Column:
    """The own operations of one category; outsourced ones are a column of results."""
    heading = with_remark(CATEGORY_LABELS[category], KG_UNIT)

    def value(detail: Detail) -> Decimal | None:
        return detail.categories[category] if detail.filing.version else None

    return Column(heading, Format.KG, 20, value, is_summed=True)


RESULT_COLUMNS: tuple[Column, ...] = (
    Column(
        gettext_lazy("CO₂ 排放量(KgCO₂e)-不含委外部分"),
        Format.KG,
        24,
        lambda d: d.filing.own_kg if d.filing.version else None,
        is_summed=True,
    ),
    Column(
        gettext_lazy("CO₂ 排放量(KgCO₂e)-委外部分"),
        Format.KG,
        24,
        lambda d: d.filing.outsourced_kg if d.filing.version else None,
        is_summed=True,
    ),
    Column(
        gettext_lazy("已申報未計入項數"),
        Format.COUNT,
        18,
        lambda d: Decimal(d.filing.uncounted) if d.filing.version else None,
        is_summed=True,
    ),
    Column(gettext_lazy("登錄狀況"), Format.TEXT, 14, lambda d: str(d.filing.get_status_display())),
    Column(gettext_lazy("涵蓋期間"), Format.TEXT, 48, lambda d: " ".join(d.filing.period_notes)),
    Column(
        gettext_lazy("確認後已修改"),
        Format.TEXT,
        14,
        lambda d: _("是") if d.filing.was_changed_after_confirmation else "",
    ),
    Column(gettext_lazy("完成時間"), Format.MOMENT, 18, lambda d: d.filing.completed_at),
    Column(gettext_lazy("確認時間"), Format.MOMENT, 18, lambda d: d.filing.confirmed_at),
    Column(gettext_lazy("委外操作範圍說明"), Format.TEXT, 48, lambda d: d.filing.outsourced_scope),
    Column(gettext_lazy("係數版本"), Format.TEXT, 30, lambda d: d.filing.factor_set_id or ""),
    Column(gettext_lazy("加總分項"), Format.TEXT, 48, lambda d: added_up(d.entries)),
)


def columns(year: int) -> list[Column]:
    """All columns of 明細 for a ROC year, in order."""
    categories = (Category.DIRECT, Category.ENERGY_INDIRECT)
    sorted_columns = [_category_column(category) for category in categories]
    return [*PLACE_COLUMNS, *line_columns(year), *sorted_columns, *RESULT_COLUMNS]


class Names:
    """The names of the units above a filing, remembered while a tree is read in its order."""

    def __init__(self) -> None:
        self._of: dict[str, str] = {}

    def down_to(self, filing: Filing) -> list[str]:
        """From the heading of the sheet down to the filing itself."""
        path = filing.path
        self._of[path] = filing.unit.name
        pieces = range(PATH_WIDTH, len(path) + 1, PATH_WIDTH)
        return [self._of[path[:end]] for end in pieces if path[:end] in self._of]
