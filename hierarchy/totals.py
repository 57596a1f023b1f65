"""Figures added up over filings: of a unit alone, and of the unit with everything below it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Aggregate, Count, Q, Sum

from inventory.models import WITHOUT_FIGURES
from inventory.published import IS_OLDER
from inventory.states import FILED, Status

Number = Decimal | int


@dataclass(frozen=True, slots=True, eq=False)
class Figure:
    """What is added up over filings: a sum or a count, drafts as they stand.

    The aggregate is over the filing's own columns, or over a Subquery with one value a filing. A
    join with many rows a filing would count every other figure as often.
    """

    aggregate: Aggregate

    def over(self, sums: "Sums") -> Number:
        """The figure in these sums. Of no filing at all it is zero, of the figure's own kind."""
        return sums.get(self, self.zero)

    @property
    def zero(self) -> Number:
        """Decimal for whatever is no count, so that who divides by it stays exact."""
        return 0 if isinstance(self.aggregate, Count) else Decimal(0)


OWN_KG = Figure(Sum("own_kg"))  # kg CO2e
OUTSOURCED_KG = Figure(Sum("outsourced_kg"))  # kg CO2e, in no other total
OWING_COUNT = Figure(Count("pk", filter=~Q(status=Status.EXCUSED)))
UNCOUNTED_COUNT = Figure(Sum("uncounted"))  # answers that are in no sum, own and outsourced
FILED_COUNT = Figure(Count("pk", filter=Q(status__in=FILED)))
CONFIRMED_COUNT = Figure(Count("pk", filter=Q(status=Status.CONFIRMED)))
STARTED_COUNT = Figure(Count("pk", filter=~Q(status__in=WITHOUT_FIGURES)))  # a draft is enough
# Their public version is an older one, so the public's totals are others.
PUBLIC_AS_OLDER_COUNT = Figure(Count("pk", filter=IS_OLDER))

Sums = Mapping[Figure, Number]


def total(parts: Iterable[Sums]) -> Sums:
    """Several sums in one. A figure that none of them has is not in it: a sum over nothing."""
    whole: dict[Figure, Number] = {}
    for part in parts:
        for figure, number in part.items():
            whole[figure] = whole[figure] + number if figure in whole else number
    return whole


@dataclass(frozen=True, slots=True)
class SubtreeTotals:
    """The sums of a unit alone and of everything below it.

    `children` counts the units directly below it. `is_listed`: the filter of the list lets the
    unit through; that changes no sum.
    """

    unit: Sums
    below: Sums
    children: int
    is_listed: bool

    @property
    def subtree(self) -> Sums:
        """The unit and everything below it."""
        return total((self.unit, self.below))


@dataclass(frozen=True, slots=True)
class Progress:
    """How many filings are owed, how many are 已完成 or 已確認, and how many are 已確認."""

    owing: int = 0
    filed: int = 0
    confirmed: int = 0

    @property
    def waiting(self) -> int:
        """How many owe a filing that is not completed."""
        return self.owing - self.filed


PROGRESS = {"owing": OWING_COUNT, "filed": FILED_COUNT, "confirmed": CONFIRMED_COUNT}


def progress_of(sums: Sums) -> Progress:
    """How far the filings are that were added up."""
    return Progress(**{name: int(figure.over(sums)) for name, figure in PROGRESS.items()})
