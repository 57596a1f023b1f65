"""Sheets that are odd in the ways of the twenty, in another cell, column or program."""

import datetime

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
from tests.accounts.test_county_sheets import COUNTY, HEAD, ROWS, plan_of

pytestmark = pytest.mark.django_db
WIDE_HEAD = (*HEAD, "類別", "縣市", "Email")


def merged(*areas):
    def change(sheet):
        for area in areas:
            sheet.merge_cells(area)

    return change


def said(plan):
    """What a plan that nobody has to ask about says of each unit."""
    assert [str(error) for error in plan.rejected] == []
    assert [question.code for question in plan.unanswered] == []
    return {unit.account: (unit.name, unit.parent, unit.level) for unit in plan.outline}


class TestReadRight:
    def test_a_category_that_is_merged_over_the_units_that_have_it(self):
        kinds = ("縣市政府", "鄉公所", "學校", None)
        rows = [(*row, kind) for row, kind in zip(ROWS, kinds, strict=True)]
        plan = plan_of(workbook((*HEAD, "類別"), *rows, change=merged("D4:D5")))
        assert said(plan) == COUNTY
        assert [one.entry.category for one in plan.added] == [
            "縣市政府", "鄉公所", "學校", "學校",
        ]  # fmt: skip

    def test_a_county_that_is_merged_over_all_rows_gives_each_code_its_letter(self):
        rows = [(name, account[1:], parent[1:], None) for name, account, parent in ROWS]
        rows[0] = (*rows[0][:3], "連江縣")
        plan = plan_of(workbook((*HEAD, "縣市"), *rows, change=merged("D2:D5")))
        assert said(plan) == COUNTY

    def test_a_township_that_is_merged_over_its_schools_in_a_document(self):
        spanned = 'table:number-rows-spanned="2" table:number-columns-spanned="1"'
        school, other = ROWS[2], ROWS[3]
        rows = [ods_row(*row) for row in (HEAD, *ROWS[:2])]
        rows.append(ods_row(*school[:2], (spanned, school[2])))
        rows.append(ods_row(*other[:2]))
        assert said(plan_of(document(ods_table(*rows)))) == COUNTY

    @pytest.mark.parametrize("word", ["小計", "合計", "總計：", "共計3所", "Subtotal", "小 計"])
    def test_sums_between_the_rows(self, word):
        rows = [*ROWS[:2], (word, "", "1"), *ROWS[2:], (None, word, "4")]
        plan = plan_of(workbook(HEAD, *rows))
        assert said(plan) == COUNTY
        assert [error.row for error in plan.left_out] == [4, 7]

    @pytest.mark.parametrize(
        "note",
        ["以下空白", "※代碼依主計總處", "備註：新設學校另列", "製表人：王小明", "第1頁",
         "資料來源：教育處", "* 含分校", "＊含分校"],
    )  # fmt: skip
    def test_notes_right_below_the_table(self, note):
        plan = plan_of(workbook(HEAD, *ROWS, (note,)))
        assert said(plan) == COUNTY
        assert [error.value for error in plan.left_out] == [note]

    def test_a_school_that_is_called_like_a_sum_is_a_school(self):
        plan = plan_of(workbook(HEAD, *ROWS, ("合計畫國小", "z371036503X", "z371032300A")))
        assert len(said(plan)) == 5

    @pytest.mark.parametrize(
        "headings",
        [
            ("機關／單位名稱（全名）", "帳　號", "上級機關帳號"),
            ("＊單位", "帳號（必填）", "上級機關\n帳號"),
            ("單位\u200b", " 帳號 ", "上級機關帳號："),
            ("校名", "學校代號", "主管機關代號"),
        ],
    )
    def test_headings_as_they_are_decorated(self, headings):
        assert said(plan_of(workbook(headings, *ROWS))) == COUNTY

    def test_titles_that_fill_a_whole_page(self):
        titles = [("連江縣各機關學校",)] * 49
        assert said(plan_of(workbook(*titles, HEAD, *ROWS))) == COUNTY
        with pytest.raises(SpreadsheetError, match="找不到標題列"):
            plan_of(workbook(*titles, ("續",), HEAD, *ROWS))

    @pytest.mark.parametrize("word", ["無", "沒有", "無資料", "N/A", "－", "—", "0", "x"])
    def test_words_for_no_e_mail(self, word):
        rows = [(*row, word) for row in ROWS]
        plan = plan_of(workbook((*HEAD, "電子郵件"), *rows))
        assert {one.entry.email for one in plan.added} == {""}

    def test_rows_in_any_order(self):
        assert said(plan_of(workbook(HEAD, *reversed(ROWS)))) == COUNTY

    def test_a_sheet_of_another_table_beside_it(self):
        book = openpyxl.Workbook()
        for row in (("單位", "電話"), ("連江縣政府", "0836-22067")):
            book.active.append(row)
        sheet = book.create_sheet("名冊")
        for row in (HEAD, *ROWS):
            sheet.append(row)
        assert said(plan_of(saved(book))) == COUNTY


