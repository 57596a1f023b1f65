"""Settings come from the environment, and one that cannot be meant is refused by its name."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env, web_server

STRONG = secrets.token_urlsafe(64)
EXAMPLE = "postgresql://city:secret@db.example:5432/city"


@pytest.fixture(autouse=True)
def _unset(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SETTING", "HOST", "PORT", "WEB_WORKERS", "WEB_THREADS"):
        monkeypatch.delenv(name, raising=False)


def number(name: str) -> int:
    return env.integer(name, 60, least=1, most=43_200)


def switch(name: str) -> bool:
    return env.boolean(name, default=True)


def hosts(name: str) -> list[str]:
    return env.allowed_hosts(name, "localhost")


def host(name: str) -> str:
    return env.listening_address(name, "127.0.0.1")


def level(name: str) -> str:
    return env.log_level(name, "WARNING")


def database(name: str) -> str:
    return env.database_url(name, "")


@pytest.mark.parametrize(
    ("reader", "typed", "meant"),
    [
        (switch, "1", True),
        (switch, "Yes", True),
        (switch, " on ", True),
        (switch, "0", False),
        (switch, "FALSE", False),
        (switch, "", False),
        (number, "15", 15),
        (number, " 1 ", 1),
        (number, "43200", 43_200),
        (env.words, " a, b,,c ", ["a", "b", "c"]),
        (hosts, "", ["localhost"]),
        (hosts, "example.org, .example.tw", ["example.org", ".example.tw"]),
        (hosts, "10.0.0.7,[::1],*", ["10.0.0.7", "[::1]", "*"]),
        (env.origins, "", []),
        (env.origins, "https://example.org", ["https://example.org"]),
        (env.origins, "http://x:8000,https://*.a.tw", ["http://x:8000", "https://*.a.tw"]),
        (host, "", "127.0.0.1"),
        (host, "0.0.0.0", "0.0.0.0"),
        (host, "::", "::"),
        (host, "[::1]", "::1"),
        (host, "web.example.org", "web.example.org"),
        (level, "info", "INFO"),
        (level, "", "WARNING"),
        (database, EXAMPLE, EXAMPLE),
        (database, "postgres:///city", "postgres:///city"),
        (database, f"{EXAMPLE}?sslmode=require", f"{EXAMPLE}?sslmode=require"),
        (database, "embedded", "embedded"),
    ],
)
def test_what_is_meant_is_read(
    monkeypatch: pytest.MonkeyPatch, reader: Callable[[str], object], typed: str, meant: object
) -> None:
    monkeypatch.setenv("SETTING", typed)
    assert reader("SETTING") == meant


@pytest.mark.parametrize(
    ("reader", "typed", "why"),
    [
        (switch, "maybe", "is neither true nor false"),
        (number, "abc", "is not a whole number"),
        (number, "", "is not a whole number"),
        (number, "1.5", "is not a whole number"),
        (number, "1_0", "is not a whole number"),
        (number, "６０", "is not a whole number"),
        (number, "9" * 5000, "is not a whole number"),
        (number, "0", "is below 1"),
        (number, "-1", "is below 1"),
        (number, "99999999999", "is above 43200"),
        (hosts, "https://x/", "is not a host"),
        (hosts, "example.org/", "is not a host"),
        (hosts, "example.org:8000", "is not a host"),
        (hosts, "example.org example.tw", "is not a host"),
        (hosts, "good.example,bad_example", "is not a host"),
        (hosts, "::1", "is not a host"),
        (hosts, "環保.tw", "is not a host"),
        (hosts, "*.example.org", "is not a host"),
        (hosts, " , ", "names no host"),
        (env.origins, "example.org", "is not an origin"),
        (env.origins, "https://example.org/", "is not an origin"),
        (env.origins, "ftp://example.org", "is not an origin"),
        (env.origins, "https://good.example,*", "is not an origin"),
        (host, "http://x", "neither an address nor a name"),
        (host, "127.0.0.1:8000", "neither an address nor a name"),
        (host, "999.0.0.1", "neither an address nor a name"),
        (host, "two words", "neither an address nor a name"),
        (level, "loud", "is none of DEBUG, INFO"),
        (database, "", "is not set: say on which database to work"),
        (database, "sqlite:///city.db", "is not the address of a PostgreSQL"),
        (database, "mysql://u:hushhush@h/city", "is not the address of a PostgreSQL"),
        (database, "postgis://u:hushhush@h/city", "is not the address of a PostgreSQL"),
        (database, "city", "is not the address of a PostgreSQL"),
        (database, "postgresql://u:hushhush@h:5432", "is not the address of a PostgreSQL"),
        (database, "postgresql://u:hushhush@h:port/city", "is not the address of a PostgreSQL"),
        (database, "postgresql://u:hush#hushhush@h/city", "is not the address of a PostgreSQL"),
        (database, "postgresql://u:hushhush@[h/city", "is not the address of a PostgreSQL"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_its_name(
    monkeypatch: pytest.MonkeyPatch, reader: Callable[[str], object], typed: str, why: str
) -> None:
    monkeypatch.setenv("SETTING", typed)
    with pytest.raises(ImproperlyConfigured, match=rf"^SETTING\b.*{why}") as refused:
        reader("SETTING")
    assert "hushhush" not in str(refused.value), "a password is never repeated"


def test_what_is_not_set_has_its_default() -> None:
    assert env.text("SETTING", "here") == "here"
    assert switch("SETTING") is True
    assert number("SETTING") == 60
    assert hosts("SETTING") == ["localhost"]
    assert host("SETTING") == "127.0.0.1"
    assert level("SETTING") == "WARNING"
    assert env.database_url("SETTING", env.EMBEDDED) == "embedded"


# --- the web server ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ({}, "127.0.0.1:8000"),
        ({"HOST": "::1", "PORT": "80"}, "[::1]:80"),
        ({"HOST": "web", "PORT": "65535", "WEB_WORKERS": "1", "WEB_THREADS": "8"}, "web:65535"),
    ],
)
def test_where_the_web_server_listens(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], address: str
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    server = web_server.from_environment()
    assert server.address == address
    assert server.workers == int(given.get("WEB_WORKERS", "2"))
    assert server.threads == int(given.get("WEB_THREADS", "4"))


@pytest.mark.parametrize("name", ["PORT", "WEB_WORKERS", "WEB_THREADS"])
@pytest.mark.parametrize("value", ["0", "-1", "abc", "", "70000"])
def test_a_web_server_that_could_not_serve_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match=f"^{name}='{value}' is "):
        web_server.from_environment()


# --- folders -------------------------------------------------------------------------------


def test_a_folder_is_the_given_one_or_the_default(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    default = tmp_path / "var"
    assert env.folder("SETTING", default) == default
    monkeypatch.setenv("SETTING", "")
    assert env.folder("SETTING", default) == default
    monkeypatch.setenv("SETTING", str(tmp_path / "not" / "there yet"))
    assert env.folder("SETTING", default) == tmp_path / "not" / "there yet"
    monkeypatch.setenv("SETTING", "data")
    assert env.folder("SETTING", default) == tmp_path / "data"
    assert list(tmp_path.iterdir()) == [], "reading makes nothing"


@pytest.mark.parametrize("below", ["", "/deeper/still"])
def test_a_file_is_no_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, below: str) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("SETTING", f"{tmp_path}/file{below}")
    with pytest.raises(ImproperlyConfigured, match=r"^SETTING=.* is not a folder: .*/file is"):
        env.folder("SETTING", tmp_path)


def test_a_folder_of_somebody_else_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Root may write everywhere; so the question to the system is asked as somebody else."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o555)
    is_root = os.geteuid() == 0
    access: Any = (lambda path, mode: Path(path) != closed) if is_root else os.access
    monkeypatch.setattr(os, "access", access)
    monkeypatch.setenv("SETTING", str(closed / "var"))
    with pytest.raises(ImproperlyConfigured, match=r"^SETTING=.* cannot be written to"):
        env.folder("SETTING", tmp_path)


# --- the secret ----------------------------------------------------------------------------


def test_a_given_secret_is_used_and_not_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SETTING", STRONG)
    assert env.secret("SETTING", tmp_path / "secret") == STRONG
    assert not (tmp_path / "secret").exists()


@pytest.mark.parametrize("weak", ["a", "only-for-me", "a" * 100, "abcd" * 20])
def test_a_secret_that_can_be_guessed_is_refused_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, weak: str
) -> None:
    monkeypatch.setenv("SETTING", weak)
    with pytest.raises(ImproperlyConfigured, match=r"^SETTING can be guessed") as refused:
        env.secret("SETTING", tmp_path / "secret")
    assert len(weak) == 1 or weak not in str(refused.value)


def test_a_secret_is_made_once_and_kept_private(tmp_path: Path) -> None:
    kept = tmp_path / "var" / "secret"
    made = env.secret("SETTING", kept)
    assert len(made) >= env.MIN_SECRET_LENGTH
    assert env.secret("SETTING", kept) == made
    assert kept.stat().st_mode & 0o077 == 0


def test_an_empty_secret_file_is_not_a_secret(tmp_path: Path) -> None:
    (tmp_path / "secret").touch()
    assert len(env.secret("SETTING", tmp_path / "secret")) >= env.MIN_SECRET_LENGTH


def test_the_secret_of_another_user_is_refused_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refuse(*arguments: object, **options: object) -> str:
        raise PermissionError

    monkeypatch.setattr(Path, "read_text", refuse)
    with pytest.raises(ImproperlyConfigured, match=r"^SETTING is not set, and .* another user"):
        env.secret("SETTING", tmp_path / "secret")
