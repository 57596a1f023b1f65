"""Opening a year: one filing for every active unit, with its place in the tree copied."""

from collections import defaultdict
from collections.abc import Iterator

import pghistory
from django.db import transaction

from accounts.models import Unit, User
from inventory.models import PATH_WIDTH, Filing, ReportingYear
from inventory.permissions import check_is_platform_administrator
from inventory.policies import check_set_fits

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
BATCH = 2_000


@transaction.atomic
def open_year(*, year: ReportingYear, by: User) -> int:
    """Make the filings of a year and return how many were made.

    A second call adds filings for units that have come since and changes no other. Units whose
    parent is no longer active hang below the nearest active agency above. Raises
    PermissionDenied for anyone but a platform administrator, NotAllowed where the factor set
    is not for this year.
    """
    check_is_platform_administrator(by)
    check_set_fits(year.factor_set, year.year)
    made = 0
    for batch in _new_filings(year):
        # A context of its own per batch: the history updates its row once for every filing.
        with pghistory.context(user=by.pk, verb="open_year"):
            made += len(Filing.objects.bulk_create(batch))
    return made


def _new_filings(year: ReportingYear) -> Iterator[list[Filing]]:
    """Batches, level by level, so that every filing finds its parent's already there."""
    filings = {filing.unit_id: filing for filing in Filing.objects.filter(year=year)}
    children = _active_children()
    level: list[tuple[int, Filing | None]] = [(unit, None) for unit in children[None]]
    while level:
        new = []
        for unit, parent in level:
            if unit not in filings:
                filings[unit] = _filing(year, unit, parent)
                new.append(filings[unit])
        for start in range(0, len(new), BATCH):
            yield new[start : start + BATCH]
        level = [(child, filings[unit]) for unit, _parent in level for child in children[unit]]


def _active_children() -> dict[int | None, list[int]]:
    """Active units by the nearest active agency above them (None: at the top)."""
    parents: dict[int, int | None] = {}
    active: set[int] = set()
    for pk, parent, is_active in Unit.objects.values_list("pk", "parent", "is_active"):
        parents[pk] = parent
        if is_active:
            active.add(pk)
    children: dict[int | None, list[int]] = defaultdict(list)
    for unit in sorted(active):
        above = parents[unit]
        while above is not None and above not in active:
            above = parents[above]
        children[above].append(unit)
    return children


def _filing(year: ReportingYear, unit: int, parent: Filing | None) -> Filing:
    return Filing(
        year=year,
        unit_id=unit,
        parent=parent,
        path=(parent.path if parent else "") + path_piece(unit),
        level=parent.level + 1 if parent else 1,
    )


def path_piece(unit: int) -> str:
    """The unit's primary key in base 36, padded: siblings sort in the order they were added.

    >>> path_piece(71)
    '0001Z'
    """
    digits = ""
    while unit:
        unit, digit = divmod(unit, len(DIGITS))
        digits = DIGITS[digit] + digits
    return digits.rjust(PATH_WIDTH, "0")
