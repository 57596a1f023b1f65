"""A page is in Traditional Chinese until somebody chooses another language on it."""

import pytest
from django.test import Client

from tests.factories import UserFactory
from tests.hierarchy.county import opened


@pytest.mark.django_db
@pytest.mark.parametrize("asked", ["", "en-US,en;q=0.9", "de"])
def test_the_browser_s_own_language_does_not_decide(client: Client, asked: str) -> None:
    response = client.get("/faq/", headers={"accept-language": asked})
    assert response.headers["Content-Language"] == "zh-hant"


@pytest.mark.django_db
@pytest.mark.parametrize(("chosen", "given"), [("en", "en"), ("tlh", "zh-hant")])
def test_the_choice_of_the_visitor_decides(client: Client, chosen: str, given: str) -> None:
    client.cookies["django_language"] = chosen
    assert client.get("/faq/").headers["Content-Language"] == given


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "has_form"),
    [("/accounts/profile/", True), ("/inventory/104/", True), ("/inventory/", False), ("/", False)],
)
def test_a_page_that_is_typed_into_says_that_switching_loses_it(
    client: Client, address: str, has_form: bool
) -> None:
    user = UserFactory()
    opened()
    client.force_login(user)
    assert ("切換語言前請先存檔" in client.get(address).text) is has_form
