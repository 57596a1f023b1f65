"""What the events of a filing say that it is by now: status, versions, decisions, publication.

Every verb is one event (`inventory.workflow.recording`), so a filing's columns follow from them.
Here that is worked out once more, from the first event to the last. Whoever adds a verb says in
`SAVED_AS` whether it writes a version and which kind; `inventory.states` has the rest.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from django.utils.translation import gettext as _

from inventory.models import Filing, FilingEvent, FilingVersion, SavedAs
from inventory.states import FILED, Status, Verb, WrongState, after
from inventory.verifying.differences import as_text, field_name

# Verb → what its version says that it came from. A verb that is not here writes none.
SAVED_AS: dict[Verb, SavedAs] = {
    Verb.IMPORT: SavedAs.IMPORT,
    Verb.SAVE: SavedAs.DRAFT,
    Verb.COMPLETE: SavedAs.COMPLETE,
    Verb.RECOMPUTE: SavedAs.RECOMPUTE,
    Verb.TAKE_BACK: SavedAs.EMPTIED,
    Verb.EXCUSE: SavedAs.EMPTIED,
}
EMPTIES = frozenset(verb for verb, kind in SAVED_AS.items() if kind is SavedAs.EMPTIED)
# Who came last of these says whether the figures are still those of an import.
BY_THE_UNIT = frozenset({Verb.SAVE, Verb.COMPLETE, *EMPTIES})

Step = tuple[str, int, str]  # verb, version afterwards, status afterwards as the event tells it
Cell = tuple[str, str, str, str]  # column, stored, expected, source


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the verbs lead to. wrong: the revisions whose event cannot follow the ones before."""

    status: str = Status.NOT_STARTED.value
    version: int = 0
    is_prefilled: bool = False
    wrong: tuple[int, ...] = ()


@cache
def replay(steps: tuple[Step, ...]) -> Outcome:
    """From one verb to the next, as `inventory.states` has them."""
    status, version, is_prefilled, wrong = Status.NOT_STARTED.value, 0, False, []
    for revision, (name, told_version, told_status) in enumerate(steps, 1):
        try:
            verb = Verb(name)
            following = after(verb, status).value
        except (ValueError, WrongState):
            wrong.append(revision)
            status, version = told_status or status, told_version
            continue
        if verb in SAVED_AS and not (verb in EMPTIES and version == 0):
            version += 1
        if version != told_version or told_status != (following if following != status else ""):
            wrong.append(revision)
        if verb is Verb.IMPORT or verb in BY_THE_UNIT:
            is_prefilled = verb is Verb.IMPORT
        status = following
        version = told_version if told_version != version else version
    return Outcome(status, version, is_prefilled, tuple(wrong))


