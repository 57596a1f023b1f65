"""Seeded counties with plausible histories of three years, made without a database.

Sizes, uses and their yearly changes are assumptions about county offices and schools, said here
in one table; real histories will differ, and then the thresholds are to be chosen anew.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from math import exp
from random import Random

from inventory.lines import LINES
from inventory.plausibility.case import QUANTITY, Case, Neighbour, Spreads
from inventory.plausibility.figures import NOT_USED, Figures, LineFigure
from inventory.plausibility.findings import Key
from inventory.plausibility.siblings import spread_of
from inventory.plausibility.thresholds import thresholds_of

YEARS = (102, 103, 104)
# kg CO2e per unit of a line, rounded: what a weight is made of, no factor set of a year.
KG = {
    "electricity": Decimal("0.53"), "natural_gas": Decimal("1.88"), "lpg": Decimal("3.16"),
    "gasoline": Decimal("2.36"), "diesel": Decimal("2.65"), "facility_diesel": Decimal("2.61"),
    "co2_extinguisher": Decimal(1), "bc_extinguisher": Decimal("0.26"),
    "kbc_extinguisher": Decimal("0.22"), "r134a": Decimal(1430), "r410a": Decimal(2088),
}  # fmt: skip
CODES = [line.code for line in LINES if line.code in KG]


@dataclass(frozen=True)
class Use:
    """Of a kind of unit: how many use the line, how much in the median, how far that spreads, how
    much it moves from year to year (all of logarithms), and whether it is used every year.
    """

    part: float
    median: float
    spread: float = 0.5
    yearly: float = 0.12
    is_yearly: bool = True


REFILLS = {
    "facility_diesel": Use(0.35, 60, 0.6, 0.6, False),
    "co2_extinguisher": Use(0.06, 10, 0.5, 0.5, False),
    "bc_extinguisher": Use(0.15, 15, 0.5, 0.5, False),
    "kbc_extinguisher": Use(0.10, 15, 0.5, 0.5, False),
    "r134a": Use(0.05, 1.0, 0.5, 0.5, False),
    "r410a": Use(0.12, 1.6, 0.5, 0.5, False),
}
# kind → (how many of a county's units, its lines)
KINDS: dict[str, tuple[int, dict[str, Use]]] = {
    "學校": (
        60,
        {
            "electricity": Use(1, 110_000, 0.7, 0.08),
            "lpg": Use(0.6, 2_500, 0.6, 0.12),
            "gasoline": Use(0.5, 150, 0.6, 0.30),
        },
    ),
    "公所": (
        15,
        {
            "electricity": Use(1, 150_000, 0.5, 0.08),
            "gasoline": Use(1, 6_000, 0.5, 0.15),
            "diesel": Use(0.9, 18_000, 0.6, 0.15),
        },
    ),
    "警消": (
        15,
        {
            "electricity": Use(1, 80_000, 0.6, 0.08),
            "gasoline": Use(1, 12_000, 0.6, 0.15),
            "diesel": Use(0.7, 4_000, 0.6, 0.2),
            "lpg": Use(0.3, 300, 0.5, 0.2),
        },
    ),
    "醫療": (
        10,
        {
            "electricity": Use(1, 900_000, 0.8, 0.07),
            "natural_gas": Use(0.6, 25_000, 0.6, 0.15),
            "gasoline": Use(1, 1_500, 0.5, 0.15),
            "diesel": Use(0.8, 1_500, 0.5, 0.2),
        },
    ),
}
TRULY_CHANGED = 0.015  # of the filings: a building more or less, a kitchen given up
COUNTY_WIDE = 0.03  # a hot year moves everybody's electricity


@dataclass
class Unit:
    """One unit: its kind and, by year, the quantity of each line."""

    kind: str
    years: dict[int, dict[str, Decimal]] = field(default_factory=dict)


def county(size: int, seed: int) -> list[Unit]:
    """A county of so many units without an error; the same for the same seed."""
    random = Random(seed)
    kinds = [kind for kind, (part, _lines) in KINDS.items() for _ in range(part)]
    weather = {year: random.gauss(0, COUNTY_WIDE) for year in YEARS}
    return [_unit(random, random.choice(kinds), weather) for _ in range(size)]


def _unit(random: Random, kind: str, weather: dict[int, float]) -> Unit:
    uses = {**KINDS[kind][1], **REFILLS}
    size = random.gauss(0, 1)  # a large school has more of everything
    levels = {
        code: use.median * exp(use.spread * (0.8 * size + 0.6 * random.gauss(0, 1)))
        for code, use in uses.items()
        if not use.is_yearly or random.random() < use.part
    }
    unit = Unit(kind)
    for year in YEARS:
        if random.random() < TRULY_CHANGED:
            _truly_change(random, levels)
        unit.years[year] = {
            code: quantity(level * exp(_move(random, code, uses[code], weather[year])))
            for code, level in levels.items()
            if uses[code].is_yearly or random.random() < uses[code].part
        }
    return unit


def _truly_change(random: Random, levels: dict[str, float]) -> None:
    """What a unit can explain: its main use doubles or halves, or a kitchen goes for good."""
    if "lpg" in levels and random.random() < 0.3:
        del levels["lpg"]
    else:
        levels["electricity"] *= exp(random.choice((-1, 1)) * random.uniform(0.35, 0.9))


def _move(random: Random, code: str, use: Use, weather: float) -> float:
    return random.gauss(0, use.yearly) / 2**0.5 + (weather if code == "electricity" else 0)


def quantity(value: float) -> Decimal:
    """As people write it: whole numbers, refills of refrigerant to a tenth."""
    return max(Decimal(str(round(value, 1 if value < 10 else 0))).normalize(), Decimal("0.1"))


def figures_of(quantities: dict[str, Decimal]) -> Figures:
    """The figures of a completed filing: every other line, and everything outsourced, unused."""
    lines: dict[Key, LineFigure] = {}
    for line in LINES:
        amount = quantities.get(line.code, Decimal(0))
        lines["outsourced", line.code] = NOT_USED
        lines["own", line.code] = (
            LineFigure(amount, (amount * KG[line.code]).quantize(Decimal("0.0001")), (amount,))
            if amount
            else NOT_USED
        )
    return Figures(lines)


def cases(units: list[Unit], year: int) -> list[Case]:
    """Every unit's filing of a year as it is judged, that year saved last."""
    filed = [{one: figures_of(unit.years[one]) for one in YEARS} for unit in units]
    prints = [figures[year].fingerprint for figures in filed]
    spreads = {kind: _spreads(units, filed, kind, year) for kind in KINDS}
    asked = frozenset(line.code for line in LINES)
    return [
        Case(
            figures[year],
            thresholds_of(year),
            tuple(
                Neighbour(one, figures[one], asked, figures.get(2 * one - year))
                for one in (year - 1, year + 1)
                if one in figures
            ),
            spreads[unit.kind],
            is_whole=True,
            twins=prints.count(own) - 1 if own else 0,
        )
        for unit, figures, own in zip(units, filed, prints, strict=True)
    ]


def _spreads(units: list[Unit], filed: list[dict[int, Figures]], kind: str, year: int) -> Spreads:
    """As the table of siblings has them: of all units of the kind with figures."""
    alike = [figures[year] for unit, figures in zip(units, filed, strict=True) if unit.kind == kind]
    found = {}
    for code in CODES:
        key = ("own", code)
        spread = spread_of([float(one.get(key).quantity) for one in alike])
        if spread is not None:
            found[QUANTITY, key] = spread
    return found
