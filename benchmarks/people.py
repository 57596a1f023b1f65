"""People who use the site: over HTTP against a server, or in this process for counting."""

from collections.abc import Mapping
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from typing import NamedTuple, Protocol
from urllib.parse import urlencode

from benchmarks.html_forms import Fields, form_with

HERE = "127.0.0.1"  # nobody else is ever asked
PATIENCE = 60  # seconds for one answer
HTMX = {"HX-Request": "true"}


class NotAsExpected(Exception):
    """The site gave another answer than people get there."""


class Asked(NamedTuple):
    """One request. Without fields it is a GET."""

    path: str
    fields: Fields | None = None
    headers: Mapping[str, str] = {}


class Answer(NamedTuple):
    """What came back."""

    status: int
    text: str
    size: int = 0


class Person(Protocol):
    """Somebody with cookies of their own."""

    def ask(self, asked: Asked) -> Answer:
        """The answer; redirects are not followed."""

    def forget(self) -> None:
        """Be nobody again: all cookies go."""


def page_of(person: Person, path: str) -> str:
    """A page that has to be there. Raises NotAsExpected."""
    return expect(person, Asked(path), 200).text


def expect(person: Person, asked: Asked, status: int) -> Answer:
    """The answer, where it is the one expected. Raises NotAsExpected."""
    answer = person.ask(asked)
    if answer.status != status:
        raise NotAsExpected(f"{asked.path} answers {answer.status}: {answer.text[:300]}")
    return answer


class Visitor:
    """A person with a browser. Each request takes a connection, as from most proxies."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: SimpleCookie = SimpleCookie()

    def ask(self, asked: Asked) -> Answer:
        headers = {**asked.headers, "Cookie": self._cookies()}
        body = None
        if asked.fields is not None:
            body = urlencode(asked.fields).encode()
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = HTTPConnection(HERE, self.port, timeout=PATIENCE)
        try:
            connection.request("GET" if body is None else "POST", asked.path, body, headers)
            response = connection.getresponse()
            content = response.read()
        finally:
            connection.close()
        for cookie in response.headers.get_all("Set-Cookie") or ():
            self.cookies.load(cookie)
        return Answer(response.status, content.decode(errors="replace"), len(content))

    def forget(self) -> None:
        self.cookies = SimpleCookie()

    def _cookies(self) -> str:
        return "; ".join(f"{name}={cookie.value}" for name, cookie in self.cookies.items())


class Insider:
    """A person in this very process, signed in without a password: its queries can be seen."""

    def __init__(self, username: str | None) -> None:
        from django.test import Client

        from accounts.models import User

        self.client = Client(SERVER_NAME=HERE)
        if username:
            user = User.objects.get(username=username)
            self.client.force_login(user, "django.contrib.auth.backends.ModelBackend")

    def ask(self, asked: Asked) -> Answer:
        if asked.fields is None:
            response = self.client.get(asked.path, headers=dict(asked.headers))
        else:
            response = self.client.post(
                asked.path,
                urlencode(asked.fields),
                content_type="application/x-www-form-urlencoded",
                headers=dict(asked.headers),
            )
        content = b"".join(response) if response.streaming else response.content
        return Answer(response.status_code, content.decode(errors="replace"), len(content))

    def forget(self) -> None:
        self.client.cookies.clear()


def sign_in(person: Person, username: str, password: str) -> None:
    """Sign in as people do. Raises NotAsExpected where the site does not let them in."""
    expect(person, signing_in(person, username, password), 302)


def signing_in(person: Person, username: str, password: str) -> Asked:
    """The sign-in form of this person, filled in."""
    path = "/accounts/login/"
    form = form_with(page_of(person, path), "password")
    return Asked(path, form.sent({"username": username, "password": password}))
