"""Counties, units and accounts in the administration pages."""

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import roles
from accounts.models import County, Unit, User
from accounts.platform_administrators import PlatformAdministratorBackend
from tests.factories import PASSWORD, CountyFactory, UnitFactory, UserFactory

pytestmark = pytest.mark.django_db

NEW = "wind-over-nangan"


@pytest.fixture
def admin(client) -> Client:
    """A platform administrator: staff, no superuser, no single permissions."""
    client.force_login(UserFactory(username="chief", unit=None, role=roles.PLATFORM_ADMINISTRATOR))
    return client


def url(name: str, *arguments: object) -> str:
    return reverse(f"admin:accounts_{name}", args=arguments)


def text(response) -> str:
    return response.content.decode()


def unit_data(**more: object) -> dict[str, object]:
    return {
        "code": "371036500X",
        "name": "連江縣介壽國中小",
        "county": CountyFactory().pk,
        "parent": "",
        "category": "學校",
        "is_active": "on",
        **more,
    }


def errors(response) -> dict[str, list[str]]:
    return response.context["adminform"].form.errors


# --- who may come in -----------------------------------------------------------------------

PAGES = [
    "county_changelist",
    *(f"{model}_{page}" for model in ("unit", "user") for page in ("changelist", "add")),
]


@pytest.mark.parametrize("page", PAGES)
def test_only_platform_administrators_come_in(client, page):
    assert client.get(url(page)).url.startswith(reverse("admin:login"))
    for user in (
        UserFactory(),
        UserFactory(username="county", role=roles.COUNTY_ADMINISTRATOR),
        UserFactory(username="past", role=roles.PLATFORM_ADMINISTRATOR, is_active=False),
    ):
        client.force_login(user)
        assert client.get(url(page)).status_code == 302

    client.force_login(UserFactory(username="chief", unit=None, role=roles.PLATFORM_ADMINISTRATOR))
    assert client.get(url(page)).status_code == 200


def test_staff_needs_no_single_permissions():
    backend = PlatformAdministratorBackend()
    staff = User(role=roles.PLATFORM_ADMINISTRATOR.code)

    assert backend.has_perm(staff, "accounts.change_unit")
    assert backend.has_module_perms(staff, "accounts")
    assert not backend.has_perm(User(), "accounts.change_unit")
    assert not backend.has_module_perms(
        User(role=roles.PLATFORM_ADMINISTRATOR.code, is_active=False), "accounts"
    )


def test_the_first_page_names_what_there_is(admin):
    page = text(admin.get(reverse("admin:index")))

    for words in ("平台管理", "縣市", "單位", "帳號"):
        assert words in page


# --- counties ------------------------------------------------------------------------------


def test_counties_are_shown_and_neither_added_nor_deleted(admin):
    page = text(admin.get(url("county_changelist")))
    assert "連江縣" in page
    assert url("county_add") not in page
    assert "delete_selected" not in page
    assert url("county_delete", "z") not in text(admin.get(url("county_change", "z")))

    data = {"letter": "l", "name": "試驗縣", "name_en": "Trial County", "order": 99}
    assert admin.post(url("county_add"), data).status_code == 403
    assert admin.post(url("county_delete", "z"), {"post": "yes"}).status_code == 403
    choice = {"action": "delete_selected", "_selected_action": ["z"], "post": "yes"}
    admin.post(url("county_changelist"), choice)
    assert County.objects.count() == 22


def test_a_county_keeps_its_letter_and_its_name(admin):
    data = {"letter": "l", "name": "試驗縣", "name_en": "Lienkiang County", "order": 5}
    assert admin.post(url("county_change", "z"), data).status_code == 302
    county = County.objects.get(pk="z")
    assert (county.name, county.name_en, county.order) == ("連江縣", "Lienkiang County", 5)
    assert County.objects.count() == 22


def test_a_county_has_an_english_name_that_can_be_printed(admin):
    data = {"name_en": "Trial\uffff", "order": 99}
    assert list(errors(admin.post(url("county_change", "z"), data))) == ["name_en"]


@pytest.mark.parametrize(
    ("letter", "says"),
    [
        ("l", "字母 l 屬於已裁併的臺中縣"),
        ("r", "臺南縣"),
        ("s", "高雄縣"),
        ("y", "陽明山管理局"),
        ("Z", "「Z」不是任何縣市"),
        ("ab", "「ab」不是任何縣市"),
        ("1", "「1」不是任何縣市"),
    ],
)
def test_there_is_no_other_letter(letter, says):
    county = County(letter=letter, name="試驗縣", name_en="Trial County")
    with pytest.raises(ValidationError) as refused:
        county.full_clean(validate_constraints=False)
    assert says in str(refused.value.message_dict["letter"])
    with pytest.raises(DatabaseError), transaction.atomic():
        county.save()


