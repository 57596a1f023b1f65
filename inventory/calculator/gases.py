"""What an entry's kilograms are made of, gas by gas, so that the parts add up to the last digit.

An entry's kg CO2e are rounded once, over all its gases. Its gases are cut out of that one figure:
in the order of their names the running sum is rounded after each, and a gas's share is what it
adds. Shares are never negative, add up to the entry's kg exactly, are less than 0.0001 kg off the
exact product, and do not depend on the order in which a factor set names its gases. See
docs/adr/0010-parts-that-add-up.md.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, localcontext

from inventory.calculator.emission import EXACT, GasFactor, round_kg

UNDIVIDED = "CO2e"  # a factor that was published in CO2e, as electricity's: no gas is told
SIMPLE = ("CO2", "CH4", "N2O", "SF6", "NF3", UNDIVIDED)
HFC = re.compile(
    r"HFC-?\d.*|R-?(4\d\d|5\d\d)[A-Z]?|R-?(23|32|125|134a|143a|152a|227ea|245fa)", re.I
)
PFC = re.compile(r"PFC-?\d.*|C\d?F\d+|R-?(14|116|218)", re.I)
GROUPS = ("CO2", "CH4", "N2O", "HFCs", "PFCs", "SF6", "NF3", UNDIVIDED)


@dataclass(frozen=True, slots=True)
class GasStep:
    """One gas of an entry: what its running sum is per unit of activity, in kg CO2e.

    before: of the gases that come first; upto: with this one. Biogenic CO2 has a sum of its own.
    """

    factor: GasFactor
    before: Decimal
    upto: Decimal


@dataclass(frozen=True, slots=True)
class GasShare:
    """One gas's part of an entry: kg CO2e, and kg of the gas itself; both to 4 places.

    gas_kg is None where no gas is told (CO2e).
    """

    gas: str
    is_biogenic: bool
    kg: Decimal
    gas_kg: Decimal | None


def gas_steps(factors: Iterable[GasFactor]) -> tuple[GasStep, ...]:
    """The factors of an entry in the order of their gases' names, the biogenic ones last."""
    found: list[GasStep] = []
    with localcontext(EXACT):
        ordered = sorted(factors, key=lambda one: (one.is_biogenic, one.gas, one.value))
        for factor in ordered:
            goes_on = found and found[-1].factor.is_biogenic == factor.is_biogenic
            before = found[-1].upto if goes_on else Decimal(0)
            found.append(GasStep(factor, before, before + factor.value * factor.gwp))
    return tuple(found)


def gas_shares(quantity: Decimal, factors: Iterable[GasFactor]) -> tuple[GasShare, ...]:
    """What each gas adds to quantity × factors: the ones that count add up to its kg CO2e.

    2 L × (2.606 kg CO2 × 1 + 0.0001 kg CH4 × 25) = 5.2170 kg CO2e, of which CH4 0.0050.
    """
    with localcontext(EXACT):
        return tuple(
            GasShare(
                step.factor.gas,
                step.factor.is_biogenic,
                round_kg(quantity * step.upto) - round_kg(quantity * step.before),
                gas_kg(quantity, step.factor),
            )
            for step in gas_steps(factors)
        )


def gas_kg(quantity: Decimal, factor: GasFactor) -> Decimal | None:
    """kg of the gas itself, rounded once for an entry; None where no gas is told."""
    if factor.gas == UNDIVIDED:
        return None
    with localcontext(EXACT):
        return round_kg(quantity * factor.value)


def group_of(gas: str) -> str:
    """The group that ISO 14064-1 asks for: the gas itself, HFCs or PFCs. Unknown: itself."""
    plain = gas.partition(" (")[0]  # CH4 (fossil)
    if plain in SIMPLE:
        return plain
    if HFC.fullmatch(plain):
        return "HFCs"
    return "PFCs" if PFC.fullmatch(plain) else plain


def group_order(group: str) -> tuple[int, str]:
    """Where a group stands in a table: as the protocols list them, unknown ones last."""
    return (GROUPS.index(group) if group in GROUPS else len(GROUPS), group)
