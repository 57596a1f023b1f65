"""The digest of every row of a table up to a mark, by the database."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.apps import apps
from django.db import connection
from django.db.models import DateTimeField, DecimalField, Field

from inventory.verifying.columns import TABLES
from inventory.verifying.head.marks import Marks

PARTS = 64  # into which the filings are divided
DIGITS = 32  # of a row's digest: 128 bits
WINDOW = 50_000  # numbers that are read at once
LOWEST = -(2**31)
SETS, FACTORS = "inventory.FactorSet", "inventory.Factor"


class RowDigest(NamedTuple):
    """One row: its key, the part that it belongs to, its filing (0: none), and its digest."""

    key: str
    part: int
    filing: int
    digest: str


def row_digests(label: str, marks: Marks, number: int) -> Iterator[RowDigest]:
    """The rows of a table that a head of format `number` and with these marks takes in."""
    table, model = TABLES[label], apps.get_model(label)
    text = _text(label, table.head_columns(number))
    filing = table.of_filing or "0"
    select = f"""
        SELECT {table.key}::text, ({filing} %% {PARTS})::int, {filing},
            substr(encode(sha256(convert_to({text}, 'UTF8')), 'hex'), 1, {DIGITS})
        FROM {model._meta.db_table} own
    """  # noqa: S608 - names of our tables
    if label == SETS:
        factors = apps.get_model(FACTORS)._meta.db_table
        query = f"""{select} WHERE EXISTS (
            SELECT FROM {factors} WHERE factor_set_id = own.slug AND id <= %(last)s
        ) ORDER BY slug COLLATE "C" """
        yield from _rows(query, {"last": marks[FACTORS]})
        return
    key = f"own.{table.key}"
    query = f"{select} WHERE {key} > %(first)s AND {key} <= %(last)s ORDER BY {key}"
    last = LOWEST  # a row may have been slipped in under any number
    for end in [*range(WINDOW, marks[label], WINDOW), marks[label]]:
        yield from _rows(query, {"first": last, "last": end})
        last = end


def _rows(query: str, values: dict[str, Any]) -> Iterator[RowDigest]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        yield from (RowDigest(*row) for row in cursor.fetchall())


def _text(label: str, columns: list[str]) -> str:
    """SQL for a row as one text that does not depend on the session or the column's width."""
    fields = {field.column: field for field in apps.get_model(label)._meta.concrete_fields}
    values = ", ".join(_value(fields[column], label) for column in columns)
    return f"json_build_array({values})::text"


def _value(field: "Field[Any, Any]", label: str) -> str:
    column = f"own.{connection.ops.quote_name(str(field.column))}"
    if isinstance(field, DateTimeField):
        return f"""to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
    if isinstance(field, DecimalField):
        return f"trim_scale({column})::text"
    if field.column == "content":  # long: its own digest stands for it
        return f"encode(sha256(convert_to({column}, 'UTF8')), 'hex')"
    return f"{column}::text"
