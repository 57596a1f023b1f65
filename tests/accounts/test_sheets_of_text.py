"""Text files and OpenDocument sheets: separators, encodings, repeated and covered cells."""

import pytest

from accounts.spreadsheets import Limits, SpreadsheetError, scan_table
from tests.accounts.sheets import document, ods_row, ods_table

COLUMNS = {"name": ("單位",), "account": ("帳號",), "parent": ("上級",), "figure": ("數量",)}
HEAD = ("單位", "帳號", "上級", "數量")
FLOAT = 'office:value-type="float" office:value="{}"'


def scan(data, name="list.csv", **options):
    options = {"verbatim": ("figure",), **options}
    return scan_table(data, name, COLUMNS, ("name", "account"), **options)


def refusals(data, name="list.csv"):
    with pytest.raises(SpreadsheetError) as caught:
        scan(data, name)
    return caught.value.row_errors


def values(table):
    return [(row["name"], row["account"]) for row in table.rows]


class TestText:
    @pytest.mark.parametrize("mark", [",", ";", "\t"])
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp950"])
    @pytest.mark.parametrize("name", ["list.csv", "list.TSV", "list.txt"])
    def test_every_separator_in_every_encoding(self, mark, encoding, name):
        text = f'單位{mark}帳號\r\n"甲{mark}乙"{mark}z1001\r\n'
        assert values(scan(text.encode(encoding), name)) == [
            (f"甲{mark}乙".replace("\t", " "), "z1001")
        ]

    def test_the_unicode_text_of_excel_whatever_its_name(self):
        data = "單位\t帳號\r\n甲\tz1001\r\n".encode("utf-16")
        assert values(scan(data, "list.xls")) == [("甲", "z1001")]

    def test_utf16_that_is_broken_names_the_row(self):
        data = "單位\t帳號\r\n甲\tz1001\r\n".encode("utf-16") + b"\x00\xd8\n\x00"
        [error] = refusals(data)
        assert error.row == 3

    def test_zeros_that_were_kept_by_a_formula_of_text(self):
        assert values(scan('單位,帳號\n甲,="014302"\n'.encode())) == [("甲", "014302")]

    def test_a_comma_in_a_few_cells_is_no_separator(self):
        assert values(scan("單位;帳號\n甲,乙;z1\n丙;z2\n".encode())) == [
            ("甲,乙", "z1"),
            ("丙", "z2"),
        ]


class TestBig5:
    def line(self, name):
        return "單位,帳號\n".encode("cp950") + name + b",z1001\n" + "甲,z1002\n".encode("cp950")

    def test_eten_characters_are_read(self):
        table = scan(self.line(b"\xc6\xa1" + "校".encode("cp950")))
        assert table.rows[0]["name"] == "①校"
        assert not table.questions

    def test_characters_of_hong_kong_are_read_and_asked_by_row(self):
        table = scan(self.line("𨋢校".encode("big5hkscs")))
        assert table.rows[0]["name"] == "𨋢校"
        [question] = table.questions
        assert (question.code, question.row) == ("damaged:A2", 2)
        assert "不在 Big5" in question.text

    def test_characters_that_users_drew_are_asked_by_row(self):
        table = scan(self.line("東".encode("cp950") + b"\x81\x40" + "國小".encode("cp950")))
        [question] = table.questions
        assert question.cell == "A2"
        assert "自造字（U+EEB8）" in question.text
        assert values(table)[1] == ("甲", "z1002")

    def test_bytes_of_nothing_are_asked_by_row(self):
        [question] = scan(self.line("東".encode("cp950") + b"\xff")).questions
        assert question.cell == "A2"


class TestTwoEncodings:
    def test_a_row_of_utf8_among_big5(self):
        data = "單位,帳號\n甲,z1\n乙校,z2\n".encode("cp950") + "莒光國小,z3\n".encode()
        [error] = refusals(data)
        assert error.row == 4
        assert "其他列是 Big5" in error.reason

    def test_a_row_of_big5_among_utf8(self):
        data = (
            "單位,帳號\n甲校,z1\n".encode() + "莒光國小,z2\n".encode("cp950") + "丙,z3\n".encode()
        )
        [error] = refusals(data)
        assert error.row == 3
        assert "其他列是 UTF-8" in error.reason

    def test_big5_that_happens_to_look_like_utf8_is_big5(self):
        names = [chr(code) for code in range(0x4E00, 0x9FA6)]
        encodable = [c for c in names if c.encode("cp950", "ignore")]
        lines = [
            f"{c}{d}國小,z{n}"
            for n, (c, d) in enumerate(zip(encodable, encodable[9:], strict=False), 1000)
        ]
        table = scan("\n".join(["單位,帳號", *lines]).encode("cp950"))
        assert len(table.rows) == len(lines)


