"""Twenty workbooks in the shapes that county offices publish: read right, or refused by cell."""

import openpyxl
import pytest

from accounts.account_lists import make_plan, read_account_list
from accounts.spreadsheets import SpreadsheetError
from tests.accounts.sheets import (
    document,
    ods_row,
    ods_table,
    raw_workbook,
    saved,
    text_row,
    workbook,
)
from tests.factories import UnitFactory

pytestmark = pytest.mark.django_db

# what each readable workbook says: account → name, parent's account, level
COUNTY = {
    "z371030000A": ("連江縣政府", "", 1),
    "z371032300A": ("莒光鄉公所", "z371030000A", 2),
    "z371036501X": ("東莒國小", "z371032300A", 3),
    "z371036502X": ("西莒國小", "z371032300A", 3),
}
HEAD = ("單位", "帳號", "上級機關帳號")
ROWS = tuple((name, account, parent) for account, (name, parent, _level) in COUNTY.items())
CODES = tuple((name, account[1:], parent[1:], "連江縣") for name, account, parent in ROWS)
NATIONAL = ("機關名稱", "機關代碼", "主管機關代碼", "縣市名稱")


def titles(sheet):
    sheet.insert_rows(1, 3)
    sheet["A1"], sheet["A2"] = "連江縣所屬機關學校一覽表", "製表日期：105年3月1日"
    sheet.merge_cells("A1:C1")
    sheet.merge_cells("A2:C2")


def township_over_schools(sheet):
    sheet["C5"] = None
    sheet.merge_cells("C4:C5")


def two_rows_of_headings(sheet):
    sheet.insert_rows(2)
    sheet["C1"], sheet["D1"] = "上級機關", None
    sheet["C2"], sheet["D2"] = "名稱", "帳號"
    for row in range(3, 7):
        sheet[f"D{row}"], sheet[f"C{row}"] = sheet[f"C{row}"].value, None
    for merged in ("A1:A2", "B1:B2", "C1:D1"):
        sheet.merge_cells(merged)


def notes_below(sheet):
    for row in (
        ("合計", "4所"),
        (),
        ("註：本表依105年3月1日之編制。",),
        ("承辦人：王小明", None, "科長："),
    ):
        sheet.append(row)
    sheet.merge_cells("A8:C8")


def breaks_in_cells(sheet):
    sheet["A1"], sheet["A3"], sheet["B1"] = "單\n位", "莒光鄉\n公所", "帳 號"
    sheet["A4"] = "東\u200b莒\r\n國小"


def placeholders(sheet):
    for row, text in enumerate(("Email", "無", "-", "N/A", "a@example.com"), start=1):
        sheet[f"D{row}"] = text


def spare_sheets():
    book = openpyxl.Workbook()
    book.active.append(("說明：請依附件填列",))
    sheet = book.create_sheet("清單")
    for row in (HEAD, *ROWS):
        sheet.append(row)
    for number in range(30):
        book.create_sheet(f"統計{number}").append(("鄉鎮", "校數", 3))
    hidden = book.create_sheet("舊清單")
    hidden.append(HEAD)
    hidden.sheet_state = "hidden"
    return saved(book)


def formatted_codes():
    """Codes of six digits kept as numbers under a format, two of them beginning with zero."""
    rows = text_row(1, "單位", "帳號", "上級機關帳號", "縣市")
    rows += text_row(2, "連江縣政府", "371030000A", "", "連江縣")
    for number, name, code in ((3, "東引國小", "14302"), (4, "中正國中", "143501")):
        rows += (
            f'<row r="{number}"><c t="inlineStr"><is><t>{name}</t></is></c><c s="1"><v>{code}</v>'
            '</c><c t="inlineStr"><is><t>371030000A</t></is></c>'
            '<c t="inlineStr"><is><t>連江縣</t></is></c></row>'
        )
    return raw_workbook(rows, formats=["000000"])


def strict():
    rows = "".join(text_row(n, *row) for n, row in enumerate((HEAD, *ROWS), start=1))
    return raw_workbook(rows, strict=True)


def ods():
    return document(ods_table(*(ods_row(*row) for row in (("一覽表",), HEAD, *ROWS))))


def text(mark, encoding, head=HEAD, rows=ROWS):
    return "\r\n".join(mark.join(row) for row in (head, *rows)).encode(encoding)


def parents_by_name():
    names = {account: name for name, account, _parent in ROWS}
    rows = [(name, account, names.get(parent, "")) for name, account, parent in ROWS]
    return workbook(("機關名稱", "機關代碼", "主管機關"), *rows)


def national_with_brackets():
    rows = [(*row[:3], "[20]連江縣") for row in CODES]
    return workbook((*NATIONAL[:3], "縣市別"), *rows)


READ = {
    "plain": lambda: workbook(HEAD, *ROWS),
    "titles above": lambda: workbook(HEAD, *ROWS, change=titles),
    "township merged over its schools": lambda: workbook(HEAD, *ROWS, change=township_over_schools),
    "two rows of headings": lambda: workbook((*HEAD, ""), *ROWS, change=two_rows_of_headings),
    "notes and sums below": lambda: workbook(HEAD, *ROWS, change=notes_below),
    "breaks and invisible marks": lambda: workbook(HEAD, *ROWS, change=breaks_in_cells),
    "words for no e-mail": lambda: workbook(HEAD, *ROWS, change=placeholders),
    "spare and hidden sheets": spare_sheets,
    "strict dialect": strict,
    "OpenDocument": ods,
    "national headings": lambda: workbook(NATIONAL, *CODES),
    "national list with numbered counties": national_with_brackets,
    "parents by name": parents_by_name,
    "semicolons": lambda: text(";", "utf-8-sig"),
    "tabs in UTF-16": lambda: text("\t", "utf-16"),
    "Big5": lambda: text(",", "cp950"),
    "school headings": lambda: workbook(
        ("學校名稱", "學校代碼", "上級機關代碼", "縣市名稱"), *CODES
    ),
}


