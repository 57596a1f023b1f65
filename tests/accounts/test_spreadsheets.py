"""Reading a table that somebody else made."""

import datetime
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.spreadsheets import Limits, RowError, SpreadsheetError, read_table, scan_table

COLUMNS = {"name": ("單位", "機關名稱"), "account": ("帳號",), "email": ("Email", "E-mail")}
REQUIRED = ("name", "account")


def workbook(*rows, sheets=("清單",)):
    """The bytes of a workbook with the rows on each sheet."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    return saved(book)


def saved(book):
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def read(data, name="list.xlsx", **options):
    return read_table(data, name, COLUMNS, REQUIRED, **options)


def problems(data, name="list.xlsx", **options):
    with pytest.raises(SpreadsheetError) as caught:
        read(data, name, **options)
    return caught.value.row_errors


def values(table):
    return [(row["name"], row["account"]) for row in table.rows]


def packed(**members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/") + ".xml", content)
    return file.getvalue()


class TestFindsTheTable:
    def test_columns_in_any_order_and_unknown_ones_reported(self):
        table = read(workbook(["序號", "帳 號", "機關名稱"], [1, "z1234", "甲"]))
        assert values(table) == [("甲", "z1234")]
        assert table.ignored == ["序號"]
        assert table.cell(table.rows[0], "account") == "B2"
        assert table.cell(table.rows[0], "email") == ""

    def test_under_title_rows_and_merged_cells(self):
        book = openpyxl.Workbook()
        sheet = book.active
        for row in (["帳號一覽表"], [], ["單位", "帳號"], ["甲", "z1234"]):
            sheet.append(row)
        sheet.merge_cells("A1:F1")
        table = read(saved(book))
        assert table.rows[0].number == 4

    def test_under_a_title_that_is_a_formula(self):
        assert read(workbook(["=TODAY()"], ["單位", "帳號"], ["甲", "z1234"])).rows

    def test_a_header_that_is_merged_over_two_rows(self):
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.append(["單位", "登入資料"])
        sheet.append([None, "帳號", "Email"])
        sheet.append(["甲", "z1234", "a@example.com"])
        sheet.merge_cells("A1:A2")
        sheet.merge_cells("B1:C1")
        table = read(saved(book))
        assert values(table) == [("甲", "z1234")]
        assert table.rows[0]["email"] == "a@example.com"

    def test_headings_with_a_hint_or_an_asterisk(self):
        assert values(read(workbook(["單位（全名）", "*帳號"], ["甲", "z1234"])))

    def test_blank_rows_are_left_out(self):
        table = read(workbook(["單位", "帳號"], [], ["甲", "z1234"], [" ", None], ["乙", "z1235"]))
        assert [row.number for row in table.rows] == [3, 5]

    def test_on_the_only_sheet_that_has_it(self):
        book = openpyxl.Workbook()
        book.active.append(["說明"])
        sheet = book.create_sheet("清單")
        sheet.append(["單位", "帳號"])
        sheet.append(["甲", "z1234"])
        assert read(saved(book)).sheet == "清單"

    def test_two_sheets_with_it_are_refused(self):
        [problem] = problems(workbook(["單位", "帳號"], sheets=("甲", "乙")))
        assert "甲、乙" in problem.reason

    def test_a_missing_column_is_named(self):
        [problem] = problems(workbook(["標題"], ["單位", "密碼"], ["甲", "x"]))
        assert problem.row == 2
        assert "「帳號」" in problem.reason

    def test_no_header_at_all(self):
        [problem] = problems(workbook(["甲", "乙"]))
        assert "標題列" in problem.reason

    def test_a_column_twice_is_refused(self):
        [problem] = problems(workbook(["單位", "帳號", "帳號"], ["甲", "z1234", "z1235"]))
        assert problem.cell == "C1"

    def test_progress_is_told_to_the_end(self):
        told = []
        rows = [["甲", f"z{number}"] for number in range(1200)]
        read(
            workbook(["單位", "帳號"], *rows),
            progress=lambda done, total: told.append((done, total)),
        )
        assert told[-1] == (1200, 1200)
        assert len(told) > 2


class TestReadsCells:
    @pytest.mark.parametrize(
        ("value", "text"),
        [
            (3710365001, "3710365001"),
            (3710365001.0, "3710365001"),
            (0.1, "0.1"),
            (True, "TRUE"),
            ("甲\n機關", "甲機關"),
            ("A\nB", "A B"),
            ("37\u200b10", "3710"),
            (" ｚ３７１０ ", "ｚ３７１０"),  # whoever knows the datum knows its width
        ],
    )
    def test_as_they_are_meant(self, value, text):
        assert read(workbook(["單位", "帳號"], ["甲", value])).rows[0]["account"] == text

    def test_text_that_begins_with_an_equals_sign_stays_text(self):
        book = openpyxl.Workbook()
        book.active.append(["單位", "帳號"])
        book.active["A2"] = "=甲"
        book.active["A2"].data_type = "s"
        assert read(saved(book)).rows[0]["name"] == "=甲"

    def test_leading_zeros_that_the_format_shows(self):
        book = openpyxl.Workbook()
        book.active.append(["單位", "帳號"])
        book.active.append(["甲", 14302])
        book.active["B2"].number_format = "000000"
        assert read(saved(book)).rows[0]["account"] == "014302"

    @pytest.mark.parametrize(
        ("value", "words"),
        [
            ("=B3&C3", "公式"),
            ("#N/A", "錯誤值"),
            (float("1e300"), "15 位"),
            ("甲" * 2001, "2,000"),
            (datetime.date(2015, 6, 30), "日期"),
            (datetime.time(8, 30), "日期"),
        ],
    )
    def test_what_cannot_be_read_is_refused_with_its_place(self, value, words):
        [problem] = problems(workbook(["帳號", "單位"], ["z1234", value]))
        assert (problem.row, problem.cell) == (2, "B2")
        assert words in problem.reason

    def test_an_array_formula_is_a_formula(self):
        book = openpyxl.Workbook()
        book.active.append(["單位", "帳號"])
        book.active["A2"] = openpyxl.worksheet.formula.ArrayFormula("A2", "=B2:B3")
        [problem] = problems(saved(book))
        assert "公式" in problem.reason

    def test_a_formula_in_a_column_that_is_not_read_does_not_matter(self):
        assert read(workbook(["序號", "單位", "帳號"], ["=ROW()-1", "甲", "z1234"])).rows

    def test_scan_goes_on_after_a_bad_cell(self):
        data = workbook(["單位", "帳號"], ["=A1", "z1"], ["乙", "z2"])
        table = scan_table(data, "list.xlsx", COLUMNS, REQUIRED)
        assert [row.faulty for row in table.rows] == [{"name"}, set()]
        assert len(table.row_errors) == 1

    def test_a_style_or_number_that_the_workbook_does_not_have(self):
        sheet = (
            '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
            '<row r="1"><c r="A1" t="inlineStr"><is><t>單位</t></is></c>'
            '<c r="B1" t="inlineStr"><is><t>帳號</t></is></c></row>'
            '<row r="2"><c r="A2" s="99"><v>5</v></c><c r="B2"><v>{}</v></c></row>'
            "</sheetData></worksheet>"
        )
        whole = workbook(["單位", "帳號"])
        assert read(with_sheet(whole, sheet.format("7"))).rows[0]["name"] == "5"
        [problem] = problems(with_sheet(whole, sheet.format("1e999")))
        assert "錯誤值" in problem.reason


def with_sheet(data, xml):
    """The workbook with another sheet1.xml."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            new.writestr(name, xml if name.endswith("sheet1.xml") else old.read(name))
    return changed.getvalue()


