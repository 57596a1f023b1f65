"""帳號異動紀錄: who changed accounts and units, for those whose role reads it."""

import pghistory
import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import roles
from accounts.account_lists import apply, make_plan, read_account_list
from accounts.histories import ACCOUNTS, PAGE_LENGTH, UNITS, FieldChange, history_page
from accounts.models import Unit, User
from tests.factories import CountyFactory, UnitFactory, UserFactory

pytestmark = pytest.mark.django_db
PAGE = "/accounts/history/"
BACKEND = "django.contrib.auth.backends.ModelBackend"
LIST = "單位,帳號,密碼\n連江縣政府,z371030000A,first-word\n"


@pytest.fixture
def chief() -> User:
    return UserFactory(username="chief", unit=None, role=roles.PLATFORM_ADMINISTRATOR)


@pytest.fixture
def government() -> Unit:
    return UnitFactory(name="連江縣政府", code="371030000A")


@pytest.fixture
def official(government: Unit) -> User:
    return UserFactory(unit=government, role=roles.COUNTY_ADMINISTRATOR)


def set_role(user: User, role: roles.Role, by: User) -> None:
    with pghistory.context(user=by.pk):
        User.objects.filter(pk=user.pk).update(role=role.code)


def subjects(page) -> list[str]:
    return [row.subject for row in page.rows]


def test_a_change_of_role_says_who_made_it_and_what_it_was(client, chief, official):
    set_role(official, roles.COUNTY_VIEWER, by=chief)
    client.force_login(chief, backend=BACKEND)
    html = client.get(PAGE).content.decode()

    row = history_page(chief, ACCOUNTS).rows[0]
    assert (row.subject, row.what, row.who) == (official.username, "變更", "chief")
    assert row.fields == [FieldChange("角色", "縣市管理者", "縣市檢視者")]
    assert '<del class="changed">縣市管理者</del>' in html
    assert '<ins class="changed">縣市檢視者</ins>' in html


def test_no_password_stands_there(client, chief):
    chief.set_password("wind-over-nangan")
    chief.save()
    client.force_login(chief, backend=BACKEND)
    assert "argon2" not in client.get(PAGE).content.decode()


def test_a_new_account_of_a_list_names_the_list(chief):
    apply(make_plan(read_account_list(LIST.encode(), "list.csv")), by=chief, source="list.csv")
    row = history_page(chief, ACCOUNTS).rows[0]
    assert (row.what, row.who, row.account_list) == ("新增", "chief", "list.csv")
    assert FieldChange("單位", "", "371030000A 連江縣政府") in row.fields
    assert FieldChange("可登入", "", "是") in row.fields


def test_what_nobody_did_was_the_system(chief, government):
    row = history_page(chief, UNITS).rows[0]
    assert (row.subject, row.who, row.account_list) == ("371030000A", "系統", "")


def test_an_account_that_is_gone_stands_there_and_so_does_what_it_did(chief, official):
    gone = UserFactory(username="gone", unit=None, role=roles.PLATFORM_ADMINISTRATOR)
    set_role(official, roles.COUNTY_VIEWER, by=gone)
    gone.delete()

    deletion, change = history_page(chief, ACCOUNTS).rows[:2]
    assert (deletion.subject, deletion.what, deletion.fields) == ("gone", "刪除", [])
    assert change.who == "gone"


def test_a_unit_that_moves_shows_its_parents_and_its_county(chief, official, government):
    township = UnitFactory(name="南竿鄉公所", code="371030001A", parent=government)
    school = UnitFactory(code="371036500X", parent=government)
    Unit.objects.filter(pk=school.pk).update(parent=township)
    row = history_page(official, UNITS).rows[0]
    assert row.fields == [FieldChange("上級機關", "371030000A 連江縣政府", "371030001A 南竿鄉公所")]
    assert FieldChange("縣市", "", "連江縣") in history_page(chief, UNITS).rows[1].fields


def test_a_county_reads_its_own(chief, official):
    kinmen = CountyFactory(letter="w", name="金門縣", name_en="Kinmen County")
    elsewhere = UnitFactory(code="371010000A", county=kinmen)
    UserFactory(unit=elsewhere)
    for kind, own in ((ACCOUNTS, official.username), (UNITS, "371030000A")):
        assert set(subjects(history_page(official, kind))) == {own}
    assert "371010000A" in subjects(history_page(chief, UNITS))


