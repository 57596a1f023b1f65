"""What a load balancer is told."""

from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries


def test_the_process_is_up_whatever_the_database_does(client: Client) -> None:
    response = client.get("/health/")  # no access to the database is granted to this test
    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_ready_when_the_database_answers_and_is_up_to_date(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(3):
        response = client.get("/health/ready/")
    assert (response.status_code, response.content) == (200, b"ready\n")


@pytest.mark.django_db(transaction=True)
def test_not_ready_while_migrations_are_waiting(client: Client) -> None:
    call_command("migrate", "sessions", "zero", verbosity=0)
    try:
        response = client.get("/health/ready/")
    finally:
        call_command("migrate", "sessions", verbosity=0)
    assert (response.status_code, response.content) == (503, b"migrations are waiting\n")


@pytest.mark.django_db(transaction=True)
def test_not_ready_while_the_database_is_down(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
    monkeypatch.setitem(connection.settings_dict, "PORT", "9")
    response = client.get("/health/ready/")
    monkeypatch.undo()
    assert (response.status_code, response.content) == (503, b"database does not answer\n")


def test_only_reading_is_possible(client: Client) -> None:
    assert client.post("/health/").status_code == 405
    assert client.post("/health/ready/").status_code == 405


# --- a probe knows an address and no name, and speaks plain http -----------------------------


@pytest.fixture
def site(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["site.example"]
    settings.SECURE_SSL_REDIRECT = True


PROBE = {"host": "10.1.2.3:8000"}


@pytest.mark.django_db
@pytest.mark.usefixtures("site")
@pytest.mark.parametrize(
    ("address", "answer"), [("/health/", b"ok\n"), ("/health/ready/", b"ready\n")]
)
def test_a_probe_is_answered_by_address_and_over_plain_http(address: str, answer: bytes) -> None:
    response = Client().get(address, headers=PROBE)
    assert (response.status_code, response.content) == (200, answer)
    assert Client().head(address, headers=PROBE).status_code == 200
    assert Client().post(address, headers=PROBE).status_code == 405


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("cookie", ["sessionid=abcdefgh12345678", 'sessionid="\\000"'])
def test_a_probe_opens_no_session(cookie: str) -> None:
    """No access to the database is granted to this test."""
    response = Client().get("/health/", headers={**PROBE, "cookie": cookie})
    assert response.status_code == 200
    assert not response.cookies


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/health",
        "/health/ready",
        "/health//",
        "/health/x",
        "//health/",
        "/admin/",
        "/static/x",
    ],
)
def test_nothing_else_is_reached_by_a_name_that_is_not_the_site_s(address: str) -> None:
    assert Client().get(address, headers=PROBE, secure=True).status_code == 400


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("address", ["/", "/health", "/accounts/login/"])
def test_nothing_else_is_reached_over_plain_http(address: str) -> None:
    response = Client().get(address, headers={"host": "site.example"})
    assert (response.status_code, response.url) == (301, f"https://site.example{address}")
