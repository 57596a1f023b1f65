"""What stands in sheets of few offices: read as it is shown, or refused by its cell."""

import io

import openpyxl
import pytest

from accounts.account_lists import apply, make_plan, read_account_list, remarks_workbook
from accounts.spreadsheets import SpreadsheetError, scan_table
from tests.accounts.sheets import (
    document,
    ods_row,
    ods_table,
    raw_workbook,
    saved,
    text_row,
    workbook,
)
from tests.accounts.test_county_sheets import HEAD, ROWS
from tests.factories import UnitFactory

COLUMNS = {
    "name": ("單位",),
    "account": ("帳號",),
    "parent": ("上級機關帳號",),
    "figure": ("數量",),
}
ODS_HEAD = ods_row("單位", "帳號", "數量")


def scan(data, name="list.xlsx"):
    return scan_table(data, name, COLUMNS, ("name", "account"), verbatim=("figure",))


def merged(*references):
    inside = "".join(f'<mergeCell ref="{reference}"/>' for reference in references)
    return f"<mergeCells>{inside}</mergeCells>"


class TestMerges:
    def test_of_a_heading_that_begins_above_the_headings_and_ends_in_the_data(self):
        rows = text_row(1, "", "帳號") + text_row(2, "單位", "") + text_row(3, "甲", "")
        with pytest.raises(SpreadsheetError) as caught:
            scan(raw_workbook(rows, after=merged("B1:B4")))
        [error] = caught.value.row_errors
        assert error.cell == "B1:B4"
        assert "標題列與資料列" in error.reason

    def test_in_blank_rows_cover_nothing(self):
        rows = text_row(1, *HEAD) + text_row(2, "甲", "z1", "z9") + text_row(6, "乙", "z2", "")
        table = scan(raw_workbook(rows, after=merged("C3:C5")))
        assert [row["parent"] for row in table.rows] == ["z9", ""]

    def test_beside_each_other_and_blank_across_columns(self):
        rows = text_row(1, *HEAD, "數量")
        rows += (
            text_row(2, "甲", "z1", "z9", "5") + text_row(3, "乙", "z2") + text_row(4, "丙", "z3")
        )
        table = scan(raw_workbook(rows, after=merged("C2:C3", "D2:D3", "C4:D4")))
        assert [(row["parent"], row["figure"]) for row in table.rows] == [
            ("z9", "5"), ("z9", "5"), ("", ""),
        ]  # fmt: skip
        assert table.row_errors == []


class TestDocuments:
    def row(self, cell):
        end = "</table:table-row>"
        row = ods_row("甲", "z1").replace(end, cell + end)
        return scan(document(ods_table(ODS_HEAD, row)), "a.ods")

    @pytest.mark.parametrize(
        ("inside", "shown"),
        [
            ("<text:p>5<text:span>00</text:span></text:p>", "500"),
            ("<text:p>5<text:tab/>度</text:p>", "5\t度"),
            ("<text:s/><text:h>5</text:h>", "5"),
            ("<text:list><text:list-item><text:p>5</text:p></text:list-item></text:list>", "5"),
            ("<table:table><table:table-row><table:table-cell><text:p>9</text:p></table:table-cell>"
             "</table:table-row></table:table><text:p>5</text:p>", "5"),
        ],
    )  # fmt: skip
    def test_what_a_cell_shows(self, inside, shown):
        table = self.row(f"<table:table-cell>{inside}</table:table-cell>")
        assert [row["figure"] for row in table.rows] == [shown]

    @pytest.mark.parametrize(("value", "shown"), [("true", "TRUE"), ("false", "FALSE")])
    def test_yes_and_no_without_a_text(self, value, shown):
        given = f'office:value-type="boolean" office:boolean-value="{value}"'
        assert self.row(f"<table:table-cell {given}/>").rows[0]["figure"] == shown

    def test_a_filter_of_the_whole_document_says_why_rows_are_hidden(self):
        hidden = ods_row("甲", "z1", attributes='table:visibility="collapse"')
        ranges = (
            "<table:database-ranges><table:database-range><table:filter>"
            "<table:filter-condition/></table:filter></table:database-range></table:database-ranges>"
        )
        [question] = scan(document(ods_table(ODS_HEAD, hidden) + ranges), "a.ods").questions
        assert "篩選" in question.text


