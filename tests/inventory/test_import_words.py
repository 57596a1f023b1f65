"""The words that people use in sheets of figures."""

from pathlib import Path

import pytest

from inventory.entries.answers import MAX_ROWS
from inventory.factors.table import FactorTable
from inventory.importing import Plan, read_import
from inventory.importing.lexicon import Lexicon
from inventory.importing.words import (
    LINE_OF,
    OPERATIONS,
    READ_AS,
    UNITS_OF_LINES,
    is_unused,
    read_operation,
    read_year,
)
from inventory.lines import LINES, UNIT_LABELS, find_line
from inventory.models import Filing, ReportingYear
from inventory.names import key_of
from tests.factories import UnitFactory, UserFactory
from tests.inventory.conftest import County

HEADER = "年度,帳號,範圍,項目,名稱,數量,單位\n"
ACCOUNT = "z371036500X"


def plan_of(rows: str, year: int | None = None) -> Plan:
    return read_import((HEADER + rows).encode(), "figures.csv", year=year)


def answered(plan: Plan) -> list[tuple[str, str, str]]:
    assert plan.problems == []
    return [
        (one.operation.value, one.line, one.name)
        for planned in plan.filings
        for one in planned.answers
    ]


@pytest.mark.parametrize(
    "typed",
    ["104", "104年", "104年度", "民國104年", "民國 104 年度", "１０４", "2015", "西元2015年",
     "2015年", "ROC104", " 104 ", "中華民國104年"],
)  # fmt: skip
def test_years(typed: str) -> None:
    assert read_year(typed) == 104


@pytest.mark.parametrize(
    "typed",
    ["", "10⁴", "一〇四", "104學年度", "民國2015年", "西元104年", "104-105", "-104", "10.4",
     "9" * 99],
)  # fmt: skip
def test_what_is_no_year(typed: str) -> None:
    assert read_year(typed) is None


@pytest.mark.parametrize("word", ["自行", "本單位", "自有", "本校", " 自行 ", "own"])
def test_own_operations(word: str) -> None:
    assert read_operation(word) == "own"


@pytest.mark.parametrize("word", ["委外", "外包", "委外操作", "委託", "（委外）", "outsourced"])
def test_outsourced_operations(word: str) -> None:
    assert read_operation(word) == "outsourced"


def test_no_word_is_of_both_operations_and_every_word_is_its_own_key() -> None:
    words = [word for words in OPERATIONS.values() for word in words.split()]
    assert len(words) == len(set(words)) == len(READ_AS)
    assert [word for word in (*words, *LINE_OF) if key_of(word) != word] == []


def test_every_code_is_a_line_and_every_unit_one_of_the_form() -> None:
    """lines.py is where lines are known; a word for one that is gone would be read as nothing."""
    assert {code for code in LINE_OF.values() if find_line(code) is None} == set()
    for (code, symbol, _typed), meant in UNITS_OF_LINES.items():
        assert find_line(code) in LINES
        assert {symbol, meant} <= UNIT_LABELS.keys()
        assert find_line(code).unit == meant


@pytest.mark.parametrize("typed", ["未使用", "無", "－", "-", "—", " 未使用 ", "N/A", "沒有"])
def test_unused(typed: str) -> None:
    assert is_unused(typed)


@pytest.mark.parametrize("typed", ["", "0", "-5", "?", "不詳", "x"])
def test_not_unused(typed: str) -> None:
    assert not is_unused(typed)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("word", "code", "name"),
    [
        ("用電", "electricity", ""),
        ("電費", "electricity", ""),
        ("電", "electricity", ""),
        ("瓦斯", "lpg", ""),
        ("LPG", "lpg", ""),
        ("瓦斯(LPG)", "lpg", ""),
        ("桶裝瓦斯", "lpg", ""),
        ("天然瓦斯", "natural_gas", ""),
        ("天然氣", "natural_gas", ""),
        ("95無鉛", "gasoline", ""),
        ("九五汽油", "gasoline", ""),
        ("汽油(公務車)", "gasoline", ""),
        ("柴油", "diesel", ""),
        ("公務車柴油", "diesel", ""),
        ("發電機", "facility_diesel", "發電機"),
        ("發電機：柴油", "facility_diesel", "發電機"),
        ("發電機柴油", "facility_diesel", "發電機"),
        ("緊急發電機用柴油", "facility_diesel", "緊急發電機"),
        ("其他設施：抽水機", "facility_diesel", "抽水機"),
        ("水車：柴油", "facility_diesel", "水車"),
        ("其他設施", "facility_diesel", ""),
        ("CO2滅火器", "co2_extinguisher", ""),
        ("BC乾粉滅火器", "bc_extinguisher", ""),
        ("R134a", "r134a", ""),
        ("冷媒HFC-134a", "r134a", ""),
        ("R410A冷媒", "r410a", ""),
        ("冷媒R404A", "other_refrigerant", "R404A"),
        ("FM-200", "other", "FM-200 滅火藥劑補充"),
        ("其他能源：木炭", "other", "木炭"),
    ],
)
def test_lines(county: County, word: str, code: str, name: str) -> None:
    lexicon = Lexicon(FactorTable.of(ReportingYear.objects.get(pk=103)))
    found = lexicon.find(word)
    assert found.line is not None
    assert (found.line.code, found.name) == (code, name)


