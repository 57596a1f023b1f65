"""One finding: what looks improbable at which line, how strongly, and what it weighs."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum

Key = tuple[str, str]  # operation and line


class Kind(Enum):
    """In which way a figure looks improbable. The value is stored and never changes."""

    CHANGED = "changed"  # much more or less than in a neighbouring year
    APPEARED = "appeared"  # a neighbouring year has nothing of it, or no answer
    VANISHED = "vanished"  # a neighbouring year used it
    SWAPPED = "swapped"  # two lines as if each had the other's figure
    BOUND = "bound"  # beyond what a unit uses of it in a year
    SIBLINGS = "siblings"  # far from others of the same category
    SHARE = "share"  # too much of the unit's total
    NOTHING = "nothing"  # every line answered, nothing used
    REPEATED = "repeated"  # the same number on several lines
    SAME_YEAR = "same_year"  # the figures of a neighbouring year over again
    SAME_UNIT = "same_unit"  # the figures of another unit
    MONTH = "month"  # about a month less than every neighbouring year: told, not asked


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding at one line.

    kg: how many kg CO2e are in doubt, of the unit's own figures only. strength: how improbable,
    in robust standard deviations or what is as rare. before: the neighbouring year's quantity.
    year: that year. other: the line that it may have been mixed up with. asks: completing asks
    for a reason; without, it is only told.
    """

    kind: Kind
    key: Key
    kg: Decimal
    strength: float
    now: Decimal = Decimal(0)
    before: Decimal | None = None
    year: int | None = None
    other: str = ""
    asks: bool = field(default=True)

    @property
    def figures(self) -> str:
        """What the finding is about: a reason that was given holds while this stays the same.

        Kilograms are no part of it, so that a new factor set does not ask everybody again.
        """
        before = "" if self.before is None else f"{self.before.normalize():f}"
        parts = (f"{self.now.normalize():f}", before, str(self.year or ""), self.other)
        return "|".join(parts)
