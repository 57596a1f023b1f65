"""Settings read from the environment: one typed reader per kind of value."""

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


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


def integer(name: str, default: int, *, least: int = 0) -> int:
    """A whole number not below `least`."""
    value = os.environ.get(name)
    if value is None:
        return default
    try:
        number = int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}={value!r} is not a whole number.") from error
    if number < least:
        raise ImproperlyConfigured(f"{name}={value!r} is below {least}.")
    return number


def words(name: str, default: str = "") -> list[str]:
    """A list of words separated by commas."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def secret(name: str, keep_in: Path) -> str:
    """The secret from the environment, or one that is made once and kept in a private file.

    Several web servers must share one secret, so they set the variable; a single machine
    needs no set-up.
    """
    given = text(name)
    if given:
        return given
    try:
        kept = keep_in.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        kept = ""
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
