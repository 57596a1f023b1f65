"""Requests that no browser sends by itself: they are refused in a sentence and never fail."""

from io import BytesIO
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts import roles
from accounts.models import Unit
from config.middleware import Utf8OnlyMiddleware
from config.wsgi import application
from tests.factories import PASSWORD, UnitFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client) -> Client:
    """Somebody in the administration pages."""
    client.force_login(UserFactory(username="chief", unit=None, role=roles.PLATFORM_ADMINISTRATOR))
    return client


# --- cookies -------------------------------------------------------------------------------

COOKIES = [r'"\000aaaaaaaaaa"', '"aaaaaaaaaa\\377"', "", "A" * 32, "abc def", "x" * 10_000]


@pytest.mark.parametrize("cookie", COOKIES)
@pytest.mark.parametrize("name", ["sessionid", "csrftoken", "django_language", "messages"])
@pytest.mark.parametrize("address", ["/", "/inventory/", "/admin/", "/accounts/login/"])
def test_a_cookie_that_is_none_of_ours_is_no_cookie(
    client: Client, name: str, cookie: str, address: str
) -> None:
    without = client.get(address)
    given = Client().get(address, headers={"cookie": f"{name}={cookie}"})
    assert given.status_code == without.status_code < 400
    posted = Client().post(address, headers={"cookie": f"{name}={cookie}"})
    assert posted.status_code < 500


def test_a_session_that_was_given_holds(client: Client) -> None:
    client.force_login(UserFactory())
    assert client.get("/accounts/profile/").status_code == 200


# --- Content-Type --------------------------------------------------------------------------


def ask(address: str, content_type: str) -> tuple[str, bytes]:
    """What a web server would be given by the application."""
    answer: list[str] = []

    def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        answer.append(status)

    environ = RequestFactory()._base_environ(  # type: ignore[attr-defined]
        PATH_INFO=address, CONTENT_TYPE=content_type
    )
    environ["wsgi.input"] = BytesIO()
    body = b"".join(application(environ, start))
    return answer[0], body


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain; charset*=UTF-8''utf-8%00",
        "text/plain; charset*=foo''bar",
        "text/plain; charset=utf-8\0",
        f"text/plain; charset*{'9' * 5000}*=x",
        "text/plain; charset=utf-16",
        "text/plain; charset=tlh",
    ],
)
def test_a_content_type_that_cannot_be_read_is_refused(content_type: str) -> None:
    assert ask("/glossary/", content_type) == ("400 Bad Request", b"charset must be utf-8\n")


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "text/plain; charset=UTF8", "multipart/form-data"]
)
def test_other_content_types_reach_the_platform(content_type: str) -> None:
    assert ask("/health/", content_type) == ("200 OK", b"ok\n")


def test_the_middleware_does_not_fail_on_a_charset_either(rf: RequestFactory) -> None:
    request = rf.get("/")
    request.content_params = {"charset": "utf-8\0"}
    assert Utf8OnlyMiddleware(lambda request: pytest.fail("read"))(request).status_code == 400


# --- the administration's addresses --------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "/admin/autocomplete/?app_label=accounts&model_name=user&field_name=unit&term=%00",
        "/admin/accounts/unit/?category=%00",
        "/admin/accounts/unit/?category=a%00b",
        "/admin/accounts/unit/?county__letter__exact=%00",
        "/admin/accounts/unit/%00/change/",
        "/admin/inventory/filing/?unit__county__letter__exact=%00",
        "/admin/portal/article/?section__exact=%00",
        "/admin/accounts/unit/add/?_to_field=",
    ],
)
def test_an_address_that_django_fails_on_is_refused(desk: Client, address: str) -> None:
    response = desk.get(address)
    assert response.status_code == 400
    assert "無法處理的要求" in response.text


def test_a_reference_to_no_field_is_refused(desk: Client) -> None:
    address = reverse("admin:accounts_user_change", args=[UserFactory().pk])
    assert desk.get(f"{address}?_to_field=").status_code == 400
    assert desk.post(address, {"_to_field": ""}).status_code == 400
    assert desk.get(f"{address}?_to_field=id").status_code == 200
    assert desk.get(address).status_code == 200


@pytest.mark.parametrize("model", ["county", "unit", "user"])
@pytest.mark.parametrize("key", ["\0", "one", "", "9" * 30])
def test_a_chosen_row_that_can_be_none_is_refused(desk: Client, model: str, key: str) -> None:
    data = {"action": "delete_selected", "_selected_action": key}
    assert desk.post(reverse(f"admin:accounts_{model}_changelist"), data).status_code == 400


def test_a_chosen_row_is_deleted_and_other_forms_choose_none(desk: Client) -> None:
    unit = UnitFactory()
    data = {"action": "delete_selected", "_selected_action": unit.pk, "post": "yes"}
    assert desk.post(reverse("admin:accounts_unit_changelist"), data).status_code == 302
    assert not Unit.objects.exists()
    upload = reverse("admin:accounts_user_account_list")
    assert "file" in desk.post(upload, {"_selected_action": "x"}).context["form"].errors


def test_a_percent_sign_is_no_nul(desk: Client) -> None:
    assert desk.get("/admin/accounts/unit/?q=%2500").status_code == 200


def test_nothing_has_a_page_of_its_own_to_be_redirected_to(desk: Client) -> None:
    for kind in ContentType.objects.all():
        for key in ("1", "x"):
            assert desk.get(f"/admin/r/{kind.pk}/{key}/").status_code == 404
    assert Client().get("/admin/r/1/1/").url.startswith("/admin/login/")
    assert not [
        m for m in apps.get_models() if m in admin.site._registry and hasattr(m, "get_absolute_url")
    ]


# --- who may keep an answer ----------------------------------------------------------------


@pytest.mark.parametrize("address", ["/", "/inventory/", "/accounts/profile/", "/nowhere/"])
def test_no_browser_keeps_a_page_of_somebody_signed_in(client: Client, address: str) -> None:
    client.force_login(UserFactory())
    assert client.get(address).headers["Cache-Control"] == "no-store, private"


def test_signing_in_is_not_kept_either(client: Client) -> None:
    UserFactory(unit=UnitFactory(code="371036500X"))
    data = {"county": "z", "username": "371036500X", "password": PASSWORD}
    response = client.post("/accounts/login/", data)
    assert response.status_code == 302
    assert response.headers["Cache-Control"].count("no-store") == 1


def test_a_view_may_say_otherwise(desk: Client) -> None:
    assert "must-revalidate" in desk.get("/admin/").headers["Cache-Control"]


@pytest.mark.parametrize("address", ["/", "/glossary/", "/health/"])
def test_public_pages_stay_as_they_are(client: Client, address: str) -> None:
    assert "Cache-Control" not in client.get(address).headers


# --- the version ---------------------------------------------------------------------------


def test_the_footer_names_the_version(client: Client, settings: Any) -> None:
    assert settings.SITE_VERSION.count(".") == 2
    assert f"版本 {settings.SITE_VERSION}" in client.get("/").text
