"""Quantity × factor × GWP. Pure: nothing here knows Django, a database or a clock."""

from inventory.calculator.emission import (
    KG_PLACES,
    Emission,
    GasFactor,
    MissingFactor,
    Term,
    emission,
    round_kg,
    total,
)
from inventory.calculator.gases import GasShare, GasStep, gas_shares, gas_steps, group_of

__all__ = [
    "KG_PLACES",
    "Emission",
    "GasFactor",
    "GasShare",
    "GasStep",
    "MissingFactor",
    "Term",
    "emission",
    "gas_shares",
    "gas_steps",
    "group_of",
    "round_kg",
    "total",
]
