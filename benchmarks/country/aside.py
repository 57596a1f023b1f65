"""Checks of the database put aside while rows are copied, and put back over all of them at once.

Foreign keys and indexes are made anew, so PostgreSQL itself looks at every row that came in
meanwhile. Triggers that only check, before a row is written or at a transaction's end, are
switched off and on again: they look at nothing afterwards, what they would have refused is what
`verify_totals` looks for.
Triggers that write (versions, histories) stay on all the time. The tables' owner may do all
this; it takes no superuser.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from django.apps import apps
from django.db import connection, models

OURS = ("accounts", "inventory", "portal")

FOREIGN_KEYS = """
    SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
        format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname,
            pg_get_constraintdef(oid))
    FROM pg_constraint
    WHERE contype = 'f' AND conrelid = ANY (%s::regclass[])
    ORDER BY conrelid, conname
"""
CHECKING_TRIGGERS = """
    SELECT format('ALTER TABLE %%s DISABLE TRIGGER %%I', tgrelid::regclass, tgname),
        format('ALTER TABLE %%s ENABLE TRIGGER %%I', tgrelid::regclass, tgname)
    FROM pg_trigger
    WHERE (tgdeferrable OR tgtype & 2 <> 0) -- 2: BEFORE
    AND NOT tgisinternal AND tgenabled = 'O' AND tgrelid = ANY (%s::regclass[])
    ORDER BY tgrelid, tgname
"""
UNIQUE_CONSTRAINTS = """
    SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
        format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname,
            pg_get_constraintdef(oid))
    FROM pg_constraint
    WHERE contype = 'u' AND conrelid = ANY (%s::regclass[])
    ORDER BY conrelid, conname
"""
INDEXES = """
    SELECT format('DROP INDEX %%s', indexrelid::regclass), pg_get_indexdef(indexrelid)
    FROM pg_index
    WHERE NOT indisprimary AND indrelid = ANY (%s::regclass[])
    AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
    ORDER BY indexrelid
"""


class Statements(NamedTuple):
    """What takes something away, and what brings it back."""

    off: list[str]
    on: list[str]


@contextmanager
def checks_aside() -> Iterator[None]:
    """Without foreign keys and checking triggers on any table of the platform.

    Raises IntegrityError at the end where a row refers to one that is not there.
    """
    tables = [
        model._meta.db_table
        for label in OURS
        for model in apps.get_app_config(label).get_models()
        if model._meta.managed and not model._meta.proxy
    ]
    _execute(["SET CONSTRAINTS ALL IMMEDIATE"])  # nothing may wait while a table is altered
    with _without(FOREIGN_KEYS, tables), _without(CHECKING_TRIGGERS, tables):
        yield
    _execute(["SET CONSTRAINTS ALL DEFERRED"])  # for whatever an outer transaction still writes


@contextmanager
def checking_triggers_aside(model: type[models.Model]) -> Iterator[None]:
    """Without what may refuse a row of the table."""
    with _without(CHECKING_TRIGGERS, [model._meta.db_table]):
        yield


@contextmanager
def indexes_aside(model: type[models.Model]) -> Iterator[None]:
    """Without the table's indexes, but for its primary key. Raises IntegrityError at the end."""
    tables = [model._meta.db_table]
    with _without(INDEXES, tables), _without(UNIQUE_CONSTRAINTS, tables):
        yield


@contextmanager
def _without(query: str, tables: list[str]) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(query, [tables])
        found = cursor.fetchall()
    statements = Statements([off for off, _on in found], [on for _off, on in found])
    _execute(statements.off)
    yield
    _execute(statements.on)


def _execute(statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
