"""What a load balancer is told."""

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
