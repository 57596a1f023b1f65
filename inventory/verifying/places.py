"""Where filings stand and whose they are, against the histories of units, accounts and years.

A place is told by the last move; without one, by where the history of the unit has it. Histories
are read for a few filings at a time.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Unit, User
from inventory.models import PATH_WIDTH, Filing, FilingEvent, FilingVersion, ReportingYear
from inventory.verifying.differences import as_text, field_name
from inventory.verifying.frozen import FrozenFactors
from inventory.verifying.told import event_name
from inventory.versions.formats import VersionContent

Cell = tuple[str, str, str, str]  # column, stored, expected, source
BASE = 36  # of the pieces of a path


def _history(model: Any) -> Any:
    return model.pgh_event_models["insert"].objects


@dataclass
class Sources:
    """What filings are held against, beside their own events and versions."""

    factors: FrozenFactors = field(default_factory=FrozenFactors)
    sets: dict[int, dict[str, int]] = field(default_factory=dict)
    units: dict[int, list[Any]] = field(default_factory=dict)
    usernames: dict[int, dict[str, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for event in _history(ReportingYear).order_by("pgh_id"):
            self.sets.setdefault(event.year, {}).setdefault(event.factor_set_id, event.pgh_id)

    def read_for(self, filings: Iterable[Filing]) -> None:
        """Fetch the histories of the units and accounts of these filings and their versions."""
        self.units.clear()
        self.usernames.clear()
        parents = {filing.parent.unit_id for filing in filings if filing.parent}
        self._read_units({filing.unit_id for filing in filings} | parents)
        users = {one.saved_by_id for filing in filings for one in filing.versions.all()}
        names: dict[int, dict[str, int]] = defaultdict(dict)
        for event in _history(User).filter(pgh_obj_id__in=users).order_by("pgh_id"):
            names[event.pgh_obj_id].setdefault(event.username, event.pgh_id)
        self.usernames.update(names)

    def _read_units(self, units: set[int]) -> None:
        self.units.update({unit: [] for unit in units})
        for event in _history(Unit).filter(pgh_obj_id__in=units).order_by("pgh_id"):
            self.units[event.pgh_obj_id].append(event)

    def moments(self, unit: int) -> list[Any]:
        """The history of a unit, the first event first."""
        if unit not in self.units:
            self._read_units({unit})
        return self.units[unit]

    def was_inactive(self, unit: int) -> bool:
        """Whether the unit was ever out of use: then it is passed over when a year opens."""
        return any(not moment.is_active for moment in self.moments(unit))

    def parents(self, unit: int) -> set[int | None]:
        """The units that it may have stood below, by its history; None for at the top."""
        return {moment.parent_id for moment in self.moments(unit)}

    def above(self, unit: int) -> set[int]:
        """The same, and those above the ones that were passed over."""
        found: set[int] = set()
        waiting = [unit]
        while waiting:
            more = {one for one in self.parents(waiting.pop()) if one is not None} - found
            found |= more
            waiting.extend(one for one in more if self.was_inactive(one))
        return found


@dataclass(frozen=True)
class Placed:
    """A filing beside the one above it and the history of its unit."""

    filing: Filing
    events: list[FilingEvent]
    sources: Sources

    def differences(self) -> Iterator[Cell]:
        """What differs in path, level, parent and year of the parent."""
        filing, parent = self.filing, self.filing.parent
        source = _("上級機關的填報與本單位的編號")
        path = (parent.path if parent else "") + _piece(filing.unit_id)
        level = parent.level + 1 if parent else 1
        for column, wanted in (("path", path), ("level", level)):
            stored = getattr(filing, column)
            if stored != wanted:
                yield (_name(column), as_text(stored), as_text(wanted), source)
        if parent and parent.year_id != filing.year_id:
            stored = f"{parent.unit.code} {parent.year_id}"
            yield (_name("parent"), stored, str(filing.year_id), field_name(Filing, "year"))
        yield from self._parent()

    def _parent(self) -> Iterator[Cell]:
        parent = self.filing.parent
        stored = parent.unit.code if parent else ""
        if moved := self._last_move():
            wanted = moved.details["parent"][1]
            codes = {one.code for one in self.sources.moments(parent.unit_id)} if parent else set()
            if wanted not in codes:
                yield (_name("parent"), stored, as_text(wanted), event_name(moved))
        elif not self._may_stand_below(parent):
            history = self.sources.moments(self.filing.unit_id)
            above = [one.parent.code for one in history if one.parent_id is not None]
            source = _("單位的異動紀錄")
            yield (_name("parent"), stored, ", ".join(dict.fromkeys(above)), source)

    def _last_move(self) -> FilingEvent | None:
        moves = (event for event in reversed(self.events) if "parent" in event.details)
        return next(moves, None)

    def _may_stand_below(self, parent: Filing | None) -> bool:
        unit = self.filing.unit_id
        if parent is None:
            return None in self.sources.parents(unit)
        if parent.unit_id in self.sources.above(unit):
            return True
        # Below the county's top, where none of those above was in use.
        passed = self.sources.parents(unit) - {None}
        return parent.level == 1 and any(self.sources.was_inactive(one) for one in passed if one)


@dataclass(frozen=True)
class Named:
    """What a version says of unit, county, account and set, against their histories."""

    filing: Filing
    sources: Sources

    def differences(self, version: FilingVersion, content: VersionContent) -> Iterator[Cell]:
        """What its unit, account or year never was by its history."""
        moments = self.sources.moments(self.filing.unit_id)
        said = (content.unit, content.unit_name, content.county)
        was = {(one.code, one.name, one.county_id) for one in moments}
        if said not in was:
            source = _("單位的異動紀錄")
            yield (_("單位"), " ".join(said), " / ".join(" ".join(one) for one in was), source)
        names = self.sources.usernames.get(version.saved_by_id, {})
        if content.saved_by not in names:
            column = field_name(FilingVersion, "saved_by")
            yield (column, content.saved_by, ", ".join(names), _("帳號的異動紀錄"))
        sets = self.sources.sets.get(self.filing.year_id, {})
        if content.factor_set not in sets:
            column = field_name(FilingVersion, "factor_set")
            yield (column, content.factor_set, ", ".join(sets), _("年度的異動紀錄"))


def _name(column: str) -> str:
    return field_name(Filing, column)


def _piece(unit: int) -> str:
    """The unit's number in base 36, as wide as a level of a path is."""
    digits = ""
    while unit:
        unit, digit = divmod(unit, BASE)
        digits = chr(ord("0") + digit if digit < 10 else ord("A") + digit - 10) + digits
    return digits.rjust(PATH_WIDTH, "0")
