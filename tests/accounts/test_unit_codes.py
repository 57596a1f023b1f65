"""A unit's code and its account stay in step, in the administration pages and in lists."""

from datetime import date

import pghistory
import pytest
from django.test import Client
from django.urls import reverse

from accounts import roles
from accounts.account_lists import apply, make_plan, read_account_list
from accounts.models import Unit, User
from accounts.unit_codes import account_name, rename_account, units_by_former_account
from tests.factories import PASSWORD, CountyFactory, UnitFactory, UserFactory

pytestmark = pytest.mark.django_db

OLD, NEW = "371036500X", "371036500Y"
HEADER = "單位,帳號,上級機關帳號"


@pytest.fixture
def government(db: None) -> Unit:
    return UnitFactory(name="連江縣政府", code="371030000A")


@pytest.fixture
def school(government: Unit) -> Unit:
    unit = UnitFactory(name="介壽國中小", code=OLD, parent=government)
    UserFactory(unit=unit)
    return unit


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(UserFactory(username="chief", unit=None, role=roles.PLATFORM_ADMINISTRATOR))
    return client


def change(admin: Client, unit: Unit, **more):
    """The page of a unit is saved with something changed."""
    data = {
        "code": unit.code,
        "name": unit.name,
        "county": unit.county_id,
        "parent": unit.parent_id or "",
        "category": unit.category,
        "is_active": "on",
    }
    return admin.post(
        reverse("admin:accounts_unit_change", args=[unit.pk]), data | more, follow=True
    )


def plan_of(*lines: str):
    return make_plan(read_account_list("\n".join([HEADER, *lines]).encode(), "list.csv"))


class TestInTheAdministration:
    def test_the_account_follows_and_its_password_stays(self, admin: Client, school: Unit) -> None:
        page = change(admin, school, code=NEW.lower()).content.decode()
        account = User.objects.get(unit=school)
        assert account.username == f"z{NEW}"
        assert account.check_password(PASSWORD)
        assert f"帳號已由 z{OLD} 改為 z{NEW}" in page
        event = account.events.order_by("-pgh_id").first()
        assert (event.username, event.pgh_context["verb"]) == (f"z{NEW}", "rename_account")
        assert event.pgh_context["user"] == User.objects.get(username="chief").pk

    def test_people_sign_in_under_the_new_name_only(
        self, admin: Client, school: Unit, client: Client
    ) -> None:
        change(admin, school, code=NEW)
        typed = {"county": "z", "password": PASSWORD}
        address = reverse("accounts:login")
        assert Client().post(address, typed | {"username": OLD}).status_code == 200
        assert Client().post(address, typed | {"username": NEW}).status_code == 302

    def test_an_account_in_the_way_is_told_at_the_code(self, admin: Client, school: Unit) -> None:
        UserFactory(username=f"Z{NEW}", unit=school.parent)
        response = change(admin, school, code=NEW)
        [error] = response.context["adminform"].form.errors["code"]
        assert f"帳號 z{OLD} 須改為 z{NEW}，但這個帳號已經存在" in error
        assert Unit.objects.get(pk=school.pk).code == OLD

    def test_names_of_people_stay(self, admin: Client, school: Unit) -> None:
        UserFactory(username="wang", unit=school)
        change(admin, school, code=NEW)
        names = set(User.objects.filter(unit=school).values_list("username", flat=True))
        assert names == {"wang", f"z{NEW}"}

    def test_another_county_is_another_letter(self, admin: Client, school: Unit) -> None:
        CountyFactory(letter="w", name="金門縣")
        change(admin, school, county="w", parent="")
        assert User.objects.get(unit=school).username == f"w{OLD}"

    def test_nothing_else_touches_the_account(self, admin: Client, school: Unit) -> None:
        before = User.objects.get(unit=school).events.count()
        page = change(admin, school, name="介壽國民中小學").content.decode()
        assert "帳號已由" not in page
        assert User.objects.get(unit=school).events.count() == before

    def test_a_unit_without_account(self, admin: Client, government: Unit) -> None:
        change(admin, government, code="371030000B")
        assert Unit.objects.get(pk=government.pk).code == "371030000B"


def test_the_rule_in_any_case_of_the_name(school: Unit) -> None:
    User.objects.filter(unit=school).update(username=f"Z{OLD.lower()}")
    Unit.objects.filter(pk=school.pk).update(code=NEW)
    unit = Unit.objects.get(pk=school.pk)
    by = UserFactory(username="chief", unit=None, role=roles.PLATFORM_ADMINISTRATOR)
    assert rename_account(unit=unit, before=f"z{OLD}", by=by) == account_name(unit)
    assert rename_account(unit=unit, before=f"z{OLD}", by=by) == ""


class TestInLists:
    def test_the_new_code_finds_unit_and_account(self, admin: Client, school: Unit) -> None:
        change(admin, school, code=NEW)
        plan = plan_of("連江縣政府,z371030000A,", f"介壽國中小,z{NEW},z371030000A")
        assert not plan.rejected
        assert [addition.entry.account for addition in plan.added] == ["z371030000A"]
        apply(plan, by=None)
        assert User.objects.filter(unit=school).count() == 1

    def test_the_old_code_makes_no_second_unit(self, admin: Client, school: Unit) -> None:
        change(admin, school, code=NEW)
        [refused] = plan_of("連江縣政府,z371030000A,", f"介壽國中小,z{OLD},z371030000A").rejected
        assert refused.row == 3
        assert f"「介壽國中小」變更前的代碼，現為 z{NEW}" in refused.reason

    def test_another_unit_may_have_it_once_somebody_said_so(
        self, admin: Client, school: Unit, government: Unit
    ) -> None:
        """A code that was mistyped belongs to somebody else in truth."""
        change(admin, school, code=NEW)
        UnitFactory(name="真正的學校", code=OLD, parent=government)
        plan = plan_of("連江縣政府,z371030000A,", f"真正的學校,z{OLD},z371030000A")
        assert not plan.rejected
        assert {addition.entry.account for addition in plan.added} == {"z371030000A", f"z{OLD}"}

    def test_an_account_that_was_left_behind_gets_no_second_beside_it(self, school: Unit) -> None:
        """From before accounts followed: the unit has its new code, the account the old."""
        with pghistory.context(verb="by hand"):
            Unit.objects.filter(pk=school.pk).update(code=NEW)
        [refused] = plan_of("連江縣政府,z371030000A,", f"介壽國中小,z{NEW},z371030000A").rejected
        assert f"已有帳號 z{OLD}，與代碼不符" in refused.reason

    def test_a_parent_that_has_closed_takes_nobody_below_it(
        self, school: Unit, government: Unit
    ) -> None:
        Unit.objects.filter(pk=school.pk).update(closed_on=date(2015, 8, 1))
        lines = (f"介壽國中小,z{OLD},z371030000A", f"新分校,z371036599X,z{OLD}")
        [refused] = plan_of("連江縣政府,z371030000A,", *lines).rejected
        assert refused.row == 4


def test_a_code_that_came_back_is_nobodys_former_one(school: Unit) -> None:
    for code in (NEW, OLD):
        Unit.objects.filter(pk=school.pk).update(code=code)
    assert units_by_former_account({f"z{OLD}"}) == {}
    assert units_by_former_account({f"z{NEW}"}) == {f"z{NEW}": school}
