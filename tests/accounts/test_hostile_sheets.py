"""Sheets that nobody means well with: too large, contradictory, full of what nothing can store."""

import unicodedata

import pytest

from accounts.account_lists import make_plan, read_account_list
from accounts.spreadsheets import MEGABYTE, Limits, SpreadsheetError, scan_table
from tests.accounts.sheets import (
    document,
    ods_row,
    ods_table,
    packed,
    raw_workbook,
    text_row,
    workbook,
)

COLUMNS = {
    "name": ("單位",),
    "account": ("帳號",),
    "parent": ("上級機關帳號",),
    "figure": ("數量",),
}
HEAD = ("單位", "帳號", "上級機關帳號")
OF_A_PAGE = Limits(file=5 * MEGABYTE, unpacked=16 * MEGABYTE, rows=5_000)
MARKS = "e" + "\u0301\u0316" * 16_000  # takes seconds to put into the order that Unicode asks for


def scan(data, name="list.xlsx", **options):
    options = {"verbatim": ("figure",), **options}
    return scan_table(data, name, COLUMNS, ("name", "account"), **options)


def refused(data, name="list.xlsx", **options):
    with pytest.raises(SpreadsheetError) as caught:
        scan(data, name, **options)
    return caught.value


def rows(*texts, first=2):
    return "".join(text_row(number, *one) for number, one in enumerate(texts, start=first))


def merged(*references):
    inside = "".join(f'<mergeCell ref="{reference}"/>' for reference in references)
    return f"<mergeCells>{inside}</mergeCells>"


class TestMillionRows:
    """Of a page that takes 5,000; each is answered without reading to its end."""

    def test_of_text(self):
        error = refused(b"\xef\xbb\xbf" + "單位,帳號\n".encode() + b"a,b\n" * 1_000_000,
                        "list.csv", limits=OF_A_PAGE)  # fmt: skip
        assert error.is_too_large
        assert "5,000 列" in error.row_errors[0].reason

    def test_of_a_workbook(self):
        one = '<row><c t="str"><v>a</v></c><c t="str"><v>b</v></c></row>'
        error = refused(raw_workbook(text_row(1, *HEAD) + one * 200_000), limits=OF_A_PAGE)
        assert error.is_too_large
        assert "5,000 列" in error.row_errors[0].reason

    def test_of_a_document(self):
        many = ods_row("甲", "z1001", attributes='table:number-rows-repeated="1000000"')
        error = refused(document(ods_table(ods_row(*HEAD), many)), "a.ods", limits=OF_A_PAGE)
        assert error.is_too_large
        assert "5,000 列" in error.row_errors[0].reason

    @pytest.mark.parametrize("blank", ["\n", ",\n", '"",\n', " , \n"])
    def test_that_are_blank_with_something_behind_them(self, blank):
        lines = "單位,帳號\n甲,z1001\n" + blank * 20_000 + "乙,z1002\n丙,z1003\n"
        table = scan(lines.encode(), "list.csv", limits=OF_A_PAGE)
        assert [row["name"] for row in table.rows] == ["甲"]
        [question] = table.unanswered
        assert (question.code, question.value) == ("beyond:A20003", "乙")

    def test_that_are_blank_and_formatted_are_no_rows(self):
        blank = '<row><c s="1"/><c s="1"/><c s="1"/></row>'
        data = raw_workbook(text_row(1, *HEAD) + rows(("甲", "z1001")) + blank * 100_000)
        table = scan(data, limits=OF_A_PAGE)
        assert [row.number for row in table.rows] == [2]
        assert not table.questions


class TestManyColumns:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp950"])
    def test_of_text_are_refused_at_their_row(self, encoding):
        data = "單位,帳號\n甲,z1001" + "," * 16_381 + "乙\n丙,z1002"
        table = scan(data.encode(encoding), "list.csv")
        assert [(error.row, "200 欄" in error.reason) for error in table.row_errors] == [(2, True)]

    def test_without_anything_in_them_are_none(self):
        commas = "," * 16_382
        assert scan(f"單位,帳號{commas}\n甲,z1001{commas}\n".encode(), "a.csv").row_errors == []

    def test_of_a_document_that_are_blank_are_none(self):
        wide = ('table:number-columns-repeated="16381"', "")
        data = document(ods_table(ods_row(*HEAD, wide), ods_row("甲", "z1001", "", wide)))
        table = scan(data, "a.ods")
        assert table.row_errors == []
        assert table.rows[0]["account"] == "z1001"

    def test_with_a_heading_each_are_asked_by_name_and_the_list_is_read(self):
        others = [f"欄{number}" for number in range(197)]
        table = scan(workbook((*HEAD, *others), ("甲", "z1001", "", *others)))
        assert len(table.questions) == 197
        assert not scan(
            workbook((*HEAD, *others), ("甲", "z1001", "", *others)),
            accepted=[f"column:{one}" for one in others],
        ).unanswered


