"""What is stored of a filing, as the form's fields show it."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from inventory.figures import plain
from inventory.lines import Kind, line_of, unit_label
from inventory.models import Entry

ByLine = Mapping[str, list[Entry]]  # own-electricity → its entries in their order


def by_line(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    """Entries by the name that their line's fields begin with."""
    found: dict[str, list[Entry]] = {}
    for entry in sorted(entries, key=lambda entry: entry.position):
        found.setdefault(f"{entry.operation}-{entry.line}", []).append(entry)
    return found


def rows_of(saved: ByLine, key: str) -> list[Entry]:
    """The repeated rows of a line; one that is answered 未使用 has none."""
    return [entry for entry in saved.get(key, []) if entry.quantity is not None]


def initial_values(saved: ByLine) -> dict[str, Any]:
    """The value of each field that something is stored for."""
    values: dict[str, Any] = {}
    for key, entries in saved.items():
        first = entries[0]
        values[f"{key}-unused"] = first.quantity is None
        values[f"{key}-reason"], values[f"{key}-note"] = first.reason, first.reason_note
        if line_of(first.line).kind is Kind.SINGLE:
            values[key] = "" if first.quantity is None else plain(first.quantity)
            continue
        for index, entry in enumerate(rows_of(saved, key)):
            values[f"{key}-{index}-name"] = entry.name
            values[f"{key}-{index}-unit"] = unit_label(entry.unit)
            values[f"{key}-{index}-quantity"] = plain(entry.quantity or Decimal(0))
    return values
