"""The sheet 類別與氣體: the whole subtree by ISO 14064-1 category and by gas."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hierarchy.cells import Format, SheetColumn, Value
from hierarchy.excel.detail import SHORT
from inventory.basis.breakdown import BIOGENIC, CATEGORY_LABELS, Breakdown
from inventory.calculator import group_of
from inventory.calculator.gases import group_order
from inventory.lines import Category, Operation

GAS_COLUMNS: tuple[SheetColumn, ...] = (
    SheetColumn(gettext_lazy("範圍"), Format.TEXT, 12),
    SheetColumn(gettext_lazy("ISO 14064-1 類別"), Format.TEXT, 30),
    SheetColumn(gettext_lazy("氣體"), Format.TEXT, 24),
    SheetColumn(gettext_lazy("氣體類別"), Format.TEXT, 14),
    SheetColumn(gettext_lazy("公噸（氣體本身）"), Format.FIGURE, 24),
    SheetColumn(gettext_lazy("公斤CO₂e"), Format.KG, 24),
)


def gas_rows(breakdown: Breakdown) -> Iterator[list[Value]]:
    """What counts, one row for an operation, category and gas."""
    orders = {category: at for at, category in enumerate(Category)}
    operations = list(Operation)
    counted = [key for key in breakdown.amounts if not key[3]]
    counted.sort(key=lambda key: (operations.index(key[0]), orders[key[1]], _gas_order(key[2])))
    for key in counted:
        operation, category, gas, _is_biogenic = key
        amount = breakdown.amounts[key]
        label = str(CATEGORY_LABELS[category])
        name = str(SHORT[operation])
        yield [name, label, gas, group_of(gas), amount.tonnes, amount.kg]


def _gas_order(gas: str) -> tuple[int, str, str]:
    return (*group_order(group_of(gas)), gas)


def sum_rows(breakdown: Breakdown) -> Iterator[list[Value]]:
    """The categories, both totals, and biogenic CO2, which is in none of them."""
    for one in breakdown.categories:
        operation = Operation.OWN if one.is_in_total else Operation.OUTSOURCED
        yield [str(SHORT[operation]), str(one.label), _("小計"), None, None, one.kg]
    for operation in Operation:
        yield [str(SHORT[operation]), _("合計"), None, None, None, breakdown.kg_of(operation)]
    row = breakdown.biogenic
    if row is not None:
        for operation, amount in ((Operation.OWN, row.own), (Operation.OUTSOURCED, row.outsourced)):
            name, remark = str(SHORT[operation]), _("另列，不計入")
            yield [name, remark, str(BIOGENIC), "CO2", amount.tonnes, amount.kg]
