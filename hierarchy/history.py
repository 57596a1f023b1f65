"""What was decided about a filing and when, read from the history that the database keeps."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from inventory.models import Inventory


@dataclass(frozen=True, slots=True)
class Decision:
    """One step in the life of a filing."""

    at: datetime
    what: str
    by: User
    version: int
    note: str = ""


def decisions_on(inventory: Inventory) -> list[Decision]:
    """Every save, completion, confirmation, return and extension, newest first. One query."""
    by = ("saved_by__unit", "completed_by__unit", "confirmed_by__unit")
    kept: Any = inventory.events  # type: ignore[attr-defined]  # the history adds it
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
                what, note = tell(event)
                by = getattr(event, f"{verb}_by")
                steps.append(Decision(at, what, by, event.version, note))
            earlier[verb] = at
    return steps


def _saved(event: Any) -> tuple[str, str]:
    if event.completed_at is not None and event.completed_at == event.saved_at:
        return _("確認完整並存檔"), ""
    return (_("匯入") if event.is_prefilled else _("存檔")), ""


def _extended(event: Any) -> tuple[str, str]:
    day = event.extended_to.isoformat()
    return _("展延期限至 %(day)s") % {"day": day}, event.extension_reason


VERBS = {
    "saved": _saved,
    "confirmed": lambda _event: (_("確認"), ""),
    "returned": lambda event: (_("退回"), event.return_reason),
    "extended": _extended,
}
