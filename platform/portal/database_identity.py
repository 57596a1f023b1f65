"""What the database is, a demonstration's or a real site's, and whether it may be worked on.

The environment says what is meant (DEMONSTRATION), the database says what it is. Where the two
differ, somebody's shell or cron names the wrong database, and nothing is done.
"""

import hashlib

from django.conf import settings
from django.db import OperationalError, ProgrammingError, connection, transaction

from accounts.models import Unit, User
from portal.models import DatabaseIdentity, Notice, Purpose

NOT_MEANT = {
    Purpose.SITE: "it is a real site's, and a demonstration (DEMONSTRATION=1) does not touch it.",
    Purpose.DEMONSTRATION: "it is a demonstration's, its figures are invented, and this is a real "
    "site (DEMONSTRATION is off): set DATABASE_URL to the site's own.",
}
NOT_SET_UP = "it has not been set up: make migrate."
NOT_EMPTY = (
    "it is not empty and does not say what it is: another program's, or made before release 0.2. "
    "Begin with an empty one."
)


class WrongDatabase(Exception):
    """The database is not what the environment means; the message names it and says why."""


def purpose() -> Purpose | None:
    """What the database says it is; None where it has not been set up.

    Raises OperationalError where it does not answer.
    """
    try:
        with transaction.atomic():
            row = DatabaseIdentity.objects.first()
    except ProgrammingError:  # no such table
        return None
    return Purpose(row.purpose) if row else None


def site() -> str | None:
    """What tells this database from every other, in 16 hex digits; a dump carries it along.

    None where it has not been set up.
    """
    row = DatabaseIdentity.objects.first()
    if row is None:
        return None
    text = f"{row.purpose} {row.created_at.isoformat()}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def description() -> str:
    """The database's name and server, as it is connected to; never a password."""
    connection.ensure_connection()
    server = connection.connection.info
    return _describe(server.dbname, server.host, server.port)


def intended_description() -> str:
    """The same from the settings, for a server that does not answer."""
    named = connection.settings_dict
    return _describe(named["NAME"], named["HOST"], named["PORT"])


def _describe(name: str, host: str, port: int | str) -> str:
    if not host or host.startswith("/"):
        return f"Database {name} at the socket in {host}".rstrip()
    return f"Database {name} at {host}:{port or 5432}"


def check_is_meant() -> None:
    """Demand a database that was set up for what the environment means. Raises WrongDatabase."""
    found = purpose()
    if found is None:
        raise WrongDatabase(f"{description()}: {NOT_SET_UP}")
    _check_meant(found)


def check_can_be_set_up() -> None:
    """Demand one that was set up for this, or an empty one. Raises WrongDatabase."""
    found = purpose()
    if found:
        _check_meant(found)
    elif _holds_something():
        raise WrongDatabase(f"{description()}: {NOT_EMPTY}")


def check_can_be_served() -> None:
    """Refuse a database that was set up for the other purpose. Raises WrongDatabase.

    One that does not answer, or has no tables yet, is left to /health/ready/: it may be well
    in a moment.
    """
    try:
        found = purpose()
        if found:
            _check_meant(found)
    except OperationalError:
        pass
    finally:
        connection.close()


def _check_meant(found: Purpose) -> None:
    meant = Purpose.DEMONSTRATION if settings.DEMONSTRATION else Purpose.SITE
    if found != meant:
        raise WrongDatabase(f"{description()}: {NOT_MEANT[found]}")


def _holds_something() -> bool:
    """Whether a database without an identity has more in it than a set-up that was cut short.

    A site may share its database with tables of others; a demonstration shares with nobody.
    """
    tables = set(connection.introspection.table_names())
    ours = {*connection.introspection.django_table_names(), "django_migrations"}
    is_older = Notice._meta.db_table in tables and DatabaseIdentity._meta.db_table not in tables
    has_others = settings.DEMONSTRATION and not tables <= ours
    return (
        is_older
        or has_others
        or any(model._meta.db_table in tables and model.objects.exists() for model in (Unit, User))
    )
