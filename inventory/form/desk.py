"""From where a year's form is filled in: the unit's own pages, or the county's desk for a unit."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from inventory.models import Filing


@dataclass(frozen=True)
class FormDesk:
    """The addresses around a form, and how its filing is read anew.

    `is_for_other`: a county's administrator fills it in for a unit; `has_staff`: the unit has
    people of its own, so that a reason is asked for.
    """

    fetch: Callable[[], Filing]
    form: str
    back: str
    receipt: str
    versions: str
    is_for_other: bool = False
    has_staff: bool = False


def own_desk(year: int, fetch: Callable[[], Filing]) -> FormDesk:
    """The unit's own pages."""
    return FormDesk(
        fetch,
        form=reverse("inventory:form", args=[year]),
        back=reverse("inventory:years"),
        receipt=reverse("inventory:receipt", args=[year]),
        versions=reverse("inventory:versions", args=[year]),
    )
