"""From a published total down to its units and to the formula of every line; nothing else."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from inventory import workflow
from inventory.entries.answers import Answer
from inventory.figures import figure
from inventory.lines import Operation
from inventory.models import Filing, ReportingYear
from inventory.states import Status
from portal.disclosure import unit_views
from tests.factories import CountyFactory
from tests.hierarchy.county import County, answers, county, file, filing, in_days, opened, person
from tests.portal.filings import TOMORROW, YESTERDAY, reporting_year
from tests.portal.filings import filing as made_up_filing

pytestmark = pytest.mark.django_db

OWN, OUTSOURCED = Operation.OWN, Operation.OUTSOURCED
UNITS = "/disclosure/104/county/z/"
Amounts = dict[tuple[Operation, str], str | None]


@pytest.fixture
def land() -> County:
    """104 with what the schools filed, still open."""
    made = county()
    opened(103)
    opened()
    return made


def confirmed(land: County, electricity: str = "1234.5", **more: Any) -> Filing:
    saved = file(land.school, electricity, **more)
    return workflow.confirm(filing=saved, revision=saved.revision, by=person(land.township))


def unit_page(land: County) -> str:
    return f"/disclosure/104/{land.school.code}/"


def number(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


# --- the units of a county and year ----------------------------------------------------------


def many(count: int) -> None:
    year = reporting_year(104, YESTERDAY)
    for at in range(count):
        amounts: Amounts = {(OWN, "electricity"): f"{at}.1111", (OUTSOURCED, "lpg"): "0.0001"}
        made_up_filing(year, Status.COMPLETED, amounts)


def test_the_list_adds_up_to_the_total_of_the_disclosure(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unit_views, "UNITS_ON_A_PAGE", 3)
    many(7)
    own, outsourced, names = Decimal(0), Decimal(0), set()
    for at in (1, 2, 3):
        page = client.get(UNITS, {"page": at})
        assert page.status_code == 200
        body = page.text[page.text.index("<tbody>") : page.text.index("</tbody>")]
        printed = re.findall(r'<td class="number"[^>]*>([\d,.]+)</td>', body)
        own += sum(map(number, printed[0::2]), Decimal(0))
        outsourced += sum(map(number, printed[1::2]), Decimal(0))
        names |= set(re.findall(r">(第 \d+ 單位)</a>", body))
    assert len(names) == 7
    [shown] = client.get("/disclosure/", {"county": "z", "year": "104"}).context["shown"].years
    assert (own, outsourced) == (shown.own_kg, shown.outsourced_kg)
    foot = page.text[page.text.index("<tfoot>") : page.text.index("</tfoot>")]
    assert f">{figure(own)}</td>" in foot
    assert f">{figure(outsourced)}</td>" in foot


def test_the_disclosure_leads_to_the_units_and_they_lead_on(client: Client, land: County) -> None:
    land.school.category = "學校"
    land.school.save()
    confirmed(land)
    assert f'href="{UNITS}"' in client.get("/disclosure/").text
    page = client.get(UNITS).text
    assert f'href="{unit_page(land)}"' in page
    assert "已公開的 1 個單位" in page
    assert "學校" in page


def test_only_what_is_published_is_in_the_list(client: Client) -> None:
    year = reporting_year(104, TOMORROW)
    kinmen = CountyFactory(letter="w", name="金門縣", name_en="Kinmen County")
    shown = made_up_filing(year, Status.CONFIRMED, {(OWN, "diesel"): "1.0000"})
    for status in (Status.DRAFT, Status.RETURNED, Status.COMPLETED):
        made_up_filing(year, status, {(OWN, "diesel"): "98765.4321"})
    made_up_filing(year, Status.NOT_STARTED, {})
    made_up_filing(year, Status.CONFIRMED, {(OWN, "diesel"): "7.0000"}, county=kinmen)
    page = client.get(UNITS)
    assert [one.pk for one in page.context["page"]] == [shown.pk]
    assert "98,765" not in page.text
    assert page.context["shown"].own_kg == Decimal(1)


@pytest.mark.parametrize("page", ["0", "-1", "99", "x", "\x00", "1e9"])
def test_a_page_that_is_not_there_shows_the_nearest(client: Client, page: str) -> None:
    many(1)
    assert client.get(UNITS, {"page": page}).status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/disclosure/104/county/w/",
        "/disclosure/105/county/z/",
        "/disclosure/0/county/z/",
        f"/disclosure/{10**30}/county/z/",
        "/disclosure/104/county/Z/",
        "/disclosure/104/county/zz/",
        "/disclosure/104/county/%00/",
        "/disclosure/104/county/%E9%80%A3/",
    ],
)
def test_a_county_or_year_without_anything_public_is_not_found(
    client: Client, address: str
) -> None:
    many(1)
    assert client.get(address).status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_units(
    client: Client, django_assert_num_queries: Callable[..., Any]
) -> None:
    many(1)
    with django_assert_num_queries(8):  # five for the basis of the total
        client.get(UNITS)
    year = ReportingYear.objects.get()
    for _more in range(6):
        made_up_filing(year, Status.CONFIRMED, {(OWN, "lpg"): "2.0000"})
    with django_assert_num_queries(8):
        client.get(UNITS)


# --- one unit --------------------------------------------------------------------------------


def test_every_line_opens_into_its_sum(client: Client, land: County) -> None:
    diesel = Answer(OWN, "diesel", Decimal(10))
    saved = confirmed(land, outsourced="3", more=[diesel])
    page = client.get(unit_page(land))
    assert page.status_code == 200
    text = re.sub(r"\s+", " ", page.text)
    assert "1,234.5 度 × 0.528 kg CO2e/度 × GWP 1 = 651.816 kg CO₂e" in text
    assert "10 公升 × 2.606031792 kg CO2/公升 × GWP 1 = 26.06031792 kg CO₂e" in text
    assert 'href="/disclosure/factors/tw-105-ar4/#electricity-104-co2e"' in text
    assert 'href="/disclosure/factors/tw-105-ar4/#diesel-n2o"' in text
    assert '<span class="confidence confidence-printed">有公開文件載明</span>' in text
    statement = page.context["shown"].statement
    assert (statement.own_kg, statement.outsourced_kg) == (saved.own_kg, saved.outsourced_kg)
    own, outsourced = text.split('<section class="panel sheet-section">')[1:]
    assert "651.816" in own
    assert "1.584" in outsourced
    assert "1.584" not in own, "outsourced amounts stand apart"


def test_it_names_its_version_and_its_factor_set(client: Client, land: County) -> None:
    saved = confirmed(land)
    page = client.get(unit_page(land))
    version = page.context["shown"].version
    assert version.number == saved.version
    assert f'href="/disclosure/check/?value={version.printed_check_value}"' in page.text
    assert 'href="/disclosure/factors/tw-105-ar4/"' in page.text
    assert "第 1 版" in page.text
    assert client.get("/disclosure/check/", {"value": version.check_value}).status_code == 200


def test_lines_that_were_not_used_are_named_below(client: Client, land: County) -> None:
    confirmed(land)
    own = client.get(unit_page(land)).text.split('<section class="panel sheet-section">')[1]
    assert "未使用：天然氣、瓦斯" in re.sub(r"\s+", " ", own)


def test_an_energy_without_a_factor_is_shown_and_not_counted(client: Client, land: County) -> None:
    charcoal = Answer(OWN, "other", Decimal(7), "木炭", "kg")
    confirmed(land, more=[charcoal])
    page = client.get(unit_page(land)).text
    assert "木炭" in page
    assert "不計入" in page


def test_what_is_said_to_the_agency_above_is_not_public(client: Client, land: County) -> None:
    """Contact data, reasons, what was sent back, who saved it, and last year's figures."""
    land.school.contact_name, land.school.contact_phone = "陳小明", "0836-22067"
    land.school.category = "學校"
    land.school.save()
    file(land.school, "999.25", year=103, complete=False)
    first = file(land.school, "1200", reason="activity")
    workflow.send_back(
        filing=first, revision=1, reason="請核對電費單", lines=[], by=person(land.township)
    )
    confirmed(land, reason="activity")
    page = client.get(unit_page(land))
    assert "學校" in page.text
    for private in (
        "陳小明",
        "0836-22067",
        "業務量或使用人數增減",
        "請核對電費單",
        person(land.school).username,
        "999.25",
        "上年度",
    ):
        assert private not in page.text, private