@pytest.mark.django_db
@pytest.mark.parametrize("word", ["高級柴油", "瓦斯費", "滅火器", "冷媒", "煤", "電力排放量", ""])
def test_what_is_no_line_or_several(county: County, word: str) -> None:
    lexicon = Lexicon(FactorTable.of(ReportingYear.objects.get(pk=103)))
    found = lexicon.find(word)
    assert found.line is None
    assert lexicon.why_not(word, found)


@pytest.mark.django_db
def test_a_group_over_a_heading_says_which_diesel(county: County) -> None:
    lexicon = Lexicon(FactorTable.of(ReportingYear.objects.get(pk=103)))
    assert lexicon.find("柴油", "其他設施(如發電機)").line.code == "facility_diesel"
    assert lexicon.find("高級柴油", "公務車用油").line.code == "diesel"
    assert lexicon.find("柴油", "104 年度").line.code == "diesel"


@pytest.mark.django_db
def test_a_list_in_everyday_words(county: County) -> None:
    plan = plan_of(
        "103年,371036500X,本單位,用電,,100,kWh\n"
        "西元2014年,371036500x,自有,其他設施,發電機,1,L\n"
        f"民國103年,{ACCOUNT},外包,桶裝瓦斯,,2,kg\n"
        f"2014,Ｚ３７１０３６５００Ｘ,,柴油,抽水機,4,升\n"
        f"103,{ACCOUNT},,天然瓦斯,,5,度\n"
        f"103,{ACCOUNT},,95無鉛,,無,公升\n"
    )
    assert answered(plan) == [
        ("own", "electricity", ""),
        ("own", "facility_diesel", "發電機"),
        ("own", "facility_diesel", "抽水機"),
        ("outsourced", "lpg", ""),
        ("own", "natural_gas", ""),
        ("own", "gasoline", ""),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("row", "cell", "says"),
    [
        (f"105年,{ACCOUNT},,電力,,1,", "A2", "現有 103、104"),
        (f"105年,{ACCOUNT},,電力,,1,", "A2", "民國104年"),
        (f"103,{ACCOUNT},借用,電力,,1,", "C2", "外包"),
        (f"103,{ACCOUNT},,煤,,1,", "D2", "可以填：電力、天然氣"),
        (f"103,{ACCOUNT},,滅火器,,1,", "D2", "」或「"),
        (f"103,{ACCOUNT},,冷媒R404A,R507A,1,", "E2", "與項目所說的「R404A」不同"),
        (f"103,{ACCOUNT},,電力,,10²,", "F2", "「²」不是"),
        (f"103,{ACCOUNT},,電力,,1,公升", "G2", "以度計"),
        (f"103,{ACCOUNT},,瓦斯,,1 度,", "F2", "不是這一項的單位"),
        ("103,w371036500X,,電力,,1,", "B2", "沒有應填報的單位"),
        ("103,,,電力,,1,", "B2", "請填帳號"),
    ],
)
def test_a_refusal_says_what_is_read(county: County, row: str, cell: str, says: str) -> None:
    [problem] = plan_of(row + "\n").problems
    assert problem.cell == cell
    assert says in problem.reason


@pytest.mark.django_db
def test_an_account_and_a_code_that_are_two_units(county: County) -> None:
    rows = f"帳號,機關代碼,電力\n{ACCOUNT},371036501X,1\n{ACCOUNT},,2\n"
    plan = read_import(rows.encode(), "figures.csv", year=103)
    assert ("B2", "機關代碼與帳號不是同一個單位。") in [
        (one.cell, one.reason) for one in plan.problems
    ]


@pytest.mark.django_db
def test_a_person_of_the_unit_is_the_unit_too(county: County) -> None:
    UserFactory(unit=county.school, username="wang")
    assert answered(plan_of("103,WANG,,電力,,1,\n")) == [("own", "electricity", "")]


@pytest.mark.django_db
def test_a_unit_without_a_filing_of_the_year(county: County) -> None:
    UnitFactory(name="新校", code="371039901A", parent=county.government)
    [problem] = plan_of("103,371039901A,,電力,,1,\n").problems
    assert "該年度沒有應填報的單位" in problem.reason


@pytest.mark.django_db
def test_more_rows_than_a_filing_holds_are_refused_once_and_by_name(county: County) -> None:
    rows = "".join(
        f"103,{ACCOUNT},,設施名稱與柴油,發電機{index},10,公升\n" for index in range(MAX_ROWS + 50)
    )
    plan = plan_of(rows)
    [problem] = plan.problems
    assert problem.row == MAX_ROWS + 2
    assert "連江縣介壽國中小 103" in problem.reason
    assert str(MAX_ROWS) in problem.reason
    assert plan.filings == []


@pytest.mark.django_db
def test_the_figures_of_the_demonstration_are_read_without_a_question(county: County) -> None:
    """Not all of its units and years are here: that is all that is said."""
    file = Path(__file__).parents[2] / "fixtures" / "demo_filings.csv"
    plan = read_import(file, file.name)
    assert {problem.cell[0] for problem in plan.problems} == {"A", "B"}
    assert {one.filing.unit for one in plan.filings} >= {county.school, county.government}
    assert plan.questions == []
    assert Filing.objects.filter(version__gt=0).count() == 0
