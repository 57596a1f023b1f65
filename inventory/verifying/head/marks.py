"""Up to which row of each table a head goes.

Rows are numbered when they are written and seen when their transaction ends, so a row below the
highest number may still come. A mark is sealed when everybody who was writing to the table when it
was read has ended: from then on no row below it can come any more. Nobody is made to wait for that
but the head itself.
"""

from collections.abc import Mapping
from time import monotonic, sleep
from typing import Any

from django.apps import apps
from django.db import connection
from django.utils.translation import gettext as _

from inventory.verifying.columns import HEAD_FORMAT, TABLES

Marks = Mapping[str, int]  # label of a table → the highest number that the head takes in
PATIENCE = 60.0  # seconds
PAUSE = 0.05
WRITERS = """
    SELECT DISTINCT virtualtransaction FROM pg_locks
    WHERE locktype = 'relation' AND relation::regclass::text = ANY(%s)
    AND mode IN (
        'RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock'
    )
    AND granted AND pid IS DISTINCT FROM pg_backend_pid()
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


class StillWriting(Exception):
    """Somebody's transaction would not end: a head of this moment would not be exact."""

    def __init__(self) -> None:
        super().__init__(_("有尚未結束的寫入，請稍後再執行一次。"))


def numbered_tables(number: int = HEAD_FORMAT) -> list[str]:
    """The tables of a head of this format whose rows are numbered: all but the factor sets.

    A set is stored together with its rows, whose numbers stand for it.
    """
    return [
        label
        for label, table in TABLES.items()
        if table.head_columns(number) and table.key != "slug"
    ]


def sealed_marks() -> Marks:
    """The marks of now, read before the moment that the head is read in. Raises StillWriting."""
    marks = {label: _highest(label) for label in numbered_tables()}
    names = [apps.get_model(label)._meta.db_table for label in marks]
    writing = _writers(names)
    until = monotonic() + PATIENCE
    while writing:
        if monotonic() > until:
            raise StillWriting
        sleep(PAUSE)
        writing &= _writers(names)
    return marks


def _highest(label: str) -> int:
    model: Any = apps.get_model(label)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT COALESCE(max({TABLES[label].key}), 0) FROM {model._meta.db_table}"  # noqa: S608
        )
        [(highest,)] = cursor.fetchall()
    return int(highest)


def _writers(tables: list[str]) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(WRITERS, [tables])
        return {transaction for (transaction,) in cursor.fetchall()}
