"""What a version wrote down, read back: one reader per format, for ever.

Whoever needs a version's content gets it here, as typed values. A format of today reads the
fields that `inventory.models.version_fields` lists for it and takes the later ones as empty; a
format that should ever mean something else by the same name gets a reader of its own.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from inventory.models import Entry, FilingVersion
from inventory.models.version_fields import (
    Kind,
    WrittenField,
    after_format,
    current_format,
    entry_fields,
    of_format,
    version_fields,
)

NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?", re.ASCII)
ENTRIES = "entries"


class UnreadableVersion(ValueError):
    """The content is no version of a known format; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class VersionEntry:
    """One entry as a version has it. quantity in `unit`, kg in kg CO2e; `terms` as they stand.

    parts: what the quantity was added up from, "" for one number.
    """

    operation: str
    line: str
    position: int
    name: str
    answer: str
    quantity: Decimal | None
    unit: str
    factor_set: str | None
    terms: list[Any]
    kg: Decimal | None
    reason: str
    reason_note: str
    parts: str

    @property
    def place(self) -> tuple[str, str, int]:
        """Where the entry stands in its filing."""
        return (self.operation, self.line, self.position)


@dataclass(frozen=True, slots=True)
class VersionContent:
    """A whole version. `previous`: the SHA-256 of the content of the version before."""

    format: int
    previous: str
    county: str
    unit: str
    unit_name: str
    year: int
    version: int
    saved_as: str
    save_reason: str
    saved_at: datetime
    saved_by: str
    is_complete: bool
    factor_set: str
    outsourced_scope: str
    own_kg: Decimal
    outsourced_kg: Decimal
    entries: tuple[VersionEntry, ...]


def read_version(version: FilingVersion) -> VersionContent:
    """What a stored version says. Raises UnreadableVersion."""
    return read_text(version.content)


def read_text(text: str) -> VersionContent:
    """What the text of a version says, for whoever holds it. Raises UnreadableVersion."""
    try:
        data = json.loads(text)
    except ValueError as error:
        raise UnreadableVersion(_("不是 JSON")) from error
    if not isinstance(data, dict):
        raise UnreadableVersion(_("不是 JSON 物件"))
    reader = reader_of(data.get("format"))
    if reader is None:
        what = {"format": json.dumps(data.get("format"), ensure_ascii=False)}
        raise UnreadableVersion(_("沒有格式 %(format)s") % what)
    return reader(data)


def reader_of(number: Any) -> Callable[[Mapping[str, Any]], VersionContent] | None:
    """The reader of a format; None for a format that nobody knows."""
    if type(number) is int and 1 <= number <= current_format():
        return read_listed_fields
    return None


def read_listed_fields(data: Mapping[str, Any]) -> VersionContent:
    """A content whose format only has fields of the lists. Raises UnreadableVersion."""
    number = data["format"]
    if not isinstance(data.get(ENTRIES), list):
        raise UnreadableVersion(_("缺少 %(field)s") % {"field": ENTRIES})
    entries = tuple(
        VersionEntry(**_values(entry_fields(), number, entry)) for entry in data[ENTRIES]
    )
    whole = {name: value for name, value in data.items() if name != ENTRIES}
    return VersionContent(**_values(version_fields(), number, whole), entries=entries)


def entry_as_written(entry: Entry) -> VersionEntry:
    """An entry of a filing, saved or only computed, as a version would have it."""
    return VersionEntry(**{field.name: getattr(entry, field.attribute) for field in entry_fields()})


def as_entry(written: VersionEntry) -> Entry:
    """What a version has of an entry as an entry again, not saved and without its filing."""
    return Entry(**{field.attribute: getattr(written, field.name) for field in entry_fields()})


def _values(fields: Iterable[WrittenField], number: int, data: Any) -> dict[str, Any]:
    """Exactly the fields of the format, each of its kind, and the later ones empty."""
    fields = list(fields)
    if not isinstance(data, dict):
        raise UnreadableVersion(_("不是 JSON 物件"))
    known = {field.name: field for field in of_format(fields, number)}
    if unknown := sorted(data.keys() - known.keys()):
        raise UnreadableVersion(_("不明的 %(field)s") % {"field": unknown[0]})
    values = {field.name: field.empty for field in after_format(fields, number)}
    for name, field in known.items():
        if name not in data:
            raise UnreadableVersion(_("缺少 %(field)s") % {"field": name})
        values[name] = _value(field, data[name])
    return values


def _value(field: WrittenField, stored: Any) -> Any:
    if stored is None and field.is_nullable:
        return None
    try:
        return READ[field.kind](stored)
    except (TypeError, ValueError) as error:
        shown = json.dumps(stored, ensure_ascii=False)[:60]
        what = {"field": field.name, "value": shown}
        raise UnreadableVersion(_("%(field)s 是 %(value)s") % what) from error


def _exactly(kind: type) -> Callable[[Any], Any]:
    """JSON tells text, numbers and truth apart, so a value is of its kind or wrong."""

    def read(stored: Any) -> Any:
        if type(stored) is not kind:
            raise TypeError(stored)
        return stored

    return read


def _number(stored: Any) -> Decimal:
    """A number as the platform writes it, digits and at most one point: never NaN or 1e9."""
    if not isinstance(stored, str) or not NUMBER.fullmatch(stored):
        raise ValueError(stored)
    return Decimal(stored)


READ: dict[Kind, Callable[[Any], Any]] = {
    Kind.TEXT: _exactly(str),
    Kind.INTEGER: _exactly(int),
    Kind.BOOLEAN: _exactly(bool),
    Kind.LIST: _exactly(list),
    Kind.NUMBER: _number,
    Kind.MOMENT: datetime.fromisoformat,
    Kind.DAY: date.fromisoformat,
}
