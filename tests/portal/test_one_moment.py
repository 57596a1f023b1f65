"""A filing that is published while a public page is read is in all of the page or in none."""

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from threading import Thread
from typing import Any

import pytest
from django.db import connection
from django.db.transaction import atomic
from django.test import Client
from django.urls import reverse

from inventory.lines import Operation
from inventory.models import Filing, ReportingYear
from inventory.states import Status
from tests.factories import CountyFactory
from tests.portal.filings import TOMORROW, filing, reporting_year
from tests.unguarded import guards_asleep

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]

OWN = Operation.OWN
CSV = reverse("portal:disclosure_data")


@pytest.fixture
def year() -> ReportingYear:
    """An open year with one published filing."""
    made = reporting_year(104, TOMORROW)
    with atomic():
        filing(made, Status.CONFIRMED, {(OWN, "electricity"): "10.0000"})
    return made


@contextmanager
def meanwhile(happens: Callable[[], Any], after: int) -> Iterator[None]:
    """Let something happen on another connection after so many queries of a page."""
    number = 0

    def elsewhere() -> None:
        with atomic():
            happens()
        connection.close()  # of that thread

    def count(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        nonlocal number
        result = execute(sql, *rest)
        number += sql.startswith("SELECT")
        if number == after and sql.startswith("SELECT"):
            thread = Thread(target=elsewhere)
            thread.start()
            thread.join()
        return result

    with connection.execute_wrapper(count):
        yield
    assert number >= after, "it never happened"


def publish(year: ReportingYear, letter: str) -> None:
    """A filing of another county, or one more of the same."""
    county = {"w": lambda: CountyFactory(letter="w", name="金門縣", name_en="Kinmen County")}
    of = county[letter]() if letter in county else None
    filing(year, Status.CONFIRMED, {(OWN, "lpg"): "5.0000"}, county=of)


@pytest.mark.parametrize("letter", ["w", "z"])
@pytest.mark.parametrize("after", [1, 2, 3, 4])
def test_counts_rows_and_totals_agree(
    client: Client, year: ReportingYear, letter: str, after: int
) -> None:
    with meanwhile(lambda: publish(year, letter), after):
        page = client.get("/disclosure/")
    assert page.status_code == 200
    [group] = page.context["shown"].groups
    assert (group.published, group.owing, group.own_kg) == (1, 1, Decimal(10))
    assert sum(one.own_kg for one in client.get("/disclosure/").context["shown"].groups) == 15


@pytest.mark.parametrize("after", [1, 2, 3, 4])
def test_the_file_is_of_one_moment_too(client: Client, year: ReportingYear, after: int) -> None:
    with meanwhile(lambda: publish(year, "w"), after):
        response = client.get(CSV)
        text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["county"] for row in rows} == {Filing.objects.earliest("pk").unit.county.name}
    assert sum(Decimal(row["own_kg_co2e"]) for row in rows) == 10


def test_a_choice_that_is_offered_is_there(client: Client, year: ReportingYear) -> None:
    """The only filing is sent back between the choice and the rows."""
    with meanwhile(take_back, after=2):
        page = client.get("/disclosure/", {"county": "z", "year": "104"})
    assert [group.own_kg for group in page.context["shown"].groups] == [Decimal(10)]


def take_back() -> None:
    with guards_asleep():
        Filing.objects.update(
            status=Status.DRAFT, completed_at=None, completed_by=None, saved_as="draft"
        )


def save_again() -> None:
    """A new version: other entries, other totals."""
    again = Filing.objects.get()
    with guards_asleep():
        again.entries.update(kg=Decimal(7))
        again.own_kg, again.version = Decimal(7), 2
        again.confirmed_version = again.published_version = 2
        again.save()


@pytest.mark.parametrize("after", [1, 2])
def test_the_units_add_up_to_their_total(client: Client, year: ReportingYear, after: int) -> None:
    with meanwhile(save_again, after):
        page = client.get("/disclosure/104/county/z/")
    assert page.context["shown"].own_kg == sum(one.own_kg for one in page.context["page"]) == 10


@pytest.mark.parametrize("after", [1, 2])
def test_a_units_total_is_that_of_its_lines(
    client: Client, year: ReportingYear, after: int
) -> None:
    shown = Filing.objects.select_related("unit").get()
    with meanwhile(save_again, after):
        page = client.get(f"/disclosure/104/{shown.unit.code}/")
    seen = page.context["shown"]
    assert (seen.version.number, seen.statement.own_kg, seen.filing.own_kg) == (1, 10, 10)
