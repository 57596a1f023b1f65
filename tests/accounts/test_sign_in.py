"""Signing in and out."""

from datetime import timedelta
from unittest.mock import ANY

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher, make_password
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from accounts import roles
from accounts.account_names import account_of, username_of_attempt
from accounts.client_address import address_of
from accounts.forms import SignInForm
from accounts.lockouts import lockout_of
from accounts.models import County, User
from tests.factories import PASSWORD, CountyFactory, UnitFactory, UserFactory

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"
WRONG = "帳號或密碼不正確"
CHOOSE_COUNTY = "請先選擇縣市"


@pytest.fixture
def school() -> User:
    CountyFactory(letter="w", name="金門縣", name_en="Kinmen County")
    return UserFactory(unit=UnitFactory(code="371036500X"), password="371036500X")


def sign_in(client: Client, county: str, username: str, password: str = "371036500X", **more):
    data = {"county": county, "username": username, "password": password, **more.pop("data", {})}
    return client.post(LOGIN, data, **more)


def text(response) -> str:
    return response.content.decode()


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


@pytest.mark.parametrize(
    ("county", "typed"),
    [
        ("z", "371036500X"),
        ("", "z371036500X"),
        ("", "Z371036500x"),
        ("", "ｚ３７１０３６５００Ｘ"),
        ("z", "z371036500X"),
        ("z", " 371036500x\u3000"),
        ("z", "\u200b371036500X\ufeff"),
    ],
)
def test_every_way_to_type_an_account_signs_in(client, school, county, typed):
    response = sign_in(client, county, typed)

    assert response.status_code == 302
    assert response.url == reverse("portal:home")
    assert client.session["_auth_user_id"] == str(school.pk)


def test_without_county_or_letter_the_page_asks_for_one(client, school):
    response = sign_in(client, "", "371036500X")

    assert CHOOSE_COUNTY in text(response)
    assert WRONG not in text(response)
    assert not is_signed_in(client)


@pytest.mark.parametrize("typed", ["371036500X", "z371036500X"])
def test_another_county_is_a_wrong_account(client, school, typed):
    response = sign_in(client, "w", typed)

    assert WRONG in text(response)
    assert not is_signed_in(client)


def test_the_message_does_not_tell_whether_the_account_exists(client, school):
    UserFactory(username="z999999999X", password="right", is_active=False)
    messages = [
        sign_in(client, "z", typed, password).context["sign_in_form"].errors.as_text()
        for typed, password in [
            ("371036500X", "wrong"),
            ("000000000X", "wrong"),
            ("999999999X", "right"),
        ]
    ]

    assert len(set(messages)) == 1
    assert WRONG in messages[0]


def test_what_was_typed_stays_except_the_password(client, school):
    page = text(sign_in(client, "z", "371036500X", "not-the-password"))

    assert '<option value="z" selected>連江縣</option>' in page
    assert 'value="371036500X"' in page
    assert "not-the-password" not in page


def test_the_page_shows_the_counties_in_order_with_a_first_entry_to_choose(client):
    response = client.get(LOGIN)
    choices = response.context["sign_in_form"].fields["county"].choices

    assert [str(label) for _value, label in choices] == ["請選擇", *map(str, County.objects.all())]
    assert next(iter(choices))[0] == ""
    for label in ("縣市", "帳號", "密碼", "登入"):
        assert label in text(response)


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"county": "1", "username": "1", "password": "x"}, "county"),
        ({"county": "zz\x00", "username": "1", "password": "x"}, "county"),
        ({"county": "z"}, "username"),
        ({"county": "z", "username": "371036500X"}, "password"),
        ({"county": "z", "username": "   ", "password": "x"}, "username"),
        ({"county": "z", "username": "\u200b", "password": "x"}, "username"),
        ({"county": "z", "username": "3710\x0036500X", "password": "x"}, "username"),
        ({"county": "z", "username": "371036500X", "password": "a\x00"}, "password"),
        ({"county": "z", "username": "3" * 10_000, "password": "x"}, "username"),
        ({}, "username"),
    ],
)
def test_bad_input_is_told_at_its_field(client, school, data, field):
    response = client.post(LOGIN, data)

    assert response.status_code == 200
    assert field in response.context["sign_in_form"].errors
    assert not AccessAttempt.objects.exists()


