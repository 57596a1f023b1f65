"""What is known of one filing when it is judged."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from inventory.plausibility.figures import Figures
from inventory.plausibility.findings import Key
from inventory.plausibility.siblings import Spread
from inventory.plausibility.thresholds import Thresholds

# What siblings are compared by. The size of a unit makes schools of 30 and of 3,000 comparable.
QUANTITY, PER_PERSON, PER_AREA = "quantity", "per_person", "per_area"
Spreads = Mapping[tuple[str, Key], Spread]  # by measure and line


@dataclass(frozen=True, slots=True)
class Size:
    """How large a unit is; None where nobody said so."""

    persons: int | None = None
    floor_area: Decimal | None = None  # m²

    def per(self, measure: str) -> Decimal | None:
        """What a quantity is divided by for a measure; None where that is not known."""
        if measure == QUANTITY:
            return Decimal(1)
        size = self.persons if measure == PER_PERSON else self.floor_area
        return Decimal(size) if size else None


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The unit's filing for the year before or after.

    asked: the lines that the forms of both years ask. beyond: the figures of the year on its
    other side. is_later: its figures were saved after those that are judged. is_settled: the
    agency above confirmed them. explained: the figures (`Finding.figures`) of the findings against
    the judged year that were explained there; they stay there.
    """

    year: int
    figures: Figures
    asked: frozenset[str]
    beyond: Figures | None = None
    is_later: bool = False
    is_settled: bool = False
    explained: frozenset[tuple[Key, Decimal, Decimal]] = frozenset()


@dataclass(frozen=True, slots=True)
class Case:
    """One filing: its figures, the unit's neighbouring years that have figures, its siblings.

    is_whole: every line that its form asks is answered. twins: how many other units have exactly
    these figures in the same year. held: as `Neighbour.explained`, of the judged filing itself.
    """

    figures: Figures
    thresholds: Thresholds
    neighbours: tuple[Neighbour, ...] = ()
    spreads: Spreads = field(default_factory=dict)
    size: Size = Size()
    is_whole: bool = False
    is_settled: bool = False
    twins: int = 0
    held: frozenset[tuple[Key, Decimal, Decimal]] = frozenset()

    @property
    def was_compared(self) -> bool:
        """Whether there was anything to hold the figures against but the bounds of the lines,
        which fit the largest unit of the country.
        """
        enough = (one.count >= self.thresholds.siblings for one in self.spreads.values())
        return bool(self.neighbours) or any(enough)
