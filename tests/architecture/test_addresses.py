"""A walk over every address, the administration's included: who is let in, and what it does.

The table that it goes by stands in addresses/table.txt.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponse
from django.shortcuts import resolve_url
from django.test import Client, override_settings
from django.urls import reverse

from accounts.form_recovery import is_closed
from tests.architecture.addresses.posts import BACKEND, Visit, data_for
from tests.architecture.addresses.table import Step, people, read_table
from tests.architecture.addresses.world import (
    World,
    make_world,
    routes,
)

ROUTES = routes()
TABLE = read_table()


def part_of(name: str) -> str:
    """The app of an address; of the administration's pages the app that they are about."""
    if about := re.match(r"(?:admin:|/admin/)(admin|axes|accounts|inventory|portal)(?=[_/])", name):
        return f"admin:{about[1]}"
    return name.partition(":")[0] if ":" in name else "of no app"


PARTS = sorted({part_of(name) for name in ROUTES})
ASKED = {
    "admin:autocomplete": {
        "app_label": "accounts",
        "model_name": "user",
        "field_name": "unit",
        "term": "介",
    }
}
BEFORE = {
    "admin:accounts_user_account_list_plan": ["admin:accounts_user_account_list"],
    "admin:inventory_filingimport_plan": ["admin:inventory_filingimport_upload"],
}
SIGN_IN = (resolve_url(settings.LOGIN_URL), "/admin/login/")
# What a visit leaves, and what only the code says.
NOT_COMPARED = {"django_session", "django_migrations", "django_content_type", "auth_permission"}


@pytest.fixture(scope="module")
def world(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """One county for the whole walk; each step is taken back before the next."""
    folder = tmp_path_factory.mktemp("files")
    (folder / "downloads").mkdir()
    (folder / "downloads" / "form.pdf").write_bytes(b"%PDF-1.4")
    # A session that is written in each of thousands of steps of one transaction becomes slow.
    changed = override_settings(MEDIA_ROOT=folder, VAR_DIR=folder, SESSION_SAVE_EVERY_REQUEST=False)
    with django_db_blocker.unblock(), changed, transaction.atomic():
        made = make_world()
        made.sessions = {name: _session(user) for name, user in made.people.items()}
        made.fingerprint = fingerprint()
        yield made
        transaction.set_rollback(True)


def _session(user: Any) -> str:
    client = Client()
    if user is None:
        return ""
    client.force_login(user, backend=BACKEND)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@contextmanager
def taken_back() -> Iterator[None]:
    """Whatever happens inside has not happened afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def fingerprint() -> str:
    """One value for all that stands in the database."""
    with connection.cursor() as cursor:
        cursor.execute(everything())
        return str(cursor.fetchone()[0])


@cache
def everything() -> str:
    with connection.cursor() as cursor:
        tables = sorted(set(connection.introspection.table_names(cursor)) - NOT_COMPARED)
    rows = " UNION ALL ".join(
        f"SELECT {number} AS n, md5(string_agg(t::text, ',' ORDER BY t::text)) FROM {table} t"
        for number, table in enumerate(tables)
    )
    return f"SELECT md5(string_agg(md5, ',' ORDER BY n)) FROM ({rows}) AS all_rows"


def client_of(world: World, person: str, **options: bool) -> Client:
    """A browser in which the person is signed in."""
    client = Client(**options)
    if world.sessions[person]:
        client.cookies[settings.SESSION_COOKIE_NAME] = world.sessions[person]
    return client


def take(world: World, step: Step, person: str) -> str:
    """What the person is answered, in the words of the table."""
    name, unit, sends = step
    path, user = ROUTES[name].path(world, unit), world.people[person]
    with taken_back():
        data = data_for(name, sends, Visit(world, unit, user))
    with taken_back():
        client = client_of(world, person)
        if sends == "GET":
            response = client.get(path, ASKED.get(name, {}))
        else:
            for before in BEFORE.get(name, ()):
                client.post(reverse(before), data_for(before, "POST", Visit(world, unit, user)))
            response = client.post(path, data)
        close_files(response)
        told = answer(response)
        if (sends == "GET" and told != "ok") or fingerprint() == world.fingerprint:
            return told
        return "done" if told == "ok" else f"{told}, and yet something was written"


def close_files(response: Any) -> None:
    """What the end of the request would close, without closing the connection with it."""
    for close in response._resource_closers:
        close()


def answer(response: HttpResponse) -> str:
    if response.status_code == 302 and response.headers["Location"].startswith(SIGN_IN):
        return "sign-in"
    return "ok" if response.status_code < 400 else str(response.status_code)


def test_every_address_has_its_rows_and_every_row_its_address() -> None:
    sent: dict[str, set[str]] = defaultdict(set)
    for name, _unit, sends in TABLE.expected:
        sent[name].add(sends)
    assert sorted(sent) == sorted(ROUTES)
    assert [name for name, sends in sent.items() if "GET" not in sends or len(sends) < 2] == []


def test_everybody_has_a_column() -> None:
    without = {step: set(people()) - row.keys() for step, row in TABLE.expected.items()}
    assert {step: missing for step, missing in without.items() if missing} == {}


def test_nothing_but_what_stands_in_the_table_answers_without_signing_in() -> None:
    unmarked = {name for name, address in ROUTES.items() if not is_closed(address.view)}
    assert sorted(TABLE.open_reasons) == sorted(unmarked)


def test_reading_is_never_said_to_write() -> None:
    reading = {step: row for step, row in TABLE.expected.items() if step[2] == "GET"}
    assert [step for step, row in reading.items() if "done" in row.values()] == []


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("part", PARTS)
def test_everybody_is_answered_as_the_table_says(world: World, part: str) -> None:
    wrong = [
        f"{' '.join(step)} {person}: {found} instead of {told}"
        for step, row in TABLE.expected.items()
        if part_of(step[0]) == part
        for person, told in row.items()
        if (found := take(world, step, person)) != told
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("person", ["anonymous", "platform_administrator"])
def test_a_form_without_its_token_is_refused(world: World, person: str) -> None:
    """Also where nobody is signed in: nothing is done for a page that is not ours."""
    wrong = {}
    with taken_back():
        for name, address in ROUTES.items():
            client = client_of(world, person, enforce_csrf_checks=True)
            told = answer(client.post(address.path(world, "-"), {"anything": "1"}))
            if told not in {"sign-in", "403", "404", "405"}:
                wrong[name] = told
        assert fingerprint() == world.fingerprint
    # whoever is signed in is sent on from an old sign-in page
    assert wrong == ({} if person == "anonymous" else {"accounts:login": "ok"})


@pytest.mark.slow
@pytest.mark.django_db
def test_no_other_method_writes_or_fails(world: World) -> None:
    failing = []
    with taken_back():
        for name, address in ROUTES.items():
            for method in ("head", "put"):  # Django's own pages take all others for one of the two
                client = client_of(world, "platform_administrator")
                response = getattr(client, method)(address.path(world, "-"))
                close_files(response)
                failing += [(name, method)] if response.status_code >= 500 else []
        assert fingerprint() == world.fingerprint
    assert failing == []


@pytest.mark.django_db
def test_every_page_carries_its_protection(client: Client) -> None:
    headers = client.get(reverse("portal:home")).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
