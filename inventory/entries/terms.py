"""An entry's sum opened: its frozen factors, gas by gas."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from inventory.calculator import GasFactor, emission
from inventory.models import Entry, Factor


@dataclass(frozen=True)
class FactorTerm:
    """One gas of an entry: quantity × value × GWP = kg, and where the factor comes from.

    is_biogenic: its kg stand beside the entry's and are no part of them.
    """

    gas: str
    value: Decimal
    gwp: Decimal
    kg: Decimal
    factor: Factor | None
    is_biogenic: bool


def terms_of(entry: Entry, factors: Mapping[int, Factor]) -> tuple[FactorTerm, ...]:
    """The sum of an entry, gas by gas, as it was frozen; nothing where nothing was counted."""
    if entry.quantity is None or not entry.terms:
        return ()
    frozen = [
        GasFactor(
            term["gas"], Decimal(term["value"]), Decimal(term["gwp"]), term.get("biogenic", False)
        )
        for term in entry.terms
    ]
    result = emission(entry.quantity, frozen)
    return tuple(
        FactorTerm(
            one.factor.gas,
            one.factor.value,
            one.factor.gwp,
            one.kg,
            factors.get(term["factor"]),
            one.factor.is_biogenic,
        )
        for one, term in zip(result.terms, entry.terms, strict=True)
    )