class TestCsv:
    LINES = "機關名稱,帳號\r\n甲機關,z1234\r\n"

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp950"])
    def test_encodings(self, encoding):
        assert values(read(self.LINES.encode(encoding), "list.CSV")) == [("甲機關", "z1234")]

    def test_tabs(self):
        assert values(read("單位\t帳號\n甲\tz1234".encode(), "list.txt")) == [("甲", "z1234")]

    def test_quotes_line_numbers_and_blank_lines(self):
        table = read('單位,帳號\n\n"甲,乙",z1234\n'.encode(), "list.csv")
        assert values(table) == [("甲,乙", "z1234")]
        assert table.rows[0].number == 3

    @pytest.mark.parametrize("line", ['"甲,z1234', '"甲"乙,z1234', f'"{"甲" * 140_000}"'])
    def test_broken_quotes_name_the_row(self, line):
        [problem] = problems(f"單位,帳號\n{line}\n".encode(), "list.csv")
        assert problem.row == 2
        assert "引號" in problem.reason

    def test_a_formula(self):
        [problem] = problems("單位,帳號\n=1+1,z1234".encode(), "list.csv")
        assert (problem.cell, problem.value) == ("A2", "=1+1")

    def test_undecodable(self):
        [problem] = problems(b"\xff\xfe\x00\xd8\xff", "list.csv")
        assert "編碼" in problem.reason

    @pytest.mark.parametrize("character", ["\0", "\x01", "\ufdd0", "\uffff"])
    def test_a_character_that_nobody_sees(self, character):
        [problem] = problems(f"單位,帳號\n甲{character}乙,z1234".encode(), "list.csv")
        assert problem.shown == "甲\ufffd乙"


