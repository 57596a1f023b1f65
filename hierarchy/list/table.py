"""The parent's list: its columns, said once for the page and for Excel, its rows and its foot."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.wording import with_remark
from hierarchy.scope import SubtreeTotals, total
from inventory.models import Filing

Value = str | int | Decimal | None


class Kind(Enum):
    """What a column holds: how a page shows it and which number format Excel gives it."""

    COUNT = "count"
    NAME = "name"
    KG = "kg"
    STATUS = "status"
    VIEW = "view"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Row:
    """One unit of the list.

    `branch` are the sums of the unit and everything below it. The outsourced figure is the
    unit's own: its heading does not say 包含所屬機關, and it is in no total.
    """

    number: int
    filing: Filing
    branch: SubtreeTotals

    @property
    def own_kg(self) -> Decimal | None:
        """The first total; None while nobody in the branch has saved: that is no zero."""
        return self.branch.own_kg if self.branch.started else None

    @property
    def outsourced_kg(self) -> Decimal | None:
        """The unit's own outsourced operations; None while it has saved nothing."""
        return self.branch.unit_outsourced_kg if self.filing.version else None

    @property
    def view_url(self) -> str:
        return reverse("hierarchy:view", args=[self.filing.year_id, self.filing.unit.code])

    @property
    def list_url(self) -> str:
        return reverse("hierarchy:unit_list", args=[self.filing.year_id, self.filing.unit.code])


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the list. `heading` may hold %(level)s: the level of the units listed."""

    kind: Kind
    heading: str | Promise
    value: Callable[[Row], Value]
    width: int


def _status(row: Row) -> str:
    filing = row.filing
    label = str(filing.get_status_display())
    if filing.was_changed_after_confirmation:
        return with_remark(label, _("確認後已修改"))
    return label


COLUMNS: tuple[Column, ...] = (
    Column(Kind.COUNT, gettext_lazy("序號"), lambda row: row.number, 8),
    Column(
        Kind.NAME,
        gettext_lazy("%(level)s級機關單位名稱"),
        lambda row: row.filing.unit.name,
        40,
    ),
    Column(
        Kind.KG,
        gettext_lazy("排放量小計 (KgCO2e) (包含所屬機關)"),
        lambda row: row.own_kg,
        26,
    ),
    Column(
        Kind.KG,
        gettext_lazy("委外操作排放量小計 (KgCO2e) 不納入總量計算"),
        lambda row: row.outsourced_kg,
        26,
    ),
    Column(Kind.STATUS, gettext_lazy("登錄狀況"), _status, 24),
    Column(Kind.VIEW, gettext_lazy("檢視"), lambda row: row.view_url, 44),
    Column(Kind.LIST, gettext_lazy("所屬機關列表"), lambda row: row.list_url, 44),
)


def headings(level: int) -> list[str]:
    """The headings of a list of units that stand at `level` (1 is the county government)."""
    return [str(column.heading) % {"level": level} for column in COLUMNS]


@dataclass(frozen=True, slots=True)
class TotalRow:
    """A row of sums under the list; None stands where a figure is already in another row."""

    label: str
    own_kg: Decimal | None
    outsourced_kg: Decimal


def total_rows(
    top: Filing, branches: Mapping[str, SubtreeTotals], paths: Sequence[str], *, is_filtered: bool
) -> list[TotalRow]:
    """The rows of sums: the list as shown, what is not in it, the heading's own, and all of it.

    In each column the rows before the last add up to the last. Outsourced figures of units
    deeper than the list stand in a row of their own, for the list shows each unit's own only.
    """
    own = branches.get(top.path, SubtreeTotals())
    everything = total(branches.values())
    shown = total(branches[path] for path in paths)
    label = _("合計（列表 %(count)s 個機關，含所有分頁）") % {"count": len(paths)}
    rows = [TotalRow(label, shown.own_kg, shown.unit_outsourced_kg)]
    # What no row shows, so that the column still adds up.
    rest = everything.outsourced_kg - shown.unit_outsourced_kg - own.outsourced_kg
    if is_filtered:
        hidden_kg = everything.own_kg - shown.own_kg - own.own_kg
        rows.append(TotalRow(_("未列出的所屬機關"), hidden_kg, rest))
    elif everything.owing - own.owing > len(paths):
        rows.append(TotalRow(_("更下層機關的委外操作（排放量已含於上列）"), None, rest))
    rows.append(
        TotalRow(_("%(unit)s 本身") % {"unit": top.unit.name}, own.own_kg, own.outsourced_kg)
    )
    grand = _("總計（本機關與所有下轄機關）")
    rows.append(TotalRow(grand, everything.own_kg, everything.outsourced_kg))
    return rows