@pytest.mark.parametrize("typed", ["ﷺ" * 60, "㍐" * 60, "'; --", "ı" * 20, "37103650²X"])
def test_odd_names_are_just_wrong(client, school, typed):
    response = sign_in(client, "z", typed)

    assert response.status_code == 200
    assert WRONG in text(response)


def test_a_password_of_any_length_is_just_wrong(client, school):
    assert WRONG in text(sign_in(client, "z", "371036500X", "x" * 10_000))


@pytest.mark.parametrize("charset", ["unicode_escape", "utf-7", "idna", "rot13", "no-such-codec"])
def test_a_form_in_another_encoding_is_refused(client, charset):
    form = "--B\r\nContent-Disposition: form-data; name=username\r\n\r\n\\ud800\r\n--B--\r\n"
    kind = "multipart/form-data; boundary=B; charset="

    assert client.generic("POST", LOGIN, form, content_type=kind + charset).status_code == 400
    assert client.generic("POST", LOGIN, form, content_type=kind + "UTF8").status_code == 200


def test_doubled_fields_count_once(client, school):
    response = client.post(
        LOGIN, {"county": ["", "z"], "username": ["", "371036500X"], "password": ["", "371036500X"]}
    )

    assert response.status_code == 302


@pytest.mark.parametrize(
    ("given", "goes_to"),
    [
        ("/accounts/profile/", "/accounts/profile/"),
        ("/inventory/104/?x=1", "/inventory/104/?x=1"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("profile", "/"),
        ("http://[", "/"),
        ("/" + "x" * 3_000, "/"),
        ("", "/"),
    ],
)
def test_next_leads_only_to_this_site(client, school, given, goes_to):
    assert sign_in(client, "z", "371036500X", data={"next": given}).url == goes_to


def test_next_survives_a_failed_try(client, school):
    page = text(sign_in(client, "z", "371036500X", "wrong", data={"next": "/accounts/profile/"}))

    assert '<input type="hidden" name="next" value="/accounts/profile/">' in page


def test_next_from_the_address_is_in_the_form(client):
    assert 'value="/accounts/profile/"' in text(client.get(LOGIN, {"next": "/accounts/profile/"}))
    assert 'name="next" value="//' not in text(client.get(LOGIN, {"next": "//evil.example"}))


def test_whoever_is_signed_in_is_sent_on(client, school):
    client.force_login(school)

    assert client.get(LOGIN).url == reverse("portal:home")
    assert client.get(LOGIN, {"next": "/accounts/profile/"}).url == "/accounts/profile/"
    assert client.post(LOGIN, {"next": "/accounts/profile/"}).url == "/accounts/profile/"


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(client, method):
    assert getattr(client, method)(LOGIN).status_code == 405


def test_signing_in_takes_a_constant_number_of_queries(
    client, school, django_assert_max_num_queries
):
    with django_assert_max_num_queries(2):
        client.get(LOGIN)


# --- too many failures ---------------------------------------------------------------------


def fail(client: Client, times: int, typed: str = "371036500X", **more):
    for _ in range(times):
        response = sign_in(client, "z", typed, "wrong", **more)
    return response


def test_repeated_failures_lock_and_say_until_when(client, school):
    assert fail(client, settings.AXES_FAILURE_LIMIT - 1).status_code == 200
    response = fail(client, 1)

    until = timezone.localtime(response.context["sign_in_form"].lockout.until)
    assert response.status_code == 429
    assert response["Retry-After"] == "900"
    assert f"請於 {until:%H:%M}（約 15 分鐘後）再試" in text(response)
    assert until > timezone.now() + timedelta(minutes=14)
    assert until.second == 0
    assert '<option value="z" selected>連江縣</option>' in text(response)
    assert 'value="371036500X"' in text(response)


def test_the_right_password_does_not_open_a_lock(client, school):
    fail(client, settings.AXES_FAILURE_LIMIT)

    assert sign_in(client, "z", "371036500X").status_code == 429
    assert not is_signed_in(client)


def test_an_account_that_does_not_exist_is_locked_the_same(client, school):
    real = fail(client, settings.AXES_FAILURE_LIMIT)
    unreal = fail(client, settings.AXES_FAILURE_LIMIT, typed="000000000X")

    assert real.status_code == unreal.status_code == 429
    assert (
        real.context["sign_in_form"].errors.as_text()
        == unreal.context["sign_in_form"].errors.as_text()
    )


def test_all_spellings_count_as_one_account(client, school):
    spellings = [
        ("z", "371036500X"),
        ("z", "371036500x"),
        ("", "Z371036500X"),
        ("", "ｚ３７１０３６５００Ｘ"),
        ("z", " z371036500x "),
    ]
    assert len(spellings) == settings.AXES_FAILURE_LIMIT
    answers = [sign_in(client, county, typed, "wrong").status_code for county, typed in spellings]

    assert answers == [200, 200, 200, 200, 429]


def test_failures_with_several_browsers_add_up(client, school):
    answers = [
        fail(client, 1, HTTP_USER_AGENT=f"browser {number}").status_code
        for number in range(settings.AXES_FAILURE_LIMIT)
    ]

    assert answers[-1] == 429


def test_a_lock_holds_for_one_address_and_one_account(client, school):
    other = UserFactory(unit=UnitFactory(code="222222222A"), password="its-password")
    fail(client, settings.AXES_FAILURE_LIMIT)

    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    assert sign_in(elsewhere, "z", "371036500X").status_code == 302
    assert sign_in(Client(), "z", "222222222A", "its-password").status_code == 302
    assert sign_in(client, "z", "371036500X").status_code == 429
    assert other.username == "z222222222A"


def test_signing_in_resets_the_count(client, school):
    fail(client, settings.AXES_FAILURE_LIMIT - 1)
    assert sign_in(client, "", "Z371036500x").status_code == 302

    assert not AccessAttempt.objects.exists()
    assert fail(Client(), settings.AXES_FAILURE_LIMIT - 1).status_code == 200


def test_the_lock_ends_and_trying_meanwhile_does_not_prolong_it(client, school):
    fail(client, settings.AXES_FAILURE_LIMIT)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=14))
    response = fail(client, 2)
    assert response["Retry-After"] == "60"
    assert "約 1 分鐘後" in text(response)

    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=15, seconds=1))
    assert sign_in(client, "z", "371036500X").status_code == 302


