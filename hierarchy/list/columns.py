"""The columns of the parent's list, in order. A new one is said here and nowhere else."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.wording import listed, with_remark
from hierarchy.cells import Format, Link
from hierarchy.list.table import Column, Kind, Row, figure_column
from hierarchy.totals import OUTSOURCED_KG, OWN_KG, Number
from inventory.models import Filing


def _as_summed(number: Number) -> Number:
    return number


def _status(row: Row) -> str:
    filing = row.filing
    remarks = []
    if filing.equals_confirmed:
        what = {"version": filing.confirmed_version}
        remarks.append(_("與確認的第 %(version)s 版相同") % what)
    elif filing.was_changed_after_confirmation:
        remarks.append(_("確認後已修改"))
    if filing.is_public_as_older:
        what = {"version": filing.published_version}
        remarks.append(_("公開的是第 %(version)s 版") % what)
    remarks += filing.period_notes
    label = str(filing.get_status_display())
    return with_remark(label, listed(remarks)) if remarks else label


def _address(page: str, filing: Filing) -> str:
    return reverse(f"hierarchy:{page}", args=[filing.year_id, filing.unit.code])


def _view_link(row: Row) -> Link:
    return Link(_("檢視"), _address("view", row.filing))


def _list_link(row: Row) -> Link:
    text = _("所屬機關列表 (%(count)s)") % {"count": row.totals.children}
    return Link(text, _address("unit_list", row.filing))


COLUMNS: tuple[Column, ...] = (
    Column(
        heading=gettext_lazy("序號"),
        kind=Kind.ORDINAL,
        value=lambda row: row.number,
        format=Format.COUNT,
        width=8,
    ),
    Column(
        heading=gettext_lazy("%(level)s級機關單位名稱"),
        kind=Kind.NAME,
        value=lambda row: row.filing.unit.name,
        total=lambda row: row.label,
        format=Format.TEXT,
        width=40,
    ),
    figure_column(
        gettext_lazy("排放量小計 (KgCO2e) (包含所屬機關)"),
        _as_summed,
        OWN_KG,
        includes_below=True,
    ),
    # Its heading does not say 包含所屬機關: of the unit alone, and in no other total.
    figure_column(
        gettext_lazy("委外操作排放量小計 (KgCO2e) 不納入總量計算"),
        _as_summed,
        OUTSOURCED_KG,
        includes_below=False,
    ),
    Column(
        heading=gettext_lazy("登錄狀況"),
        kind=Kind.STATUS,
        value=_status,
        format=Format.TEXT,
        width=24,
    ),
    Column(
        heading=gettext_lazy("檢視"),
        kind=Kind.LINK,
        value=_view_link,
        format=Format.TEXT,
        width=44,
    ),
    Column(
        heading=gettext_lazy("所屬機關列表"),
        kind=Kind.LINK,
        value=_list_link,
        format=Format.TEXT,
        width=44,
    ),
)