class TestMerges:
    DATA = rows(*((f"校{n}", f"z100{n}", "z1000") for n in range(2, 7)))

    @pytest.mark.parametrize(
        ("first", "second"),
        [
            ("C2:C4", "C2:C4"),  # twice the same
            ("C2:C6", "C3:C4"),  # one inside of the other
            ("B2:C3", "C3:C5"),  # corner on corner
            ("C2:C3", "A3:C3"),  # crossing
        ],
    )
    def test_that_lie_on_each_other_are_refused_with_both_ranges(self, first, second):
        data = raw_workbook(text_row(1, *HEAD) + self.DATA, after=merged(first, second))
        [error] = refused(data).row_errors
        assert error.cell == second
        assert first in error.reason

    def test_that_only_touch_are_read(self):
        content = rows(("甲", "z1", "z7"), ("乙", "z2"), ("丙", "z3", "z8"), ("丁", "z4"))
        data = raw_workbook(text_row(1, *HEAD) + content, after=merged("C2:C3", "C4:C5"))
        assert [row["parent"] for row in scan(data).rows] == ["z7", "z7", "z8", "z8"]

    @pytest.mark.parametrize("reference", ["A1:C1", "A1:B1", "A1:XFD1048576"])
    def test_over_the_headings_hide_one_which_is_named(self, reference):
        data = raw_workbook(text_row(1, *HEAD) + self.DATA, after=merged(reference))
        [error] = refused(data).row_errors
        assert error.row == 1
        assert "「帳號」" in error.reason

    def test_of_the_title_over_the_headings_leaves_no_table(self):
        data = raw_workbook(
            text_row(1, "一覽表") + text_row(2, *HEAD) + rows(("甲", "z1001"), first=3),
            after=merged("A1:C2"),
        )
        assert "找不到標題列" in refused(data).row_errors[0].reason

    def test_of_two_rows_of_headings_of_which_one_goes_on_into_the_data(self):
        data = raw_workbook(
            text_row(1, "單位", "帳號", "上級")
            + text_row(2, "", "", "上級機關帳號")
            + rows(("甲", "z1001"), first=3),
            after=merged("A1:A2", "B1:B3"),
        )
        errors = refused(data).row_errors
        assert [error.cell for error in errors] == ["B1:B3"]

    @pytest.mark.parametrize("spans", ["-5", "0", "1"])
    def test_of_a_document_over_no_cells_are_none(self, spans):
        attributes = f'table:number-rows-spanned="{spans}" table:number-columns-spanned="1"'
        data = document(
            ods_table(ods_row(*HEAD), ods_row("甲", "z1", (attributes, "z9")), ods_row("乙", "z2"))
        )
        assert [row["parent"] for row in scan(data, "a.ods").rows] == ["z9", ""]

    def test_more_than_a_sheet_can_mean(self):
        one = '<mergeCell ref="C2:C3"/>' * 200_001
        data = raw_workbook(text_row(1, *HEAD), after=f"<mergeCells>{one}</mergeCells>")
        error = refused(data)
        assert error.is_too_large
        assert "合併的儲存格過多" in error.row_errors[0].reason

    def test_more_than_a_document_can_mean(self):
        spanned = '<table:table-cell table:number-rows-spanned="2"/>'
        row = f"<table:table-row>{spanned * 200_001}</table:table-row>"
        error = refused(document(ods_table(ods_row(*HEAD), row)), "a.ods")
        assert "合併的儲存格過多" in error.row_errors[0].reason


class TestBombs:
    def test_a_document_that_unpacks_without_end(self):
        rows_of_it = ods_row("甲" * 1000, "z1") * 20_000
        data = document(ods_table(ods_row(*HEAD), rows_of_it))
        assert len(data) < MEGABYTE
        error = refused(data, "a.ods", limits=OF_A_PAGE)
        assert error.is_too_large
        assert "16 MB" in error.row_errors[0].reason

    def test_entities_of_a_document(self):
        content = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
        data = packed({"content.xml": content})
        assert "文件型別" in refused(data, "a.ods").row_errors[0].reason

    def test_rows_and_cells_repeated_in_each_other(self):
        cell = ('table:number-columns-repeated="1048576"', "x")
        bomb = ods_row("甲", "z1", cell, attributes='table:number-rows-repeated="1048576"')
        error = refused(document(ods_table(ods_row(*HEAD), bomb)), "a.ods", limits=OF_A_PAGE)
        assert error.is_too_large

    def test_blanks_without_end_in_one_cell(self):
        row = ods_row("甲", "z1").replace("甲", "甲<text:s text:c='999999999'/>校")
        [error] = scan(document(ods_table(ods_row(*HEAD), row, row)), "a.ods").row_errors or [None]
        assert error is None

    @pytest.mark.parametrize("count", ["9" * 5_000, "many", "1.5"])
    def test_a_count_that_is_no_number_means_damage(self, count):
        row = ods_row("甲", "z1", attributes=f'table:number-rows-repeated="{count}"')
        assert "損壞" in refused(document(ods_table(ods_row(*HEAD), row)), "a").row_errors[0].reason


