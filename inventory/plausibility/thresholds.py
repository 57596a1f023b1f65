"""The one place of every threshold of plausibility. They belong to the edition of the form.

They were chosen by the seeded counties of tests/inventory/plausibility: by what they find and by
what they ask in vain. docs/plausibility.md has the table and says how each was derived.
"""

from dataclasses import dataclass
from decimal import Decimal

from inventory.lines import EXTINGUISHERS, REFRIGERANTS, Kind, Line, line_of
from inventory.plausibility.findings import Key


@dataclass(frozen=True, slots=True)
class Nature:
    """How a line behaves from year to year.

    deviation: of the logarithm of its yearly change. changes, comes: the share of the unit's
    total that a change, or an appearing or vanishing line, has to move before it asks. rare: how
    improbable it is that a line of some weight appears or vanishes, in standard deviations.
    """

    deviation: float
    changes: Decimal
    comes: Decimal
    rare: float


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What asks, and what is told. Shares are of the kg CO2e of the whole filing, own and
    outsourced, in the smaller of two years.
    """

    per_cent: Decimal = Decimal(30)  # a change beyond ± this, of the neighbouring year's quantity
    steady: Nature = Nature(0.10, Decimal("0.02"), Decimal("0.03"), 7.5)
    erratic: Nature = Nature(0.90, Decimal("0.35"), Decimal("0.35"), 1.0)
    # A change that is small in the unit's total asks all the same beyond this part of the line's
    # bound: the total of a large unit does not hide a chiller.
    of_bound: Decimal = Decimal("0.25")
    min_kg: Decimal = Decimal(10)  # a change of less than this is nobody's time
    # Siblings: how many at least, and how far in robust standard deviations; farther for a line
    # that agrees with a neighbouring year, for there it was asked about.
    siblings: int = 5
    distance: float = 4.5
    agreeing_distance: float = 7.0
    least_deviation: float = 0.35
    sibling_share: Decimal = Decimal("0.10")
    max_share: Decimal = Decimal("0.75")  # of an erratic group of lines, in the unit's total
    repeated: int = 3  # lines that have one number of at least `repeated_digits`
    repeated_digits: int = 3
    same_share: Decimal = Decimal("0.8")  # of the total: lines that equal a neighbouring year's
    same_digits: int = 4
    # About a month: told where the heaviest line has less by this than every neighbouring year.
    month_from: Decimal = Decimal("0.05")
    month_to: Decimal = Decimal("0.13")

    def nature(self, line: Line) -> Nature:
        """Refills, generators and what is named come and go; the rest is there every year."""
        is_erratic = line.group in (EXTINGUISHERS, REFRIGERANTS) or line.kind is not Kind.SINGLE
        return self.erratic if is_erratic else self.steady

    def nature_of(self, key: Key) -> Nature:
        """The nature of a line by its place."""
        return self.nature(line_of(key[1]))


# edition's first ROC year → its thresholds; None: from the beginning
EDITIONS: dict[int | None, Thresholds] = {None: Thresholds()}


def thresholds_of(year: int) -> Thresholds:
    """The thresholds that the form of a ROC year is judged by."""
    begun = [since for since in EDITIONS if since is not None and since <= year]
    return EDITIONS[max(begun) if begun else None]
