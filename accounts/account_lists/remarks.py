"""The dry run as a workbook: every row of the list with what would become of it."""

import io
from collections import defaultdict
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from accounts.account_lists.outline import PlannedUnit, State
from accounts.account_lists.plan import Plan
from accounts.spreadsheets import Row, Table
from accounts.wording import labelled

WIDTHS = (6, 16, 36, 6, 16, 36, 10, 80)


def remarks_workbook(table: Table, plan: Plan) -> bytes:
    """An .xlsx of the rows in the order of the list; what is no row of it comes first.

    Every cell is text, whatever it begins with. Passwords are left out.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("試算"))
    for index, width in enumerate(WIDTHS):
        sheet.column_dimensions["ABCDEFGH"[index]].width = width
    for row in remark_rows(table, plan):
        cells = [WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("\ufffd", text)) for text in row]
        for cell in cells:
            cell.data_type = "s"
        sheet.append(cells)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def remark_rows(table: Table, plan: Plan) -> Iterator[Sequence[str]]:
    """The headings, then a row for each thing that is said of the file and each row of the list."""
    yield (
        _("列"),
        _("帳號"),
        _("單位"),
        _("層級"),
        _("上級機關帳號"),
        _("上級機關"),
        _("結果"),
        _("備註"),
    )
    remarks = _remarks(plan)
    for remark in remarks.pop(0, []):
        yield ("", "", "", "", "", "", "", remark)
    units = {unit.row: unit for unit in plan.outline}
    rows = {row.number: row for row in table.rows}
    refused = {error.row for error in plan.rejected}
    asked = {question.row for question in plan.unanswered}
    for number in sorted({*rows, *remarks}):
        result = _("拒絕") if number in refused else _("待確認") if number in asked else ""
        said = remarks.get(number, [])
        yield _row(number, rows.get(number), units.get(number), result, said)


def _row(
    number: int, row: Row | None, unit: PlannedUnit | None, result: str, said: list[str]
) -> Sequence[str]:
    if unit is None:
        account, name = (row["account"], row["name"]) if row else ("", "")
        place = ("", row["parent"] if row else "", "")
        return (str(number), account, name, *place, result or _("不讀入"), "\n".join(said))
    if unit.state is State.MOVED:
        said = [moved_text(unit), *said]
    place = (str(unit.level), unit.parent, unit.parent_name)
    state = result or unit.state.word
    return (str(number), unit.account, unit.name, *place, state, "\n".join(said))


def _remarks(plan: Plan) -> dict[int, list[str]]:
    """Row → what is said of it; 0 for the file as a whole."""
    remarks: dict[int, list[str]] = defaultdict(list)
    for error in plan.rejected:
        remarks[error.row or 0].append(str(error))
    for question in plan.questions:
        answer = _("已確認") if question.is_accepted(plan.accepted) else _("待確認")
        remarks[question.row or 0].append(labelled(answer, str(question)))
    for left_out in plan.left_out:
        remarks[left_out.row or 0].append(str(left_out))
    for name in plan.hidden_sheets:
        remarks[0].append(_("隱藏的工作表「%(name)s」沒有讀取。") % {"name": name})
    return remarks


def moved_text(unit: PlannedUnit) -> str:
    """From which parent to which a unit moves."""
    return _("上級機關由 %(before)s 改為 %(after)s。") % {
        "before": f"{unit.from_name} {unit.from_account}".strip() or "—",
        "after": f"{unit.parent_name} {unit.parent}".strip() or "—",
    }