# --- units ---------------------------------------------------------------------------------


def test_a_unit_is_added_with_its_code_in_any_width_and_case(admin):
    response = admin.post(url("unit_add"), unit_data(code=" ３７１０３６５００ｘ "))

    assert response.status_code == 302
    assert Unit.objects.get().code == "371036500X"


@pytest.mark.parametrize("code", ["", "abc", "1", "9" * 13, "371-036", "3\x0071", "9" * 10_000])
def test_a_wrong_code_is_told_at_its_field(admin, code):
    assert "code" in errors(admin.post(url("unit_add"), unit_data(code=code)))


@pytest.mark.parametrize("field", ["name", "contact_name", "category"])
@pytest.mark.parametrize("character", ["\x01", "\ufffe", "\uffff", "\U0001ffff"])
def test_a_name_that_no_document_can_hold_is_told_at_its_field(admin, field, character):
    response = admin.post(url("unit_add"), unit_data(**{field: f"介{character}壽"}))

    assert errors(response) == {field: ["含有無法列印的字元，請刪除後重新輸入。"]}


def test_names_are_cleaned_as_the_unit_itself_would(admin):
    admin.post(
        url("unit_add"), unit_data(name=" 介壽\u200b\u3000國小 ", contact_name="陳\u200b小華")
    )

    unit = Unit.objects.get()
    assert (unit.name, unit.contact_name) == ("介壽 國小", "陳小華")


def test_a_county_has_one_unit_above_all_others(admin):
    top = UnitFactory(code="371030000A", name="連江縣政府")
    response = admin.post(url("unit_add"), unit_data())
    said = "連江縣已經有最上層的機關（371030000A 連江縣政府），請選擇上級機關。"
    assert errors(response) == {"parent": [said]}
    assert said in text(response)

    assert admin.post(url("unit_add"), unit_data(is_active="")).status_code == 302
    closed = Unit.objects.get(code="371036500X")
    change = url("unit_change", closed.pk)
    assert list(errors(admin.post(change, unit_data()))) == ["parent"]
    assert admin.post(change, unit_data(parent=top.pk)).status_code == 302
    assert list(errors(admin.post(change, unit_data()))) == ["parent"]

    kinmen = CountyFactory(letter="w", name="金門縣", name_en="Kinmen County")
    assert admin.post(change, unit_data(county=kinmen.pk)).status_code == 302


def test_a_unit_that_stands_there_already_may_be_edited(admin):
    UnitFactory(code="371030000A")
    second = UnitFactory(code="371036500X")
    response = admin.post(url("unit_change", second.pk), unit_data(contact_phone="0836-22067"))
    assert response.status_code == 302


def test_a_code_is_there_once(admin):
    UnitFactory(code="371036500X")

    assert "code" in errors(admin.post(url("unit_add"), unit_data(code="371036500x")))


def test_a_unit_is_not_below_itself(admin):
    top = UnitFactory(code="1111A")
    middle = UnitFactory(code="2222A", parent=top)
    bottom = UnitFactory(code="3333A", parent=middle)

    for parent in (top, middle, bottom):
        data = unit_data(code=top.code, parent=parent.pk)
        response = admin.post(url("unit_change", top.pk), data)
        assert "上級機關不能是本單位或其所屬機關。" in errors(response)["parent"]
    top.refresh_from_db()
    assert top.parent is None


def test_a_unit_moves_within_the_tree(admin):
    first, second = UnitFactory(code="1111A"), UnitFactory(code="2222A")
    below = UnitFactory(code="3333A", parent=first)

    data = unit_data(code=below.code, parent=second.pk)
    assert admin.post(url("unit_change", below.pk), data).status_code == 302
    below.refresh_from_db()
    assert below.parent == second


def test_a_circle_that_is_already_there_does_not_hang_the_page(admin):
    first = UnitFactory(code="1111A")
    second = UnitFactory(code="2222A", parent=first)
    Unit.objects.filter(pk=first.pk).update(parent=second)
    other = UnitFactory(code="3333A")

    data = unit_data(code=other.code, parent=first.pk)
    assert admin.post(url("unit_change", other.pk), data).status_code == 302


