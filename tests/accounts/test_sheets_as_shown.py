"""A sheet means what a spreadsheet program shows."""

import datetime

import openpyxl
import pytest

from accounts.spreadsheets import SpreadsheetError, read_table, scan_table
from tests.accounts.sheets import packed, raw_workbook, saved, text_row, workbook

COLUMNS = {
    "name": ("單位",),
    "account": ("帳號",),
    "parent": ("上級機關帳號", "上級機關代碼"),
    "password": ("密碼",),
    "figure": ("數量",),
}
OPTIONS = {"codes": ("account", "parent"), "secret": ("password",), "verbatim": ("figure",)}
HEAD = ("單位", "帳號", "上級機關帳號")


def scan(data, name="list.xlsx", **options):
    return scan_table(data, name, COLUMNS, ("name", "account"), **OPTIONS, **options)


def refusal(data, name="list.xlsx"):
    with pytest.raises(SpreadsheetError) as caught:
        scan(data, name)
    [error] = caught.value.row_errors
    return error


def codes(table):
    return [question.code for question in table.questions]


class TestMergedCells:
    def test_every_covered_row_has_the_value(self):
        rows = (
            HEAD,
            ("鄉公所", "z1000", "z0000"),
            ("甲校", "z1001", "z1000"),
            ("乙校", "z1002", None),
            ("丙校", "z1003", None),
            ("丁校", "z1004", None),
        )
        table = scan(workbook(*rows, change=lambda sheet: sheet.merge_cells("C3:C5")))
        parents = [row["parent"] for row in table.rows]
        assert parents == ["z0000", "z1000", "z1000", "z1000", ""]
        assert not table.questions

    def test_a_blank_row_that_only_a_merged_cell_covers_is_no_row(self):
        rows = (HEAD, ("甲", "z1001", "z1000"), (None, None, None), ("乙", "z1002", None))
        table = scan(workbook(*rows, change=lambda sheet: sheet.merge_cells("C2:C4")))
        assert [row.number for row in table.rows] == [2, 4]
        assert table.rows[1]["parent"] == "z1000"

    def test_a_formatted_blank_row_is_none_either(self):
        def change(sheet):
            sheet.merge_cells("C2:C4")
            sheet["A3"].font = openpyxl.styles.Font(bold=True)

        rows = (HEAD, ("甲", "z1001", "z1000"), (), ("乙", "z1002", None))
        assert [row.number for row in scan(workbook(*rows, change=change)).rows] == [2, 4]

    def test_that_overlap_are_refused_with_both_ranges(self):
        rows = "".join(
            [text_row(1, *HEAD)] + [text_row(n, "甲", f"z100{n}", "z1") for n in range(2, 6)]
        )
        merges = '<mergeCells><mergeCell ref="C2:C4"/><mergeCell ref="C3:C5"/></mergeCells>'
        error = refusal(raw_workbook(rows, after=merges))
        assert error.cell == "C3:C5"
        assert "C2:C4" in error.reason

    @pytest.mark.parametrize("merged", ["B1:B3", "A1:A2"])
    def test_from_the_headings_into_the_data_are_refused(self, merged):
        rows = (HEAD, ("甲", "z1001", ""), ("乙", "z1002", ""))
        error = refusal(workbook(*rows, change=lambda sheet: sheet.merge_cells(merged)))
        assert error.cell == merged
        assert "標題列" in error.reason

    def test_over_two_columns_that_are_read_are_refused(self):
        rows = (HEAD, ("甲", "z1001", ""), ("乙", None, ""), ("丙", "z1003", ""))
        table = scan(workbook(*rows, change=lambda sheet: sheet.merge_cells("A3:B3")))
        assert [error.cell for error in table.row_errors] == ["A3:B3"]

    @pytest.mark.parametrize("reference", ["C2:", "nowhere:C2", "C4:C2"])
    def test_that_are_no_range_mean_damage(self, reference):
        after = f'<mergeCells><mergeCell ref="{reference}"/></mergeCells>'
        error = refusal(raw_workbook(text_row(1, *HEAD), after=after))
        assert "損壞" in error.reason

    def test_a_merge_over_the_whole_sheet_ends_at_its_rows(self):
        rows = text_row(1, *HEAD) + text_row(2, "甲", "z1001", "z1000") + text_row(9, "乙", "z2")
        after = '<mergeCells><mergeCell ref="C2:C1048576"/></mergeCells>'
        assert [row["parent"] for row in scan(raw_workbook(rows, after=after)).rows] == [
            "z1000"
        ] * 2