class TestTwoEncodings:
    HEAD = "單位,帳號\n"

    def told(self, data):
        return [(error.row, error.reason) for error in refused(data, "list.csv").row_errors]

    def test_two_files_put_together(self):
        text = self.HEAD + "東引國小,z1\n莒光國小,z2\n"
        told = self.told(text.encode() + text.encode("cp950"))
        assert [row for row, _reason in told] == [1, 2, 3]
        assert {reason for _row, reason in told} == {
            "這一列是 UTF-8，其他列是 Big5；請把整個檔案存成同一種編碼。"
        }

    def test_with_its_mark_in_front_the_other_rows_do_not_belong(self):
        data = b"\xef\xbb\xbf" + self.HEAD.encode() + "甲校,z1\n莒光國小,z2\n".encode("cp950")
        [(row, reason)] = self.told(data)
        assert row == 2
        assert "UTF-8" in reason

    def test_many_rows_are_named_up_to_twenty(self):
        data = (self.HEAD + "東引國小,z1\n" * 60).encode() + "莒光國小,z2\n".encode("cp950") * 50
        assert len(self.told(data)) == 20

    def test_utf16_in_the_middle_of_utf8(self):
        data = (self.HEAD + "東引國小,z1\n").encode() + "莒光國小,z2\n".encode("utf-16")
        [(row, reason)] = self.told(data)
        assert row == 3
        assert "同一種編碼" in reason

    def test_neither_of_all(self):
        data = b"\xff\xff,\xff\n" * 3
        assert "既不是" in refused(data, "list.csv").row_errors[0].reason


class TestWhatCannotBeStored:
    """Escapes of Excel can write characters that no database takes."""

    @pytest.mark.parametrize("escape", ["_x0000_", "_x0001_", "_x001C_", "_xFFFE_", "_xFDD0_"])
    @pytest.mark.parametrize("column", ["name", "figure"])
    def test_is_refused_by_cell_in_any_column(self, escape, column):
        texts = (
            (f"甲{escape}乙", "z1001", "5") if column == "name" else ("甲", "z1001", f"5{escape}0")
        )
        data = raw_workbook(text_row(1, "單位", "帳號", "數量") + rows(texts))
        [error] = scan(data).row_errors
        assert error.cell == ("C2" if column == "figure" else "A2")
        assert "控制字元" in error.reason

    def test_half_of_a_character_is_a_lost_one_and_asked_about(self):
        data = raw_workbook(text_row(1, *HEAD) + rows(("縣立_xD842_國小", "z1001")))
        table = scan(data)
        assert table.rows[0]["name"] == "縣立\N{REPLACEMENT CHARACTER}國小"
        assert [question.code for question in table.questions] == ["damaged:A2"]

    @pytest.mark.parametrize("text", ["1\t2", "1\r\n2", "1\n2", "1\u00852"])
    def test_breaks_and_tabs_are_for_whoever_reads_the_column(self, text):
        data = f'單位,帳號,數量\n甲,z1001,"{text}"\n'.encode()
        assert scan(data, "list.csv").rows[0]["figure"] == text

    @pytest.mark.django_db
    @pytest.mark.parametrize("column", range(4))
    def test_a_list_with_it_is_refused_and_never_fails(self, column):
        texts = ["連江縣政府", "z371030000A", "", "機關"]
        texts[column] += "_x0000_"
        data = raw_workbook(text_row(1, *HEAD, "類別") + rows(texts))
        plan = make_plan(read_account_list(data, "list.xlsx"))
        assert [error.cell for error in plan.rejected][:1] == [f"{'ABCD'[column]}2"]


class TestNothingOfAnyLengthIsNormalised:
    """What is put into order before its length is looked at can keep a worker busy for minutes."""

    @pytest.fixture(autouse=True)
    def measured(self, monkeypatch):
        lengths = []
        real = unicodedata.normalize
        monkeypatch.setattr(
            unicodedata,
            "normalize",
            lambda form, text: lengths.append(len(text)) or real(form, text),
        )
        yield
        assert max(lengths, default=0) <= 2_000

    @pytest.mark.parametrize("place", range(4))
    def test_in_any_cell_of_a_sheet(self, place):
        texts = ["甲", "z1001", "z1", "5"]
        texts[place] = MARKS
        table = scan(workbook((*HEAD, "數量"), texts))
        assert len(table.row_errors) == (place != 3)

    def test_in_a_heading_a_title_or_below_the_table(self):
        data = workbook((MARKS,), (*HEAD, MARKS), ("甲", "z1001", "", MARKS), (MARKS,))
        table = scan(data)
        assert [row["name"] for row in table.rows][:1] == ["甲"]
        assert all(len(question.place) < 100 for question in table.questions)
