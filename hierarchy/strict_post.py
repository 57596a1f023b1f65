"""What a page of ours sends, and nothing else: read strictly before anything is done."""

import re
from collections.abc import Collection, Iterable

from django.http import QueryDict

ALWAYS = frozenset({"csrfmiddlewaretoken", "owner"})
CHOICE = re.compile(r"([1-9][0-9]{0,17}):([0-9]{1,9})")


class NotUnderstood(ValueError):
    """A request that no page of ours makes."""


def check_fields(
    posted: QueryDict, *, once: Collection[str] = (), many: Collection[str] = ()
) -> None:
    """Raises NotUnderstood for a field that the page does not have, or has once and came twice."""
    for name, values in posted.lists():
        is_single = name in ALWAYS or name in once
        if name not in many and not (is_single and len(values) == 1):
            raise NotUnderstood(name)


def choice_of(values: Iterable[str]) -> dict[int, int]:
    """pk → revision of the ticked rows. Raises NotUnderstood for other text or a filing twice."""
    chosen: dict[int, int] = {}
    for value in values:
        match = CHOICE.fullmatch(value)
        if match is None or int(match[1]) in chosen:
            raise NotUnderstood(value)
        chosen[int(match[1])] = int(match[2])
    return chosen
