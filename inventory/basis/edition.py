"""Frozen factors on another edition of the GWP, for totals that are to be of one edition.

Quantities and kilograms of gas stay what they were; only the weights of the gases are others. What
was computed on the edition already stays as it is. Nothing is written.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

from inventory.calculator import GasFactor
from inventory.factors.editions import UNITY, KnownPotential, known_potentials

TRUST = ("printed", "recomputed", "unconfirmed")  # the best first


class NotInEdition(LookupError):
    """A gas of an entry has no value in the edition, so the entry cannot be computed on it."""

    def __init__(self, gases: Sequence[str]) -> None:
        self.gases = tuple(gases)
        super().__init__(", ".join(gases))


@dataclass(frozen=True, slots=True)
class Frozen:
    """The factors of an entry and the edition of the set that they are from ("": not known)."""

    factors: tuple[GasFactor, ...]
    edition: str


@cache
def potential(gas: str, edition: str) -> Decimal | None:
    """What a gas weighs in an edition, in kg CO2e per kg; None where the table does not know.

    Where two values circulate, the one that can be trusted more; of two alike the whole number,
    as the tables print blends.
    """
    if gas in UNITY:
        return Decimal(1)
    found = [one for one in known_potentials() if (one.edition, one.gas) == (edition, gas)]
    return min(found, key=_rank).value if found else None


def _rank(one: KnownPotential) -> tuple[int, bool]:
    trust = TRUST.index(one.confidence) if one.confidence in TRUST else len(TRUST)
    return trust, one.value != one.value.to_integral_value()


def on_edition(frozen: Frozen, edition: str) -> tuple[GasFactor, ...]:
    """The factors with the edition's GWP. Raises NotInEdition; its gases are those without any."""
    if frozen.edition == edition:
        return frozen.factors
    weights = {one.gas: potential(one.gas, edition) for one in frozen.factors}
    missing = sorted(gas for gas, weight in weights.items() if weight is None)
    if missing or not frozen.factors:
        raise NotInEdition(missing)
    return tuple(replace(one, gwp=weights[one.gas] or one.gwp) for one in frozen.factors)
