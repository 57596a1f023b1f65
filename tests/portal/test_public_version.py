"""Published is a version: nothing that is done to a filing moves it until a newer one is confirmed.

Told by what the public reads: the totals, the file, the list of units, the pages of the units.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal
from importlib import import_module
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import roles
from accounts.models import Unit, User
from inventory import workflow
from inventory.entries.answers import Answer
from inventory.factors.store import published, store
from inventory.lines import Operation
from inventory.models import CountyDates, FactorSet, Filing, FilingEvent, ReportingYear
from inventory.states import Status, Verb
from inventory.workflow import years
from inventory.workflow.publishing import publish
from tests.hierarchy.county import (
    County,
    county,
    file,
    filing,
    in_days,
    opened,
    person,
)
from tests.unguarded import check_constraints_now

pytestmark = [pytest.mark.django_db, pytest.mark.long]
REVISED = "tw-107-ar4-revised"
GAS = Answer(Operation.OUTSOURCED, "lpg", Decimal("2.5"))


@pytest.fixture
def land() -> Iterator[County]:
    """The school's version 1 is confirmed; the township's is completed; the branch has a draft."""
    made = county()
    opened()
    file(made.school, "123.4567", more=[GAS])
    confirm(made.school, person(made.township))
    file(made.township, "1000")
    file(made.branch, "77", complete=False)
    yield made
    check_constraints_now()
    assert "全部相符" in verified()


def verified() -> str:
    out = StringIO()
    call_command("verify_totals", stdout=out, stderr=StringIO())
    return out.getvalue()


def confirm(unit: Unit, by) -> Filing:
    stored = filing(unit)
    return workflow.confirm(filing=stored, revision=stored.revision, by=by)


def close(year: int = 104) -> None:
    ReportingYear.objects.filter(year=year).update(due_on=in_days(-1))


def public(land: County) -> dict[str, object]:
    """Everything that the public reads of 104."""
    client = Client()
    units = client.get("/disclosure/104/county/z/")
    found: dict[str, object] = {
        "file": client.get("/disclosure/data.csv").getvalue().decode(),
        "page": [(row.label, row.own_kg, row.outsourced_kg) for row in rows(client)],
    }
    if units.status_code == 200:
        shown = units.context["shown"]
        found["total"] = (shown.number, shown.own_kg, shown.outsourced_kg)
        found["units"] = [
            (one.unit_id, one.public_own_kg, one.public_outsourced_kg)
            for one in units.context["page"]
        ]
    for unit in land.units:
        page = client.get(f"/disclosure/104/{unit.code}/")
        if page.status_code == 200:
            shown = page.context["shown"]
            found[unit.code] = (
                shown.version.number,
                shown.version.check_value,
                shown.version.factor_set_id,
                shown.statement.own_kg,
                shown.statement.outsourced_kg,
                [(row.key, row.quantity, row.kg) for row in shown.statement.rows],
            )
    return found


def rows(client: Client) -> list:
    groups = client.get("/disclosure/").context["shown"].groups
    return [row for group in groups for row in group.rows]


# --- what may be done to a filing without anything being confirmed ------------------------------


def save_nothing(land: County, unit: Unit) -> None:
    before = filing(unit)
    quantity = {land.school: "123.45670", land.township: "1000.0"}[unit]
    more = [GAS] if unit == land.school else []
    again = file(unit, quantity, more=more)
    assert (again.version, again.revision, again.status) == (
        before.version,
        before.revision,
        before.status,
    )


def save_draft(land: County, unit: Unit) -> None:
    assert file(unit, "5", complete=False).status == Status.DRAFT


def save_other(land: County, unit: Unit) -> None:
    assert file(unit, "5", more=[GAS]).status == Status.COMPLETED


def send_back(land: County, unit: Unit) -> None:
    stored = filing(unit)
    by = person(land.township if unit == land.school else land.government)
    workflow.send_back(filing=stored, revision=stored.revision, reason="電費", lines=[], by=by)


def send_back_and_correct(land: County, unit: Unit) -> None:
    send_back(land, unit)
    file(unit, "5", more=[GAS])


def extend(land: County, unit: Unit) -> None:
    stored, by = filing(unit), person(land.government)
    workflow.extend(
        filing=stored, revision=stored.revision, to=in_days(40), reason="颱風停班", by=by
    )


def recompute(land: County, unit: Unit) -> None:
    [(publication, content)] = [one for one in published() if one[0].id == REVISED]
    store(publication, content)
    revised = FactorSet.objects.get(slug=REVISED)
    by = person_of_the_platform()
    publish(factor_set=revised, years=[104], reason="電力係數更正", by=by)
    stored = filing(unit)
    after = workflow.recompute(
        filing=stored, revision=stored.revision, reason="電力係數更正", by=by
    )
    assert after.own_kg != stored.own_kg


def person_of_the_platform():
    return User.objects.get(role=roles.PLATFORM_ADMINISTRATOR.code)


def move_the_date(land: County, unit: Unit) -> None:
    wanted = ReportingYear.objects.get(year=104)
    wanted.due_on = in_days(20)
    years.change_year(wanted=wanted, reason="全國延長", by=person_of_the_platform())


def move_the_countys_date(land: County, unit: Unit) -> None:
    wanted = CountyDates(year_id=104, county_id="z", due_on=in_days(20), reason="本縣延長")
    years.set_county_dates(wanted=wanted, by=person_of_the_platform())


Act = Callable[[County, Unit], None]
IN_AN_OPEN_YEAR: list[Act] = [
    save_nothing,
    save_draft,
    save_other,
    send_back,
    send_back_and_correct,
    extend,
    recompute,
    move_the_date,
    move_the_countys_date,
]
IN_A_CLOSED_YEAR: list[Act] = [
    send_back,
    extend,
    recompute,
    move_the_date,
    move_the_countys_date,
]
AFTER_AN_EXTENSION: list[Act] = [
    save_nothing,
    save_draft,
    save_other,
    send_back,
    send_back_and_correct,
    recompute,
]


def name(act: Act) -> str:
    return act.__name__


@pytest.mark.parametrize("act", IN_AN_OPEN_YEAR, ids=name)
def test_in_an_open_year_what_was_confirmed_stays(land: County, act: Act) -> None:
    before = public(land)
    assert set(before) == {"file", "page", "total", "units", land.school.code}
    act(land, land.school)
    assert public(land) == before
    act_again = save_other if act not in (send_back, send_back_and_correct) else save_draft
    act_again(land, land.township)
    assert public(land) == before, "what was never confirmed is not public yet"


@pytest.mark.parametrize("unit", ["school", "township"])
@pytest.mark.parametrize("act", IN_A_CLOSED_YEAR, ids=name)
def test_in_a_closed_year_nothing_moves(land: County, act: Act, unit: str) -> None:
    close()
    before = public(land)
    assert {land.school.code, land.township.code} <= set(before)
    act(land, getattr(land, unit))
    assert public(land) == before


@pytest.mark.parametrize("unit", ["school", "township"])
@pytest.mark.parametrize(
    ("reopen", "act"),
    [
        *((extend, act) for act in AFTER_AN_EXTENSION),
        (move_the_date, save_other),
        (move_the_countys_date, save_draft),
    ],
    ids=name,
)
def test_a_year_that_opens_again_takes_nothing_back(
    land: County, reopen: Act, act: Act, unit: str
) -> None:
    close()
    before = public(land)
    reopen(land, getattr(land, unit))
    act(land, getattr(land, unit))
    assert public(land) == before


def test_a_newer_version_is_public_when_it_is_confirmed(land: County) -> None:
    close()
    before = public(land)
    extend(land, land.township)
    file(land.township, "5", more=[GAS])
    assert public(land) == before
    confirm(land.township, person(land.government))
    after = public(land)
    assert after[land.township.code][0] == 2
    assert after["total"][1] == before["total"][1] - Decimal("528") + Decimal("2.6400")
    assert after[land.school.code] == before[land.school.code]


def test_what_was_public_stays_when_the_year_closes_again(land: County) -> None:
    """The version that stood completed at the first closing, until a newer one is confirmed."""
    close()
    before = public(land)
    move_the_date(land, land.township)
    file(land.township, "5")
    close()
    assert public(land) == before


def test_a_draft_at_the_closing_is_public_when_a_later_closing_finds_it_complete(
    land: County,
) -> None:
    close()
    assert land.branch.code not in public(land)
    extend(land, land.branch)
    file(land.branch, "80")
    assert land.branch.code not in public(land)
    with_no_extension(land.branch)
    assert public(land)[land.branch.code][0] == 2


def with_no_extension(unit: Unit) -> None:
    """The extension has gone by."""
    stored = filing(unit)
    moved = [stored.extended_to.isoformat(), in_days(-1).isoformat()]
    stored.extended_to, stored.revision = in_days(-1), stored.revision + 1
    stored.extension_reason = "到期"
    stored.save()
    FilingEvent.objects.create(
        filing=stored,
        revision=stored.revision,
        version=stored.version,
        verb=Verb.EXTEND,
        by=stored.extended_by,
        at=stored.extended_at,
        reason="到期",
        details={"extended_to": moved},
    )


# --- what is written down ------------------------------------------------------------------------


def test_dates_that_move_are_told_at_each_filing_that_opens_again(land: County) -> None:
    close()
    move_the_date(land, land.township)
    written = {one.unit_id: one.published_version for one in Filing.objects.all()}
    assert written == {
        land.government.pk: None,
        land.township.pk: 1,
        land.sibling.pk: None,
        land.school.pk: 1,
        land.branch.pk: None,
    }
    [event] = FilingEvent.objects.filter(verb=Verb.KEEP_PUBLIC)
    stored = filing(land.township)
    assert (event.filing_id, event.revision, event.version) == (stored.pk, stored.revision, 1)
    assert event.reason == "全國延長"
    assert event.details == {"published_version": [None, 1]}
    client = Client()
    client.force_login(person(land.government), backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(f"/hierarchy/104/{land.township.code}/view/").text
    assert "截止時的第 1 版維持公開" in page


def test_dates_that_leave_it_closed_or_open_write_nothing(land: County) -> None:
    wanted = ReportingYear.objects.get(year=104)
    for due in (in_days(-2), in_days(-1)):
        wanted.due_on = due
        by = person_of_the_platform()
        years.change_year(wanted=wanted, reason="更正", by=by, may_be_over=True)
    assert not FilingEvent.objects.filter(verb=Verb.KEEP_PUBLIC).exists()


def test_a_county_with_its_own_date_is_left_alone(land: County) -> None:
    move_the_countys_date(land, land.school)
    CountyDates.objects.update(due_on=in_days(-1))
    close()
    before = public(land)
    move_the_date(land, land.school)
    assert not FilingEvent.objects.filter(verb=Verb.KEEP_PUBLIC).exists()
    assert public(land) == before
    years.drop_county_dates(
        dates=CountyDates.objects.get(), reason="依全國", by=person_of_the_platform()
    )
    assert FilingEvent.objects.filter(verb=Verb.KEEP_PUBLIC).count() == 1
    assert public(land) == before


def test_the_next_verb_writes_it_down_in_its_own_event(land: County) -> None:
    close()
    extend(land, land.township)
    event = filing(land.township).events.latest("revision")
    assert event.details["published_version"] == [None, 1]
    assert filing(land.township).published_version == 1


def test_moving_dates_asks_as_often_for_many_as_for_one(land: County) -> None:
    close()
    with CaptureQueriesContext(connection) as one:
        move_the_date(land, land.school)
    for unit in (land.sibling, land.government, land.branch):
        file(unit, "3")
    close()
    with CaptureQueriesContext(connection) as three:
        move_the_date(land, land.school)
    assert FilingEvent.objects.filter(verb=Verb.KEEP_PUBLIC).count() == 4
    assert len(one) == len(three)


# --- what the pages say --------------------------------------------------------------------------


def test_both_sides_say_that_they_differ(land: County) -> None:
    file(land.school, "5", complete=False)
    client = Client()
    unit = client.get(f"/disclosure/104/{land.school.code}/").text
    assert "較新的版次，尚未經上一層級單位確認；在確認之前，公開的仍是第 1 版。" in unit
    assert "65.1851" in unit
    assert "2.64" not in unit
    assert "status-confirmed" in unit
    units = client.get("/disclosure/104/county/z/").text
    assert "另有較新的版次尚未確認" in units
    assert "其中 1 個單位有較新的版次尚未經上一層級單位確認" in units
    assert "其中 1 個有較新的版次尚未確認" in client.get("/disclosure/").text
    backend = "django.contrib.auth.backends.ModelBackend"
    client.force_login(person(land.township), backend=backend)
    assert "其中 1 個機關公開的是較早的版次" in client.get("/hierarchy/104/").text
    assert "公開的是第 1 版；目前的第 2 版確認後才會公開。" in (
        client.get(f"/hierarchy/104/{land.school.code}/view/").text
    )
    client.force_login(person(land.school), backend=backend)
    assert "公開的是第 1 版；目前的第 2 版經上級機關確認後才會公開。" in (
        client.get("/inventory/104/").text
    )
    assert "公開的是第 1 版" in client.get("/inventory/").text


def test_nothing_is_said_where_nothing_differs(land: County) -> None:
    client = Client()
    for address in ("/disclosure/", "/disclosure/104/county/z/"):
        assert "較新的版次" not in client.get(address).text
    assert "較新的版次" not in client.get(f"/disclosure/104/{land.school.code}/").text


def test_a_filing_that_was_sent_back_says_so_and_nothing_of_the_reason(land: County) -> None:
    send_back(land, land.school)
    page = Client().get(f"/disclosure/104/{land.school.code}/").text
    assert "上一層級單位已請這個單位修正；在新的版次確認之前，公開的仍是第 1 版。" in page
    assert "電費" not in page


def test_the_public_pages_ask_as_often_whatever_was_changed(land: County) -> None:
    client = Client()
    counts = []
    for change in (lambda: None, lambda: file(land.school, "5", complete=False)):
        change()
        with CaptureQueriesContext(connection) as queries:
            client.get("/disclosure/")
            client.get("/disclosure/104/county/z/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_answers_without_a_factor_are_counted_in_the_public_version(land: County) -> None:
    wood = Answer(Operation.OWN, "other", Decimal(3), name="木柴", unit="kg")
    file(land.school, "200", more=[wood])
    confirm(land.school, person(land.township))
    assert Client().get("/disclosure/").context["shown"].uncounted == 1
    file(land.school, "200")
    assert Client().get("/disclosure/").context["shown"].uncounted == 1


def test_a_database_of_the_release_before_keeps_what_was_confirmed(land: County) -> None:
    migration = import_module("inventory.migrations.0003_published_version")
    file(land.school, "5")
    check_constraints_now()
    with connection.cursor() as cursor:
        cursor.execute(migration.DROP_COLUMN)
        cursor.execute(migration.ADD_COLUMN)
    with connection.schema_editor() as editor:  # the constraints that the migration adds next
        for constraint in Filing._meta.constraints:
            if constraint.name.startswith("filing_published_"):
                editor.add_constraint(Filing, constraint)
    assert filing(land.school).published_version == filing(land.school).confirmed_version == 1
    assert filing(land.township).published_version is None
    assert filing(land.branch).published_version is None
