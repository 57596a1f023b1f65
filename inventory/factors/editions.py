"""The GWP-100 values that the assessment reports of the IPCC are known to have.

`data/gwp_editions.csv` has each with its source, its page and how far it can be trusted. Where two
values of one gas circulate (sulphur hexafluoride in AR6, a blend rounded and not) both are there.
"""

import csv
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

TABLE = Path(__file__).parent / "data" / "gwp_editions.csv"
UNITY = ("CO2", "CO2e")  # by definition 1 in every edition


@dataclass(frozen=True, slots=True)
class KnownPotential:
    """One value of one gas in one edition, in kg CO2e per kg."""

    edition: str
    gas: str
    value: Decimal
    source: str
    page: str
    confidence: str
    note: str


@cache
def known_potentials() -> tuple[KnownPotential, ...]:
    """The whole table, in the file's order."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return tuple(KnownPotential(value=Decimal(row.pop("value")), **row) for row in rows)


def editions() -> tuple[str, ...]:
    """The names of the editions, the oldest first."""
    return tuple(dict.fromkeys(one.edition for one in known_potentials()))


def values_of(gas: str, edition: str) -> tuple[Decimal, ...]:
    """What an edition says of a gas; empty where the table does not know."""
    found = known_potentials()
    return tuple(one.value for one in found if (one.edition, one.gas) == (edition, gas))


def editions_with(gas: str, value: Decimal) -> tuple[str, ...]:
    """The editions in which the gas has this value."""
    found = (one.edition for one in known_potentials() if (one.gas, one.value) == (gas, value))
    return tuple(dict.fromkeys(found))
