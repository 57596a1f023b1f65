"""檢核碼查驗: whose version it is, and nothing that is not public."""

import re

import pytest
from django.test import Client

from accounts.models import County as CountyModel
from inventory import workflow
from inventory.models import Filing, FilingVersion, ReportingYear
from tests.hierarchy.county import County, county, file, filing, in_days, opened, person

pytestmark = pytest.mark.django_db

ADDRESS = "/disclosure/check/"
NOT_PUBLIC = "這份填報的數字尚未公開。"


@pytest.fixture
def land() -> County:
    made = county()
    CountyModel.objects.filter(pk="z").update(name_en="Lienchiang County")
    opened()
    return made


def value_of(filing: Filing, number: int | None = None) -> str:
    version = FilingVersion.objects.get(filing=filing, number=number or filing.version)
    return version.printed_check_value


def confirmed(land: County) -> Filing:
    saved = file(land.school, "123.4567")
    return workflow.confirm(filing=saved, revision=saved.revision, by=person(land.township))


def words(page: str) -> str:
    main = page[page.index("<main") : page.index("</main>")]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


def test_the_page_asks_for_a_value(client: Client) -> None:
    page = client.get(ADDRESS)
    assert page.status_code == 200
    assert "field-error" not in page.text
    assert '<form class="panel form-narrow" method="get"' in page.text


def test_a_published_version_shows_whose_it_is_and_its_figures(
    client: Client, land: County
) -> None:
    saved = confirmed(land)
    page = client.get(ADDRESS, {"value": value_of(saved)})
    assert page.status_code == 200
    said = words(page.text)
    for word in (
        "介壽國中小",
        "371036500X",
        "連江縣",
        "104 年 (2015)",
        "第 1 版",
        "這是這份填報最新的一版。",
        "已確認完整填報各欄位",
        "確認的就是這一版",
        "65.1851",
    ):
        assert word in said, word
    assert 'href="/disclosure/104/371036500X/"' in page.text


def test_a_completed_filing_of_an_open_year_shows_no_figure(client: Client, land: County) -> None:
    saved = file(land.school, "123.4567")
    said = words(client.get(ADDRESS, {"value": value_of(saved)}).text)
    assert NOT_PUBLIC in said
    assert "沒有確認這一版" in said
    assert "65.1851" not in said
    assert "123.4567" not in said
    ReportingYear.objects.update(due_on=in_days(-1))
    assert "65.1851" in words(client.get(ADDRESS, {"value": value_of(saved)}).text)


def test_a_draft_says_that_it_is_one(client: Client, land: County) -> None:
    saved = file(land.school, "123.4567", complete=False)
    said = words(client.get(ADDRESS, {"value": value_of(saved)}).text)
    assert "草稿，尚未確認完整填報" in said
    assert NOT_PUBLIC in said


def test_an_older_version_names_the_newer_one_and_nothing_of_it(
    client: Client, land: County
) -> None:
    first = confirmed(land)
    second = file(land.school, "777.7777", complete=False, reason="activity")
    page = client.get(ADDRESS, {"value": value_of(first)})
    said = words(page.text)
    assert "這不是最新的一版：另有第 2 版" in said
    assert "確認的就是這一版" in said, "a confirmation names its version"
    assert "65.1851" in said, "it stays the published one until a newer one is confirmed"
    assert "410.6666" not in said
    assert value_of(second) not in page.text
    said = words(client.get(ADDRESS, {"value": value_of(second)}).text)
    assert "這一版的數字不公開；公開的是第 1 版。" in said
    assert "410.6666" not in said


def test_an_older_version_of_a_published_filing_leads_to_the_published_one(
    client: Client, land: County
) -> None:
    file(land.school, "123.4567")
    second = file(land.school, "200", reason="activity")
    workflow.confirm(filing=second, revision=2, by=person(land.township))
    page = client.get(ADDRESS, {"value": value_of(second, 1)})
    said = words(page.text)
    assert "這一版的數字不公開；公開的是第 2 版。" in said
    assert "沒有確認這一版" in said
    assert "65.1851" not in said
    assert 'href="/disclosure/104/371036500X/"' in page.text


