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

__all__ = [
    "KG_PLACES",
    "Emission",
    "GasFactor",
    "MissingFactor",
    "Term",
    "emission",
    "round_kg",
    "total",
]
