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
from inventory.verifying.places import Named, Placed, Sources
from inventory.verifying.told import Told
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
            GasFactor(
                term["gas"],
                _decimal(term["value"]),
                _decimal(term["gwp"]),
                term.get("biogenic", False) is True,
            )
            for term in terms
        ]
        return emission(quantity, factors).kg
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise Unreadable(str(error)) from error


def differences_of(filing: Filing, sources: Sources) -> list[Difference]:
    """Everything that differs in a filing with its entries, versions and events, in order."""
    return list(_Explained(filing, sources).differences())


def digest_of(version: FilingVersion) -> str:
    """The SHA-256 of what a version wrote down."""
    return hashlib.sha256(version.content.encode()).hexdigest()


@dataclass(frozen=True)
class _Explained:
    filing: Filing
    sources: Sources

    @cached_property
    def versions(self) -> dict[int, FilingVersion]:
        return {version.number: version for version in self.filing.versions.all()}

    def differences(self) -> Iterator[Difference]:
        entries = [entry_as_written(entry) for entry in self.filing.entries.all()]
        yield from self._kilograms(entries)
        yield from self._frozen(entries, self.filing.factor_set_id)
        yield from self._subtotals(self.filing, entries)
        yield from self._uncounted(entries)
        events = sorted(self.filing.events.all(), key=lambda event: event.revision)
        revisions = {event.revision: event for event in events}
        yield from self._numbers(_("第 %(number)s 次異動 辦理紀錄"), revisions, "revision")
        yield from self._numbers(_("第 %(number)s 版 版次"), self.versions, "version")
        yield from self._beside(Told(self.filing, events, self.versions).differences())
        yield from self._beside(Placed(self.filing, events, self.sources).differences())
        for version in sorted(self.versions.values(), key=lambda version: version.number):
            yield from self._version(version, entries)
        if not self.filing.version and not self.versions:
            yield from self._nothing_saved(entries)

    def _beside(
        self, cells: Iterable[tuple[str, str, str, str]], version: int | None = None
    ) -> Iterator[Difference]:
        """What is held against another source, each cell with its own."""
        for cell, stored, expected, source in cells:
            yield self._cell(cell, stored, expected, version, source=source)

    def _frozen(
        self, entries: Iterable[VersionEntry], factor_set: str | None, version: int | None = None
    ) -> Iterator[Difference]:
        """The terms of each entry against the rows of its factor set."""
        for entry in entries:
            cells = self.sources.factors.differences(entry, self.filing.year_id, factor_set)
            for cell, stored, expected, source in cells:
                name = f"{_line(entry)} {cell}"
                yield self._cell(name, stored, expected, version, source=source)

    def _uncounted(self, entries: Iterable[VersionEntry]) -> Iterator[Difference]:
        found = sum(1 for one in entries if one.kg is None and one.quantity)
        if self.filing.uncounted != found:
            name, stored = field_name(Filing, "uncounted"), str(self.filing.uncounted)
            yield self._cell(name, stored, str(found), source=str(_("活動數據")))

    def _numbers(
        self, cell: str, rows: Mapping[int, FilingVersion | FilingEvent], counter: str
    ) -> Iterator[Difference]:
        """Each number from the first to the filing's last has its row, and no other."""
        wanted = set(range(1, getattr(self.filing, counter) + 1))
        source = _("填報的「%(column)s」") % {"column": field_name(Filing, counter)}
        for number in sorted(wanted - rows.keys()):
            yield self._cell(cell % {"number": number}, "", str(number), source=source)
        for number in sorted(rows.keys() - wanted):
            yield self._cell(cell % {"number": number}, str(number), "", source=source)

    def _nothing_saved(self, entries: list[VersionEntry]) -> Iterator[Difference]:
        if entries:
            source = _("沒有任何版次")
            yield self._cell(_("活動數據"), str(len(entries)), "0", source=source)
        if scope := self.filing.outsourced_scope:
            name = field_name(Filing, "outsourced_scope")
            yield self._cell(name, scope, "", source=_("沒有任何版次"))

    def _version(self, version: FilingVersion, entries: list[VersionEntry]) -> Iterator[Difference]:
        number = version.number
        digits = digest_of(version)[:CHECK_DIGITS].upper()
        if version.check_value != digits:
            source = _("這一版內容的 SHA-256")
            yield self._cell(_("檢核碼"), version.check_value, digits, number, source=source)
        yield from self._link(version)
        try:
            content = read_version(version)
        except UnreadableVersion as error:
            why = _("無法讀取：%(why)s") % {"why": error}
            yield self._cell(_("內容"), version.content[:60], why, number)
            return
        yield from self._columns(version, content)
        yield from self._beside(
            Named(self.filing, self.sources).differences(version, content), number
        )
        found = list(content.entries)
        yield from self._kilograms(found, number)
        if number != self.filing.version:
            yield from self._frozen(found, content.factor_set, number)
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
            source = _("前一版內容的 SHA-256")
            yield self._cell(name, version.previous_hash, digest, version.number, source=source)

    def _columns(self, version: FilingVersion, content: VersionContent) -> Iterator[Difference]:
        """The version's columns, and its filing's year, against what its content says of them."""
        if content.year != self.filing.year_id:
            name, year = field_name(Filing, "year"), str(self.filing.year_id)
            yield self._cell(name, year, str(content.year), version.number, source=_content())
        for field in version_fields():
            if not field.column:
                continue
            stored, said = getattr(version, field.column), getattr(content, field.name)
            if stored != said:
                name = field_name(FilingVersion, field.column)
                texts = (as_text(stored), as_text(said), version.number)
                yield self._cell(name, *texts, source=_content())

    def _against_filing(self, content: VersionContent) -> Iterator[Difference]:
        """What the filing has to say just as its current version does; totals are told above."""
        for field in version_fields():
            if not field.held_by or field.name in ("year", "own_kg", "outsourced_kg"):
                continue
            stored, said = getattr(self.filing, field.held_by), getattr(content, field.name)
            if stored != said:
                name = field_name(Filing, field.held_by)
                texts = (as_text(stored), as_text(said), content.version)
                yield self._cell(name, *texts, source=_content())

    def _kilograms(
        self, entries: Iterable[VersionEntry], version: int | None = None
    ) -> Iterator[Difference]:
        """The kg of each entry against its quantity by its frozen factors."""
        for entry in entries:
            try:
                kg = kg_of(entry.quantity, entry.terms)
            except Unreadable:
                texts = (as_text(entry.kg), _("無法重算"))
                yield self._cell(_name(entry, "kg"), *texts, version, source=_computed())
                continue
            if entry.kg != kg:
                texts = (as_text(entry.kg), as_text(kg))
                yield self._cell(_name(entry, "kg"), *texts, version, source=_computed())

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
                texts = (as_text(stored), shown)
                yield self._cell(name, *texts, version, source=_("各項排放量之和"))

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
                texts = (_presence(entry), _presence(other))
                yield self._cell(name, *texts, number, source=_content())
                continue
            for field in entry_fields():
                own, written = getattr(entry, field.name), getattr(other, field.name)
                if own != written:
                    name = _name(entry, field.attribute)
                    texts = (as_text(own), as_text(written))
                    yield self._cell(name, *texts, number, source=_content())
        if len(found) != len(said):
            texts = (str(len(entries)), str(len(found)))
            yield self._cell(_("活動數據"), *texts, number, source=_content())

    def _cell(
        self,
        cell: str,
        stored: str,
        recomputed: str,
        version: int | None = None,
        *,
        source: str = "",
    ) -> Difference:
        if version is not None:
            cell = _("第 %(version)s 版 %(cell)s") % {"version": version, "cell": cell}
        unit, year = self.filing.unit.code, self.filing.year_id
        return Difference(unit, year, cell, stored, recomputed, source)


def _content() -> str:
    return _("這一版的內容")


def _computed() -> str:
    return _("數量 × 計算時的係數 × GWP")


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
