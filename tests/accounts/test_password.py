"""Changing the password, and being made to."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.forms import PasswordForm
from accounts.models import User
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

PAGE = "/accounts/password/"
NEW = "wind-over-nangan"


@pytest.fixture
def user() -> User:
    return UserFactory(must_change_password=False)


@pytest.fixture
def signed_in(client, user):
    client.force_login(user)
    return client


def change(client, old: str = PASSWORD, new: str = NEW, again: str = NEW, **more: str):
    data = {"old_password": old, "new_password1": new, "new_password2": again, **more}
    return client.post(PAGE, data)


def text(response) -> str:
    return response.content.decode()


def test_a_new_password_holds_and_the_session_goes_on(signed_in, user):
    elsewhere = Client()
    elsewhere.force_login(user)
    response = change(signed_in)

    assert response.url == reverse("portal:home")
    user.refresh_from_db()
    assert user.check_password(NEW)
    assert user.password.startswith("argon2$argon2id$")
    assert "密碼已變更" in text(signed_in.get(PAGE))
    assert elsewhere.get(PAGE).status_code == 302  # other sessions have ended


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"old": "wrong"}, "old_password"),
        ({"old": ""}, "old_password"),
        ({"again": "something-else"}, "new_password2"),
        ({"new": "short", "again": "short"}, "new_password2"),
        ({"new": "98765432109876", "again": "98765432109876"}, "new_password2"),
        ({"new": PASSWORD, "again": PASSWORD}, "new_password1"),
        ({"new": "a\x00bcdefghijkl", "again": "a\x00bcdefghijkl"}, "new_password1"),
        ({"new": "", "again": ""}, "new_password1"),
    ],
)
def test_a_refused_password_is_told_at_its_field(signed_in, user, data, field):
    response = change(signed_in, **data)

    assert response.status_code == 200
    assert field in response.context["form"].errors
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_a_password_like_the_account_is_refused(signed_in, user):
    code = user.unit.code
    assert "new_password2" in change(signed_in, new=code, again=code).context["form"].errors


def test_nothing_posted_names_every_field(signed_in):
    assert len(signed_in.post(PAGE, {}).context["form"].errors) == 3


def test_the_page_gives_the_sites_advice(signed_in, user, settings):
    settings.FORCE_PASSWORD_CHANGE = True
    assert "請勿與他人共用密碼" in text(signed_in.get(PAGE))
    settings.FORCE_PASSWORD_CHANGE = False
    assert "密碼建議維持與帳號相同" in text(signed_in.get(PAGE))


def test_without_signing_in_there_is_no_page(client):
    assert client.get(PAGE).url == "/accounts/login/?next=%2Faccounts%2Fpassword%2F"


def test_the_page_takes_no_other_method(signed_in):
    assert signed_in.delete(PAGE).status_code == 405


def test_the_form_can_leave_the_writing_to_the_caller(user):
    data = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    form = PasswordForm(user, data)
    assert form.is_valid()
    form.save(commit=False)

    assert user.check_password(NEW)
    user.refresh_from_db()
    assert not user.check_password(NEW)


# --- the first password --------------------------------------------------------------------


@pytest.fixture
def newcomer(client, settings) -> User:
    settings.FORCE_PASSWORD_CHANGE = True
    user = UserFactory(must_change_password=True)
    client.force_login(user)
    return user


def test_an_initial_password_has_to_be_changed_first(client, newcomer):
    response = client.get("/accounts/profile/?x=1")

    assert response.url == "/accounts/password/?next=%2Faccounts%2Fprofile%2F%3Fx%3D1"
    page = client.get(response.url)
    assert "您使用的是初始密碼" in text(page)
    assert page.context["next"] == "/accounts/profile/?x=1"
    done = change(client, next=page.context["next"])
    assert done.url == "/accounts/profile/?x=1"
    newcomer.refresh_from_db()
    assert not newcomer.must_change_password
    assert client.get(done.url).status_code == 200


def test_signing_out_and_the_health_of_the_site_need_no_new_password(client, newcomer):
    assert client.get("/health/").status_code == 200
    assert client.get("/nowhere/").status_code == 404
    assert client.post(reverse("accounts:logout")).url == reverse("portal:home")


def test_a_site_may_leave_initial_passwords_alone(client, newcomer, settings):
    settings.FORCE_PASSWORD_CHANGE = False

    assert client.get("/accounts/profile/").status_code == 200
