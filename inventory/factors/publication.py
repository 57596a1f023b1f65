"""A factor set as its TOML file says it: read, checked, never guessed.

One file per publication. A published file is never edited; a correction is a new file. The
loader refuses what it does not know, and every refusal names the file and the place.
"""

import hashlib
import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from inventory.lines import BY_CODE, UNIT_LABELS, Kind

CONFIDENCES = ("printed", "recomputed", "unconfirmed")
MOST_BYTES = 1_000_000
MOST_YEAR = 999


class PublicationError(ValueError):
    """The file is not a factor set. The message names the file and the place in it."""


@dataclass(frozen=True, slots=True)
class Potential:
    """GWP-100 of a gas: kg CO2e per kg."""

    gas: str
    value: Decimal
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class FactorRow:
    """kg of one gas per unit of one line's activity."""

    line: str
    name: str
    year: int | None
    unit: str
    gas: str
    value: Decimal
    derivation: str
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Publication:
    """A whole factor set."""

    id: str
    title: str
    publisher: str
    source: str
    published: date
    gwp_basis: str
    review_by: date | None
    note: str
    potentials: dict[str, Potential]
    factors: tuple[FactorRow, ...]
    checksum: str


HEADER = {
    "id": (str, True),
    "title": (str, True),
    "publisher": (str, True),
    "source": (str, True),
    "published": (date, True),
    "gwp_basis": (str, True),
    "review_by": (date, False),
    "note": (str, False),
    "gwp": (list, True),
    "factor": (list, True),
}
POTENTIAL = {
    "gas": (str, True),
    "value": (Decimal, True),
    "basis": (str, False),
    "source": (str, True),
    "confidence": (str, True),
}
FACTOR = {
    "line": (str, True),
    "name": (str, False),
    "year": (int, False),
    "unit": (str, True),
    "gas": (str, True),
    "value": (Decimal, True),
    "derivation": (str, False),
    "source": (str, True),
    "confidence": (str, True),
}


def read_publication(path: Path) -> Publication:
    """Read and check one file. Raises PublicationError for anything that is not right."""
    content = path.read_bytes()
    return parse_publication(content, path.name)


def parse_publication(content: bytes, name: str) -> Publication:
    """The factor set in the file's bytes; `name` is what the refusals call the file."""
    if len(content) > MOST_BYTES:
        raise PublicationError(f"{name}: larger than {MOST_BYTES} bytes")
    try:
        table = tomllib.loads(content.decode("utf-8"), parse_float=Decimal)
    except UnicodeDecodeError as error:
        raise PublicationError(f"{name}: not UTF-8 (byte {error.start})") from error
    except tomllib.TOMLDecodeError as error:
        raise PublicationError(f"{name}: {error}") from error
    header = _fields(table, HEADER, name)
    potentials = _potentials(header["gwp"], header["gwp_basis"], name)
    return Publication(
        **{key: header.get(key, "") for key in ("id", "title", "publisher", "source", "note")},
        published=header["published"],
        gwp_basis=header["gwp_basis"],
        review_by=header.get("review_by"),
        potentials=potentials,
        factors=_factors(header["factor"], potentials, name),
        checksum=hashlib.sha256(content).hexdigest(),
    )


def _potentials(rows: list[Any], basis: str, name: str) -> dict[str, Potential]:
    potentials: dict[str, Potential] = {}
    for number, row in enumerate(rows, 1):
        place = f"{name}: gwp {number}"
        fields = _fields(row, POTENTIAL, place)
        if fields.pop("basis", basis) != basis:
            raise PublicationError(f"{place}: another edition than the set's ({basis})")
        potential = Potential(**fields)
        _check_value(potential.value, potential.confidence, place)
        if potential.gas in potentials:
            raise PublicationError(f"{place}: {potential.gas} stands twice")
        potentials[potential.gas] = potential
    return potentials


def _factors(rows: list[Any], potentials: dict[str, Potential], name: str) -> tuple[FactorRow, ...]:
    factors: list[FactorRow] = []
    seen: set[tuple[str, str, int | None, str]] = set()
    units: dict[tuple[str, str], str] = {}
    for number, fields in enumerate(rows, 1):
        place = f"{name}: factor {number}"
        factor = FactorRow(
            **{"name": "", "year": None, "derivation": "", **_fields(fields, FACTOR, place)}
        )
        _check_factor(factor, potentials, place)
        key = (factor.line, factor.name, factor.year, factor.gas)
        if key in seen:
            raise PublicationError(f"{place}: {' '.join(map(str, key))} stands twice")
        seen.add(key)
        if units.setdefault((factor.line, factor.name), factor.unit) != factor.unit:
            raise PublicationError(f"{place}: {factor.line} has two units")
        factors.append(factor)
    return tuple(factors)


def _check_factor(factor: FactorRow, potentials: dict[str, Potential], place: str) -> None:
    line = BY_CODE.get(factor.line)
    if line is None:
        raise PublicationError(f"{place}: no line is called {factor.line!r}")
    if line.unit and factor.unit != line.unit:
        raise PublicationError(f"{place}: {factor.line} is asked in {line.unit}, not {factor.unit}")
    if factor.unit not in UNIT_LABELS:
        raise PublicationError(f"{place}: unknown unit {factor.unit!r}")
    if bool(factor.name) != (line.kind in (Kind.REFRIGERANTS, Kind.OTHERS)):
        raise PublicationError(f"{place}: {factor.line} with the name {factor.name!r}")
    if factor.year is not None and not 1 <= factor.year <= MOST_YEAR:
        raise PublicationError(f"{place}: {factor.year} is no ROC year")
    if factor.gas not in potentials:
        raise PublicationError(f"{place}: {factor.gas} has no GWP in this set")
    _check_value(factor.value, factor.confidence, place)


def _check_value(value: Decimal, confidence: str, place: str) -> None:
    if not value.is_finite() or value < 0:
        raise PublicationError(f"{place}: {value} is no factor")
    if confidence not in CONFIDENCES:
        raise PublicationError(f"{place}: confidence {confidence!r} is none of {CONFIDENCES}")


def _fields(table: Any, known: dict[str, tuple[type, bool]], place: str) -> dict[str, Any]:
    """The table's values by key: all known, all required ones there, each of its type."""
    if not isinstance(table, dict):
        raise PublicationError(f"{place}: not a table")
    for key in table:
        if key not in known:
            raise PublicationError(f"{place}: unknown key {key!r}")
    fields = {}
    for key, (kind, required) in known.items():
        if key not in table:
            if required:
                raise PublicationError(f"{place}: {key} is missing")
            continue
        value = table[key]
        if kind is Decimal and type(value) is int:
            value = Decimal(value)
        if type(value) is not kind:
            raise PublicationError(f"{place}: {key} = {value!r} is not a {kind.__name__}")
        if value in ("", []):
            raise PublicationError(f"{place}: {key} is empty")
        fields[key] = value
    return fields
