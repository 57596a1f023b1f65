"""公開資訊: nothing that is not public, and every figure re-adds."""

import csv
import io
import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models import Sum
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from inventory.figures import figure
from inventory.impact.charts import bar_chart
from inventory.lines import ELECTRICITY, Operation, lines_of
from inventory.models import Filing
from inventory.states import Status
from tests.factories import CountyFactory
from tests.portal.filings import TOMORROW, YESTERDAY, filing, reporting_year
from tests.unguarded import guards_asleep

pytestmark = pytest.mark.django_db

OWN, OUTSOURCED = Operation.OWN, Operation.OUTSOURCED
ADDRESS = "/disclosure/"


def rows_of_csv(client: Client, query: str = "") -> list[dict[str, str]]:
    response = client.get(reverse("portal:disclosure_data") + query)
    assert response.status_code == 200
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def total(rows: list[dict[str, str]], column: str) -> Decimal:
    return sum((Decimal(row[column]) for row in rows), Decimal(0))


def public_filings() -> None:
    """Two counties and two years, with every kind of source and both operations."""
    kinmen = CountyFactory(letter="w", name="金門縣", name_en="Kinmen County")
    closed, open_ = reporting_year(103, YESTERDAY), reporting_year(104, TOMORROW)
    every_line = {(OWN, line.code): f"{at}.1111" for at, line in enumerate(lines_of(103), start=1)}
    filing(closed, Status.COMPLETED, every_line | {(OUTSOURCED, "electricity"): "1000.5000"})
    filing(closed, Status.CONFIRMED, {(OWN, "electricity"): "0.0001", (OWN, "other"): None})
    filing(open_, Status.CONFIRMED, {(OWN, "lpg"): "2345678.9012"}, county=kinmen)


def test_before_anything_is_filed_the_page_says_so(client: Client) -> None:
    page = client.get(ADDRESS)
    assert page.status_code == 200
    assert "目前還沒有可公開的填報資料。" in page.text
    assert "<table" not in page.text
    assert rows_of_csv(client) == []


@pytest.mark.parametrize("status", [Status.NOT_STARTED, Status.DRAFT, Status.RETURNED])
def test_a_filing_that_is_not_complete_never_leaks(client: Client, status: Status) -> None:
    amounts = {} if status == Status.NOT_STARTED else {(OWN, "electricity"): "98765.4321"}
    filing(reporting_year(103, YESTERDAY), status, amounts)
    assert "98,765.4321" not in client.get(ADDRESS).text
    assert rows_of_csv(client) == []


def test_a_completed_filing_is_public_once_it_can_no_longer_change(client: Client) -> None:
    year = reporting_year(104, timedelta(0))
    filing(year, Status.COMPLETED, {(OWN, "electricity"): "98765.4321"})
    assert rows_of_csv(client) == [], "on its due date a unit may still change it"
    year.due_on += YESTERDAY
    year.save()
    assert "98,765.4321" in client.get(ADDRESS).text


def test_an_extension_keeps_a_completed_filing_back(client: Client) -> None:
    late = filing(
        reporting_year(104, YESTERDAY), Status.COMPLETED, {(OWN, "electricity"): "5.0000"}
    )
    late.extended_to = timezone.localdate() + TOMORROW
    late.extended_at, late.extended_by = timezone.now(), late.saved_by
    late.extension_reason = "颱風停班"
    with guards_asleep():
        late.save()
    assert rows_of_csv(client) == []


def test_a_year_that_is_due_later_than_an_extension_keeps_it_back_too(client: Client) -> None:
    """The due date of the year was moved beyond what one unit had been given."""
    year = reporting_year(104, TOMORROW)
    early = filing(year, Status.COMPLETED, {(OWN, "electricity"): "5.0000"})
    early.extended_to = timezone.localdate() + YESTERDAY
    early.extended_at, early.extended_by = timezone.now(), early.saved_by
    early.extension_reason = "颱風停班"
    with guards_asleep():
        early.save()
    assert rows_of_csv(client) == [], "the unit may still change it"
    year.due_on = timezone.localdate() + 2 * YESTERDAY
    year.save()
    assert total(rows_of_csv(client), "own_kg_co2e") == Decimal(5)


def test_a_confirmed_filing_is_public_in_an_open_year(client: Client) -> None:
    filing(reporting_year(104, TOMORROW), Status.CONFIRMED, {(OWN, "diesel"): "265.0334"})
    assert total(rows_of_csv(client), "own_kg_co2e") == Decimal("265.0334")


def test_page_file_and_database_have_the_same_totals(client: Client) -> None:
    public_filings()
    filing(Filing.objects.filter(year=104)[0].year, Status.DRAFT, {(OWN, "lpg"): "77.0000"})
    rows = rows_of_csv(client)
    stored = Filing.objects.exclude(status=Status.DRAFT).aggregate(
        own=Sum("own_kg"), outsourced=Sum("outsourced_kg")
    )
    years = client.get(ADDRESS).context["shown"].years
    assert total(rows, "own_kg_co2e") == sum(year.own_kg for year in years) == stored["own"]
    outsourced = sum(year.outsourced_kg for year in years)
    assert total(rows, "outsourced_kg_co2e") == outsourced == stored["outsourced"]


