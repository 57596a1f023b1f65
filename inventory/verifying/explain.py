"""Python's part: what differs in one filing, recomputed with the calculator."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from inventory.calculator import GasFactor, emission, total
from inventory.lines import Operation, find_line, operation_label
from inventory.models import Entry, Filing, FilingVersion
from inventory.models.versions import CHECK_DIGITS
from inventory.verifying.differences import Difference, Unreadable, field_name

NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?", re.ASCII)
Written = dict[str, Any]  # an entry as a version's content has it
# What a content says of an entry, in the order in which it is told.
CELLS = (
    "name",
    "answer",
    "quantity",
    "unit",
    "factor_set",
    "terms",
    "kg",
    "reason",
    "reason_note",
)


def kg_of(quantity: Decimal | None, terms: Any) -> Decimal | None:
    """The kg CO2e of an entry by its frozen terms; None where it has none. Raises Unreadable."""
    if quantity is None or terms == []:
        return None
    try:
        factors = [
            GasFactor(term["gas"], _decimal(term["value"]), _decimal(term["gwp"])) for term in terms
        ]
        return emission(quantity, factors).kg
    except (LookupError, TypeError, ValueError) as error:
        raise Unreadable(str(error)) from error


def differences_of(filing: Filing) -> list[Difference]:
    """Everything that differs in a filing with its entries and versions, in a fixed order."""
    return list(_Explained(filing).differences())


@dataclass(frozen=True)
class _Explained:
    filing: Filing

    def differences(self) -> Iterator[Difference]:
        entries = [written(entry) for entry in self.filing.entries.all()]
        yield from self._kilograms(entries)
        for operation, stored in self._subtotals(self.filing).items():
            yield from self._subtotal(operation, stored, entries)
        versions = {version.number: version for version in self.filing.versions.all()}
        for number in range(1, self.filing.version + 1):
            if number not in versions:
                yield self._cell(_("版次"), "", str(number), number)
        for number, version in sorted(versions.items()):
            if number > self.filing.version:
                yield self._cell(_("版次"), str(number), "", number)
            yield from self._version(version, entries)
        if not versions and entries and not self.filing.version:
            yield self._cell(_("活動數據"), str(len(entries)), "0")

    def _version(self, version: FilingVersion, entries: list[Written]) -> Iterator[Difference]:
        number = version.number
        digest = hashlib.sha256(version.content.encode()).hexdigest().upper()[:CHECK_DIGITS]
        if version.check_value != digest:
            yield self._cell(_("檢核碼"), version.check_value, digest, number)
        try:
            content = json.loads(version.content)
            found = _shaped(content["entries"])
        except (LookupError, TypeError, ValueError):
            yield self._cell(_("內容"), version.content[:60], _("無法讀取"), number)
            return
        yield from self._columns(version, content)
        yield from self._kilograms(found, number)
        for operation, stored in self._subtotals(version).items():
            yield from self._subtotal(operation, stored, found, number)
        if number == self.filing.version:
            yield from self._against_version(entries, found, number)

    def _columns(self, version: FilingVersion, content: Written) -> Iterator[Difference]:
        """The version's columns against what its content says of them."""
        columns = {
            "version": version.number,
            "year": self.filing.year_id,
            "factor_set": version.factor_set_id,
            "own_kg": _plain(version.own_kg),
            "outsourced_kg": _plain(version.outsourced_kg),
        }
        for column, stored in columns.items():
            said = content.get(column)
            if stored != said:
                name = field_name(Filing, column)
                yield self._cell(name, _text(stored), _text(said), version.number)

    def _kilograms(
        self, entries: Iterable[Written], version: int | None = None
    ) -> Iterator[Difference]:
        """The kg of each entry against its quantity by its frozen factors."""
        for entry in entries:
            try:
                again = _plain(kg_of(_quantity(entry), entry["terms"]))
            except Unreadable:
                again = _("無法重算")
            if entry["kg"] != again:
                name = _name(entry, "kg")
                yield self._cell(name, _text(entry["kg"]), _text(again), version)

    @staticmethod
    def _subtotals(row: Filing | FilingVersion) -> dict[Operation, Decimal]:
        return {Operation.OWN: row.own_kg, Operation.OUTSOURCED: row.outsourced_kg}

    def _subtotal(
        self,
        operation: Operation,
        stored: Decimal,
        entries: list[Written],
        version: int | None = None,
    ) -> Iterator[Difference]:
        """A subtotal against the sum of its entries."""
        shares = [one["kg"] for one in entries if one["operation"] == operation and one["kg"]]
        try:
            again = _plain(total(_decimal(kg) for kg in shares))
        except ValueError:
            again = _("無法重算")
        if _plain(stored) != again:
            name = field_name(Filing, f"{operation.value}_kg")
            yield self._cell(name, _text(_plain(stored)), _text(again), version)

    def _against_version(
        self, entries: list[Written], found: list[Written], number: int
    ) -> Iterator[Difference]:
        """The filing's entries against those that its current version wrote down."""
        stored, said = _by_key(entries), _by_key(found)
        for key in {**stored, **said}:
            entry, other = stored.get(key), said.get(key)
            if entry is None or other is None:
                name = _line(entry or other or {})
                yield self._cell(name, _presence(entry), _presence(other), number)
                continue
            for cell in CELLS:
                if entry[cell] != other[cell]:
                    name = _name(entry, cell)
                    yield self._cell(name, _text(entry[cell]), _text(other[cell]), number)
        if len(found) != len(said):
            yield self._cell(_("活動數據"), str(len(entries)), str(len(found)), number)

    def _cell(
        self, cell: str, stored: str, recomputed: str, version: int | None = None
    ) -> Difference:
        if version is not None:
            cell = _("第 %(version)s 版 %(cell)s") % {"version": version, "cell": cell}
        return Difference(self.filing.unit.code, self.filing.year_id, cell, stored, recomputed)