def test_a_parent_is_of_the_same_county(admin):
    kinmen = CountyFactory(letter="w", name="金門縣", name_en="Kinmen County")
    parent = UnitFactory(county=kinmen)
    response = admin.post(url("unit_add"), unit_data(parent=parent.pk))

    assert errors(response)["parent"] == ["上級機關必須屬於同一縣市。"]
    assert "上級機關必須屬於同一縣市。" in text(response)


def test_a_unit_does_not_leave_its_county_while_others_are_below_it(admin):
    kinmen = CountyFactory(letter="w", name="金門縣", name_en="Kinmen County")
    top = UnitFactory(code="1111A")
    UnitFactory(parent=top)
    response = admin.post(url("unit_change", top.pk), unit_data(code="1111A", county=kinmen.pk))

    assert "county" in errors(response)


@pytest.mark.parametrize(
    ("field", "value"), [("county", "1"), ("county", ""), ("parent", "x"), ("parent", "9" * 30)]
)
def test_an_unknown_county_or_parent_is_told_at_its_field(admin, field, value):
    assert list(errors(admin.post(url("unit_add"), unit_data(**{field: value})))) == [field]


def test_units_are_searched_and_filtered(admin):
    UnitFactory(code="371036500X", name="連江縣介壽國中小", category="學校")
    UnitFactory(code="111100000A", name="南竿鄉公所", category="公所", is_active=False)

    for query, found in [
        ({"q": "介壽"}, "371036500X"),
        ({"q": "1111"}, "111100000A"),
        ({"category": "公所"}, "111100000A"),
        ({"is_active__exact": "1"}, "371036500X"),
        ({"county__letter__exact": "z", "q": "南竿"}, "111100000A"),
    ]:
        results = admin.get(url("unit_changelist"), query).context["cl"].result_list
        assert [unit.code for unit in results] == [found]


def test_parents_are_found_by_typing(admin):
    UnitFactory(code="371036500X", name="連江縣介壽國中小")
    query = {"app_label": "accounts", "model_name": "unit", "field_name": "parent", "term": "介壽"}
    found = admin.get(reverse("admin:autocomplete"), query).json()["results"]

    assert [row["text"] for row in found] == ["連江縣介壽國中小"]


@pytest.mark.parametrize("page", ["unit_changelist", "user_changelist"])
def test_the_lists_take_the_same_queries_however_long(admin, page):
    counts = []
    for _ in range(2):
        for _ in range(5):
            UserFactory(unit=UnitFactory(parent=UnitFactory()))
        with CaptureQueriesContext(connection) as queries:
            admin.get(url(page))
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 12


# --- accounts ------------------------------------------------------------------------------


def account_data(**more: object) -> dict[str, object]:
    return {
        "username": "z371036500X",
        "password1": NEW,
        "password2": NEW,
        "role": "unit_staff",
        **more,
    }


def test_an_account_is_added_with_its_password_typed_twice(admin):
    unit = UnitFactory()
    data = account_data(unit=unit.pk, role="county_administrator", must_change_password="on")
    assert admin.post(url("user_add"), data).status_code == 302

    user = User.objects.get(username="z371036500X")
    assert (user.unit, user.role, user.must_change_password) == (
        unit,
        "county_administrator",
        True,
    )
    assert user.check_password(NEW)
    assert user.password.startswith("argon2$")
    assert not user.is_staff


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"password2": "another-one-here"}, "password2"),
        ({"password1": "", "password2": ""}, "password1"),
        ({"password1": "short", "password2": "short"}, "password2"),
        ({"username": ""}, "username"),
        ({"username": "王小明"}, "username"),
        ({"username": "a" * 31}, "username"),
        ({"username": "z3710\x00"}, "username"),
        ({"unit": "999999999"}, "unit"),
    ],
)
def test_a_wrong_account_is_told_at_its_field(admin, data, field):
    assert field in errors(admin.post(url("user_add"), account_data(**data)))


@pytest.mark.parametrize("role", [roles.COUNTY_ADMINISTRATOR, roles.COUNTY_VIEWER])
def test_a_role_with_a_county_has_a_unit(admin, role):
    refusal = f"沒有單位的帳號不能是{role.label}；請選擇單位，或改選其他角色。"
    said = {"role": [refusal]}
    data = account_data(role=role.code)
    assert errors(admin.post(url("user_add"), data)) == said
    assert list(errors(admin.post(url("user_add"), data | {"unit": "999999999"}))) == ["unit"]
    assert admin.post(url("user_add"), account_data()).status_code == 302

    user = UserFactory(username="county", role=role)
    data = {"username": "county", "is_active": "on", "role": role.code, "unit": ""}
    change = url("user_change", user.pk)
    assert errors(admin.post(change, data)) == said
    assert admin.post(change, data | {"unit": user.unit.pk}).status_code == 302
    assert admin.post(change, data | {"role": "unit_staff"}).status_code == 302