def test_a_version_that_was_confirmed_and_sent_back_says_both_and_stays_public(
    client: Client, land: County
) -> None:
    saved = confirmed(land)
    workflow.send_back(
        filing=saved, revision=2, reason="請核對電費單", lines=[], by=person(land.township)
    )
    page = client.get(ADDRESS, {"value": value_of(saved)})
    said = words(page.text)
    assert "確認過這一版，之後請單位修正；在新的版次確認之前，公開的仍是這一版" in said
    assert "65.1851" in said
    assert "請核對電費單" not in page.text


def test_who_saved_it_and_their_contact_are_not_shown(client: Client, land: County) -> None:
    land.school.contact_name, land.school.contact_email = "陳小明", "chen@example.org"
    land.school.save()
    saved = confirmed(land)
    page = client.get(ADDRESS, {"value": value_of(saved)}).text
    for private in ("陳小明", "chen@example.org", person(land.school).username):
        assert private not in page


def test_it_is_found_however_it_is_typed(client: Client, land: County) -> None:
    printed = value_of(file(land.school))
    wide = "".join(chr(ord(one) + 0xFEE0) for one in printed)
    for typed in (
        printed.lower(),
        printed.replace("-", ""),
        f"  {printed.replace('-', ' ')} ",
        printed.replace("-", "–"),
        printed.replace("-", "\u200b"),
        wide,
    ):
        page = client.get(ADDRESS, {"value": typed})
        assert page.status_code == 200, typed
        assert "介壽國中小" in page.text


@pytest.mark.parametrize("value", ["0000-0000-0000-0000-0000", "F" * 20])
def test_a_value_that_nobody_has_is_not_found(client: Client, land: County, value: str) -> None:
    page = client.get(ADDRESS, {"value": value})
    assert page.status_code == 404
    assert '<p class="field-error">查無此檢核碼，請對照收據逐字核對後重新填寫。</p>' in page.text
    assert f'value="{value}"' in page.text
    assert 'aria-invalid="true"' in page.text
    assert "這個檢核碼屬於以下版本" not in page.text


SHAPE = "檢核碼是 20 個字元，只有數字 0 到 9 與英文字母 A 到 F；請對照收據重新填寫。"


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "請填寫檢核碼。"),
        ("   ", "請填寫檢核碼。"),
        ("0" * 101, "檢核碼太長，只需填寫收據上的 20 個字元。"),
        ("0" * 19, SHAPE),
        ("0" * 21, SHAPE),
        ("O" * 20, SHAPE),
        ("０" * 19 + "％", SHAPE),
        ("' OR 1=1 --", SHAPE),
        ("<script>alert(1)</script>", SHAPE),
        ("٠" * 20, SHAPE),
        ("🌊" * 20, SHAPE),
    ],
)
def test_what_is_no_check_value_is_refused_at_the_field(
    client: Client, typed: str, message: str
) -> None:
    page = client.get(ADDRESS, {"value": typed})
    assert page.status_code == 422
    assert f'<p class="field-error">{message}</p>' in page.text
    assert 'aria-describedby="value-hint value-error"' in page.text
    assert "<script>alert" not in page.text
    if "<" not in typed and "'" not in typed and typed.strip():
        assert f'value="{typed}"' in page.text, "what was typed stays"


def test_a_character_that_no_database_takes_is_refused(client: Client) -> None:
    for address in (f"{ADDRESS}?value=%00", f"{ADDRESS}?value=ABCD%00", f"{ADDRESS}?value=%ff%fe"):
        page = client.get(address)
        assert page.status_code == 422
        assert '<p class="field-error">' in page.text


def test_it_only_reads(client: Client) -> None:
    assert client.post(ADDRESS, {"value": "0" * 20}).status_code == 405
    assert client.head(ADDRESS).status_code == 200


def test_a_filing_never_saved_has_no_value_to_find(client: Client, land: County) -> None:
    assert filing(land.branch).version == 0
    assert not FilingVersion.objects.exists()
    assert client.get(ADDRESS, {"value": "0" * 20}).status_code == 404