def plan_of(data, **options):
    name = "list.xlsx" if data.startswith(b"PK") else "list.csv"
    return make_plan(read_account_list(data, name, **options))


@pytest.mark.parametrize("shape", READ)
def test_is_read_right(shape):
    plan = plan_of(READ[shape]())
    assert [str(error) for error in plan.rejected] == []
    assert [question.code for question in plan.unanswered] == []
    assert {u.account: (u.name, u.parent, u.level) for u in plan.outline} == COUNTY
    names = {account: name for account, (name, _parent, _level) in COUNTY.items()}
    assert all(unit.parent_name == names.get(unit.parent, "") for unit in plan.outline)


def test_codes_that_keep_their_zeros_by_a_format():
    plan = plan_of(formatted_codes())
    assert not plan.rejected
    assert [unit.account for unit in plan.outline] == ["z371030000A", "z014302", "z143501"]


def test_what_was_left_out_is_named():
    plan = plan_of(READ["notes and sums below"]())
    assert [(row.row, row.value) for row in plan.left_out] == [
        (6, "合計"),
        (8, "註：本表依105年3月1日之編制。"),
        (9, "承辦人：王小明"),
    ]
    assert plan_of(spare_sheets()).hidden_sheets == ["舊清單"]


def formulas(sheet):
    sheet["A4"] = '="東莒"&"國小"'


def filtered(sheet):
    sheet.auto_filter.ref = "A1:C5"
    sheet.auto_filter.add_filter_column(0, ["莒光鄉公所"])
    sheet.row_dimensions[4].hidden = sheet.row_dimensions[5].hidden = True


def hidden_parents(sheet):
    sheet.column_dimensions["C"].hidden = True


def remarks(sheet):
    sheet["D1"], sheet["D3"] = "備註", "105年改制"


ASKED = {
    "filtered rows": (filtered, ["hidden-rows:4", "hidden-rows:5"], ["hidden-rows"]),
    "hidden column of parents": (hidden_parents, ["hidden-columns:C"], ["hidden-columns:C"]),
    "column of remarks": (remarks, ["column:備註"], ["column:備註"]),
}


@pytest.mark.parametrize("shape", ASKED)
def test_is_asked_and_then_read_right(shape):
    change, codes, accepted = ASKED[shape]
    data = workbook(HEAD, *ROWS, change=change)
    assert [question.code for question in plan_of(data).unanswered] == codes
    plan = plan_of(data, accepted=accepted)
    assert plan.can_be_applied
    assert {u.account: (u.name, u.parent, u.level) for u in plan.outline} == COUNTY


REFUSED = {
    "a formula that nobody computed": (formulas, "A4"),
    "two merged cells that cover headings and data": (lambda s: s.merge_cells("B1:B2"), "B1:B2"),
    "a code with a hyphen": (lambda s: s.__setitem__("B5", "z213644-A"), "B5"),
    "a row without its account": (lambda s: s.__setitem__("B4", None), "B4"),
    "the last row without its account": (lambda s: s.__setitem__("B5", None), "B5"),
    "a parent that nobody has": (lambda s: s.__setitem__("C5", "北竿鄉公所"), "C5"),
    "two columns of accounts": (lambda s: s.__setitem__("D1", "帳號"), "D1"),
}


@pytest.mark.parametrize("shape", REFUSED)
def test_is_refused_with_its_cell(shape):
    change, cell = REFUSED[shape]
    try:
        errors = plan_of(workbook(HEAD, *ROWS, change=change)).rejected
    except SpreadsheetError as error:
        errors = error.row_errors
    assert [error.cell for error in errors] == [cell]


def test_a_hyphen_is_refused_with_what_to_do():
    [error] = plan_of(workbook(HEAD, *ROWS[:3], ("校", "z213644-A", ""))).rejected
    assert "213644A" in error.reason


def test_a_name_that_two_units_have_names_both():
    rows = [("連江縣政府", "z1000", ""), ("國小", "z1001", ""), ("國小", "z1002", "")]
    [error] = plan_of(workbook(HEAD, *rows, ("分校", "z1003", "國小"))).rejected
    assert "z1001、z1002" in error.reason


def test_a_parent_by_name_may_stand_in_the_database_alone():
    UnitFactory(code="371030000A", name="連江縣政府")
    plan = plan_of(workbook(HEAD, ("分校", "z1003", "連江縣政府")))
    assert [(unit.parent, unit.parent_name) for unit in plan.outline] == [
        ("z371030000A", "連江縣政府")
    ]


def test_names_and_numbers_of_a_county_may_stand_side_by_side():
    rows = [(*row, "09007") for row in CODES]
    plan = plan_of(workbook((*NATIONAL, "縣市別"), *rows), accepted=["column:縣市別"])
    assert plan.can_be_applied
    assert len(plan.outline) == 4
