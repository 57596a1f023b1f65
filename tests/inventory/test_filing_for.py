"""代填: a county's administrator fills in the form of a unit that has nobody to do it."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts import roles
from accounts.models import User
from inventory import workflow
from inventory.models import Filing
from inventory.policies import NotAllowed
from inventory.states import Status
from inventory.versions.history import filled_in_by, history_of
from tests.factories import UserFactory
from tests.inventory.conftest import SET, County, complete, number

pytestmark = pytest.mark.django_db


def fill_in(county: County, unit, *, why: str | None = "", by: User | None = None) -> Filing:
    filing = county.filing(unit)
    return workflow.save(
        filing=filing,
        answers=complete(number("electricity", "1000")),
        outsourced_scope="",
        complete=True,
        revision=filing.revision,
        factor_set=SET,
        by=by or county.user(county.government),
        filed_for=why,
    )


def without_staff(unit) -> None:
    User.objects.filter(unit=unit).update(is_active=False)


def test_it_is_told_by_whom(county: County) -> None:
    without_staff(county.school)
    filing = fill_in(county, county.school)
    boss = county.user(county.government)
    assert (filing.status, filing.completed_by) == (Status.COMPLETED, boss)
    words = f"由 {boss.username}（連江縣政府） 代填"
    assert filled_in_by(filing) == words
    assert words in history_of(filing)[0].moved


def test_the_words_stay_when_the_account_is_renamed(county: County) -> None:
    without_staff(county.school)
    filing = fill_in(county, county.school)
    boss = county.user(county.government)
    name = boss.username
    User.objects.filter(pk=boss.pk).update(username="wang", unit=county.township)
    assert name in filled_in_by(filing)


def test_where_the_unit_has_people_a_reason_is_asked_for(county: County) -> None:
    with pytest.raises(NotAllowed, match="請填寫代填原因"):
        fill_in(county, county.school, why="  ")
    with pytest.raises(NotAllowed, match="最多 500 個字"):
        fill_in(county, county.school, why="長" * 501)
    told = filled_in_by(fill_in(county, county.school, why="承辦人\x00產假"))
    assert told.endswith("：承辦人產假")


def test_who_may_not_file_is_no_staff(county: County) -> None:
    """A viewer of the county signs in and fills in nothing."""
    role = roles.COUNTY_VIEWER.code
    User.objects.filter(unit=county.school).update(role=role)
    assert fill_in(county, county.school).version == 1


def test_what_the_unit_saves_itself_is_its_own_again(county: County) -> None:
    fill_in(county, county.school, why="承辦人產假")
    filing = county.filing(county.school)
    own = workflow.save(
        filing=filing,
        answers=complete(number("electricity", "900")),
        outsourced_scope="",
        complete=True,
        revision=filing.revision,
        factor_set=SET,
        by=county.user(county.school),
    )
    assert filled_in_by(own) == ""


@pytest.mark.parametrize("who", ["township", "kindergarten"])
def test_nobody_else_may(county: County, who: str) -> None:
    without_staff(county.school)
    with pytest.raises(PermissionDenied):
        fill_in(county, county.school, by=county.user(getattr(county, who)))
    with pytest.raises(PermissionDenied):
        fill_in(county, county.school, by=county.administrator)
    with pytest.raises(PermissionDenied):  # not by the way of the own form
        fill_in(county, county.school, why=None)
    with pytest.raises(PermissionDenied):  # nor the own unit as if it was another's
        fill_in(county, county.government, why="本機關")


def test_somebody_else_confirms_it(county: County) -> None:
    without_staff(county.school)
    filing = fill_in(county, county.school)
    boss = county.user(county.government)
    with pytest.raises(NotAllowed, match="由您代填"):
        workflow.confirm(filing=filing, revision=filing.revision, by=boss)
    other = UserFactory(unit=county.government, username="zsecond", role=roles.COUNTY_ADMINISTRATOR)
    done = workflow.confirm(filing=filing, revision=filing.revision, by=other)
    assert done.status == Status.CONFIRMED