def test_the_lock_opens_when_enough_failures_are_old(school):
    now = timezone.now()
    for minutes_ago, failures in [(12, 2), (8, 1), (2, 3)]:
        attempt = AccessAttempt.objects.create(
            username="zx",
            ip_address="192.0.2.1",
            user_agent=str(minutes_ago),
            failures_since_start=failures,
        )
        AccessAttempt.objects.filter(pk=attempt.pk).update(
            attempt_time=now - timedelta(minutes=minutes_ago)
        )

    assert lockout_of("zx", "192.0.2.1").minutes == 3  # 6 failures, 4 from when the first 2 are old
    assert lockout_of("zx", "192.0.2.2").minutes == 1  # nothing to wait for


def test_the_administration_pages_are_throttled_too(client):
    UserFactory(username="chief", unit=None, role=roles.PLATFORM_ADMINISTRATOR, password="right")
    login = reverse("admin:login")
    answers = [
        client.post(login, {"username": "CHIEF", "password": "wrong"})
        for _ in range(settings.AXES_FAILURE_LIMIT)
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 429]
    assert "暫停登入" in text(answers[-1])
    assert answers[-1]["Retry-After"] == "900"
    assert client.post(login, {"username": "chief", "password": "right"}).status_code == 429


@pytest.mark.parametrize(
    ("behind_proxy", "forwarded", "address"),
    [
        (False, "198.51.100.1", "192.0.2.1"),
        (True, "203.0.113.9, 198.51.100.1", "198.51.100.1"),
        (True, "2001:DB8::1", "2001:db8::1"),
        (True, "", "192.0.2.1"),
        (True, "nonsense", None),
    ],
)
def test_the_address_is_the_one_that_our_proxy_saw(settings, behind_proxy, forwarded, address):
    settings.BEHIND_PROXY = behind_proxy
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR=forwarded)

    assert address_of(request) == address


