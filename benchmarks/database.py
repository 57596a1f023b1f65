"""Which database a country stands in: one of its own, made once and kept.

Without DATABASE_URL it is `country_<units>` on an embedded server that serves nothing else, so
that the server's CPU is the country's. A country is made anew when the platform's tables, the
form's lines or the way of making it have changed since, and every year: its last year of
filings has to be open.
"""

import hashlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

from benchmarks.country.tree import SMALLEST
from benchmarks.report import today

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("VAR_DIR") or ROOT / "var").absolute() / "benchmarks"
HANDS = 2  # connections that write versions at the same time


EMBEDDED = "embedded"  # what DATABASE_URL says instead of an address


def use_country(units: int) -> None:
    """Set Django up on the country of so many units; make it where it is not there.

    Leaves with a sentence for a DATABASE_URL whose database has anything else in it.
    """
    if units < SMALLEST:
        sys.exit(f"A country has at least {SMALLEST} units.")
    sys.path[:0] = [str(ROOT / "platform")]
    given = os.environ.get("DATABASE_URL", "")
    if given == EMBEDDED:
        given = ""
    os.environ.update(
        DJANGO_SETTINGS_MODULE="config.settings",
        VAR_DIR=str(VAR),
        DEMONSTRATION="0",
        DATABASE_URL=given or _own_database(f"country_{units}"),
    )
    import django

    django.setup()
    mark = f"country of {units} units, {today()[:4]}, {_fingerprint()}"
    if _mark() == mark:
        return
    if given:
        _refuse_tables()
    else:
        _empty(f"country_{units}")
    _make(units, mark)


def _make(units: int, mark: str) -> None:
    """Make, verify and mark the country. What is not marked is never taken for one."""
    from django.core.management import call_command
    from django.db import connection

    from benchmarks.country.making import make_country

    start = perf_counter()
    call_command("migrate", verbosity=0)
    make_country(units, hands=HANDS, tell=_tell)
    with connection.cursor() as cursor:
        step = perf_counter()
        cursor.execute("VACUUM (ANALYZE)")
        _tell("vacuum, analyze", perf_counter() - step)
        _tell("made in", perf_counter() - start)
        step = perf_counter()
        call_command("verify_totals")  # raises where a digit is wrong
        _tell("verified in", perf_counter() - step)
        name = connection.ops.quote_name(connection.settings_dict["NAME"])
        cursor.execute(f"COMMENT ON DATABASE {name} IS %s", [mark])


def _tell(what: str, seconds: float) -> None:
    print(f"{what:<50} {seconds:7.1f} s", flush=True)


def _fingerprint() -> str:
    """A digest of what decides how a country looks: tables, lines, factors, and how it is made."""
    from inventory.lines import LINES

    digest = hashlib.sha256(repr([(line.code, line.since, line.until) for line in LINES]).encode())
    for path in _sources():
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _sources() -> Iterator[Path]:
    from django.apps import apps

    yield from sorted((ROOT / "benchmarks" / "country").glob("*.py"))
    for app in apps.get_app_configs():
        folder = Path(app.path)
        if ROOT in folder.parents and ROOT / ".venv" not in folder.parents:
            yield from sorted(folder.glob("migrations/*.py"))
            yield from sorted(folder.rglob("*.toml"))


def _mark() -> str | None:
    """What the database says that it is; None where it says nothing."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database"
            " WHERE datname = current_database()"
        )
        [(mark,)] = cursor.fetchall()
    return mark


def _refuse_tables() -> None:
    from django.db import connection

    tables = connection.introspection.table_names()
    if tables:
        name = connection.settings_dict["NAME"]
        sys.exit(
            f"The database {name} has {len(tables)} tables and is no country of this model: "
            "name an empty one in DATABASE_URL, or none at all."
        )


def _own_database(name: str) -> str:
    """The address of the database on the embedded server, which is started for it."""
    from config import postgres

    server = postgres.start(VAR / "postgres")
    with _server(server) as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone() is None:
            cursor.execute(f'CREATE DATABASE "{name}"')
    return urlsplit(server)._replace(path=f"/{name}").geturl()


def _empty(name: str) -> None:
    """Drop the database on the embedded server and make it anew."""
    from django.db import connection

    from config import postgres

    connection.close()
    with _server(postgres.start(VAR / "postgres")) as cursor:
        cursor.execute(f'DROP DATABASE "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"')


@contextmanager
def _server(url: str) -> Iterator[Any]:
    """A cursor on the server's own database, for what concerns whole databases."""
    import psycopg2

    connection = psycopg2.connect(url)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()
