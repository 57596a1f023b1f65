"""The sum behind every figure that the platform shows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext

KG_PLACES = 4
SMALLEST_KG = Decimal(1).scaleb(-KG_PLACES)
# Far more digits than a quantity (13), a factor (24) and a GWP (12) can have together, so that
# nothing is rounded before the one rounding that the rule allows.
EXACT = Context(prec=80, rounding=ROUND_HALF_UP)


class MissingFactor(LookupError):
    """A quantity was asked to become kilograms without a factor. Never counted as zero.

    line, name: what has none; unit: what its factor is per, where that is not the quantity's unit.
    """

    def __init__(self, line: str = "", name: str = "", unit: str = "") -> None:
        self.line, self.name, self.unit = line, name, unit
        super().__init__(" ".join(filter(None, ("no factor", line, name, unit))))


@dataclass(frozen=True, slots=True)
class GasFactor:
    """How much of one gas one unit of the activity releases, and what that gas weighs.

    value: kg of the gas per unit of activity (kWh, m³, L, kg); gwp: kg CO2e per kg of the gas.
    is_biogenic: CO2 from what grew lately, which the emission reports apart and does not add.
    """

    gas: str
    value: Decimal
    gwp: Decimal
    is_biogenic: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """One gas's share: quantity × value × gwp, in kg CO2e, not rounded."""

    factor: GasFactor
    kg: Decimal


@dataclass(frozen=True, slots=True)
class Emission:
    """What one entry releases: the terms as they are, and their sum rounded once.

    kg: the sum of all terms but the biogenic ones; biogenic_kg: the sum of those.
    """

    quantity: Decimal
    terms: tuple[Term, ...]
    kg: Decimal
    biogenic_kg: Decimal = Decimal("0.0000")


def round_kg(kg: Decimal) -> Decimal:
    """Kilograms to 4 places, halves up (0.00005 becomes 0.0001)."""
    with localcontext(EXACT):
        return kg.quantize(SMALLEST_KG)


def emission(quantity: Decimal, factors: Sequence[GasFactor]) -> Emission:
    """kg CO2e of a quantity: Σ over gases of quantity × value × gwp, rounded once at the end.

    Biogenic CO2 is summed apart (ISO 14064-1, IPCC 2006: reported, in no total).

    438 kWh × 0.554 kg CO2e/kWh = 242.652 kg CO2e.

    Raises MissingFactor without any factor; ValueError for a negative or endless quantity.
    """
    if not factors:
        raise MissingFactor
    if not quantity.is_finite() or quantity < 0:
        raise ValueError(f"not a quantity: {quantity}")
    with localcontext(EXACT):
        terms = tuple(Term(factor, quantity * factor.value * factor.gwp) for factor in factors)
        biogenic = sum((term.kg for term in terms if term.factor.is_biogenic), Decimal(0))
        counted = sum((term.kg for term in terms if not term.factor.is_biogenic), Decimal(0))
        return Emission(quantity, terms, round_kg(counted), round_kg(biogenic))


def total(kilograms: Iterable[Decimal]) -> Decimal:
    """The sum of figures as shown (already rounded to 4 places), so that anyone can re-add it."""
    with localcontext(EXACT):
        return sum(kilograms, Decimal(0)).quantize(SMALLEST_KG)