def written(entry: Entry) -> Written:
    """An entry as the database writes it into a version's content."""
    return {
        "operation": entry.operation,
        "line": entry.line,
        "position": entry.position,
        "name": entry.name,
        "answer": entry.answer,
        "quantity": _plain(entry.quantity),
        "unit": entry.unit,
        "factor_set": entry.factor_set_id,
        "terms": entry.terms,
        "kg": _plain(entry.kg),
        "reason": entry.reason,
        "reason_note": entry.reason_note,
    }


def _shaped(entries: Any) -> list[Written]:
    """The entries of a content, each with every key. Raises LookupError, TypeError."""
    if not isinstance(entries, list):
        raise TypeError("no list of entries")
    for one in entries:
        hash((one["operation"], one["line"], one["position"]))  # where it stands can be compared
    return [{key: one[key] for key in ("operation", "line", "position", *CELLS)} for one in entries]


def _by_key(entries: Iterable[Written]) -> dict[tuple[Any, ...], Written]:
    return {(one["operation"], one["line"], one["position"]): one for one in entries}


def _quantity(entry: Written) -> Decimal | None:
    if entry["quantity"] is None:
        return None
    try:
        return _decimal(entry["quantity"])
    except ValueError as error:
        raise Unreadable(str(error)) from error


def _decimal(text: Any) -> Decimal:
    """A number as the platform writes it. Raises ValueError."""
    if not isinstance(text, str) or not NUMBER.fullmatch(text):
        raise ValueError(f"no number: {text}")
    return Decimal(text)


def _plain(number: Decimal | None) -> str | None:
    return None if number is None else f"{number:f}"


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _presence(entry: Written | None) -> str:
    return "" if entry is None else _text(entry["answer"])


def _line(entry: Written) -> str:
    """The line as the form names it; what the form does not ask for stands as it is."""
    line = find_line(entry["line"])
    label = str(line.label) if line else _text(entry["line"])
    if entry["name"]:
        label = f"{label} {entry['name']}"
    return operation_label(entry["operation"], label)


def _name(entry: Written, cell: str) -> str:
    return f"{_line(entry)} {field_name(Entry, cell)}"
