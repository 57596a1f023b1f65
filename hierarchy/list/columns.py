"""The columns of the parent's list, for its page, its rows of sums and its workbook alike.

A new column is one more entry here, its words in the catalogue, and its test.
"""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.wording import with_remark
from hierarchy.formats import Format
from hierarchy.list.table import Column, Kind, Row, TotalRow


def _status(row: Row) -> str:
    filing = row.filing
    label = str(filing.get_status_display())
    if filing.was_changed_after_confirmation:
        return with_remark(label, _("確認後已修改"))
    return label


def _own_kg(row: TotalRow) -> Decimal | None:
    return None if row.subtree is None else row.subtree.own_kg


COLUMNS: tuple[Column, ...] = (
    Column(
        heading=gettext_lazy("序號"),
        value=lambda row: row.number,
        width=8,
        kind=Kind.COUNT,
        format=Format.COUNT,
    ),
    Column(
        heading=gettext_lazy("%(level)s級機關單位名稱"),
        value=lambda row: row.filing.unit.name,
        width=40,
        kind=Kind.NAME,
        total=lambda row: row.label,
    ),
    Column(
        heading=gettext_lazy("排放量小計 (KgCO2e) (包含所屬機關)"),
        value=lambda row: row.own_kg,
        width=26,
        kind=Kind.NUMBER,
        format=Format.KG,
        total=_own_kg,
    ),
    Column(
        heading=gettext_lazy("委外操作排放量小計 (KgCO2e) 不納入總量計算"),
        value=lambda row: row.outsourced_kg,
        width=26,
        kind=Kind.NUMBER,
        format=Format.KG,
        total=lambda row: row.outsourced_kg,
    ),
    Column(
        heading=gettext_lazy("登錄狀況"),
        value=_status,
        width=24,
        kind=Kind.STATUS,
    ),
    Column(
        heading=gettext_lazy("檢視"),
        value=lambda row: row.view_url,
        width=44,
        kind=Kind.VIEW,
    ),
    Column(
        heading=gettext_lazy("所屬機關列表"),
        value=lambda row: row.list_url,
        width=44,
        kind=Kind.LIST,
    ),
)


def headings(level: int) -> list[str]:
    """The headings of a list of units that stand at `level` (1 is the county government)."""
    return [str(column.heading) % {"level": level} for column in COLUMNS]