def test_the_scope_of_what_is_outsourced_is_shown(client: Client, land: County) -> None:
    saved = filing(land.school)
    workflow.save(
        filing=saved,
        answers=answers(more=[Answer(OUTSOURCED, "lpg", Decimal(5))]),
        outsourced_scope="營養午餐<廚房>",
        complete=True,
        revision=0,
        factor_set=saved.year.factor_set_id,
        by=person(land.school),
    )
    ReportingYear.objects.update(due_on=in_days(-1))
    assert "營養午餐&lt;廚房&gt;" in client.get(unit_page(land)).text


def test_what_is_not_published_is_not_found(client: Client, land: County) -> None:
    address = unit_page(land)
    assert client.get(address).status_code == 404, "nothing saved"
    file(land.school, "5", complete=False)
    assert client.get(address).status_code == 404, "a draft"
    saved = file(land.school, "5")
    assert client.get(address).status_code == 404, "completed, and it may still change"
    workflow.confirm(filing=saved, revision=2, by=person(land.township))
    assert client.get(address).status_code == 200
    file(land.school, "6", complete=False)
    assert client.get(address).status_code == 200, "what was confirmed stays"


@pytest.mark.parametrize(
    "address",
    [
        "/disclosure/104/371036599X/",
        "/disclosure/102/371036500X/",
        "/disclosure/0/371036500X/",
        f"/disclosure/{10**30}/371036500X/",
        "/disclosure/104/371036500x/",
        "/disclosure/104/%00/",
        "/disclosure/104/'/",
        "/disclosure/104/371036500X%0A/",
    ],
)
def test_a_unit_or_year_that_is_not_there_is_not_found(
    client: Client, land: County, address: str
) -> None:
    confirmed(land)
    hidden = client.get("/disclosure/104/371030002A/")
    page = client.get(address)
    assert page.status_code == hidden.status_code == 404
    assert "找不到網頁" in page.text
    assert "找不到網頁" in hidden.text


def test_the_number_of_queries_does_not_grow_with_the_lines(
    client: Client, land: County, django_assert_num_queries: Callable[..., Any]
) -> None:
    diesel = Answer(OWN, "diesel", Decimal(10))
    confirmed(land, more=[diesel, Answer(OWN, "other", Decimal(7), "木炭", "kg")])
    with django_assert_num_queries(4):
        client.get(unit_page(land))


def test_the_county_has_its_english_name(client: Client, land: County) -> None:
    confirmed(land)
    client.post("/language/", {"language": "en", "next": UNITS})
    assert "Lienchiang County" in client.get(UNITS).text