def test_a_county_reads_who_left_it_but_not_what_became_of_them(official, government):
    kinmen = CountyFactory(letter="w", name="金門縣", name_en="Kinmen County")
    mover = UserFactory(username="mover", unit=government)
    User.objects.filter(pk=mover.pk).update(unit=UnitFactory(county=kinmen))
    User.objects.filter(pk=mover.pk).update(is_active=False)

    rows = [row for row in history_page(official, ACCOUNTS).rows if row.subject == "mover"]
    assert [row.what for row in rows] == ["變更", "新增"]
    assert [change.label for change in rows[0].fields] == ["單位"]


@pytest.mark.parametrize(
    "role", [role for role in roles.ROLES.values() if role.scope is not roles.Scope.PLATFORM]
)
def test_only_who_may_is_let_in_and_finds_the_way(client, government, role):
    user = UserFactory(username="somebody", unit=government, role=role)
    client.force_login(user, backend=BACKEND)
    may = roles.Permission.READ_HISTORIES in role.permissions
    assert (client.get(PAGE).status_code == 200) is may
    assert (f'href="{PAGE}"' in client.get("/").content.decode()) is may
    if not may:
        with pytest.raises(PermissionDenied):
            history_page(user, ACCOUNTS)


def test_a_county_role_without_a_unit_reads_nothing(chief):
    lost = UserFactory(username="lost", unit=None, role=roles.COUNTY_ADMINISTRATOR)
    assert history_page(lost, ACCOUNTS).rows == []


def test_words_find_an_account_or_its_unit(chief, official):
    UserFactory(username="another")
    for words in (official.username, "371030000", "連江縣政府"):
        assert subjects(history_page(chief, ACCOUNTS, words)) == [official.username]
    assert subjects(history_page(chief, UNITS, "連江縣政府")) == ["371030000A"]
    assert history_page(chief, UNITS, "沒有").rows == []


def test_older_changes_are_a_page_further_and_none_is_lost(client, chief):
    for number in range(PAGE_LENGTH + 10):
        UserFactory(unit=None, username=f"person-{number:03}")
    client.force_login(chief, backend=BACKEND)
    first = client.get(PAGE, {"kind": "account", "q": "person"}).context["page"]
    html = client.get(PAGE, {"q": "person"}).content.decode()
    assert f"q=person&amp;before={first.next_before}" in html
    second = client.get(PAGE, {"q": "person", "before": first.next_before}).context["page"]
    assert second.next_before is None
    names = [*subjects(first), *subjects(second)]
    assert names == [f"person-{number:03}" for number in reversed(range(PAGE_LENGTH + 10))]


@pytest.mark.parametrize(
    "query", [{"kind": "x"}, {"before": "x"}, {"before": "9" * 30}, {"q": "\x00"}, {"q": "x" * 999}]
)
def test_what_cannot_be_asked_is_as_if_it_was_not(client, chief, query):
    client.force_login(chief, backend=BACKEND)
    response = client.get(PAGE, query)
    assert response.status_code == 200
    assert subjects(response.context["page"]) == ["chief"]


def test_the_page_takes_the_same_queries_however_many_changes(client, chief):
    client.force_login(chief, backend=BACKEND)
    counts = []
    for _ in range(2):
        for _ in range(5):
            user = UserFactory(unit=UnitFactory(parent=UnitFactory()))
            set_role(user, roles.COUNTY_VIEWER, by=user)
        for kind in ("account", "unit"):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(PAGE, {"kind": kind}).status_code == 200
            counts.append(len(queries))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 8


@pytest.mark.parametrize("model", ["unit", "user"])
def test_the_administrations_button_leads_there(client, chief, official, model):
    client.force_login(chief, backend=BACKEND)
    thing = official if model == "user" else official.unit
    response = client.get(f"/admin/accounts/{model}/{thing.pk}/history/")
    page = client.get(response.url).context["page"]
    name = thing.username if model == "user" else thing.code
    assert subjects(page) == [name]
    assert client.get(f"/admin/accounts/{model}/999999/history/").status_code == 404
