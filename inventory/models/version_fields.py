"""What a version writes down, listed once: Python, the triggers and the screen follow these lists.

A version is one JSON text with a `format` number. A field that comes later is one more line here,
with `since` of the next format: today's format is the highest that is asked for, every stored
version keeps the format that it was written in, and reading it gives the later fields as empty.
Nothing is ever taken off a list or changes its meaning: texts of every format are read for ever.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, TypeVar


class Kind(Enum):
    """What a value is; the value names the SQL type that it is read back as."""

    TEXT = "text"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    NUMBER = "numeric"  # as text, so that no digit is lost on the way
    MOMENT = "timestamptz"  # in UTC, to the microsecond
    DAY = "date"
    LIST = "jsonb"

    def written(self, sql: str) -> str:
        """SQL for the value as the JSON has it, whatever the session's settings are."""
        return WRITTEN.get(self, "{sql}").format(sql=sql)


WRITTEN = {
    Kind.NUMBER: "{sql}::text",
    Kind.MOMENT: """to_char({sql} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""",
    Kind.DAY: "to_char({sql}, 'YYYY-MM-DD')",
}


@dataclass(frozen=True, slots=True)
class WrittenField:
    """One field of the JSON. empty: what a version from before the field is read with."""

    name: str
    kind: Kind
    empty: Any = field(default=None, kw_only=True)
    is_nullable: bool = field(default=False, kw_only=True)
    since: int = field(default=1, kw_only=True)


@dataclass(frozen=True, slots=True)
class EntryField(WrittenField):
    """One field of an entry.

    column: of the entry's table, where it has another name. is_place: it says where the entry
    stands in its filing. is_result: it is what the entry was computed with or what came out, and
    no answer of the unit.
    """

    column: str = ""
    is_place: bool = field(default=False, kw_only=True)
    is_result: bool = field(default=False, kw_only=True)

    @property
    def attribute(self) -> str:
        """The column, which is the attribute of `Entry` too."""
        return self.column or self.name


@dataclass(frozen=True, slots=True)
class VersionField(WrittenField):
    """One field of a whole version.

    sql: what the trigger writes, from NEW (the filing's row), `unit`, `actor` and `previous`.
    column: where the version's row has it too. held_by: the column of the filing that has to say
    the same for as long as the version is the current one.
    """

    sql: str
    column: str = field(default="", kw_only=True)
    held_by: str = field(default="", kw_only=True)


ENTRY_FIELDS: tuple[EntryField, ...] = (
    EntryField("operation", Kind.TEXT, is_place=True),
    EntryField("line", Kind.TEXT, is_place=True),
    EntryField("position", Kind.INTEGER, is_place=True),
    EntryField("name", Kind.TEXT),
    EntryField("answer", Kind.TEXT),
    EntryField("quantity", Kind.NUMBER, is_nullable=True),
    EntryField("unit", Kind.TEXT),
    EntryField("factor_set", Kind.TEXT, "factor_set_id", is_nullable=True, is_result=True),
    EntryField("terms", Kind.LIST, is_result=True),
    EntryField("kg", Kind.NUMBER, is_nullable=True, is_result=True),
    EntryField("reason", Kind.TEXT),
    EntryField("reason_note", Kind.TEXT),
    EntryField("parts", Kind.TEXT, empty="", since=2),
)

VERSION_FIELDS: tuple[VersionField, ...] = (
    VersionField("format", Kind.INTEGER, "{format}", column="format"),
    VersionField("previous", Kind.TEXT, "previous", column="previous_hash"),
    VersionField("county", Kind.TEXT, "unit.county_id"),
    VersionField("unit", Kind.TEXT, "unit.code"),
    VersionField("unit_name", Kind.TEXT, "unit.name"),
    VersionField("year", Kind.INTEGER, "NEW.year_id", held_by="year_id"),
    VersionField("version", Kind.INTEGER, "NEW.version", column="number", held_by="version"),
    VersionField("saved_as", Kind.TEXT, "NEW.saved_as", column="saved_as", held_by="saved_as"),
    VersionField(
        "save_reason", Kind.TEXT, "NEW.save_reason", column="save_reason", held_by="save_reason"
    ),
    VersionField("saved_at", Kind.MOMENT, "NEW.saved_at", column="saved_at", held_by="saved_at"),
    VersionField("saved_by", Kind.TEXT, "actor.username"),
    VersionField("is_complete", Kind.BOOLEAN, "NEW.completed_at IS NOT NULL", column="is_complete"),
    VersionField(
        "factor_set",
        Kind.TEXT,
        "NEW.factor_set_id",
        column="factor_set_id",
        held_by="factor_set_id",
    ),
    VersionField("outsourced_scope", Kind.TEXT, "NEW.outsourced_scope", held_by="outsourced_scope"),
    VersionField("own_kg", Kind.NUMBER, "NEW.own_kg", column="own_kg", held_by="own_kg"),
    VersionField(
        "outsourced_kg",
        Kind.NUMBER,
        "NEW.outsourced_kg",
        column="outsourced_kg",
        held_by="outsourced_kg",
    ),
)

Field = TypeVar("Field", bound=WrittenField)


def entry_fields() -> tuple[EntryField, ...]:
    """The fields of an entry, in the order in which they are told."""
    return ENTRY_FIELDS


def version_fields() -> tuple[VersionField, ...]:
    """The fields of a whole version, its entries left out."""
    return VERSION_FIELDS


def current_format() -> int:
    """The format in which a version is written today."""
    return max(one.since for one in (*entry_fields(), *version_fields()))


def of_format(fields: Iterable[Field], number: int) -> list[Field]:
    """Those of the fields that a version of this format has."""
    return [one for one in fields if one.since <= number]


def after_format(fields: Iterable[Field], number: int) -> list[Field]:
    """Those of the fields that came after this format."""
    return [one for one in fields if one.since > number]


def as_jsonb(value: Any) -> str:
    """SQL for a value of Python as jsonb."""
    text = json.dumps(value, ensure_ascii=False).replace("'", "''")
    return f"'{text}'::jsonb"
