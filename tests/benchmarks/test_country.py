"""The country that everything is measured on: a small one, and what people find there."""

import re
from collections.abc import Iterator
from decimal import Decimal
from io import StringIO
from typing import Any, NamedTuple

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import Count, Sum
from django.test import Client
from django.urls import reverse

from accounts.models import County, Unit, User
from benchmarks.counting import count
from benchmarks.country.making import ADMINISTRATOR, PASSWORD, make_country
from benchmarks.country.tree import country as tree
from benchmarks.html_forms import form_with
from benchmarks.pages import Cast, Page, all_pages, get
from benchmarks.people import NotAsExpected
from inventory.figures import figure
from inventory.lines import Operation, lines_of
from inventory.models import Entry, Filing, FilingVersion, ReportingYear
from inventory.states import Status
from inventory.workflow.opening import open_year

UNITS = 150
YEAR = 104  # the one that is open
pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.xdist_group("country")]

# What the database checks by itself, and whether it does.
CHECKS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL
    SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid), tgenabled = 'O'
    FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL
    SELECT indrelid::regclass::text, indexrelid::regclass::text, pg_get_indexdef(indexrelid),
        indisvalid
    FROM pg_index WHERE indrelid::regclass::text NOT LIKE 'pg_%%'
"""


class Made(NamedTuple):
    """What the database checked before the country was made, and since."""

    before: set[tuple[Any, ...]]
    after: set[tuple[Any, ...]]


@pytest.fixture(scope="module")
def country(django_db_setup: None, django_db_blocker: Any) -> Iterator[Made]:
    """The country, in a transaction that ends with the module."""
    with django_db_blocker.unblock(), transaction.atomic():
        before = checks()
        make_country(UNITS)
        yield Made(before, checks())
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _there(country: Made, db: None) -> None:
    """Every test here is about it."""


def checks() -> set[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(CHECKS)
        return set(cursor.fetchall())


def signed_in(unit: Unit) -> Client:
    client = Client()
    client.force_login(unit.users.get(), "django.contrib.auth.backends.ModelBackend")
    return client


def test_every_figure_is_right_to_the_last_digit() -> None:
    told = StringIO()
    call_command("verify_totals", "--thorough", stdout=told, stderr=StringIO())
    assert f"{UNITS * 3} 個填報" in told.getvalue()


def test_the_database_checks_again_all_that_it_checked_before(country: Made) -> None:
    assert country.before
    assert country.after == country.before


def test_it_has_every_county_four_levels_and_a_wide_agency() -> None:
    assert Unit.objects.count() == UNITS
    assert Unit.objects.values("county").distinct().count() == County.objects.count()
    levels = Filing.objects.filter(year=YEAR).values_list("level", flat=True)
    assert set(levels) == {1, 2, 3, 4}
    [widest] = Unit.objects.annotate(below=Count("children")).order_by("-below")[:1]
    assert (widest, widest.below) == (Cast().wide, UNITS // 10)


@pytest.mark.parametrize("units", [60, 1_000, 99_999])
def test_a_country_of_any_size_has_so_many_units(units: int) -> None:
    places = tree(units, [(letter, letter) for letter in "abcdefghijkmnopqtuvwxz"])
    assert len({place.username for place in places}) == units
    assert all(place.parent.number < place.number for place in places if place.parent)
    assert max(place.level for place in places) == 4


def test_too_small_a_country_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 60"):
        tree(59, [("a", "臺北市")])


def test_filings_stand_where_opening_a_year_puts_them() -> None:
    known = ReportingYear.objects.get(year=YEAR)
    opened = ReportingYear.objects.create(
        year=YEAR + 1,
        opens_on=known.opens_on,
        due_on=known.due_on,
        factor_set=known.factor_set,
    )
    opening = open_year(year=opened, by=User.objects.get(username=ADMINISTRATOR))
    assert opening.made == UNITS
    assert places_in(known) == places_in(opened)


def places_in(year: ReportingYear) -> set[tuple[Any, ...]]:
    filings = Filing.objects.filter(year=year)
    return set(filings.values_list("unit", "path", "level", "parent__unit"))


def test_filings_are_in_every_state_in_the_open_year() -> None:
    found = Filing.objects.filter(year=YEAR).values_list("status", flat=True)
    assert set(found) == set(Status.values) - {Status.EXCUSED}


def test_every_line_is_answered_and_quantities_vary() -> None:
    asked = {(operation.value, line.code) for operation in Operation for line in lines_of(YEAR)}
    entries = Entry.objects.filter(filing__year=YEAR)
    assert set(entries.values_list("operation", "line")) == asked
    electricity = entries.filter(operation=Operation.OWN, line="electricity")
    assert electricity.values("quantity").distinct().count() > electricity.count() / 2


def test_some_filings_have_several_versions() -> None:
    assert FilingVersion.objects.filter(number=2).exists()
    several = Filing.objects.filter(version__gt=1, status=Status.CONFIRMED)
    assert all(filing.versions.count() == filing.version for filing in several)


def test_everybody_can_sign_in() -> None:
    cast = Cast()
    people = [cast.username(unit) for unit in (cast.government, cast.wide, cast.drafts[0])]
    for username in (*people, ADMINISTRATOR):
        client = Client()
        form = {"username": username, "password": PASSWORD}
        assert client.post(reverse("accounts:login"), form).status_code == 302, username
        assert client.session["_auth_user_id"]


def test_the_total_of_the_county_s_list_is_the_sum_of_its_filings() -> None:
    government = Cast().government
    page = signed_in(government).get(f"/hierarchy/{YEAR}/").content.decode()
    owed = Filing.objects.filter(year=YEAR, unit__county=government.county)
    total: Decimal = owed.aggregate(Sum("own_kg"))["own_kg__sum"]
    foot = page[page.index("<tfoot>") : page.index("</tfoot>")]
    assert total > 0
    assert figure(total) in re.findall(r"[\d,.]+", foot)


def test_a_reviewer_reads_who_filed_and_who_confirmed() -> None:
    confirmed = Cast().confirmed
    assert confirmed.parent is not None
    page = signed_in(confirmed.parent.unit).get(f"/hierarchy/{YEAR}/{confirmed.unit.code}/view/")
    told = page.content.decode().partition("辦理紀錄</h2>")[2]
    by = [confirmed.unit.users.get().username, confirmed.parent.unit.users.get().username]
    assert [name for name in by if name in told] == by


def test_every_filing_has_its_story_and_the_story_its_figures() -> None:
    filings = Filing.objects.filter(version__gt=0).prefetch_related("events")
    for filing in filings:
        events = sorted(filing.events.all(), key=lambda event: event.revision)
        assert [event.revision for event in events] == list(range(1, filing.revision + 1))
        assert events[-1].version == filing.version
        for name in ("own_kg", "outsourced_kg"):
            told = [event.details[name] for event in events if name in event.details]
            kg = getattr(filing, name)
            assert told == ([["0.0000", f"{kg:f}"]] if kg else [])
    assert any(filing.outsourced_kg for filing in filings)
    assert not all(filing.outsourced_kg for filing in filings)


def test_a_unit_goes_on_with_its_draft_as_it_stands() -> None:
    unit = Cast().drafts[0]
    client, filing = signed_in(unit), Filing.objects.get(year=YEAR, unit=unit)
    before = list(filing.entries.order_by("pk").values())
    page = client.get(f"/inventory/{YEAR}/").content.decode()
    form = form_with(page, "action", "save")
    words = {"outsourced_scope": "校車"}
    answer = client.post(f"/inventory/{YEAR}/", dict(form.sent(words, ("action", "save"))))
    assert answer.status_code == 302
    filing.refresh_from_db()
    assert filing.version == 2
    assert list(filing.entries.order_by("pk").values()) == before


def test_what_the_platform_makes_next_gets_a_key_of_its_own() -> None:
    parent = Cast().government
    unit = Unit.objects.create(code="900999999Z", name="新單位", county=parent.county)
    user = User.objects.create_user(unit.county_id + unit.code, PASSWORD, unit=unit)
    year = ReportingYear.objects.get(year=YEAR)
    assert open_year(year=year, by=User.objects.get(username=ADMINISTRATOR)).made == 1
    assert Filing.objects.get(year=YEAR, unit=user.unit).status == Status.NOT_STARTED


def test_every_page_that_is_measured_answers() -> None:
    """Counting raises where a page does not answer as it should."""
    counted = {page.name: count(page) for page in all_pages(Cast())}
    assert len(counted) > 20
    assert all(one.queries and one.rows_read and one.statements for one in counted.values())


def test_counting_leaves_nothing_behind() -> None:
    [save] = [page for page in all_pages(Cast()) if page.name == "save a draft"]
    versions = FilingVersion.objects.count()
    counted = count(save)
    assert any("INSERT" in sql or "UPDATE" in sql for sql, _values in counted.statements)
    assert FilingVersion.objects.count() == versions


def test_a_page_that_answers_otherwise_is_not_counted() -> None:
    with pytest.raises(NotAsExpected, match="answers 404"):
        count(Page("nowhere", None, get("/nowhere/")))
