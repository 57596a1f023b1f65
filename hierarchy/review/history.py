"""What was decided about a filing and when, read from the history that the database keeps."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from accounts.models import User
from inventory.lines import line_name
from inventory.models import Filing


@dataclass(frozen=True, slots=True)
class Decision:
    """One step in the life of a filing."""

    at: datetime
    what: str
    by: User
    version: int
    note: str = ""
    lines: tuple[str, ...] = ()  # that a return pointed at, in words


class Told(NamedTuple):
    """What an event says of its step."""

    what: str
    note: str = ""
    lines: tuple[str, ...] = ()


def decisions_on(filing: Filing) -> list[Decision]:
    """Every save, completion, confirmation, return and extension, newest first. One query."""
    by = ("saved_by__unit", "completed_by__unit", "confirmed_by__unit")
    kept: Any = filing.events  # type: ignore[attr-defined]  # the history adds it
    events = kept.select_related(*by, "returned_by__unit", "extended_by__unit")
    told = _steps(events.order_by("pgh_id"))
    return sorted(told, key=lambda decision: decision.at, reverse=True)


def _steps(events: Iterable[Any]) -> list[Decision]:
    """A step is where a date appears or moves from one event to the next."""
    steps: list[Decision] = []
    earlier: dict[str, datetime | None] = {}
    for event in events:
        for verb, tell in VERBS.items():
            at = getattr(event, f"{verb}_at")
            if at is not None and at != earlier.get(verb):
                by = getattr(event, f"{verb}_by")
                steps.append(Decision(at, by=by, version=event.version, **tell(event)._asdict()))
            earlier[verb] = at
    return steps


def _saved(event: Any) -> Told:
    if event.completed_at is not None and event.completed_at == event.saved_at:
        return Told(_("確認完整並存檔"))
    return Told(_("匯入") if event.is_prefilled else _("存檔"))


def _returned(event: Any) -> Told:
    return Told(_("退回"), event.return_reason, tuple(map(line_name, event.returned_lines)))


def _extended(event: Any) -> Told:
    day = event.extended_to.isoformat()
    return Told(_("展延期限至 %(day)s") % {"day": day}, event.extension_reason)


VERBS = {
    "saved": _saved,
    "confirmed": lambda _event: Told(_("確認")),
    "returned": _returned,
    "extended": _extended,
}