def asked(data, **options):
    return [question.code for question in plan_of(data, **options).unanswered]


class TestAsked:
    @pytest.mark.parametrize(
        "damaged", ["學?校", "?校", "學校□", "學〓校", "學\ufffd校", "\ue123校"]
    )
    @pytest.mark.parametrize("column", [0, 2, 3])
    def test_lost_characters_in_any_column_of_words(self, damaged, column):
        rows = [[*row, "機關"] for row in ROWS]
        rows[3][column] = damaged
        assert asked(workbook((*HEAD, "類別"), *rows)) == [f"damaged:{'ABCD'[column]}5"]

    def test_question_marks_of_people_are_theirs(self):
        rows = [(*row, "a?b@example.com") for row in ROWS]
        assert asked(workbook((*HEAD, "Email"), *rows)) == []

    def test_zeros_that_only_the_parents_lost(self):
        rows = [("甲", "z014300", ""), ("乙", "z014301", "z014300"), ("丙", "z014302", "z14300"),
                ("丁", "z014303", "z014300")]  # fmt: skip
        plan = plan_of(workbook(HEAD, *rows))
        assert [question.code for question in plan.unanswered] == ["codes:C4"]
        assert "前面的零" in plan.unanswered[0].text

    @pytest.mark.parametrize("column", ["B", "C"])
    def test_a_code_that_became_a_power_of_ten(self, column):
        def change(sheet):
            sheet[f"{column}5"] = 3710300000

        assert f"codes:{column}5" in asked(workbook(HEAD, *ROWS, change=change))

    def test_rows_that_a_document_has_filtered(self):
        rows = [ods_row(*row) for row in (HEAD, *ROWS[:3])]
        rows.append(ods_row(*ROWS[3], attributes='table:visibility="filter"'))
        plan = plan_of(document(ods_table(*rows)))
        [question] = plan.unanswered
        assert question.code == "hidden-rows:5"
        assert "篩選" in question.text

    def test_columns_that_are_folded_away(self):
        def change(sheet):
            sheet.column_dimensions.group("B", "C", hidden=True)

        assert asked(workbook(HEAD, *ROWS, change=change)) == [
            "hidden-columns:B", "hidden-columns:C",
        ]  # fmt: skip

    def test_a_second_table_far_below(self):
        rows = "".join(text_row(n, *row) for n, row in enumerate((HEAD, *ROWS), start=1))
        rows += text_row(2_000, *HEAD) + text_row(2_001, "丙", "z3")
        assert asked(raw_workbook(rows)) == ["beyond:A2000"]

    def test_a_number_that_is_shown_rounded_is_no_code(self):
        row = '<row r="6"><c t="inlineStr"><is><t>丙</t></is></c><c s="1"><v>14302.4</v></c></row>'
        rows = "".join(text_row(n, *one) for n, one in enumerate((HEAD, *ROWS), start=1))
        codes = asked(raw_workbook(rows + row, formats=["0"]))
        assert codes[0] == "rounded:B6"

    def test_an_answer_to_one_row_is_no_answer_to_another(self):
        def change(sheet):
            sheet.row_dimensions[4].hidden = sheet.row_dimensions[5].hidden = True

        data = workbook(HEAD, *ROWS, change=change)
        assert asked(data, accepted=["hidden-rows:4"]) == ["hidden-rows:5"]
        assert asked(data, accepted=["hidden-rows:4", "hidden-rows:6"]) == ["hidden-rows:5"]


