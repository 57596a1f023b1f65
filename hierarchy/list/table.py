"""The parent's list: what a row, a row of sums and a column are. The columns are in `columns`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from hierarchy.formats import Format
from hierarchy.scope import SubtreeTotals, total
from inventory.models import Filing

Value = str | int | Decimal | None


class Kind(Enum):
    """How the page shows a cell."""

    COUNT = "count"
    NAME = "name"
    NUMBER = "number"
    STATUS = "status"
    VIEW = "view"
    LIST = "list"

    @property
    def is_link(self) -> bool:
        """Whether the value is the path of a page."""
        return self in (Kind.VIEW, Kind.LIST)


@dataclass(frozen=True, slots=True)
class Row:
    """One unit of the list.

    `subtree` are the sums of the unit and everything below it. The outsourced figure is the
    unit's own: its heading does not say 包含所屬機關, and it is in no total.
    """

    number: int
    filing: Filing
    subtree: SubtreeTotals

    @property
    def own_kg(self) -> Decimal | None:
        """The first total; None while nobody in the subtree has saved: that is no zero."""
        return self.subtree.own_kg if self.subtree.started else None

    @property
    def outsourced_kg(self) -> Decimal | None:
        """The unit's own outsourced operations; None while it has saved nothing."""
        return self.subtree.unit_outsourced_kg if self.filing.version else None

    @property
    def view_url(self) -> str:
        return reverse("hierarchy:view", args=[self.filing.year_id, self.filing.unit.code])

    @property
    def list_url(self) -> str:
        return reverse("hierarchy:unit_list", args=[self.filing.year_id, self.filing.unit.code])


@dataclass(frozen=True, slots=True)
class TotalRow:
    """A row of sums under the list.

    `subtree` is None where everything but the outsourced figure is in another row already.
    """

    label: str
    subtree: SubtreeTotals | None
    outsourced_kg: Decimal


def _nothing(row: TotalRow) -> Value:
    return None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, its cell, its total and its place in a workbook.

    `heading` may hold %(level)s: the level of the units listed. `value` is what a row has there,
    `total` what a row of sums has; in each column the totals before the last add up to the last,
    unless the column is a ratio. `width` is in characters.
    """

    heading: str | Promise
    value: Callable[[Row], Value]
    width: int
    kind: Kind
    format: Format = Format.TEXT
    total: Callable[[TotalRow], Value] = _nothing


def total_rows(
    root: Filing, subtrees: Mapping[str, SubtreeTotals], paths: Sequence[str], *, is_filtered: bool
) -> list[TotalRow]:
    """The rows of sums: the list as shown, what is not in it, the heading's own, and all of it.

    In each column the rows before the last add up to the last. Outsourced figures of units
    deeper than the list stand in a row of their own, for the list shows each unit's own only.
    """
    own = subtrees.get(root.path, SubtreeTotals())
    everything = total(subtrees.values())
    listed = total(subtrees[path] for path in paths)
    label = _("合計（列表 %(count)s 個機關，含所有分頁）") % {"count": len(paths)}
    rows = [TotalRow(label, listed, listed.unit_outsourced_kg)]
    # What no row shows, so that the column still adds up.
    rest_kg = everything.outsourced_kg - listed.unit_outsourced_kg - own.outsourced_kg
    if is_filtered:
        rows.append(TotalRow(_("未列出的所屬機關"), everything - listed - own, rest_kg))
    elif everything.owing - own.owing > len(paths):
        rows.append(TotalRow(_("更下層機關的委外操作（排放量已含於上列）"), None, rest_kg))
    itself = _("%(unit)s 本身") % {"unit": root.unit.name}
    rows.append(TotalRow(itself, own, own.outsourced_kg))
    grand = _("總計（本機關與所有下轄機關）")
    rows.append(TotalRow(grand, everything, everything.outsourced_kg))
    return rows