def test_the_whole_platform_is_no_units(admin):
    user = UserFactory(username="one")
    data = {"username": "one", "is_active": "on", "role": "platform_administrator"}
    change = url("user_change", user.pk)
    said = "有單位的帳號不能是平台管理者；請清除單位，或改選其他角色。"
    assert errors(admin.post(change, data | {"unit": user.unit.pk})) == {"role": [said]}
    assert admin.post(change, data).status_code == 302
    user.refresh_from_db()
    assert user.is_staff


def test_a_role_that_the_table_does_not_have_is_refused(admin):
    response = admin.post(url("user_add"), account_data(role="ruler", unit=UnitFactory().pk))
    assert list(errors(response)) == ["role"]


def test_the_page_says_what_each_role_may(admin):
    page = text(admin.get(url("user_add")))
    assert all(str(role.help_text) in page for role in roles.ROLES.values())


def test_an_account_is_there_once_in_any_case(admin):
    UserFactory(username="z371036500x")
    response = admin.post(url("user_add"), account_data(username="Z371036500X"))

    assert errors(response)["username"] == ["這個帳號已經存在。"]


def test_an_account_is_changed_but_not_into_another_ones_name(admin):
    user, other = UserFactory(username="one"), UserFactory(username="two")
    change = url("user_change", user.pk)
    data = {"username": "ONE", "unit": other.unit.pk, "is_active": "on", "role": "county_viewer"}
    assert admin.post(change, data).status_code == 302
    user.refresh_from_db()
    assert (user.username, user.unit, user.role) == ("ONE", other.unit, "county_viewer")
    assert user.check_password(PASSWORD)

    assert "username" in errors(admin.post(change, data | {"username": "Two"}))


def test_nobody_makes_superusers_here(admin):
    user = UserFactory()
    data = {"username": user.username, "is_superuser": "on", "is_active": "on", "role": user.role}
    admin.post(url("user_change", user.pk), data)

    user.refresh_from_db()
    assert not user.is_superuser


@pytest.mark.parametrize("is_forced", [True, False])
def test_a_password_is_set_anew(admin, settings, is_forced):
    settings.FORCE_PASSWORD_CHANGE = is_forced
    user = UserFactory()
    page = reverse("admin:auth_user_password_change", args=[user.pk])
    data = {"password1": NEW, "password2": NEW, "usable_password": "true", "set-password": ""}
    assert admin.get(page).status_code == 200
    assert admin.post(page, data).status_code == 302

    user.refresh_from_db()
    assert user.check_password(NEW)
    assert user.must_change_password is is_forced


def test_staff_does_not_take_over_a_superuser(admin, client):
    superuser = User.objects.create_superuser("root", NEW)
    password = reverse("admin:auth_user_password_change", args=[superuser.pk])

    assert admin.get(password).status_code == 403
    assert admin.post(password, {"password1": "x", "password2": "x"}).status_code == 403
    assert "_save" not in text(admin.get(url("user_change", superuser.pk)))
    assert admin.post(url("user_delete", superuser.pk), {"post": "yes"}).status_code == 403

    client.force_login(superuser)
    assert client.get(password).status_code == 200


def test_the_list_tells_whose_password_is_still_the_first(admin):
    first = UserFactory(username="first")
    chosen = UserFactory(username="chosen")
    chosen.set_password(NEW)
    chosen.save()
    model_admin = admin.get(url("user_changelist")).context["cl"].model_admin

    assert "初始密碼" in text(admin.get(url("user_changelist")))
    assert model_admin.has_initial_password(first) is True
    assert model_admin.has_initial_password(chosen) is False


def test_who_changed_an_account_is_kept(admin):
    user = UserFactory()
    admin.post(url("user_change", user.pk), {"username": user.username, "role": user.role})

    event = user.events.order_by("-pgh_id").first()
    assert event.pgh_context["user"] == User.objects.get(username="chief").pk


def test_the_sign_in_of_the_pages_works(client):
    UserFactory(username="chief", unit=None, role=roles.PLATFORM_ADMINISTRATOR)
    data = {"username": "Chief", "password": PASSWORD}

    assert client.post(reverse("admin:login"), data).url == reverse("portal:home")