class TestWorkbooks:
    @pytest.mark.parametrize("rows", ["21", "22"])
    def test_rows_that_go_backwards_mean_damage(self, rows):
        content = text_row(1, *HEAD) + "".join(text_row(int(n), "甲", "z1") for n in rows)
        with pytest.raises(SpreadsheetError, match="損壞"):
            scan(raw_workbook(content + text_row(2, "乙", "z2")))

    @pytest.mark.parametrize(
        ("cell", "words"),
        [
            ('<c t="d"><v>2016-03-01</v></c>', "日期"),
            ('<c s="1"><v>99999999</v></c>', "日期"),
            ('<c s="1"><v>-99999999</v></c>', "日期"),
            ('<c t="e"><f>A1/0</f><v>#DIV/0!</v></c>', "錯誤值"),
            ('<c s="1"><f>TODAY()</f><v>42430</v></c>', "日期"),
        ],
    )
    def test_dates_and_errors_of_every_kind(self, cell, words):
        row = text_row(2, "甲", "z1").replace("</row>", f"{cell}</row>")
        data = raw_workbook(text_row(1, "單位", "帳號", "數量") + row, formats=["yyyy/m/d"])
        [error] = scan(data).row_errors
        assert (error.cell, words in error.reason) == ("C2", True)

    @pytest.mark.parametrize(("format_", "shown"), [("# ?/?", "0.5"), ("0.0E+00", "0.5")])
    def test_fractions_and_powers_are_the_number_itself(self, format_, shown):
        row = text_row(2, "甲", "z1").replace("</row>", '<c s="1"><v>0.5</v></c></row>')
        data = raw_workbook(text_row(1, "單位", "帳號", "數量") + row, formats=[format_])
        table = scan(data)
        assert table.rows[0]["figure"] == shown
        assert not table.questions

    def test_a_formula_over_a_number_that_is_shown_rounded_is_asked_about_twice(self):
        cell = '<c s="1"><f>57.7</f><v>57.7</v></c>'
        row = text_row(2, "甲", "z1").replace("</row>", f"{cell}</row>")
        data = raw_workbook(text_row(1, "單位", "帳號", "數量") + row, formats=["0"])
        assert [q.code for q in scan(data).questions] == ["formulas:C2", "rounded:C2"]


@pytest.mark.django_db
class TestRemarks:
    def rows_of(self, data):
        table = read_account_list(data, "list.xlsx")
        book = openpyxl.load_workbook(io.BytesIO(remarks_workbook(table, make_plan(table))))
        return [[cell or "" for cell in row] for row in book.active.iter_rows(values_only=True)]

    def test_say_which_sheet_was_not_read_and_where_a_unit_moves(self):
        government = UnitFactory(code="371030000A", name="連江縣政府")
        UnitFactory(code="371036501X", name="東莒國小", parent=government)
        book = openpyxl.Workbook()
        for row in (HEAD, *ROWS):
            book.active.append(row)
        book.create_sheet("去年").sheet_state = "hidden"
        _head, first, *rows = self.rows_of(saved(book))
        assert first[7] == "隱藏的工作表「去年」沒有讀取。"
        [moved] = [row for row in rows if row[1] == "z371036501X"]
        assert moved[6:] == [
            "移動", "上級機關由 連江縣政府 z371030000A 改為 莒光鄉公所 z371032300A。",
        ]  # fmt: skip

    def test_of_a_refused_row_show_what_stands_there(self):
        rows = self.rows_of(workbook(HEAD, *ROWS, ("@丙", "+1", "")))
        assert rows[-1][:3] == ["6", "+1", "@丙"]
        assert rows[-1][6] == "拒絕"

    @pytest.mark.parametrize("row", [("甲", "l1", ""), ("甲?乙", "z371036503X", "")])
    def test_a_list_that_is_refused_or_asked_about_is_never_written(self, row):
        plan = make_plan(read_account_list(workbook(HEAD, *ROWS, row), "list.xlsx"))
        with pytest.raises(ValueError, match="cannot be applied"):
            apply(plan, by=None)
