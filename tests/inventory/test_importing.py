"""Figures from a list, for their units to check."""

from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from inventory import workflow
from inventory.models import Entry
from tests.inventory.conftest import SET, County, number

pytestmark = pytest.mark.django_db
HEADER = "年度,帳號,範圍,項目,名稱,數量,單位\n"


@pytest.fixture
def run(county: County, tmp_path: Path):
    def importing(rows: str, **options: object) -> str:
        file = tmp_path / "filings.csv"
        file.write_text(HEADER + rows, encoding="utf-8-sig")
        out = StringIO()
        call_command("import_filings", str(file), by="admin", stdout=out, **options)
        return out.getvalue()

    return importing


def test_fills_in_what_the_list_says(run, county: County) -> None:
    said = run(
        '103,z371036500X,自行,電力,,"1,000",度\n'
        "103,Z371036500x,,設施名稱與柴油,發電機,10,\n"
        "103,z371036500X,,設施名稱與柴油,抽水機,5,\n"
        "103,z371036500X,委外,lpg,,2,公斤\n"
        "103,z371036500X,自行,柴油,,未使用,\n"
        "103,z371036500X,自行,其他冷媒型號，補充,R404A,1,\n"
        "103,z371036500X,自行,其他能源資源,木炭,3,公斤\n"
        "103,z371036501X,自行,電力,,7,\n"
    )
    assert said == "2 filings filled in\n"
    filing = county.filing(county.school, 103)
    assert (filing.status, filing.is_prefilled) == ("draft", True)
    assert filing.outsourced_kg == Decimal("6.3790")
    names = Entry.objects.filter(line="facility_diesel").values_list("name", flat=True)
    assert list(names) == ["發電機", "抽水機"]
    assert Entry.objects.get(line="other").kg is None


def test_what_is_known_is_read_in_any_spelling(run, county: County) -> None:
    run(
        "１０３,z371036500X,自行,其他能源資源,ｆｍ－２００,\u200b1.50000\u200b,KG\n"
        "103,z371036500X,自行,其他冷媒型號，補充,r-404a,１,\n"
    )
    found = Entry.objects.order_by("line").values_list("name", "unit", "quantity", "kg")
    assert list(found) == [
        ("FM-200 滅火藥劑補充", "kg", Decimal("1.5"), Decimal("4830.0000")),
        ("R404A", "kg", Decimal(1), Decimal("3921.6000")),
    ]


def test_a_filing_that_its_unit_has_begun_is_left(run, county: County) -> None:
    workflow.save(
        filing=county.filing(county.school, 103),
        answers=[number("electricity", "1")],
        outsourced_scope="",
        complete=False,
        revision=0,
        factor_set=SET,
        by=county.user(county.school),
    )
    assert "left, its unit has begun" in run("103,z371036500X,自行,電力,,9,\n")
    assert Entry.objects.get().quantity == 1


def test_a_dry_run_writes_nothing(run) -> None:
    assert run("103,z371036500X,自行,電力,,9,\n", dry_run=True) == "1 filings would be filled in\n"
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    ("row", "cell", "says"),
    [
        ("99,z371036500X,自行,電力,,9,", "A3", "沒有這個填報年度"),
        ("一〇三,z371036500X,自行,電力,,9,", "A3", "沒有這個填報年度"),
        ("103,z999999999X,自行,電力,,9,", "B3", "沒有應填報的單位"),
        ("103,z371036500X,借用,電力,,9,", "C3", "只能是"),
        ("103,z371036500X,自行,煤,,9,", "D3", "103 年度的表單沒有這個項目"),
        ("103,z371036500X,自行,瓦斯,,-9,", "F3", "不能是負數"),
        ("103,z371036500X,自行,瓦斯,,,", "F3", "請填數字"),
        ("103,z371036500X,自行,瓦斯,廚房,9,", "E3", "不填名稱"),
        ("103,z371036500X,自行,設施名稱與柴油,,9,", "E3", "請填名稱"),
        (
            "103,z371036500X,自行,其他冷媒型號，補充,R999,9,",
            "E3",
            "沒有「其他冷媒型號，補充 R999」的係數",
        ),
        ("103,z371036500X,自行,瓦斯,,9,公升", "G3", "以公斤計"),
        ("103,z371036500X,自行,其他能源資源,木炭,9,", "G3", "請填單位"),
        ("103,z371036500X,自行,其他能源資源,車用液化石油氣,9,公斤", "G3", "以公升計"),
        ("103,z371036500X,自行,電力,,8,", "D3", "出現兩次"),
        (f"103,z371036500X,自行,其他能源資源,{'木' * 61},9,公斤", "E3", "最多 60 個字"),
        (f"103,z371036500X,自行,其他能源資源,木炭,9,{'斤' * 21}", "G3", "最多 20 個字"),
        ("103,z371036500X,自行,瓦斯,,10²,", "F3", "「²」不是 0 到 9 的數字"),
        ("103,z371036500X,自行,瓦斯,,③,", "F3", "「③」不是 0 到 9 的數字"),
        ("10³,z371036500X,自行,瓦斯,,9,", "A3", "沒有這個填報年度"),
        ("103,z371036500X,自行,其他能源資源,R134a,9,公斤", "E3", "冷媒型號R134a，補充」"),
        ("103,z371036500X,自行,其他能源資源,柴 油,9,公升", "E3", "」或「"),
        ("103,z371036500X,自行,其他冷媒型號，補充,HFC-134a,9,", "E3", "冷媒型號R134a，補充」"),
        ("103,z371036500X,自行,其他能源資源,FM-200,9,公升", "G3", "以公斤計"),
        (f"{'9' * 5000},z371036500X,自行,電力,,9,", "A3", "沒有這個填報年度"),
    ],
)
def test_one_wrong_row_and_nothing_is_written(run, capsys, row: str, cell: str, says: str) -> None:
    with pytest.raises(CommandError, match="1 problems, nothing was written"):
        run(f"103,z371036500X,自行,電力,,9,\n{row}\n")
    error = capsys.readouterr().err
    assert cell in error
    assert says in error
    assert not Entry.objects.exists()


@pytest.mark.parametrize("order", [("未使用", "5"), ("5", "未使用"), ("未使用", "未使用")])
def test_a_line_is_unused_or_has_quantities(run, order: tuple[str, str]) -> None:
    rows = (
        f"103,z371036500X,自行,設施名稱與柴油,{'' if q == '未使用' else '機'},{q}," for q in order
    )
    with pytest.raises(CommandError, match="1 problems"):
        run("\n".join(rows) + "\n")


def test_a_dry_run_tells_the_problems_too(run) -> None:
    with pytest.raises(CommandError):
        run("99,z371036500X,自行,電力,,9,\n", dry_run=True)


def test_a_file_that_is_not_there(county: County) -> None:
    with pytest.raises(CommandError):
        call_command("import_filings", "nowhere.csv", by="admin")


def test_a_file_that_is_no_table(county: County, tmp_path: Path) -> None:
    file = tmp_path / "x.xlsx"
    file.write_bytes(b"nothing")
    with pytest.raises(CommandError, match="nothing was written"):
        call_command("import_filings", str(file), by="admin")
