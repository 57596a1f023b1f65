"""What a page asks of the database: queries, rows, and its bare SQL.

Exact: the same every time, but for some rows of sessions.

Each page runs in this process, in a transaction that is rolled back, so that the counters of
the one backend can be read before and after.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any, NamedTuple

from django.db import connection, transaction

from benchmarks.cpu import ProcessTree
from benchmarks.pages import Page
from benchmarks.people import Insider, Person, expect

ROUNDS = 9  # of bare SQL
SECONDS = 10.0  # after which no further round begins
NO_WORK = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO", "SET CONSTRAINTS")
# Rows of tables that were read from beginning to end, and entries of indexes that were followed.
ROWS_READ = """
    SELECT COALESCE(sum(pg_stat_get_xact_tuples_returned(oid)), 0)
    FROM pg_class WHERE relnamespace = 'public'::regnamespace
"""
Statement = tuple[str, Any]


class Counted(NamedTuple):
    """rows_read: rows and index entries that the server went through; rows_given: what it sent."""

    queries: int
    rows_read: int
    rows_given: int
    statements: list[Statement]


class Bare(NamedTuple):
    """The same statements without Django, per request: medians of wall and mean CPU, seconds."""

    wall: float
    cpu: float


def count(page: Page) -> Counted:
    """Count one request of the page, after one that fills the caches. Raises NotAsExpected."""
    person = Insider(page.username)
    with _nothing_kept():
        _ask(page, person)
    with _nothing_kept():
        return _ask(page, person)


def _ask(page: Page, person: Person) -> Counted:
    asked = page.step(person, 0)
    statements: list[Statement] = []
    given = 0

    def listen(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal given
        result = execute(sql, params, many, context)
        if not sql.startswith(NO_WORK):
            statements.append((sql, params))
            given += max(context["cursor"].rowcount, 0)
        return result

    before = _rows_read()
    with connection.execute_wrapper(listen):
        expect(person, asked, page.expected)
    _execute("SET CONSTRAINTS ALL IMMEDIATE")  # what a commit would check
    rows = _rows_read() - before
    return Counted(len(statements), rows, given, statements)


@contextmanager
def _nothing_kept() -> Iterator[None]:
    """A transaction of one process (a helper's rows would not be counted), rolled back."""
    with transaction.atomic():
        _execute("SET LOCAL max_parallel_workers_per_gather = 0")
        yield
        transaction.set_rollback(True)


def _rows_read() -> int:
    with connection.cursor() as cursor:
        cursor.execute(ROWS_READ)
        [(rows,)] = cursor.fetchall()
    return int(rows)


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def bare(statements: list[Statement], database: ProcessTree | None) -> Bare:
    """Run the statements as they are, on a connection of their own, and fetch every row."""
    other = connection.copy()
    walls: list[float] = []
    try:
        with other.cursor() as wrapped:
            cursor = wrapped.cursor  # psycopg's own
            _replay(cursor, statements)
            before, start = database.seconds() if database else 0.0, perf_counter()
            while len(walls) < ROUNDS and perf_counter() - start < SECONDS:
                walls.append(_replay(cursor, statements))
            used = (database.seconds() if database else 0.0) - before
    finally:
        other.close()
    return Bare(sorted(walls)[len(walls) // 2], used / len(walls))


def _replay(cursor: Any, statements: list[Statement]) -> float:
    """Seconds of one round, which leaves nothing behind."""
    cursor.execute("BEGIN")
    start = perf_counter()
    for sql, params in statements:
        cursor.execute(sql, params)
        if cursor.description:
            cursor.fetchall()
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    seconds = perf_counter() - start
    cursor.execute("ROLLBACK")
    return seconds
