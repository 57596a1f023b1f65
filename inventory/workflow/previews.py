"""What a change of the tree would do to the totals, looked at before it is done.

The verb itself is done and taken back, so what is shown is what will be: nothing is foretold by a
second rule. All figures are kg CO2e of an agency with everything below it, drafts as they stand.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import transaction
from django.db.models import Count, Q, Sum

from inventory.models import PATH_WIDTH, Filing
from inventory.states import Status


@dataclass(frozen=True, slots=True)
class AgencyTotal:
    """An agency's total and how many filings are owed at it and below, before and afterwards."""

    agency: Filing
    before: Decimal
    after: Decimal
    owing_before: int
    owing_after: int

    @property
    def is_changed(self) -> bool:
        """Whether anything of it becomes another."""
        return (self.before, self.owing_before) != (self.after, self.owing_after)


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be done, in sentences, and the agencies whose totals it may change."""

    sentences: list[str]
    totals: list[AgencyTotal] = field(default_factory=list)


def rehearse(act: Callable[[], object], watched: Iterable[Filing]) -> list[AgencyTotal]:
    """The totals of the watched filings and of every agency above them, before and after `act`.

    Nothing of it stays. Raises whatever `act` raises.
    """
    agencies = _with_those_above(watched)
    before = [_sums(agency) for agency in agencies]
    with transaction.atomic():
        act()
        after = [_sums(agency) for agency in agencies]
        transaction.set_rollback(True)
    return [
        AgencyTotal(agency, was[0], now[0], was[1], now[1])
        for agency, was, now in zip(agencies, before, after, strict=True)
    ]


def paths_down_to(path: str) -> list[str]:
    """The paths of every agency above a place and of the place itself, from the top."""
    return [path[:end] for end in range(PATH_WIDTH, len(path) + 1, PATH_WIDTH)]


def _with_those_above(filings: Iterable[Filing]) -> list[Filing]:
    wanted = Q(pk__in=())
    for filing in filings:
        wanted |= Q(year=filing.year_id, path__in=paths_down_to(filing.path))
    return list(Filing.objects.filter(wanted).select_related("unit").order_by("year", "path"))


def _sums(agency: Filing) -> tuple[Decimal, int]:
    sums = Filing.objects.with_subtree_of(agency).aggregate(
        kg=Sum("own_kg"), owing=Count("pk", filter=~Q(status=Status.EXCUSED))
    )
    return sums["kg"] or Decimal(0), sums["owing"]
