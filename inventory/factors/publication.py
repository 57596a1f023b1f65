"""A factor set: what a publication says, in types, and the same set as JSON.

One TOML file per publication (`toml_file` reads and checks it). A published file is never
edited; a correction is a new file with a new id, which may name the set that it corrects and say
only what changes (`corrections`).
"""

import json
from dataclasses import MISSING, asdict, dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

CONFIDENCES = ("printed", "recomputed", "unconfirmed")
TJ_PER_KCAL = Decimal("4.1868E-9")


@dataclass(frozen=True, slots=True)
class Potential:
    """GWP-100 of a gas: kg CO2e per kg."""

    gas: str
    value: Decimal
    source: str
    confidence: str
    page: str = ""


@dataclass(frozen=True, slots=True)
class FactorRow:
    """kg of one gas per unit of one line's activity.

    `name` tells apart what a line is answered by: refrigerants, energies, uses of electricity.
    `biogenic`: CO2 from what grew lately; it is reported apart and adds nothing to the kg CO2e.

    A fuel's value follows from its heating value (kcal per unit), the IPCC default (kg per TJ)
    and, where it is asked in kg and burnt in litres, litres_per_kg.
    """

    line: str
    unit: str
    gas: str
    value: Decimal
    source: str
    confidence: str
    name: str = ""
    name_en: str = ""
    year: int | None = None
    page: str = ""
    derivation: str = ""
    heating_value: Decimal | None = None
    ipcc_default: Decimal | None = None
    litres_per_kg: Decimal | None = None
    biogenic: bool = False

    @property
    def key(self) -> tuple[str, str, int | None, str, bool]:
        """What a set has one row of: line, name, year, gas, and whether the CO2 is biogenic."""
        return (self.line, self.name, self.year, self.gas, self.biogenic)

    @property
    def derived(self) -> Decimal | None:
        """The value as it follows from the heating value; None where none is given."""
        if self.heating_value is None or self.ipcc_default is None:
            return None
        per_unit = self.heating_value * TJ_PER_KCAL * self.ipcc_default
        return per_unit if self.litres_per_kg is None else per_unit * self.litres_per_kg

    @property
    def derivation_text(self) -> str:
        """The derivation as people read it: 7800 kcal/L × 4.1868E-9 TJ/kcal × 69300 kg/TJ."""
        if self.derived is None:
            return self.derivation
        per = "L" if self.litres_per_kg is not None else self.unit.replace("m3", "m³")
        text = f"{self.heating_value} kcal/{per} × 4.1868E-9 TJ/kcal × {self.ipcc_default} kg/TJ"
        return text if self.litres_per_kg is None else f"{text} × {self.litres_per_kg} L/kg"


@dataclass(frozen=True, slots=True)
class Publication:
    """A whole factor set. `years`: the ROC years that it may be used for.

    published: when its source was published, None where that is not known; file_date: of which
    day the file itself is. corrects: the id of the set of which this one is a correction.
    """

    id: str
    title: str
    publisher: str
    source: str
    gwp_basis: str
    years: tuple[int, ...]
    review_by: date
    potentials: tuple[Potential, ...]
    factors: tuple[FactorRow, ...]
    published: date | None = None
    file_date: date | None = None
    corrects: str = ""
    title_en: str = ""
    note: str = ""
    note_en: str = ""

    def potential(self, gas: str) -> Potential:
        """The GWP of a gas of this set."""
        return next(one for one in self.potentials if one.gas == gas)


def to_json(publication: Publication) -> str:
    """The set as JSON: decimals and dates as text, so that nothing is rounded on the way."""
    return json.dumps(asdict(publication), default=str, ensure_ascii=False, indent=1)


def from_json(text: str) -> Publication:
    """The set that `to_json` wrote, equal to it. Raises ValueError, KeyError, TypeError.

    A text of before a field was added is read as one that says nothing of it.
    """
    table = json.loads(text)
    return Publication(
        **_typed(Publication, table)
        | {
            "years": tuple(table["years"]),
            "potentials": tuple(Potential(**_typed(Potential, row)) for row in table["potentials"]),
            "factors": tuple(FactorRow(**_typed(FactorRow, row)) for row in table["factors"]),
        }
    )


def _typed(kind: type, table: dict[str, Any]) -> dict[str, Any]:
    """Text to the type that the field has."""
    typed = {}
    for field in fields(kind):
        if field.name not in table and field.default is not MISSING:
            continue
        value = table[field.name]
        if value is not None and field.type in (Decimal, Decimal | None):
            value = Decimal(value)
        elif value is not None and field.type in (date, date | None):
            value = date.fromisoformat(value)
        typed[field.name] = value
    return typed
