"""Settings read from the environment: one typed reader per kind of value.

A value that cannot be meant raises ImproperlyConfigured with the variable's name, so that it
stops the start instead of failing, or answering nobody, much later.
"""

import ipaddress
import os
import re
import secrets
from pathlib import Path

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
EMBEDDED = "embedded"  # instead of an address: the PostgreSQL that comes with pip
DATABASE_EXAMPLE = "postgresql://USER:PASSWORD@HOST:5432/NAME"
POSTGRESQL = "django.db.backends.postgresql"
# Django's own measure of a secret (its check security.W009), which `make check` applies too.
MIN_SECRET_LENGTH = 50
MIN_SECRET_CHARACTERS = 5  # different ones

NAME = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*"
# What Django compares a Host header with: a name, all names below one, an address, or any.
ALLOWED_HOST = re.compile(rf"\*|\.?{NAME}\.?|\[[0-9a-f:.]+\]", re.IGNORECASE)
ORIGIN = re.compile(rf"https?://(?:(?:\*\.)?{NAME}|\[[0-9a-f:.]+\])(?::[0-9]+)?", re.IGNORECASE)


def text(name: str, default: str = "") -> str:
    """The variable's text, or the default where it is not set."""
    return os.environ.get(name, default).strip()


def boolean(name: str, *, default: bool) -> bool:
    """True for 1/true/yes/on, False for 0/false/no/off/empty; anything else is an error."""
    value = os.environ.get(name)
    if value is None:
        return default
    word = value.strip().lower()
    if word in TRUE:
        return True
    if word in FALSE:
        return False
    raise ImproperlyConfigured(f"{name}={value!r} is neither true nor false.")


def integer(name: str, default: int, *, least: int, most: int) -> int:
    """A whole number from `least` to `most`, in digits only."""
    value = os.environ.get(name)
    if value is None:
        return default
    # int() would also take 1_0, digits of other scripts, and fail on thousands of digits.
    if not re.fullmatch(r"\s*-?[0-9]{1,20}\s*", value):
        raise ImproperlyConfigured(f"{name}={value!r} is not a whole number.")
    number = int(value)
    if number < least:
        raise ImproperlyConfigured(f"{name}={value!r} is below {least}.")
    if number > most:
        raise ImproperlyConfigured(f"{name}={value!r} is above {most}.")
    return number


def words(name: str, default: str = "") -> list[str]:
    """A list of words separated by commas; the default where it is not set or empty."""
    return [word.strip() for word in (text(name) or default).split(",") if word.strip()]


def allowed_hosts(name: str, default: str) -> list[str]:
    """Names of the site as they stand in a Host header, without a port; at least one."""
    given = words(name, default)
    for host in given:
        if not ALLOWED_HOST.fullmatch(host):
            raise ImproperlyConfigured(
                f"{name}: {host!r} is not a host: write only its name, such as example.org, "
                "without scheme, port and path ([::1] for an IPv6 address)."
            )
    if not given:
        raise ImproperlyConfigured(
            f"{name}={text(name)!r} names no host: nobody would be answered."
        )
    return given


def origins(name: str) -> list[str]:
    """Origins as browsers send them: scheme, host and perhaps a port."""
    given = words(name)
    for origin in given:
        if not ORIGIN.fullmatch(origin):
            raise ImproperlyConfigured(
                f"{name}: {origin!r} is not an origin, such as https://example.org."
            )
    return given


def listening_address(name: str, default: str) -> str:
    """A name or address of this machine to listen at, without brackets and port."""
    value = text(name) or default
    host = value.removeprefix("[").removesuffix("]")
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        if re.fullmatch(NAME, value, re.IGNORECASE) and not re.fullmatch(r"[0-9.]+", value):
            return value
    raise ImproperlyConfigured(f"{name}={value!r} is neither an address nor a name to listen at.")


def log_level(name: str, default: str) -> str:
    """One of Python's levels of logging, in any case."""
    value = text(name) or default
    if value.upper() not in LEVELS:
        raise ImproperlyConfigured(f"{name}={value!r} is none of {', '.join(LEVELS)}.")
    return value.upper()


def database_url(name: str, default: str) -> str:
    """The address of a PostgreSQL database, or `EMBEDDED`. No message repeats a password."""
    value = text(name) or default
    if not value:
        raise ImproperlyConfigured(
            f"{name} is not set: say on which database to work, {DATABASE_EXAMPLE}, or "
            f"{name}={EMBEDDED} for the PostgreSQL that comes with pip, under VAR_DIR."
        )
    if value == EMBEDDED:
        return value
    try:
        parsed = dj_database_url.parse(value)
    except ValueError:  # its text may hold a piece of the password
        parsed = {}
    if parsed.get("ENGINE") != POSTGRESQL or not parsed.get("NAME"):
        raise ImproperlyConfigured(
            f"{name} is not the address of a PostgreSQL database, {DATABASE_EXAMPLE} "
            "(special characters of a password as %XX)."
        )
    return value


def folder(name: str, default: Path) -> Path:
    """A folder that can be written to, or made; a relative one is taken from the default's."""
    path = default.parent / (text(name) or default)
    existing = next(place for place in (path, *path.parents) if os.path.lexists(place))
    if not existing.is_dir():
        raise ImproperlyConfigured(f"{name}={path} is not a folder: {existing} is a file.")
    if not os.access(existing, os.W_OK | os.X_OK):
        raise ImproperlyConfigured(f"{name}={path} cannot be written to.")
    return path


def secret(name: str, keep_in: Path) -> str:
    """The secret from the environment, or one that is made once and kept in a private file.

    Several web servers must share one secret, so they set the variable; a single machine
    needs no set-up.
    """
    given = text(name)
    if given:
        if len(given) < MIN_SECRET_LENGTH or len(set(given)) < MIN_SECRET_CHARACTERS:
            raise ImproperlyConfigured(
                f"{name} can be guessed: at least {MIN_SECRET_LENGTH} characters, "
                f"{MIN_SECRET_CHARACTERS} of them different, are needed; "
                "python3 -c 'import secrets; print(secrets.token_urlsafe(64))' makes one."
            )
        return given
    try:
        kept = keep_in.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        kept = ""
    except PermissionError as error:
        raise ImproperlyConfigured(
            f"{name} is not set, and {keep_in} belongs to another user."
        ) from error
    if kept:
        return kept
    keep_in.parent.mkdir(parents=True, exist_ok=True)
    made = secrets.token_urlsafe(64)
    try:
        with open(keep_in, "x", encoding="ascii", opener=_private) as file:
            file.write(made)
    except FileExistsError:  # another process was first: use what it wrote
        return keep_in.read_text(encoding="ascii").strip() or made
    return made


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
