"""The history of accounts, units and years: every row as it was made, changed and deleted."""

from collections.abc import Callable
from typing import Any, TypeVar

import pghistory
import pgtrigger
from django.db.models import Model
from pghistory import trigger

from accounts.guards import Unignorable, insert_only

Tracked = TypeVar("Tracked", bound=type[Model])


class EventTrigger(Unignorable, trigger.Event):  # type: ignore[misc]
    """Writes an event down whatever the session's settings say."""


class _Kept:
    """A tracker whose trigger cannot be switched off from a session."""

    def add_event_trigger(self, event_model: Any) -> None:
        made = EventTrigger(  # type: ignore[no-untyped-call]
            event_model=event_model,
            label=self.label,  # type: ignore[attr-defined]
            name=self.trigger_name,  # type: ignore[attr-defined]
            row=self.row,  # type: ignore[attr-defined]
            operation=self.operation,  # type: ignore[attr-defined]
            condition=self.condition,  # type: ignore[attr-defined]
            level=self.level,  # type: ignore[attr-defined]
        )
        pgtrigger.register(made)(event_model.pgh_tracked_model)


class _Insert(_Kept, pghistory.InsertEvent):
    pass


class _Update(_Kept, pghistory.UpdateEvent):
    pass


class _Delete(_Kept, pghistory.DeleteEvent):
    pass


def keep_history(
    *, exclude: tuple[str, ...] = (), deeds: tuple[str, ...] = ()
) -> Callable[[Tracked], Tracked]:
    """Keep every row of a model that was ever there, in an insert-only table of events.

    Each event carries the context of its moment (`pghistory.context`: who, why, from which
    address) in its own row, so that no row of another table has to be changed afterwards.
    `exclude`: fields that stay out, such as a password. `deeds`: labels of what is done to a row
    without changing it; whoever does it writes the event (`pghistory.create_event`).
    """
    decorator: Callable[[Tracked], Tracked] = pghistory.track(
        _Insert(),
        _Update(),
        _Delete(),
        *(pghistory.ManualEvent(deed) for deed in deeds),  # type: ignore[no-untyped-call]
        exclude=list(exclude),
        context_field=pghistory.ContextJSONField(),
        context_id_field=None,  # type: ignore[arg-type]  # its documentation allows it
        meta={"triggers": insert_only()},
    )
    return decorator
