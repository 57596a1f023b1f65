"""Figures with one column for each energy."""

from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import Path

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from accounts.spreadsheets import SpreadsheetError
from inventory.importing import Plan, apply_import, read_import
from inventory.importing.headings import read_heading
from inventory.lines import LINES
from inventory.models import Entry
from tests.inventory.conftest import County

pytestmark = pytest.mark.django_db
SCHOOL, KINDERGARTEN = "z371036500X", "z371036501X"


def csv_of(*rows: str) -> bytes:
    return "\n".join(rows).encode()


def plan_of(*rows: str, year: int | None = None) -> Plan:
    return read_import(csv_of(*rows), "figures.csv", year=year)


def answers(plan: Plan) -> list[tuple[str, str, str, str, Decimal | None]]:
    [planned] = plan.filings
    return [
        (one.operation.value, one.line, one.name, one.unit, one.quantity) for one in planned.answers
    ]


def workbook(*rows: list[object], merged: tuple[str, ...] = ()) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for area in merged:
        book.active.merge_cells(area)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def test_a_column_for_each_energy(county: County) -> None:
    plan = plan_of(
        "連江縣各機關能源使用量",
        "帳號,年度,電力(度),天然氣（m³）,瓦斯,汽油（公升）,柴油(公務車),發電機：柴油(公升),"
        "冷媒R134a,冷媒R404A(kg),其他能源：木炭(公斤)",
        f'{SCHOOL},103,"1,000",2,3,4,5,6,7,8,9',
    )
    assert plan.problems == []
    assert plan.questions == []
    assert answers(plan) == [
        ("own", "electricity", "", "", Decimal(1000)),
        ("own", "natural_gas", "", "", Decimal(2)),
        ("own", "lpg", "", "", Decimal(3)),
        ("own", "gasoline", "", "", Decimal(4)),
        ("own", "diesel", "", "", Decimal(5)),
        ("own", "facility_diesel", "發電機", "", Decimal(6)),
        ("own", "r134a", "", "", Decimal(7)),
        ("own", "other_refrigerant", "R404A", "", Decimal(8)),
        ("own", "other", "木炭", "kg", Decimal(9)),
    ]


def test_nothing_unused_and_zero_are_three_answers(county: County) -> None:
    plan = plan_of(
        "帳號,電力,天然氣,瓦斯,汽油,柴油,BC乾粉滅火器補充,冷媒R404A,冷媒R507A",
        f"{SCHOOL},,0,未使用,無,－,-,無,1",
        year=103,
    )
    assert [(one[1], one[4]) for one in answers(plan)] == [
        ("natural_gas", Decimal(0)),
        ("lpg", None),
        ("gasoline", None),
        ("diesel", None),
        ("bc_extinguisher", None),
        ("other_refrigerant", Decimal(1)),
    ]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [(("無", "未使用"), [None]), (("無", ""), []), (("", ""), []), (("無", "2"), [Decimal(2)])],
)
def test_a_line_over_several_columns_is_unused_where_all_say_so(
    county: County, cells: tuple[str, str], expected: list[Decimal | None]
) -> None:
    plan = plan_of("帳號,電力,冷媒R404A,冷媒R507A", f"{SCHOOL},1,{cells[0]},{cells[1]}", year=103)
    found = [one[4] for one in answers(plan) if one[1] == "other_refrigerant"]
    assert plan.problems == []
    assert found == expected


def test_own_and_outsourced_over_the_energies(county: County) -> None:
    sheet = workbook(
        ["104 年度能源使用量（含委外）"],
        ["帳號", "年度", "自行", None, "委外", None],
        [None, None, "電力(度)", "汽油(公升)", "電力(度)", "汽油(公升)"],
        [SCHOOL, "103年", 1, 2, 3, 4],
        merged=("A2:A3", "B2:B3", "C2:D2", "E2:F2"),
    )
    plan = read_import(sheet, "figures.xlsx")
    assert plan.problems == []
    assert [(one[0], one[1], one[4]) for one in answers(plan)] == [
        ("own", "electricity", Decimal(1)),
        ("own", "gasoline", Decimal(2)),
        ("outsourced", "electricity", Decimal(3)),
        ("outsourced", "gasoline", Decimal(4)),
    ]


def test_units_in_a_row_of_their_own(county: County) -> None:
    plan = plan_of("帳號,電力,天然氣,汽油", ",度,度,L", f"{SCHOOL},1,2,3", ",合計,,", year=103)
    assert plan.problems == []
    assert [one[4] for one in answers(plan)] == [1, 2, 3]


def test_a_unit_that_is_not_the_lines_is_refused_at_its_heading(county: County) -> None:
    plan = plan_of(
        "帳號,電力(度),瓦斯(公升),汽油(公秉)",
        f"{SCHOOL},1,2,3",
        f"{KINDERGARTEN},1,2,",
        year=103,
    )
    assert [(one.row, one.cell) for one in plan.problems] == [(1, "C1"), (1, "D1")]
    assert "以公斤計" in plan.problems[0].reason


def test_a_sum_of_all_is_left_out_and_named(county: County) -> None:
    plan = plan_of("單位,帳號,電力", f"介壽國中小,{SCHOOL},1", "合計,,1", year=103)
    assert [cell.row for cell in plan.left_out] == [3]
    assert plan.problems == []


