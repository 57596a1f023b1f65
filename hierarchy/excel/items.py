"""The sheet 逐筆: one row for every refrigerant, facility and other energy, ready to recompute."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from accounts.wording import with_remark
from hierarchy.cells import Format, SheetColumn, Value
from hierarchy.excel.detail import SHORT, Detail
from inventory.basis.breakdown import frozen_factors
from inventory.calculator import gas_steps
from inventory.entries.naming import why_uncounted
from inventory.figures import plain
from inventory.lines import Kind, Operation, line_of, unit_label
from inventory.models import Entry

ITEM_COLUMNS: tuple[SheetColumn, ...] = (
    SheetColumn(_("明細序號"), Format.COUNT, 10),
    SheetColumn(_("機關代碼"), Format.TEXT, 14),
    SheetColumn(_("機關單位名稱"), Format.TEXT, 36),
    SheetColumn(_("年度"), Format.PLAIN, 8),
    SheetColumn(_("範圍"), Format.TEXT, 8),
    SheetColumn(_("項目"), Format.TEXT, 24),
    SheetColumn(_("名稱"), Format.TEXT, 24),
    SheetColumn(_("數量"), Format.FIGURE, 18),
    SheetColumn(_("單位"), Format.TEXT, 10),
    SheetColumn(_("每單位公斤CO₂e"), Format.FACTOR, 20),
    SheetColumn(_("公斤CO₂e"), Format.KG, 20),
    SheetColumn(_("各氣體係數×GWP"), Format.TEXT, 60),
    SheetColumn(_("未計入的原因"), Format.TEXT, 40),
    SheetColumn(_("係數版本"), Format.TEXT, 24),
)


def item_rows(detail: Detail) -> Iterator[list[Value]]:
    """The rows of one filing: what has names, and what its year's form does not ask.

    quantity × kg CO2e per unit, rounded half up to 4 places, is the row's kg CO2e.
    """
    for entry in detail.entries:
        if entry.quantity is not None and _is_item(entry, detail.filing.year_id):
            yield _row(detail, entry)


def _is_item(entry: Entry, year: int) -> bool:
    line = line_of(entry.line)
    return line.kind is not Kind.SINGLE or not line.is_asked_in(year)


def _row(detail: Detail, entry: Entry) -> list[Value]:
    line, filing = line_of(entry.line), detail.filing
    why = why_uncounted(entry.name, line, filing.year_id) if entry.is_uncounted else ""
    return [
        detail.number,
        filing.unit.code,
        filing.unit.name,
        filing.year_id,
        str(SHORT[Operation(entry.operation)]),
        str(line.label),
        entry.name,
        entry.quantity,
        unit_label(entry.unit),
        _per_unit(entry),
        entry.kg,
        _terms(entry),
        why,
        entry.factor_set_id or "",
    ]


def _per_unit(entry: Entry) -> Decimal | None:
    """kg CO2e per unit: what counts of the frozen terms, not rounded."""
    if not entry.terms:
        return None
    steps = [one for one in gas_steps(frozen_factors(entry)) if not one.factor.is_biogenic]
    return steps[-1].upto.normalize() if steps else Decimal(0)


def _terms(entry: Entry) -> str:
    """The frozen terms, gas by gas: 「CO2 2.606×1 + CH4 0.0001×25」; biogenic ones say so."""
    parts = []
    for one in frozen_factors(entry):
        part = f"{one.gas} {plain(one.value)}×{plain(one.gwp)}"
        parts.append(with_remark(part, _("生質，不計入")) if one.is_biogenic else part)
    return " + ".join(parts)