class TestRefusesFiles:
    @pytest.mark.parametrize(
        ("data", "words"),
        [
            (b"", "空的"),
            (b" \n", "空的"),
            (b"\x00\x01random\xff", "不是活頁簿"),
            (b"%PDF-1.7 ...", "PDF"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, ".xls"),
            (b"PK\x03\x04 and no more", "損壞"),
            (packed(readme="x"), "不是 Excel"),
            (packed(xl__workbook="x"), "損壞"),
        ],
    )
    def test_that_are_no_workbook(self, data, words):
        [problem] = problems(data)
        assert words in problem.reason
        assert str(problem) == problem.reason

    def test_text_without_the_name_of_a_csv(self):
        assert "不是活頁簿" in problems("單位,帳號".encode(), "list.xlsx")[0].reason

    def test_a_pdf_named_csv(self):
        assert "PDF" in problems(b"%PDF-1.7", "list.csv")[0].reason

    def test_a_damaged_row(self):
        data = with_sheet(workbook(["單位", "帳號"]), "<worksheet><sheetData><row")
        assert "損壞" in problems(data)[0].reason

    def test_files_that_cannot_be_opened(self, tmp_path: Path):
        assert "無法讀取" in problems(tmp_path / "nowhere.xlsx", "nowhere.xlsx")[0].reason
        assert "無法讀取" in problems(tmp_path, "folder.xlsx")[0].reason

    def test_from_a_path_and_from_an_open_file(self, tmp_path: Path):
        data = workbook(["單位", "帳號"], ["甲", "z1234"])
        path = tmp_path / "list.xlsx"
        path.write_bytes(data)
        assert values(read(path)) == values(read(io.BytesIO(data))) == [("甲", "z1234")]

    @pytest.mark.parametrize(
        "limits", [Limits(file=100), Limits(unpacked=100), Limits(rows=2)], ids=repr
    )
    def test_beyond_the_limits(self, limits):
        with pytest.raises(SpreadsheetError) as caught:
            read(workbook(["單位", "帳號"], *[["甲", "z1234"]] * 3), limits=limits)
        assert caught.value.is_too_large

    def test_a_zip_bomb(self):
        bomb = packed(xl__workbook=b"0" * (Limits().unpacked + 1))
        assert len(bomb) < Limits().file
        assert "解開後" in problems(bomb)[0].reason

    def test_more_parts_than_any_workbook_has(self):
        parts = {f"xl__part{number}": "x" for number in range(2001)}
        assert "過多" in problems(packed(**parts))[0].reason

    def test_a_row_number_far_beyond_the_end(self):
        xml = (
            '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
            '<sheetData><row r="99999999999"><c t="inlineStr"><is><t>單位</t></is></c></row>'
            "</sheetData></worksheet>"
        )
        data = with_sheet(workbook(["單位", "帳號"]), xml)
        assert "標題列" in problems(data)[0].reason

    def test_rows_beyond_the_end_of_a_sheet(self, monkeypatch):
        monkeypatch.setattr("accounts.spreadsheets.files.ROWS_ABOVE", 0)
        data = workbook(["單位", "帳號"], *[["甲", "z1234"]] * 5)
        [problem] = problems(data, limits=Limits(rows=3))
        assert "超過 3 列" in problem.reason

    def test_long_values_are_cut_in_the_message(self):
        problem = RowError("太長。", row=7, cell="C7", value="甲" * 100)
        assert str(problem) == f"第 7 列 C7「{'甲' * 60}…」：太長。"
        assert str(RowError("空白。", row=7)) == "第 7 列：空白。"


WHOLE = workbook(["單位", "帳號"], ["甲", "z1234"])


def is_read_or_refused(data, name):
    """Anything but a table or a SpreadsheetError with row errors fails the test."""
    try:
        return bool(read(data, name).letters)
    except SpreadsheetError as error:
        return bool(error.row_errors)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["a.xlsx", "a.csv", "a", ""]))
def test_any_bytes_are_read_or_refused(data, name):
    assert is_read_or_refused(data, name)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, len(WHOLE) - 1), st.binary(min_size=1, max_size=8))
def test_a_workbook_with_damaged_bytes_is_read_or_refused(at, noise):
    assert is_read_or_refused(WHOLE[:at] + noise + WHOLE[at + len(noise) :], "a.xlsx")


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_any_text_in_a_csv_is_read_or_refused(text):
    assert is_read_or_refused(("單位,帳號\n" + text).encode("utf-8", "replace"), "a.csv")
