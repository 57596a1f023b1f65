"""What was typed survives the end of a session."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts import contact_details, form_recovery
from accounts.models import Unit, User
from tests.factories import PASSWORD, UnitFactory, UserFactory

pytestmark = pytest.mark.django_db

PROFILE = "/accounts/profile/"
KEPT = "登入逾時，您填寫的內容已保留，請重新登入後繼續。"
NOT_KEPT = "登入逾時，請重新登入後繼續。"
NOTHING_SAVED = "尚未存檔；請確認後按「存檔」"
EXPIRED = "頁面已過期，沒有存檔"


@pytest.fixture
def user() -> User:
    return UserFactory()


def typed(unit: Unit, **more: object) -> dict[str, object]:
    return {
        "owner": form_recovery.owner_token(unit),
        "seen": contact_details.version_token(unit),
        "name": unit.name,
        "contact_name": "陳小華",
        **more,
    }


def sign_in(client: Client, user: User, **more: str):
    page = client.get("/accounts/login/")
    data = {"username": user.username, "password": PASSWORD, **more}
    if client.handler.enforce_csrf_checks:
        data["csrfmiddlewaretoken"] = str(page.context["csrf_token"])
    return client.post("/accounts/login/", data)


def text(response) -> str:
    return response.content.decode()


def test_a_form_sent_after_the_session_ended_goes_on_after_signing_in(client, user):
    response = client.post(PROFILE, typed(user.unit))
    assert response.url == "/accounts/login/?next=%2Faccounts%2Fprofile%2F"
    page = client.get(response.url)
    assert KEPT in text(page)

    response = sign_in(client, user, next=page.context["next"])
    assert response.url == PROFILE
    page = client.get(response.url)
    assert NOTHING_SAVED in text(page)
    assert 'value="陳小華"' in text(page)
    assert Unit.objects.get(pk=user.unit.pk).contact_name == ""

    saved = client.post(PROFILE, typed(user.unit, seen=page.context["seen"]))
    assert saved.status_code == 302
    assert Unit.objects.get(pk=user.unit.pk).contact_name == "陳小華"


def test_it_is_given_back_once(client, user):
    client.post(PROFILE, typed(user.unit))
    sign_in(client, user)
    client.head(PROFILE)
    client.get(PROFILE, headers={"HX-Request": "true"})  # not the page: nothing is used up

    assert "陳小華" in text(client.get(PROFILE))
    assert "陳小華" not in text(client.get(PROFILE))


def test_the_conflict_check_goes_by_what_the_form_showed_at_first(client, user):
    client.post(PROFILE, typed(user.unit))
    Unit.objects.filter(pk=user.unit.pk).update(contact_name="林大明")
    sign_in(client, user)
    page = client.get(PROFILE)

    response = client.post(PROFILE, typed(user.unit, seen=page.context["seen"]))
    assert response.status_code == 409


def test_someone_else_of_the_same_unit_may_go_on(client, user):
    client.post(PROFILE, typed(user.unit))
    sign_in(client, UserFactory(unit=user.unit, username="deputy"))

    assert "陳小華" in text(client.get(PROFILE))


def test_signing_in_as_another_unit_discards_it(client, user):
    client.post(PROFILE, typed(user.unit))
    other = UserFactory()
    sign_in(client, other)

    assert "陳小華" not in text(client.get(PROFILE))
    assert client.session[form_recovery.SESSION_KEY] == {}


def test_an_account_without_a_unit_is_given_nothing(client, user):
    client.post(PROFILE, typed(user.unit))
    sign_in(client, UserFactory(username="chief", unit=None))

    assert client.get(PROFILE).status_code == 403
    assert client.session[form_recovery.SESSION_KEY] == {}


@pytest.mark.parametrize("owner", ["", "5", "nonsense:1:2", "\x00"])
def test_only_forms_that_this_site_has_made_are_kept(client, user, owner):
    response = client.post(PROFILE, typed(user.unit, owner=owner))

    assert form_recovery.SESSION_KEY not in client.session
    assert NOT_KEPT in text(client.get(response.url))


def test_passwords_and_tokens_are_never_kept(client, user):
    data = typed(user.unit, password="secret", new_password1="secret", csrfmiddlewaretoken="secret")
    client.post(PROFILE, data)

    assert "secret" not in str(dict(client.session))
    assert "owner" not in client.session[form_recovery.SESSION_KEY][PROFILE][1]


@pytest.mark.parametrize(
    "more",
    [{"note": "x" * form_recovery.MAX_CHARACTERS}, {"note": ["x"] * form_recovery.MAX_FIELDS}],
    ids=["characters", "fields"],
)
def test_too_large_a_form_is_not_kept(client, user, more):
    response = client.post(PROFILE, typed(user.unit, **more))

    assert NOT_KEPT in text(client.get(response.url))
    assert form_recovery.SESSION_KEY not in client.session


def test_a_form_of_the_allowed_size_is_kept(client, user):
    client.post(PROFILE, typed(user.unit, note=["x"] * (form_recovery.MAX_FIELDS - 3)))

    assert PROFILE in client.session[form_recovery.SESSION_KEY]


def test_several_tabs_are_kept_but_not_any_number(client, user):
    for number in range(form_recovery.MAX_FORMS + 2):
        page = f"http://testserver/inventory/{number}/?tab=1"
        client.post(PROFILE, typed(user.unit), headers={"Referer": page})

    paths = list(client.session[form_recovery.SESSION_KEY])
    assert paths == [f"/inventory/{number}/" for number in range(2, form_recovery.MAX_FORMS + 2)]


def test_an_ordinary_visit_asks_to_sign_in_without_a_message(client):
    response = client.get(PROFILE, {"a": "1"})

    assert response.url == "/accounts/login/?next=%2Faccounts%2Fprofile%2F%3Fa%3D1"
    assert "登入逾時" not in text(client.get(response.url))


def test_too_long_an_address_is_shortened_to_its_path(client):
    assert client.get(PROFILE, {"a": "x" * 2_000}).url.endswith("?next=%2Faccounts%2Fprofile%2F")


@pytest.mark.parametrize(
    ("referer", "page"),
    [
        ("http://testserver/inventory/104/?x=1#y", "%2Finventory%2F104%2F%3Fx%3D1"),
        ("https://evil.example/inventory/104/", "%2Faccounts%2Fprofile%2F"),
        ("http://[", "%2Faccounts%2Fprofile%2F"),
        ("http://testserver", "%2Faccounts%2Fprofile%2F"),
    ],
)
def test_after_signing_in_the_page_with_the_form_is_shown(client, user, referer, page):
    response = client.post(PROFILE, typed(user.unit), headers={"Referer": referer})

    assert response.url == f"/accounts/login/?next={page}"


def test_a_page_that_asks_in_the_background_moves_as_a_whole(client, user):
    response = client.post(
        PROFILE,
        typed(user.unit),
        headers={"HX-Request": "true", "Referer": "http://testserver/inventory/104/"},
    )

    assert response.status_code == 200
    assert response["HX-Redirect"] == "/accounts/login/?next=%2Finventory%2F104%2F"
    assert "/inventory/104/" in client.session[form_recovery.SESSION_KEY]


def test_a_post_of_someone_signed_in_has_nothing_kept(client, user):
    client.post(PROFILE, typed(user.unit))
    sign_in(client, user)
    client.post(PROFILE, typed(user.unit, contact_name="林大明"))

    assert "陳小華" in text(client.get(PROFILE))  # still there for the next look at the page


# --- the token against forged requests -----------------------------------------------------


@pytest.fixture
def strict(user) -> Client:
    """A browser whose forms need a token, with the page of 帳號維護 open."""
    client = Client(enforce_csrf_checks=True)
    sign_in(client, user)
    return client


def token_of(client: Client) -> str:
    return str(client.get(PROFILE).context["csrf_token"])


def test_the_session_has_ended_and_the_token_lives(strict, user):
    token = token_of(strict)
    del strict.cookies["sessionid"]
    response = strict.post(PROFILE, typed(user.unit, csrfmiddlewaretoken=token))
    assert response.url.startswith("/accounts/login/")
    sign_in(strict, user)

    assert "陳小華" in text(strict.get(PROFILE))


def test_the_session_and_the_token_are_gone(strict, user):
    token = token_of(strict)
    strict.cookies.clear()
    response = strict.post(PROFILE, typed(user.unit, csrfmiddlewaretoken=token))
    assert response.url == "/accounts/login/?next=%2Faccounts%2Fprofile%2F"
    assert KEPT in text(strict.get(response.url))
    sign_in(strict, user)

    assert "陳小華" in text(strict.get(PROFILE))


def test_signed_in_again_in_another_tab(strict, user):
    old_token = token_of(strict)
    del strict.cookies["sessionid"]
    sign_in(strict, user)
    response = strict.post(PROFILE, typed(user.unit, csrfmiddlewaretoken=old_token))

    assert response.url == PROFILE
    page = strict.get(PROFILE)
    assert NOTHING_SAVED in text(page)
    assert 'value="陳小華"' in text(page)
    assert Unit.objects.get(pk=user.unit.pk).contact_name == ""


def test_signed_in_as_another_unit_in_another_tab(strict, user):
    old_token = token_of(strict)
    del strict.cookies["sessionid"]
    other = UserFactory(unit=UnitFactory(name="別的單位"))
    sign_in(strict, other)
    response = strict.post(PROFILE, typed(user.unit, csrfmiddlewaretoken=old_token))

    assert response.status_code == 403
    assert EXPIRED in text(response)
    assert "陳小華" not in text(strict.get(PROFILE))


@pytest.mark.parametrize("has_cookie", [True, False])
def test_a_forged_form_gets_a_page_that_explains(strict, user, has_cookie):
    if not has_cookie:
        strict.cookies.clear()
    response = strict.post(PROFILE, typed(user.unit, owner="forged"))

    assert response.status_code == 403
    assert EXPIRED in text(response)


def test_a_form_of_another_site_is_only_refused(strict, user):
    response = strict.post(PROFILE, typed(user.unit), headers={"Origin": "https://evil.example"})

    assert response.status_code == 403
    assert "陳小華" not in text(strict.get(PROFILE))


def test_an_old_sign_in_page_leads_on_where_someone_is_signed_in(strict, user):
    response = strict.post("/accounts/login/", {"username": "x", "next": PROFILE})

    assert response.url == PROFILE


def test_an_old_sign_in_page_is_explained_where_nobody_is(user):
    response = Client(enforce_csrf_checks=True).post("/accounts/login/", {"username": "x"})

    assert response.status_code == 403
    assert "Cookie" in text(response)


def test_signing_out_needs_a_token(strict):
    assert strict.post(reverse("accounts:logout")).status_code == 403
    assert strict.get(PROFILE).status_code == 200
