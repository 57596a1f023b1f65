"""The contact details that a unit keeps itself: who changed what, and no unseen change is lost."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

import pghistory
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.edit_conflict import EditConflict
from accounts.histories import FieldChange, names_of, user_of
from accounts.models import Unit, User
from accounts.roles import Permission

FIELDS = (
    "name", "contact_name", "contact_phone", "contact_fax", "contact_email",
    "persons", "floor_area",
)  # fmt: skip
EVENTS_LOOKED_AT = 50  # the other columns change too, so more events than changes are read
CHANGES_SHOWN = 10


@dataclass(frozen=True)
class Change:
    """One saved change of a unit's own data."""

    time: datetime
    who: str
    fields: list[FieldChange]


def label_of(field: str) -> str:
    """The field's label on the page."""
    return str(Unit._meta.get_field(field).verbose_name)  # type: ignore[union-attr]


def version_token(unit: Unit) -> str:
    """Stands for the values that a form shows; two units' equal values look the same."""
    values = json.dumps([_shown(getattr(unit, field)) for field in FIELDS])
    return hashlib.sha256(values.encode()).hexdigest()


def can_save_contacts(user: User, unit: Unit) -> bool:
    """A unit's own people keep its details, if their role lets them."""
    return user.unit_id == unit.pk and user.may(Permission.KEEP_CONTACTS)


def check_can_save_contacts(user: User, unit: Unit) -> None:
    """Raises PermissionDenied for everybody else."""
    if not can_save_contacts(user, unit):
        raise PermissionDenied("can_save_contacts")


def save_contacts(*, unit: Unit, values: dict[str, Any], seen: str, by: User) -> bool:
    """Write the cleaned values of FIELDS; tell whether anything changed.

    `seen` is the version token of what the form showed. Raises PermissionDenied, and
    EditConflict, with nothing written, where the unit has other values by now.
    """
    check_can_save_contacts(by, unit)
    with pghistory.context(user=by.pk), transaction.atomic():
        stored = Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
        if not differences(stored, values):
            return False
        if version_token(stored) != seen:
            raise EditConflict(stored)
        for field in FIELDS:
            setattr(stored, field, values[field])
        stored.save(update_fields=FIELDS)
    return True


def differences(unit: Unit, values: dict[str, Any]) -> list[FieldChange]:
    """What the unit has (`before`) where the values (`after`) are others."""
    return [
        FieldChange(label_of(field), _shown(getattr(unit, field)), _shown(values[field]))
        for field in FIELDS
        if getattr(unit, field) != values[field]
    ]


def _shown(value: Any) -> str:
    """A value of FIELDS as it stands on a page; a size that nobody gave is empty."""
    return "" if value is None else str(value)


def changes_of(unit: Unit) -> list[Change]:
    """The last changes of FIELDS, newest first, with who made them: always two queries."""
    history = unit.events  # type: ignore[attr-defined]
    events = list(history.order_by("-pgh_id")[: EVENTS_LOOKED_AT + 1])
    names = names_of(events)
    changes = []
    for event, earlier in pairwise(events):
        fields = differences(earlier, {field: getattr(event, field) for field in FIELDS})
        if fields:
            who = names.get(user_of(event), _("系統"))
            changes.append(Change(event.pgh_created_at, who, fields))
    return changes[:CHANGES_SHOWN]