def test_the_numbers_as_printed_add_up(client: Client) -> None:
    public_filings()
    page = client.get(ADDRESS).text
    body, foot = page.split('id="table"')[1].split("<tfoot>")
    pattern = (
        r'<tr>\s*<th scope="row" class="row-title">.*?>([\d,.]+)</td>\s*<td[^>]*>([\d,.]+)</td>'
    )
    found = re.findall(pattern, body, re.DOTALL)
    sources = len({line.source for line in lines_of(103)})
    assert len(found) == 2 * sources
    printed = [Decimal(own.replace(",", "")) for own, _outsourced in found]
    for of_a_year in (printed[:sources], printed[sources:]):
        assert f">{figure(sum(of_a_year))}</td>" in foot
    assert f">{figure(sum(printed))}</td>" not in page, "years are not added up"


def test_a_figure_looks_the_same_on_every_page(client: Client) -> None:
    one = filing(
        reporting_year(103, YESTERDAY), Status.CONFIRMED, {(OWN, "electricity"): "12345.5000"}
    )
    addresses = (ADDRESS, "/disclosure/103/county/z/", f"/disclosure/103/{one.unit.code}/")
    for address in addresses:
        page = client.get(address).text
        assert ">12,345.5<" in page, address
        assert "12,345.50" not in page, address


def test_outsourced_amounts_are_in_no_total(client: Client) -> None:
    amounts = {(OWN, "electricity"): "10.0000", (OUTSOURCED, "electricity"): "7.0000"}
    filing(reporting_year(103, YESTERDAY), Status.CONFIRMED, amounts)
    [shown] = client.get(ADDRESS).context["shown"].years
    assert (shown.own_kg, shown.outsourced_kg) == (Decimal(10), Decimal(7))
    assert dict(shown.by_source())[ELECTRICITY.label] == Decimal(10)


def test_a_choice_of_county_and_year_shows_only_that(client: Client) -> None:
    public_filings()
    page = client.get(ADDRESS, {"county": "w", "year": "104"})
    assert [group.name for group in page.context["shown"].groups] == ["金門縣"]
    assert 'href="/disclosure/data.csv?county=w&amp;year=104"' in page.text
    rows = rows_of_csv(client, "?county=w&year=104")
    assert {(row["county"], row["roc_year"], row["year"]) for row in rows} == {
        ("金門縣", "104", "2015")
    }
    assert client.get(ADDRESS, {"county": "z", "year": "104"}).status_code == 200


def test_counties_have_their_english_names(client: Client) -> None:
    public_filings()
    client.post("/language/", {"language": "en", "next": ADDRESS})
    page = client.get(ADDRESS).text
    assert page.count("Kinmen County") == 3, (
        "in the choice, in the table and on the way to its units"
    )


@pytest.mark.parametrize("query", ["?county=l", "?year=99", "?year=x", "?county=%00", "?year=1e9"])
def test_a_choice_that_is_not_offered_is_refused(client: Client, query: str) -> None:
    public_filings()
    page = client.get(ADDRESS + query)
    assert page.status_code == 400
    assert "沒有這個縣市或年度的公開資料" in page.text
    assert client.get(reverse("portal:disclosure_data") + query).status_code == 404


def test_it_says_how_many_units_are_in_it_and_what_is_not_counted(client: Client) -> None:
    public_filings()
    year = Filing.objects.filter(year=103)[0].year
    filing(year, Status.DRAFT, {})
    page = client.get(ADDRESS, {"county": "z"}).text
    assert "應填報 3 個單位，已公開 2 個" in page
    assert "另有 1 筆已申報而未計入排放量" in page
    assert "政府資料開放授權條款－第1版" in page


def test_the_number_of_queries_does_not_grow(client: Client, django_assert_max_num_queries) -> None:
    public_filings()
    year = Filing.objects.filter(year=103)[0].year
    for _more in range(5):
        filing(year, Status.CONFIRMED, {(OWN, "diesel"): "1.0000", (OWN, "lpg"): "2.0000"})
    with django_assert_max_num_queries(7):  # with the factor sets by their ids
        client.get(ADDRESS)
    with django_assert_max_num_queries(11):  # which factors there are and their gases, both twice
        client.get(ADDRESS, {"year": "103"})
    with django_assert_max_num_queries(13):  # and the editions of their sets
        client.get(ADDRESS, {"year": "103", "edition": "ar5"})


def test_the_file_is_named_in_chinese_and_opens_in_excel(client: Client) -> None:
    response = client.get(reverse("portal:disclosure_data"))
    assert b"".join(response.streaming_content).startswith(b"\xef\xbb\xbf")
    assert "filename*=utf-8''%E5%85%AC" in response["Content-Disposition"]
    assert response["Content-Type"] == "text/csv; charset=utf-8"


def test_the_chart_has_words_and_no_inline_style(client: Client) -> None:
    public_filings()
    page = client.get(ADDRESS).text
    svg = page[page.index("<svg role") : page.index("</figure>")]
    assert "<title" in svg
    assert "<desc" in svg
    assert "style=" not in svg


def test_bars_are_in_proportion() -> None:
    chart = bar_chart([("電力", Decimal(200)), ("其他設施(如發電機)", Decimal(50))])
    assert [(bar.label, bar.width) for bar in chart.bars] == [
        ("電力", "100.00%"),
        ("其他設施", "25.00%"),
    ]
    assert [bar.width for bar in bar_chart([("電力", Decimal(0))]).bars] == ["0.00%"]