class TestHidden:
    def test_rows_are_asked_about_and_waved_through_alone_or_together(self):
        rows = text_row(1, *HEAD) + text_row(2, "校2", "z1002")
        rows += text_row(3, "校3", "z1003", attributes='hidden="1"')
        rows += text_row(4, "校4", "z1004", attributes='ht="0" customHeight="1"')
        data = raw_workbook(rows)
        table = scan(data)
        assert codes(table) == ["hidden-rows:3", "hidden-rows:4"]
        assert [question.row for question in table.unanswered] == [3, 4]
        assert len(table.rows) == 3
        assert [q.row for q in scan(data, accepted=["hidden-rows:3"]).unanswered] == [4]
        assert not scan(data, accepted=["hidden-rows"]).unanswered

    def test_filtered_rows_are_called_so(self):
        rows = text_row(1, *HEAD) + text_row(2, "甲", "z1001", attributes='hidden="1"')
        after = '<autoFilter ref="A1:C2"><filterColumn colId="0"/></autoFilter>'
        [question] = scan(raw_workbook(rows, after=after)).questions
        assert "篩選" in question.text
        assert question.value == "甲"

    def test_all_rows_unless_they_say_otherwise(self):
        rows = (
            text_row(1, *HEAD)
            + text_row(2, "甲", "z1")
            + text_row(3, "乙", "z2", attributes='hidden="0"')
        )
        before = '<sheetFormatPr defaultRowHeight="15" zeroHeight="1"/>'
        assert codes(scan(raw_workbook(rows, before=before))) == ["hidden-rows:2"]

    def test_columns_that_are_read(self):
        def change(sheet):
            sheet.column_dimensions["C"].hidden = True

        table = scan(workbook(HEAD, ("甲", "z1001", "z1000"), change=change))
        assert codes(table) == ["hidden-columns:C"]
        assert table.rows[0]["parent"] == "z1000"

    def test_columns_without_width_and_phonetic_text_in_a_cell(self):
        cell = '<c t="inlineStr"><is><t>甲</t><rPh sb="0" eb="1"><t>ㄐㄧㄚˇ</t></rPh></is></c>'
        rows = text_row(1, *HEAD) + f'<row r="2">{cell}{text_row(2, "z1").partition(">")[2]}'
        table = scan(raw_workbook(rows, before='<cols><col min="2" max="2" width="0"/></cols>'))
        assert codes(table) == ["hidden-columns:B"]
        assert table.rows[0]["name"] == "甲"

    def test_sheets_are_none_but_named(self):
        book = openpyxl.Workbook()
        for title, state in (("去年", "hidden"), ("草稿", "veryHidden")):
            sheet = book.create_sheet(title)
            sheet.append(HEAD)
            sheet.sheet_state = state
        for row in (HEAD, ("甲", "z1001", "")):
            book.active.append(row)
        table = scan(saved(book))
        assert table.hidden_sheets == ["去年", "草稿"]
        assert len(table.rows) == 1

    def test_a_list_on_a_hidden_sheet_alone_is_not_found_and_said(self):
        book = openpyxl.Workbook()
        sheet = book.create_sheet("去年")
        sheet.append(HEAD)
        sheet.sheet_state = "hidden"
        assert "去年" in refusal(saved(book)).reason


class TestColumnsThatAreNotRead:
    def test_are_waved_through_by_name_only(self):
        data = workbook((*HEAD, "備註"), ("甲", "z1001", "", "借用帳號"))
        assert codes(scan(data)) == ["column:備註"]
        assert scan(data, accepted=["column"]).unanswered
        assert not scan(data, accepted=["column:備註"]).unanswered

    def test_without_a_heading_by_their_letter(self):
        data = workbook(HEAD, ("甲", "z1001", "", None, "見附件"))
        [question] = scan(data).questions
        assert (question.code, question.cell) == ("column:E", "E2")

    def test_with_the_same_heading_by_both(self):
        data = workbook((*HEAD, "備註", "備註"), ("甲", "z1001", "", "a", "b"))
        assert codes(scan(data)) == ["column:備註 D", "column:備註 E"]

    def test_empty_ones_and_running_numbers_are_not_asked(self):
        data = workbook(("項次", *HEAD, "備註"), (1, "甲", "z1001", "", None))
        table = scan(data)
        assert not table.questions
        assert table.ignored == ["項次", "備註"]

    def test_a_heading_with_characters_that_nobody_sees_does_no_harm(self):
        data = "單位,帳號,備\x01註\n甲,z1001,x".encode()
        assert codes(scan(data, "list.csv")) == ["column:備 註"]

    def test_the_better_heading_is_read_and_the_other_asked(self):
        data = workbook(
            ("單位", "帳號", "上級機關代碼", "上級機關帳號"), ("甲", "z1001", "1000", "z1000")
        )
        table = scan(data)
        assert table.rows[0]["parent"] == "z1000"
        assert codes(table) == ["column:上級機關代碼"]


