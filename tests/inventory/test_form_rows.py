"""Repeated rows: a page never drops what it did not show, and says where it has no room."""

from collections.abc import Callable
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.form_recovery import MAX_FIELDS
from inventory import workflow
from inventory.entries.answers import MAX_ROWS, Answer
from inventory.lines import Operation
from inventory.models import Entry
from inventory.policies import NotAllowed
from tests.inventory.conftest import SET, County
from tests.pages import fields_of

pytestmark = [pytest.mark.django_db, pytest.mark.long]
URL = "/inventory/103/"
KEY = "own-facility_diesel"
SignIn = Callable[..., Client]
HEADER = "年度,帳號,範圍,項目,名稱,數量,單位\n"


def do_import(tmp_path: Path, rows: str) -> None:
    file = tmp_path / "filings.csv"
    file.write_text(HEADER + rows, encoding="utf-8")
    call_command("import_filings", str(file), by="admin", stdout=StringIO())


def generators(number: int) -> str:
    return "".join(
        f"103,z371036500X,自行,設施名稱與柴油,發電機{index:03},10,公升\n"
        for index in range(1, number + 1)
    )


def fields(client: Client, url: str = URL) -> dict[str, str]:
    return fields_of(client.get(url).content.decode(), "filing")


def facilities(county: County) -> list[str]:
    entries = county.filing(county.school, 103).entries.filter(line="facility_diesel")
    return list(entries.order_by("position").values_list("name", flat=True))


@pytest.fixture
def school(sign_in: SignIn, county: County, tmp_path: Path) -> Client:
    """The school, into whose form 55 generators were imported."""
    do_import(tmp_path, generators(55))
    return sign_in(county.school)


def test_every_stored_row_is_shown_and_stays(school: Client, county: County) -> None:
    form = fields(school)
    assert form[f"{KEY}-rows"] == "55"
    assert form[f"{KEY}-54-name"] == "發電機055"
    page = school.post(URL, form | {"own-electricity": "5", "action": "save"})
    assert page.status_code == 302
    assert len(facilities(county)) == 55
    assert county.filing(county.school, 103).own_kg == Decimal("1440.8330")


def test_a_page_that_did_not_show_them_all_drops_none(school: Client, county: County) -> None:
    form = fields(school)
    short = {
        name: value
        for name, value in form.items()
        if not any(name.startswith(f"{KEY}-{index}-") for index in range(50, 55))
    }
    short |= {f"{KEY}-rows": "50", "own-electricity": "5", "action": "save"}
    page = school.post(URL, short)
    html = page.content.decode()
    assert page.status_code == 422
    assert "「設施名稱與柴油」已存 55 列，送出的頁面只有 50 列" in html
    assert f'href="#row-{KEY}"' in html
    again = fields_of(html, "filing")
    assert (again[f"{KEY}-rows"], again[f"{KEY}-54-name"]) == ("55", "發電機055")
    assert len(facilities(county)) == 55
    assert school.post(URL, again | {"action": "save"}).status_code == 302
    assert len(facilities(county)) == 55


def test_a_row_goes_when_somebody_empties_it(school: Client, county: County) -> None:
    form = fields(school) | {f"{KEY}-3-name": "", f"{KEY}-3-quantity": "", "action": "save"}
    assert school.post(URL, form).status_code == 302
    assert len(facilities(county)) == 54
    assert "發電機004" not in facilities(county)


def test_rows_that_another_person_added_meanwhile_are_shown(
    sign_in: SignIn, county: County
) -> None:
    client = sign_in(county.school)
    opened = fields(client) | {"own-electricity": "7", "action": "save"}
    more = {"name": "發電機", "quantity": "10"}
    first = fields(client) | {f"{KEY}-0-{part}": value for part, value in more.items()}
    html = client.post(URL, first | {"action": f"add:{KEY}"}).content.decode()
    second = {f"{KEY}-1-name": "抽水機", f"{KEY}-1-quantity": "2", "action": "save"}
    client.post(URL, fields_of(html, "filing") | second)
    page = client.post(URL, opened | {f"{KEY}-0-name": "割草機", f"{KEY}-0-quantity": "3"})
    html = page.content.decode()
    assert page.status_code == 409
    assert "這份填報已有異動" in html
    again = fields_of(html, "filing")
    assert (again[f"{KEY}-0-name"], again[f"{KEY}-1-name"]) == ("割草機", "抽水機")
    assert facilities(county) == ["發電機", "抽水機"]


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_a_line_without_room_says_so(school: Client, headers: dict[str, str]) -> None:
    form = fields(school) | {"action": f"add:{KEY}"}
    page = school.post(URL, form, headers=headers)
    html = page.content.decode()
    group = html[html.index('id="group-own-facility_diesel"') :]
    group = group[: group.index("</fieldset>")]
    assert page.status_code == 200
    assert "「設施名稱與柴油」在本頁最多 50 列，沒有再增加" in group
    assert fields_of(html, "filing")[f"{KEY}-rows"] == "55"


def test_a_line_with_room_says_nothing(sign_in: SignIn, county: County) -> None:
    client = sign_in(county.school)
    page = client.post(URL, fields(client) | {"action": f"add:{KEY}"})
    assert "沒有再增加" not in page.content.decode()


def test_a_list_beyond_what_a_form_can_hold_is_refused_by_its_cell(
    county: County, tmp_path: Path, capsys
) -> None:
    with pytest.raises(CommandError, match="1 problems"):
        do_import(tmp_path, generators(MAX_ROWS + 1))
    error = capsys.readouterr().err
    assert f"D{MAX_ROWS + 2}" in error
    assert f"合計最多 {MAX_ROWS} 列" in error
    assert not Entry.objects.exists()


def test_the_largest_filing_fits_into_one_post(
    sign_in: SignIn, county: County, tmp_path: Path, settings
) -> None:
    rows = (
        f"103,z371036500X,{operation},其他能源資源,木炭{index},1,公斤\n"
        for index in range(MAX_ROWS // 2)
        for operation in ("自行", "委外")
    )
    do_import(tmp_path, "".join(rows))
    client = sign_in(county.school)
    form = fields(client)
    assert len(form) < min(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS, MAX_FIELDS)
    assert client.post(URL, form | {"action": "save"}).status_code == 302
    assert Entry.objects.count() == MAX_ROWS


def test_no_verb_stores_more_than_a_form_can_hold(county: County) -> None:
    answers = [
        Answer(Operation.OWN, "facility_diesel", Decimal(1), f"發電機{index}", position=index)
        for index in range(MAX_ROWS + 1)
    ]
    filing = county.filing(county.school)
    with pytest.raises(NotAllowed, match=f"合計最多 {MAX_ROWS} 列"):
        workflow.save(
            filing=filing,
            answers=answers,
            outsourced_scope="",
            complete=False,
            revision=0,
            factor_set=SET,
            by=county.user(county.school),
        )
