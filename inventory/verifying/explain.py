"""Python's part: what differs in one filing, recomputed with the calculator."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from inventory.calculator import GasFactor, emission, total
from inventory.lines import Operation, find_line, operation_label
from inventory.models import Entry, Filing, FilingEvent, FilingVersion
from inventory.models.version_fields import entry_fields, version_fields
from inventory.models.versions import CHECK_DIGITS
from inventory.verifying.differences import Difference, Unreadable, as_text, field_name
from inventory.versions.formats import (
    NUMBER,
    UnreadableVersion,
    VersionContent,
    VersionEntry,
    entry_as_written,
    read_version,
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
    """Everything that differs in a filing with its entries, versions and events, in order."""
    return list(_Explained(filing).differences())


def digest_of(version: FilingVersion) -> str:
    """The SHA-256 of what a version wrote down."""
    return hashlib.sha256(version.content.encode()).hexdigest()


@dataclass(frozen=True)
class _Explained:
    filing: Filing

    @cached_property
    def versions(self) -> dict[int, FilingVersion]:
        return {version.number: version for version in self.filing.versions.all()}

    def differences(self) -> Iterator[Difference]:
        entries = [entry_as_written(entry) for entry in self.filing.entries.all()]
        yield from self._kilograms(entries)
        yield from self._subtotals(self.filing, entries)
        events = {event.revision: event for event in self.filing.events.all()}
        yield from self._numbers(_("第 %(number)s 次異動 辦理紀錄"), events, self.filing.revision)
        yield from self._numbers(_("第 %(number)s 版 版次"), self.versions, self.filing.version)
        for version in sorted(self.versions.values(), key=lambda version: version.number):
            yield from self._version(version, entries)
        if not self.filing.version and not self.versions:
            yield from self._nothing_saved(entries)

    def _numbers(
        self, cell: str, rows: Mapping[int, FilingVersion | FilingEvent], last: int
    ) -> Iterator[Difference]:
        """Each number from the first to the last has its row, and no other."""
        wanted = set(range(1, last + 1))
        for number in sorted(wanted - rows.keys()):
            yield self._cell(cell % {"number": number}, "", str(number))
        for number in sorted(rows.keys() - wanted):
            yield self._cell(cell % {"number": number}, str(number), "")

    def _nothing_saved(self, entries: list[VersionEntry]) -> Iterator[Difference]:
        if entries:
            yield self._cell(_("活動數據"), str(len(entries)), "0")
        if scope := self.filing.outsourced_scope:
            yield self._cell(field_name(Filing, "outsourced_scope"), scope, "")

    def _version(self, version: FilingVersion, entries: list[VersionEntry]) -> Iterator[Difference]:
        number = version.number
        digits = digest_of(version)[:CHECK_DIGITS].upper()
        if version.check_value != digits:
            yield self._cell(_("檢核碼"), version.check_value, digits, number)
        yield from self._link(version)
        try:
            content = read_version(version)
        except UnreadableVersion as error:
            why = _("無法讀取：%(why)s") % {"why": error}
            yield self._cell(_("內容"), version.content[:60], why, number)
            return
        yield from self._columns(version, content)
        found = list(content.entries)
        yield from self._kilograms(found, number)
        yield from self._subtotals(version, found, number)
        if number == self.filing.version:
            yield from self._against_filing(content)
            yield from self._against_version(entries, found, number)

    def _link(self, version: FilingVersion) -> Iterator[Difference]:
        """The hash of the version before; where that is missing, its number says so."""
        before = self.versions.get(version.number - 1)
        if before is None and version.number > 1:
            return
        digest = "" if before is None else digest_of(before)
        if version.previous_hash != digest:
            name = field_name(FilingVersion, "previous_hash")
            yield self._cell(name, version.previous_hash, digest, version.number)

    def _columns(self, version: FilingVersion, content: VersionContent) -> Iterator[Difference]:
        """The version's columns, and its filing's year, against what its content says of them."""
        if content.year != self.filing.year_id:
            name, year = field_name(Filing, "year"), str(self.filing.year_id)
            yield self._cell(name, year, str(content.year), version.number)
        for field in version_fields():
            if not field.column:
                continue
            stored, said = getattr(version, field.column), getattr(content, field.name)
            if stored != said:
                name = field_name(FilingVersion, field.column)
                yield self._cell(name, as_text(stored), as_text(said), version.number)

    def _against_filing(self, content: VersionContent) -> Iterator[Difference]:
        """What the filing has to say just as its current version does; totals are told above."""
        for field in version_fields():
            if not field.held_by or field.name in ("year", "own_kg", "outsourced_kg"):
                continue
            stored, said = getattr(self.filing, field.held_by), getattr(content, field.name)
            if stored != said:
                name = field_name(Filing, field.held_by)
                yield self._cell(name, as_text(stored), as_text(said), content.version)

    def _kilograms(
        self, entries: Iterable[VersionEntry], version: int | None = None
    ) -> Iterator[Difference]:
        """The kg of each entry against its quantity by its frozen factors."""
        for entry in entries:
            try:
                kg = kg_of(entry.quantity, entry.terms)
            except Unreadable:
                yield self._cell(_name(entry, "kg"), as_text(entry.kg), _("無法重算"), version)
                continue
            if entry.kg != kg:
                yield self._cell(_name(entry, "kg"), as_text(entry.kg), as_text(kg), version)

    def _subtotals(
        self, row: Filing | FilingVersion, entries: list[VersionEntry], version: int | None = None
    ) -> Iterator[Difference]:
        """Each subtotal against the sum of its entries."""
        for operation in Operation:
            stored = getattr(row, f"{operation.value}_kg")
            shares = [one.kg for one in entries if one.operation == operation and one.kg]
            again = total(shares)
            if stored != again:
                name = field_name(Filing, f"{operation.value}_kg")
                shown = _("無法重算") if again.is_nan() else as_text(again)
                yield self._cell(name, as_text(stored), shown, version)

    def _against_version(
        self, entries: list[VersionEntry], found: list[VersionEntry], number: int
    ) -> Iterator[Difference]:
        """The filing's entries against those that its current version wrote down."""
        stored = {entry.place: entry for entry in entries}
        said = {entry.place: entry for entry in found}
        for place in {**stored, **said}:
            entry, other = stored.get(place), said.get(place)
            if entry is None or other is None:
                [name] = {_line(one) for one in (entry, other) if one is not None}
                yield self._cell(name, _presence(entry), _presence(other), number)
                continue
            for field in entry_fields():
                own, written = getattr(entry, field.name), getattr(other, field.name)
                if own != written:
                    name = _name(entry, field.attribute)
                    yield self._cell(name, as_text(own), as_text(written), number)
        if len(found) != len(said):
            yield self._cell(_("活動數據"), str(len(entries)), str(len(found)), number)

    def _cell(
        self, cell: str, stored: str, recomputed: str, version: int | None = None
    ) -> Difference:
        if version is not None:
            cell = _("第 %(version)s 版 %(cell)s") % {"version": version, "cell": cell}
        return Difference(self.filing.unit.code, self.filing.year_id, cell, stored, recomputed)


def _decimal(text: Any) -> Decimal:
    """A number as the platform writes it. Raises ValueError."""
    if not isinstance(text, str) or not NUMBER.fullmatch(text):
        raise ValueError(f"no number: {text}")
    return Decimal(text)


def _presence(entry: VersionEntry | None) -> str:
    return "" if entry is None else entry.answer


def _line(entry: VersionEntry) -> str:
    """The line as the form names it; what the form does not ask for stands as it is."""
    line = find_line(entry.line)
    label = str(line.label) if line else entry.line
    if entry.name:
        label = f"{label} {entry.name}"
    return operation_label(entry.operation, label)


def _name(entry: VersionEntry, cell: str) -> str:
    return f"{_line(entry)} {field_name(Entry, cell)}"