class TestNumbers:
    @pytest.mark.parametrize(
        ("raw", "code", "shown"),
        [
            ("57.7", "General", "57.7"),
            ("57.700000000000003", "General", "57.7"),
            ("57.7000000001", "General", "57.7"),
            ("0.30000000000000004", "0.0000", "0.3"),
            ("1234567.1234", "General", "1234567.1234"),
            ("12345678.1234", "#,##0.0000", "12345678.1234"),
            ("1.5E3", "General", "1500"),
            ("1234.5", '#,##0.00"度"', "1234.5度"),
            ("-12", "#,##0_);(#,##0)", "-12"),
            ("0", '_-* #,##0_-;-* #,##0_-;_-* "-"_-;_-@_-', "0"),
            ("0.15", "0%", "15%"),
            ("14302", "000000", "014302"),
            ("371030000", "0000000000", "0371030000"),
            ("836022067", "0000-000000", "0836-022067"),
            ("7", '"z"0000', "z0007"),
            ("5", "[Red]0", "5"),
            ("12", "@", "12"),
        ],
    )
    def test_are_the_ones_that_are_shown(self, raw, code, shown):
        table = self.table(raw, code)
        assert table.rows[0]["figure"] == shown
        assert not table.questions

    @pytest.mark.parametrize(
        ("raw", "code", "shown"),
        [
            ("57.7", "0", "58"),
            ("2.5", "0", "3"),
            ("1234567", "#,##0,", "1235"),
            ("0.1549", "0%", "15%"),
            ("5", ";;;", "5"),
        ],
    )
    def test_that_are_shown_as_others_are_asked_about(self, raw, code, shown):
        table = self.table(raw, code)
        assert table.rows[0]["figure"] == shown
        [question] = table.questions
        assert (question.code, question.value) == ("rounded:C2", shown)
        assert raw in question.text

    @pytest.mark.parametrize(
        ("raw", "code", "words"),
        [
            ("42430", "yyyy/m/d", "日期"),
            ("42430", '[$-404]e"年"m"月"d"日"', "日期"),
            ("0.5", "hh:mm", "日期"),
            ("1234567890123456", "General", "15 位"),
            ("1e999", "General", "錯誤值"),
            ("many", "General", "錯誤值"),
            ("nan", "General", "錯誤值"),
        ],
    )
    def test_that_are_none_are_refused_by_cell(self, raw, code, words):
        [error] = self.table(raw, code).row_errors
        assert error.cell == "C2"
        assert words in error.reason

    @pytest.mark.parametrize(
        ("properties", "shown"), [("", "2016-03-01"), ('date1904="1"', "2020-03-02")]
    )
    def test_a_refused_date_is_told_as_it_is_shown(self, properties, shown):
        [error] = self.table("42430", "yyyy/m/d", properties=properties).row_errors
        assert error.value == shown

    def table(self, raw, code, **options):
        rows = text_row(1, "單位", "帳號", "數量") + (
            '<row r="2"><c t="inlineStr"><is><t>甲</t></is></c>'
            f'<c t="inlineStr"><is><t>z1001</t></is></c><c s="1"><v>{raw}</v></c></row>'
        )
        return scan(raw_workbook(rows, formats=[code], **options))

    def test_a_date_is_no_password(self):
        data = workbook(("單位", "帳號", "密碼"), ("甲", "z1001", datetime.date(2016, 3, 1)))
        [error] = scan(data).row_errors
        assert (error.cell, error.value) == ("C2", "")
        assert "日期" in error.reason