@dataclass(frozen=True)
class Told:
    """A filing beside its events, in the order of their revisions, and its versions by number."""

    filing: Filing
    events: list[FilingEvent]
    versions: Mapping[int, FilingVersion]
    makers: dict[int, FilingEvent] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for event in reversed(self.events):
            self.makers[event.version] = event

    def differences(self) -> Iterator[Cell]:
        """What the filing, its versions and the events themselves say otherwise than the events."""
        outcome = replay(tuple(map(_step, self.events)))
        if [event.revision for event in self.events] == list(range(1, len(self.events) + 1)):
            yield from self._steps(outcome)  # a missing event is told by its number
        yield from self._decisions(outcome)
        yield from self._public()
        yield from self._saved()
        for version in sorted(self.versions.values(), key=lambda one: one.number):
            yield from self._version(version)
        for number, version in sorted(self.versions.items()):
            for column in ("own_kg", "outsourced_kg", "factor_set_id"):
                yield from self._figure(number, column, getattr(version, column))

    def _steps(self, outcome: Outcome) -> Iterator[Cell]:
        for revision in outcome.wrong:
            event = self.events[revision - 1]
            cell = _("第 %(number)s 次異動 辦理紀錄") % {"number": event.revision}
            stored = f"{event.verb} {event.version} {_told_status(event)}".strip()
            yield (cell, stored, _("接在先前的辦理紀錄之後的事項"), _("先前的辦理紀錄"))
        last = self.events[-1] if self.events else None
        yield from self._columns(
            last,
            status=outcome.status,
            version=outcome.version,
            is_prefilled=outcome.is_prefilled,
        )

    def _decisions(self, outcome: Outcome) -> Iterator[Cell]:
        completed = self._last(Verb.COMPLETE) if outcome.status in FILED else None
        yield from self._columns(
            completed,
            completed_at=completed and completed.at,
            completed_by_id=completed and completed.by_id,
        )
        confirmed = self._last(Verb.CONFIRM)
        yield from self._columns(
            confirmed,
            confirmed_version=confirmed and confirmed.version,
            confirmed_at=confirmed and confirmed.at,
            confirmed_by_id=confirmed and confirmed.by_id,
        )
        returned = self._last(Verb.SEND_BACK)
        yield from self._columns(
            returned,
            returned_at=returned and returned.at,
            returned_by_id=returned and returned.by_id,
            return_reason=returned.reason if returned else "",
            returned_lines=returned.lines if returned else [],
        )
        extended = self._last(Verb.EXTEND)
        moved = self._last_telling("extended_to")
        yield from self._columns(moved, extended_to=_as_day(moved and _after(moved, "extended_to")))
        yield from self._columns(
            extended,
            extended_at=extended and extended.at,
            extended_by_id=extended and extended.by_id,
            extension_reason=extended.reason if extended else "",
            extension_document=extended.details.get("document", "") if extended else "",
        )

    def _public(self) -> Iterator[Cell]:
        """The version of the last confirmation, or the one that an event wrote down since."""
        telling = [
            event
            for event in self.events
            if event.verb == Verb.CONFIRM or "published_version" in event.details
        ]
        last = telling[-1] if telling else None
        number = last and (_after(last, "published_version") or last.version)
        yield from self._columns(last, published_version=number)

    def _saved(self) -> Iterator[Cell]:
        """By whom the current version was saved; its content says the rest of the filing."""
        version = self.versions.get(self.filing.version)
        if version is not None:
            maker = self.makers.get(version.number)
            yield from self._columns(maker, saved_by_id=version.saved_by_id)
        elif self.filing.version == 0:
            empty = {"saved_at": None, "saved_by_id": None, "saved_as": "", "save_reason": ""}
            yield from self._columns(None, factor_set_id=None, **empty)

    def _version(self, version: FilingVersion) -> Iterator[Cell]:
        """A version against the event that made it."""
        maker = self.makers.get(version.number)
        if maker is None:
            return  # a missing event is told by its number
        wanted = {
            "saved_at": maker.at,
            "saved_by_id": maker.by_id,
            "save_reason": maker.reason,
            "saved_as": str(SAVED_AS.get(Verb(maker.verb), "")) if maker.verb in Verb else "",
        }
        number = _("第 %(version)s 版 %(cell)s")
        for column, expected in wanted.items():
            stored = getattr(version, column)
            if stored != expected:
                cell = number % {"version": version.number, "cell": _name(FilingVersion, column)}
                yield (cell, as_text(stored), as_text(expected), event_name(maker))

    def _figure(self, number: int, column: str, now: Any) -> Iterator[Cell]:
        """A figure or set of a version against what the event that made it tells has moved."""
        maker = self.makers.get(number)
        before = self._value(number - 1, column)
        if maker is None or number - 1 not in {0, *self.versions}:
            return  # what is missing is told by its number
        key = column.removesuffix("_id")
        moved = _after(maker, key)
        if key not in maker.details:
            moved = before
        name = _name(FilingVersion, column)
        if _as_told(moved) != _as_told(now):
            cell = _("第 %(version)s 版 %(cell)s") % {"version": number, "cell": name}
            yield (cell, as_text(now), as_text(moved), event_name(maker))
        elif key in maker.details and _as_told(maker.details[key][0]) != _as_told(before):
            source = _("第 %(version)s 版 %(cell)s") % {"version": number - 1, "cell": name}
            told = as_text(maker.details[key][0])
            yield (f"{event_name(maker)} {name}", told, as_text(before), source)

    def _value(self, number: int, column: str) -> Any:
        if number == 0:
            return None if column == "factor_set_id" else 0
        version = self.versions.get(number)
        return None if version is None else getattr(version, column)

    def _last(self, verb: Verb) -> FilingEvent | None:
        return next((event for event in reversed(self.events) if event.verb == verb), None)

    def _last_telling(self, key: str) -> FilingEvent | None:
        return next((event for event in reversed(self.events) if key in event.details), None)

    def _columns(self, event: FilingEvent | None, **wanted: Any) -> Iterator[Cell]:
        source = event_name(event) if event else _("辦理紀錄")
        for column, expected in wanted.items():
            stored = getattr(self.filing, column)
            if stored != expected:
                yield (_name(Filing, column), as_text(stored), as_text(expected), source)


def event_name(event: FilingEvent) -> str:
    """An event as a source: which revision, and what was done."""
    verb = Verb(event.verb).label if event.verb in Verb else event.verb
    return _("第 %(number)s 次異動「%(verb)s」") % {"number": event.revision, "verb": verb}


def _step(event: FilingEvent) -> Step:
    return (event.verb, event.version, _told_status(event))


def _told_status(event: FilingEvent) -> str:
    return _after(event, "status") or ""


def _after(event: FilingEvent, key: str) -> Any:
    """The second of the two values that an event tells; None where it tells nothing."""
    told = event.details.get(key) if isinstance(event.details, dict) else None
    return told[1] if isinstance(told, list) and len(told) == 2 else None


def _as_day(text: Any) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except (TypeError, ValueError):
        return None


def _as_told(value: Any) -> Any:
    """A figure by what it is worth: 0 is 0.0000; a set by its id."""
    text = as_text(value)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _name(model: type[Filing | FilingVersion], column: str) -> str:
    return field_name(model, column.removesuffix("_id"))


def steps_of(rows: Iterable[Any]) -> tuple[Step, ...]:
    """The steps as the database gives them: a list of verb, version and status each."""
    return tuple((verb, version, status or "") for verb, version, status in rows)