def test_a_server_on_a_socket_knows_no_address_and_still_locks(client, school):
    assert fail(client, settings.AXES_FAILURE_LIMIT, REMOTE_ADDR="").status_code == 429
    assert sign_in(Client(REMOTE_ADDR="192.0.2.7"), "z", "371036500X").status_code == 302


# --- signing out ---------------------------------------------------------------------------


def test_signing_out_is_by_post_and_leads_home(client, school):
    client.force_login(school)

    assert client.get(reverse("accounts:logout")).status_code == 405
    assert is_signed_in(client)

    response = client.post(reverse("accounts:logout"))
    assert response.url == reverse("portal:home")
    assert not is_signed_in(client)
    assert "您已登出。" in text(client.get(LOGIN))


def test_signing_out_twice_is_no_error(client):
    assert client.post(reverse("accounts:logout")).status_code == 302


# --- names and hashes ----------------------------------------------------------------------


def test_names_are_cleaned_before_they_are_compared():
    assert account_of("371036500X", "z") == account_of("z371036500X", "z") == "z371036500X"
    assert account_of("administrator", "") == "administrator"


def test_attempts_are_counted_under_one_spelling():
    request = RequestFactory().post("/", {"username": " ＡＢＣ "})

    assert username_of_attempt(request, None) == "abc"
    assert username_of_attempt(request, {"username": "Z1"}) == "z1"
    assert username_of_attempt(None, None) == ""
    assert len(username_of_attempt(None, {"username": "ﷺ" * 300})) == 255


def test_the_form_can_be_shown_without_a_request():
    assert "請選擇" in str(SignInForm()["county"])


@pytest.fixture
def argon2_encodings(monkeypatch) -> list[str]:
    """Every computation of an Argon2 hash, by making one or by checking against one."""
    computed: list[str] = []

    def count(name: str) -> None:
        real = getattr(Argon2PasswordHasher, name)

        def counting(self, *arguments):
            computed.append(name)
            return real(self, *arguments)

        monkeypatch.setattr(Argon2PasswordHasher, name, counting)

    count("encode")
    count("verify")
    return computed


def test_the_first_sign_in_stores_the_password_with_argon2id(client, school):
    assert school.password.startswith("initial_pbkdf2_sha256$1$")
    sign_in(client, "z", "371036500X")

    school.refresh_from_db()
    assert school.password.startswith("argon2$argon2id$")
    assert sign_in(Client(), "z", "371036500X").status_code == 302


@pytest.mark.parametrize("stored", ["initial", "argon2", "unusable", "inactive", "none"])
def test_a_wrong_password_costs_the_same_for_every_account(client, stored, request):
    CountyFactory()
    if stored != "none":
        user = UserFactory(unit=UnitFactory(code="371036500X"), is_active=stored != "inactive")
    if stored == "argon2":
        User.objects.filter(pk=user.pk).update(password=make_password(PASSWORD))
    if stored == "unusable":
        User.objects.filter(pk=user.pk).update(password=make_password(None))
    computed = request.getfixturevalue("argon2_encodings")
    sign_in(client, "z", "371036500X", "wrong")

    assert computed == [ANY]


@pytest.mark.parametrize("typed", ["z371036500X", "Z371036500X", "Ｚ371036500X"])
def test_the_countys_letter_is_never_doubled_in_any_case(typed: str) -> None:
    assert account_of(typed, "z").lower() == "z371036500x"