class TestRefused:
    @pytest.mark.parametrize("column", range(6))
    @pytest.mark.parametrize(
        ("value", "words"),
        [
            (datetime.date(2016, 3, 1), "日期"),
            (datetime.time(8, 30), "日期"),
            ("#REF!", "錯誤值"),
            (1234567890123456789, "15 位"),
            ("=A1&B1", "沒有算好的值"),
            ("長" * 2_001, "2,000 個字"),
        ],
    )
    def test_what_is_no_text_in_any_column_by_its_cell(self, column, value, words):
        rows = [[*row, "機關", "連江縣", "a@example.com"] for row in ROWS]
        rows[3][column] = value
        plan = plan_of(workbook(WIDE_HEAD, *rows))
        assert [error.cell for error in plan.rejected] == [f"{'ABCDEF'[column]}5"]
        assert words in plan.rejected[0].reason
        assert not plan.can_be_applied

    def test_headings_that_are_printed_again_on_every_page(self):
        plan = plan_of(workbook(HEAD, *ROWS[:2], HEAD, *ROWS[2:]))
        assert {error.row for error in plan.rejected} == {4}

    @pytest.mark.parametrize(
        ("spelling", "rows"),
        [
            ("ｚ３７１０３６５０１Ｘ", (4, 6)),
            ("Z371036501x", (4, 6)),
            (" z371036501X\u200b", (4, 6)),
        ],
    )
    def test_an_account_twice_in_another_spelling(self, spelling, rows):
        plan = plan_of(workbook(HEAD, *ROWS, ("東莒國小", spelling, "")))
        assert tuple(error.row for error in plan.rejected) == rows

    @pytest.mark.parametrize("email", ["a@", "a b@example.com", "a@example.com;b@example.com", "@"])
    def test_an_address_that_is_none(self, email):
        rows = [(*row, email if row is ROWS[3] else "") for row in ROWS]
        [error] = plan_of(workbook((*HEAD, "Email"), *rows)).rejected
        assert (error.cell, error.reason) == ("D5", "電子郵件的格式不正確。")

    @pytest.mark.parametrize(("length", "is_refused"), [(100, False), (101, True)])
    def test_a_name_is_as_long_as_its_column(self, length, is_refused):
        rows = [*ROWS[:3], ("校" * length, *ROWS[3][1:])]
        assert bool(plan_of(workbook(HEAD, *rows)).rejected) is is_refused

    def test_one_cell_over_a_name_and_its_account(self):
        rows = (*ROWS[:3], ("西莒國小", None, "z371032300A"))
        plan = plan_of(workbook(HEAD, *rows, change=merged("A5:B5")))
        assert {error.cell for error in plan.rejected} == {"A5:B5", "B5"}

    @pytest.mark.parametrize(
        "county", ["連江", "福建省", "臺中縣", "[99]", "連江縣政府", "Lienchiang"]
    )
    def test_a_county_that_is_none(self, county):
        rows = [(*row, county) for row in ROWS[:1]]
        [error] = plan_of(workbook((*HEAD, "縣市"), *rows)).rejected
        assert (error.cell, error.value) == ("D2", county)

    def test_every_fault_of_a_list_is_told_at_once(self):
        rows = (("", "z1001", ""), ("甲", "", ""), ("乙", "l1002", ""), ("丙", "z1003", "a1004"))
        plan = make_plan(read_account_list(workbook(HEAD, *rows), "list.xlsx"))
        assert [error.row for error in plan.rejected] == [2, 2, 3, 4, 5]
