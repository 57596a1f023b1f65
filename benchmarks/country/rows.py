"""Rows as COPY takes them, with the columns that the model has now."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db import connection, models

PACKET = 500  # rows handed to PostgreSQL at once
EMPTY = r"\N"
ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def as_text(value: Any) -> str:
    """A value as it stands in a COPY."""
    if value is None:
        return EMPTY
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, dict | list):
        value = json.dumps(value, ensure_ascii=False)
    return str(value).translate(ESCAPES)


def texts(row: models.Model, earlier: timedelta = timedelta()) -> dict[str, str]:
    """A row's values by their columns; moments of time so much earlier than they are."""
    found = {}
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        found[str(field.column)] = as_text(
            value - earlier if isinstance(value, datetime) else value
        )
    return found


@dataclass(frozen=True, slots=True)
class Pattern:
    """A row to be written many times: its columns, its texts, and which of them differ each time.

    `open` has the place of each open column and the name under which its value is given; `inside`
    the place of a text, a figure that stands somewhere in it, and the name of what replaces it.
    """

    columns: tuple[str, ...]
    texts: tuple[str, ...]
    open: tuple[tuple[int, str], ...]
    inside: tuple[tuple[int, str, str], ...]

    @classmethod
    def of(
        cls, row: Mapping[str, str], opened: Mapping[str, str], figures: Mapping[str, str]
    ) -> "Pattern":
        """From a row by its columns: column → name of the value that takes its place, and
        figure → name of the value that takes its place wherever it stands in another column."""
        return cls(
            tuple(row),
            tuple(row.values()),
            tuple((place, opened[name]) for place, name in enumerate(row) if name in opened),
            tuple(
                (place, shown, figures[shown])
                for place, (name, text) in enumerate(row.items())
                for shown in figures
                if name not in opened and shown in text
            ),
        )

    def line(self, values: Mapping[str, str]) -> str:
        """The row with these values. Raises KeyError where one is not given."""
        texts = list(self.texts)
        for place, name in self.open:
            texts[place] = values[name]
        for place, shown, name in self.inside:
            texts[place] = texts[place].replace(shown, values[name])
        return "\t".join(texts) + "\n"


def copy(table: str, columns: Iterable[str], lines: Iterable[str]) -> None:
    """COPY lines into a table."""
    quote = connection.ops.quote_name
    names = ", ".join(map(quote, columns))
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {quote(table)} ({names}) FROM STDIN", _Reader(lines))


def number_on(*tables: type[models.Model]) -> None:
    """Let the next row that the platform makes get a key that no copied row has."""
    statement = (
        "SELECT setval(pg_get_serial_sequence(%s, %s), coalesce(max({key}), 0) + 1, false)"
        " FROM {table}"
    )
    with connection.cursor() as cursor:
        for model in tables:
            table, key = model._meta.db_table, str(model._meta.pk.column)
            quote = connection.ops.quote_name
            cursor.execute(statement.format(key=quote(key), table=quote(table)), [table, key])


class _Reader:
    """Lines as the file that COPY reads from: as many as make a packet, not as many as it asks."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = iter(lines)

    def read(self, _size: int) -> bytes:
        return "".join(islice(self.lines, PACKET)).encode()
