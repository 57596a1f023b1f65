"""A walk over every address: who may come in, and what a form must carry."""

import re
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.shortcuts import resolve_url
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

# The addresses that answer without signing in, each with the reason.
PUBLIC = {
    "health": "a load balancer asks it",
    "ready": "a load balancer asks it",
    "set_language": "the public chooses a language too",
    "accounts:login": "the way in",
    "accounts:logout": "whoever is out already is sent home",
    "portal:home": "the public face",
    "portal:notice": "the public face",
    "portal:notices": "the public face",
    "portal:glossary": "the public face",
    "portal:international": "the public face",
    "portal:cases": "the public face",
    "portal:downloads": "the public face",
    "portal:download": "the public face",
    "portal:faq": "the public face",
    "portal:accessibility": "the public face",
}
PUBLIC_FAMILIES = {
    "portal:disclosure": "published figures are for everyone",
    "portal:unit": "the published figures of a unit are for everyone",
    "portal:factor_set": "so are the factors behind them",
    "portal:check": "whoever holds a receipt can check it",
}
SAMPLES = {
    "int": "104",
    "roc_year": "104",
    "agency_code": "371036500X",
    "str": "371036500X",
    "slug": "sample",
    "uuid": "0e8b0a9e-5b1c-4a53-8f2e-0f8f6d1a7c11",
    "path": "sample.pdf",
}


def addresses(
    resolver: URLResolver | None = None, before: str = "", namespace: str = ""
) -> Iterator[tuple[str, str]]:
    """(name, a path with sample values) of every address but the administration's."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            if pattern.namespace != "admin":
                space = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
                yield from addresses(pattern, route, space)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}", "/" + re.sub(r"<(?:(\w+):)?\w+>", _sample, route)


def _sample(match: re.Match[str]) -> str:
    return SAMPLES.get(match[1] or "str", "sample")


ADDRESSES = dict(addresses())
CLOSED = sorted(
    name for name in ADDRESSES if name not in PUBLIC and not name.startswith(tuple(PUBLIC_FAMILIES))
)


def test_the_walk_sees_every_app_and_no_reason_is_left_over() -> None:
    assert {name.split(":")[0] for name in ADDRESSES if ":" in name} == {
        "accounts",
        "inventory",
        "hierarchy",
        "portal",
    }
    assert all(not name.endswith(":None") for name in ADDRESSES), "an address without a name"


@pytest.mark.django_db
@pytest.mark.parametrize("name", CLOSED)
@pytest.mark.parametrize("method", ["get", "post"])
def test_who_is_not_signed_in_is_sent_to_sign_in(client: Client, name: str, method: str) -> None:
    response = getattr(client, method)(ADDRESSES[name])
    if response.status_code == 405:  # a verb's address has no page, a page takes no verb
        return
    assert response.status_code == 302, name
    assert response.headers["Location"].startswith(resolve_url(settings.LOGIN_URL)), name


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(ADDRESSES))
def test_a_form_without_its_token_is_refused(name: str) -> None:
    """Also where nobody is signed in: nothing is done for a page that is not ours."""
    response = Client(enforce_csrf_checks=True).post(ADDRESSES[name], {"anything": "1"})
    assert response.status_code in {302, 403, 405}, name
    if response.status_code == 302:
        assert response.headers["Location"].startswith(resolve_url(settings.LOGIN_URL)), name


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(ADDRESSES))
def test_reading_writes_nothing_and_never_fails(
    client: Client, name: str, django_capture_on_commit_callbacks: object
) -> None:
    for method in ("get", "head", "options", "put", "delete", "patch"):
        assert getattr(client, method)(ADDRESSES[name]).status_code < 500, (method, name)


@pytest.mark.django_db
def test_the_administration_asks_to_sign_in(client: Client) -> None:
    response = client.get(reverse("admin:index"))
    assert response.status_code == 302
    assert "login" in response.headers["Location"]


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


def test_signing_out_takes_a_post(client: Client) -> None:
    assert client.get(reverse("accounts:logout")).status_code == 405