def test_both_layouts_fill_in_the_same(county: County) -> None:
    wide = plan_of(
        "機關代碼,年度,電力,95無鉛,發電機：柴油,冷媒R404A,委外電費(度),桶裝瓦斯",
        "371036500X,2014,1000.5,3,7,2,9,無",
    )
    long = plan_of(
        "年度,帳號,範圍,項目,名稱,數量,單位",
        f"103,{SCHOOL},自行,電力,,1000.5,度",
        f"103,{SCHOOL},自行,汽油,,3,公升",
        f"103,{SCHOOL},自行,設施名稱與柴油,發電機,7,公升",
        f"103,{SCHOOL},自行,其他冷媒型號，補充,R404A,2,公斤",
        f"103,{SCHOOL},委外,電力,,9,度",
        f"103,{SCHOOL},,瓦斯,,未使用,",
    )
    assert wide.problems == long.problems == []
    assert answers(wide) == answers(long)
    assert wide.filings[0].totals == long.filings[0].totals
    apply_import(wide, by=county.administrator)
    filing = county.filing(county.school, 103)
    assert filing.own_kg == long.filings[0].totals.own_kg
    assert filing.outsourced_kg == long.filings[0].totals.outsourced_kg


def test_two_columns_and_two_rows_of_one_line(county: County) -> None:
    plan = plan_of(
        "帳號,電力,用電,汽油",
        f"{SCHOOL},1,2,3",
        f"{KINDERGARTEN},,2,",
        f"{KINDERGARTEN},,4,",
        year=103,
    )
    assert [(one.cell, one.value) for one in plan.problems] == [
        ("C1", "用電"),
        ("A4", KINDERGARTEN),
    ]


def test_a_column_that_nobody_reads_is_asked_about_by_name(county: County) -> None:
    plan = plan_of("帳號,電力,蒸汽(公噸),備註", f"{SCHOOL},1,5,x", year=103)
    assert [question.code for question in plan.questions] == ["column:蒸汽(公噸)", "column:備註"]


@pytest.mark.parametrize("heading", ["電費", "天然氣費"])
def test_what_may_be_dollars_is_asked(county: County, heading: str) -> None:
    plan = plan_of(f"帳號,{heading},汽油", f"{SCHOOL},5000,1", year=103)
    codes = [question.code for question in plan.questions]
    assert codes == (["money:B1"] if heading == "電費" else ["column:天然氣費"])


def test_what_could_be_several_lines_is_refused_with_their_names(county: County) -> None:
    plan = plan_of("帳號,電力,瓦斯費,滅火器", f"{SCHOOL},1,2,3", year=103)
    assert [one.cell for one in plan.problems] == ["C1", "D1"]
    assert "天然氣」或「" in plan.problems[0].reason


def test_neither_kind_of_table_is_told_what_both_need(county: County) -> None:
    with pytest.raises(SpreadsheetError) as refused:
        plan_of("單位,帳號", f"介壽國中小,{SCHOOL}")
    [error] = refused.value.row_errors
    assert "一列一項數據" in error.reason
    assert "一種能源一欄" in error.reason


def test_a_row_without_a_year_where_nobody_chose_one(county: County) -> None:
    plan = plan_of("帳號,電力", f"{SCHOOL},1")
    assert "請填年度" in plan.problems[0].reason
    plan = plan_of("帳號,年度,電力", f"{SCHOOL},104,1", year=103)
    assert "上傳時選擇" in plan.problems[0].reason


def test_the_name_of_another_unit_beside_an_account_is_asked(county: County) -> None:
    rows = ("單位,帳號,電力", f"南竿鄉立幼兒園,{SCHOOL},1", f"南竿幼兒園,{KINDERGARTEN},2")
    plan = plan_of(*rows, year=103)
    assert [question.code for question in plan.questions] == ["names:A2", "names:A3"]
    assert plan_of("單位,帳號,電力", f"介壽國中小,{SCHOOL},1", year=103).questions == []


def test_the_command_reads_wide_sheets_and_asks(county: County, tmp_path: Path, capsys) -> None:
    file = tmp_path / "figures.csv"
    file.write_bytes(csv_of("帳號,電力,備註", f"{SCHOOL},1,x"))
    with pytest.raises(CommandError, match="1 questions to answer"):
        call_command("import_filings", str(file), by="admin", year=103)
    assert "--accept column:備註" in capsys.readouterr().err
    assert not Entry.objects.exists()
    out = StringIO()
    call_command(
        "import_filings", str(file), by="admin", year=103, accept=["column:備註"], stdout=out
    )
    assert out.getvalue() == "1 filings filled in\n"


@pytest.mark.parametrize(
    ("above", "own", "expected"),
    [
        ("", "委外電力(度)", ("電力", "", "度", "outsourced")),
        ("委外", "電力", ("電力", "", "", "outsourced")),
        ("電力", "委外", ("電力", "", "", "outsourced")),
        ("公務車用油", "柴油（公升）", ("柴油", "公務車用油", "公升", None)),
        ("", "電力/kWh", ("電力", "", "kWh", None)),
        ("", "用電量(度/年)", ("用電量", "", "度", None)),
        ("", "電力(委外)", ("電力", "", "", "outsourced")),
        ("", "柴油(公務車)", ("柴油(公務車)", "", "", None)),
        ("用電量(度)", "自行", ("用電量", "", "度", "own")),
        ("", "自行-汽油", ("汽油", "", "", "own")),
    ],
)
def test_headings(above: str, own: str, expected: tuple[object, ...]) -> None:
    heading = read_heading(above, own)
    operation = heading.operation and heading.operation.value
    assert (heading.text, heading.beside, heading.unit, operation) == expected


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.code)
def test_every_line_of_the_form_can_be_a_heading(county: County, line) -> None:
    """By its own label, whatever is added to the form."""
    plan = plan_of(f'帳號,"{line.label}",備註', f"{SCHOOL},無,x", year=103)
    assert [(one[1], one[4]) for one in answers(plan)] == [(line.code, None)]