class TestDocuments:
    def test_a_list_with_covered_cells(self):
        merged = 'table:number-rows-spanned="2" table:number-columns-spanned="1"'
        covered = "<table:covered-table-cell/>"
        second = ods_row("乙", "z1002").replace(
            "</table:table-row>", covered + "</table:table-row>"
        )
        data = document(ods_table(ods_row(*HEAD), ods_row("甲", "z1001", (merged, "z1")), second))
        table = scan(data, "list.ods")
        assert [row["parent"] for row in table.rows] == ["z1", "z1"]

    @pytest.mark.parametrize(
        ("value", "text", "shown", "codes"),
        [
            ("57.7", "57.7", "57.7", []),
            ("57.70000000000001", "57.70", "57.7", []),
            ("1234.5", "1,234.50", "1234.5", []),
            ("14302", "014302", "014302", []),
            ("57.7", "58", "58", ["rounded:D2"]),
            ("3.5", "", "3.5", []),
            ("3710300000", "3.7103E+09", "3710300000", []),
        ],
    )
    def test_numbers_as_they_are_shown(self, value, text, shown, codes):
        row = ods_row("甲", "z1001", "", (FLOAT.format(value), text))
        table = scan(document(ods_table(ods_row(*HEAD), row)), "list.ods")
        assert table.rows[0]["figure"] == shown
        assert [question.code for question in table.questions] == codes

    @pytest.mark.parametrize(
        ("given", "text"),
        [
            ('office:value-type="date" office:date-value="2016-03-01"', "105/3/1"),
            ('office:value-type="string" calcext:value-type="error"', "#N/A"),
            (FLOAT.format("1234567890123456"), "1234567890123456"),
            (FLOAT.format("NaN"), "NaN"),
        ],
    )
    def test_what_is_no_value_is_refused_by_cell(self, given, text):
        row = ods_row("甲", "z1001", "", (given, text))
        [error] = scan(document(ods_table(ods_row(*HEAD), row)), "list.ods").row_errors
        assert error.cell == "D2"

    def test_hidden_rows_columns_sheets_and_notes_in_cells(self):
        hidden = 'table:visibility="filter"'
        columns = '<table:table-column/><table:table-column table:visibility="collapse"/>'
        styles = (
            '<style:style style:name="ta2"><style:table-properties table:display="false"/>'
            "</style:style>"
        )
        note = ods_row("甲", "z1001").replace(
            "<text:p>甲", "<office:annotation><text:p>舊名</text:p></office:annotation><text:p>甲"
        )
        data = document(
            ods_table(
                ods_row(*HEAD), note, ods_row("乙", "z1002", attributes=hidden), before=columns
            )
            + ods_table(ods_row(*HEAD), name="去年", attributes='table:style-name="ta2"'),
            styles,
        )
        table = scan(data, "list.ods")
        assert values(table) == [("甲", "z1001"), ("乙", "z1002")]
        assert table.hidden_sheets == ["去年"]
        assert [q.code for q in table.questions] == ["hidden-columns:B", "hidden-rows:3"]

    def test_a_formula_is_asked_about(self):
        row = ods_row("甲", ('table:formula="of:=[.A9]" office:value-type="string"', "z1001"))
        [question] = scan(document(ods_table(ods_row(*HEAD), row)), "list.ods").questions
        assert question.code == "formulas:B2"

    def test_blanks_and_breaks_inside_a_cell(self):
        row = ods_row("甲", "z1001").replace("甲", "縣立<text:s text:c='2'/>甲<text:line-break/>校")
        assert (
            scan(document(ods_table(ods_row(*HEAD), row)), "a.ods").rows[0]["name"] == "縣立  甲校"
        )

    def test_blank_rows_repeated_to_the_end_cost_nothing(self):
        end = ods_row("", attributes='table:number-rows-repeated="1048000"')
        table = scan(document(ods_table(ods_row(*HEAD), ods_row("甲", "z1"), end)), "list.ods")
        assert values(table) == [("甲", "z1")]

    @pytest.mark.parametrize("count", ["1048000", "99999999999"])
    def test_a_bomb_of_repeated_rows(self, count):
        bomb = ods_row("甲", "z1", attributes=f'table:number-rows-repeated="{count}"')
        with pytest.raises(SpreadsheetError) as caught:
            scan(document(ods_table(ods_row(*HEAD), bomb)), "a.ods", limits=Limits(rows=5000))
        assert caught.value.is_too_large

    def test_a_bomb_of_repeated_cells(self):
        bomb = ods_row("甲", "z1", ('table:number-columns-repeated="99999999999"', "x"))
        [error] = scan(document(ods_table(ods_row(*HEAD), bomb)), "a.ods").row_errors
        assert "200" in error.reason

    @pytest.mark.parametrize("value", ["", "many"])
    def test_a_number_that_is_none_means_damage(self, value):
        row = ods_row("甲", "z1", "", (FLOAT.format(value), "x"))
        [error] = refusals(document(ods_table(ods_row(*HEAD), row)), "a.ods")
        assert "損壞" in error.reason
