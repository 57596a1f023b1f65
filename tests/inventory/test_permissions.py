"""Every verb asks by itself who calls it, whichever page or command did."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory

from accounts import roles
from accounts.models import User
from inventory import permissions, policies, workflow
from inventory.admin.pages import require_staff
from inventory.impact.recompute import recompute_many
from inventory.models import CountyDates, FactorSet, Filing, ReportingYear
from inventory.workflow import years
from inventory.workflow.opening import open_year
from inventory.workflow.publishing import publish
from tests.factories import UserFactory
from tests.inventory.conftest import SET, County, complete, number

pytestmark = pytest.mark.django_db


def year_of(number: int, **changed: Any) -> ReportingYear:
    facts = {"opens_on": policies.today(), "due_on": policies.today(), "factor_set_id": SET}
    return ReportingYear(year=number, **facts | changed)


def county_dates() -> CountyDates:
    return CountyDates(year_id=104, county_id="z", due_on=policies.today(), reason="本縣")


def stored_dates(county: County) -> CountyDates:
    return years.set_county_dates(wanted=county_dates(), by=county.administrator)


def stored_year(county: County) -> ReportingYear:
    return years.set_up_year(wanted=year_of(105), by=county.administrator)


def filed(county: County) -> Filing:
    return workflow.save(
        filing=county.filing(county.school),
        answers=complete(number("electricity", "100")),
        outsourced_scope="",
        complete=True,
        revision=0,
        factor_set=SET,
        by=county.user(county.school),
    )


# Each is given what it acts on by the one before the arrow; then somebody calls it.
Verb = tuple[Callable[[County], Any], Callable[[Any, User], object]]
FOR_PLATFORM_ADMINISTRATORS: dict[str, Verb] = {
    "set_up_year": (
        lambda county: year_of(105),
        lambda year, by: years.set_up_year(wanted=year, by=by),
    ),
    "change_year": (
        stored_year,
        lambda year, by: years.change_year(wanted=year_of(105, note="新"), reason="改", by=by),
    ),
    "delete_year": (stored_year, lambda year, by: years.delete_year(year=year, by=by)),
    "set_county_dates": (
        lambda county: county_dates(),
        lambda dates, by: years.set_county_dates(wanted=dates, by=by),
    ),
    "drop_county_dates": (
        stored_dates,
        lambda dates, by: years.drop_county_dates(dates=dates, reason="改", by=by),
    ),
    "open_year": (stored_year, lambda year, by: open_year(year=year, by=by)),
    "publish": (
        lambda county: FactorSet.objects.get(pk=SET),
        lambda found, by: publish(factor_set=found, years=[104], reason="改", by=by),
    ),
    "prefill": (
        lambda county: county.filing(county.school),
        lambda filing, by: workflow.prefill(
            filing=filing, answers=complete(), outsourced_scope="", by=by
        ),
    ),
    "recompute": (
        filed,
        lambda filing, by: workflow.recompute(
            filing=filing, revision=filing.revision, reason="改", by=by
        ),
    ),
    "recompute_many": (
        filed,
        lambda filing, by: recompute_many(
            factor_set=filing.year.factor_set,
            year=filing.year,
            revisions={filing.pk: filing.revision},
            reason="改",
            by=by,
        ),
    ),
}
EVERYBODY_ELSE = [role for role in roles.ROLES.values() if role.scope is not roles.Scope.PLATFORM]


@pytest.mark.parametrize("role", EVERYBODY_ELSE, ids=lambda role: role.code)
@pytest.mark.parametrize("verb", FOR_PLATFORM_ADMINISTRATORS)
def test_only_platform_administrators_call_it(county: County, verb: str, role: roles.Role) -> None:
    prepare, call = FOR_PLATFORM_ADMINISTRATORS[verb]
    thing = prepare(county)
    somebody = UserFactory(unit=county.government, username="somebody", role=role)
    with pytest.raises(PermissionDenied):
        call(thing, somebody)


@pytest.mark.parametrize("verb", ["confirm", "send_back"])
def test_only_the_agency_above_and_the_county_decide(county: County, verb: str) -> None:
    filing = filed(county)
    more = {"reason": "請核對", "lines": []} if verb == "send_back" else {}
    call = getattr(workflow, verb)
    viewer = UserFactory(unit=county.government, username="viewer", role=roles.COUNTY_VIEWER)
    for by in (*map(county.user, (county.school, county.township)), viewer, county.administrator):
        with pytest.raises(PermissionDenied):
            call(filing=filing, revision=filing.revision, by=by, **more)
    boss = User.objects.get(unit=county.government, role=roles.COUNTY_ADMINISTRATOR.code)
    assert call(filing=filing, revision=filing.revision, by=boss, **more).revision > filing.revision


def test_a_platform_administrator_with_a_unit_still_files_for_nobody(county: County) -> None:
    """No form gives such an account; should one be there, its role decides."""
    somebody = UserFactory(
        unit=county.school, username="somebody", role=roles.PLATFORM_ADMINISTRATOR
    )
    filing = county.filing(county.school)
    assert not permissions.can_file(somebody, filing)
    assert not permissions.can_view(somebody, filing)


def test_the_pages_of_the_administration_ask_once_more(county: County) -> None:
    """Behind its door only staff comes in; a page that lost its door would still refuse."""
    request = RequestFactory().get("/")
    request.user = county.administrator
    assert require_staff(request) == county.administrator
    request.user = county.user(county.government)
    with pytest.raises(PermissionDenied):
        require_staff(request)