class TestCellsOfEveryKind:
    def test_rich_text_phonetic_runs_escapes_and_errors(self):
        texts = (
            "<si><r><t>甲</t></r><r><t>校</t></r><rPh sb='0' eb='1'><t>ㄐㄧㄚˇ</t></rPh></si>"
            "<si><t>z1001_x000D_\n</t></si><si><t>_x005F_x000D_</t></si>"
        )
        rows = (
            text_row(1, "單位", "帳號", "上級機關帳號", "數量", "密碼")
            + '<row r="2"><c t="s"><v>0</v></c><c t="s"><v>1</v></c>'
            '<c t="e"><v>#REF!</v></c><c t="b"><v>1</v></c><c t="s"><v>2</v></c></row>'
        )
        table = scan(raw_workbook(rows, texts=texts))
        [row] = table.rows
        assert (row["name"], row["account"], row["figure"]) == ("甲校", "z1001", "TRUE")
        assert row["password"] == "_x000D_"
        assert [error.cell for error in table.row_errors] == ["C2"]

    def test_a_shared_text_that_is_not_there_means_damage(self):
        rows = '<row r="1"><c t="s"><v>7</v></c></row>'
        assert "損壞" in refusal(raw_workbook(rows, texts="")).reason

    def test_a_formula_counts_as_shown_once_it_is_waved_through(self):
        rows = text_row(1, *HEAD) + (
            '<row r="2"><c t="str"><f>B9&amp;"校"</f><v>甲校</v></c>'
            '<c t="inlineStr"><is><t>z1001</t></is></c></row>'
        )
        table = scan(raw_workbook(rows))
        assert table.rows[0]["name"] == "甲校"
        [question] = table.questions
        assert (question.code, question.value) == ("formulas:A2", "甲校")
        with pytest.raises(SpreadsheetError, match="公式"):
            read_table(raw_workbook(rows), "a.xlsx", COLUMNS, ("name", "account"))
        assert not scan(raw_workbook(rows), accepted=["formulas"]).unanswered

    def test_a_formula_for_a_password_is_not_told(self):
        rows = text_row(1, "單位", "帳號", "密碼") + (
            '<row r="2"><c t="inlineStr"><is><t>甲</t></is></c>'
            '<c t="inlineStr"><is><t>z1001</t></is></c><c t="str"><f>"secret"</f>'
            "<v>secret</v></c></row>"
        )
        [question] = scan(raw_workbook(rows)).questions
        assert "secret" not in str(question)

    def test_a_formula_that_was_never_computed_is_refused(self):
        [error] = scan(workbook(HEAD, ("甲", "=B9", ""))).row_errors
        assert (error.cell, error.value) == ("B2", "=B9")

    def test_the_strict_dialect(self):
        rows = text_row(1, *HEAD) + text_row(2, "甲", "z1001", "z1000")
        after = '<mergeCells><mergeCell ref="C2:C3"/></mergeCells>'
        table = scan(raw_workbook(rows + text_row(3, "乙", "z1002"), after=after, strict=True))
        assert [row["parent"] for row in table.rows] == ["z1000", "z1000"]

    def test_rows_and_cells_that_do_not_say_where_they_are(self):
        rows = text_row(1, *HEAD).replace('r="1" ', "") + text_row(2, "甲", "z1").replace(
            'r="2" ', ""
        )
        assert scan(raw_workbook(rows)).rows[0].number == 2

    def test_a_document_type_is_refused_before_any_entity(self):
        sheet = '<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet>&a;</worksheet>'
        assert "文件型別" in refusal(raw_workbook("", sheet=sheet)).reason

    def test_a_binary_workbook_is_named(self):
        assert ".xlsb" in refusal(packed({"xl/workbook.bin": b"x"})).reason


class TestSize:
    def test_a_stray_blank_at_the_end_does_not_matter(self):
        rows = text_row(1, *HEAD) + text_row(2, "甲", "z1001") + text_row(1_048_576, " ")
        assert not scan(raw_workbook(rows)).questions

    def test_content_far_below_is_told_and_not_read(self):
        rows = text_row(1, *HEAD) + text_row(2, "甲", "z1001") + text_row(900, "乙", "z1002")
        table = scan(raw_workbook(rows))
        assert len(table.rows) == 1
        [question] = table.questions
        assert (question.code, question.cell, question.value) == ("beyond:A900", "A900", "乙")

    def test_a_few_hundred_blank_rows_are_no_end(self):
        rows = text_row(1, *HEAD) + text_row(2, "甲", "z1001") + text_row(400, "乙", "z1002")
        assert [row.number for row in scan(raw_workbook(rows)).rows] == [2, 400]

    def test_sixteen_thousand_columns(self):
        texts = [f"欄{number}" for number in range(16_384)]
        table = scan(raw_workbook(text_row(1, *HEAD, *texts[3:]) + text_row(2, "甲", "z1001")))
        [error] = table.row_errors
        assert error.row == 1
        assert "200" in error.reason

    def test_more_columns_than_a_sheet_has(self):
        rows = '<row r="1"><c r="ZZZ1"><v>1</v></c></row>'
        assert "損壞" in refusal(raw_workbook(rows)).reason
