"""Which units gave themselves the name that they have: a list does not take it back."""

from collections.abc import Collection

from django.db.models import F, Window
from django.db.models.functions import Lag

from accounts.account_lists.known import CHUNK
from accounts.account_lists.progress import batches
from accounts.models import Unit, User


def named_by_themselves(units: Collection[int]) -> set[int]:
    """Keys of the units whose name was last changed by an account of the unit itself."""
    who: dict[int, int] = {}
    for chunk in batches(units, CHUNK):
        who |= _last_to_name(chunk)
    own: set[int] = set()
    for pairs in batches(who.items(), CHUNK):
        accounts = User.objects.filter(pk__in={user for _unit, user in pairs})
        unit_of = dict(accounts.values_list("pk", "unit_id"))
        own |= {unit for unit, user in pairs if unit_of.get(user) == unit}
    return own


def _last_to_name(units: list[int]) -> dict[int, int]:
    """Unit → user of the unit's last event that changed the name, where a user is known."""
    history = Unit.pgh_event_models["update"]  # type: ignore[attr-defined]
    events = history.objects.filter(pgh_obj_id__in=units)
    before = Window(Lag("name"), partition_by="pgh_obj_id", order_by="pgh_id")
    changes = events.annotate(before=before).exclude(before=F("name")).order_by("pgh_id")
    last = dict(changes.values_list("pgh_obj_id", "pgh_context__user"))
    return {unit: user for unit, user in last.items() if user is not None}
