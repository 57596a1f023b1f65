"""What units answer: a stock of answers to each line, computed by the platform once each.

A unit draws one answer per line and keeps it from year to year, a little more or less of it
each time; so a million filings differ and a neighbouring year is plausible beside it.
"""

from collections.abc import Iterator
from decimal import Decimal
from random import Random
from typing import NamedTuple

from benchmarks.country.rows import texts
from inventory.entries.answers import Answer
from inventory.entries.computing import entry_for
from inventory.factors.table import FactorTable
from inventory.lines import LINES, Kind, Line, Operation
from inventory.models import Entry, ReportingYear

STOCK = 200  # answers to each line
PLACES = 4  # decimals of a kilogram
# Of a hundred units, how many use what a line asks for, and how much of it in the median.
USE: dict[str, tuple[float, float]] = {
    "electricity": (100, 80_000.0),
    "natural_gas": (30, 1_500),
    "lpg": (60, 400),
    "gasoline": (60, 1_200),
    "diesel": (45, 900),
    "facility_diesel": (50, 60),
    "co2_extinguisher": (10, 5),
    "bc_extinguisher": (10, 8),
    "kbc_extinguisher": (10, 8),
    "r134a": (20, 3),
    "r410a": (20, 4),
    "other_refrigerant": (10, 2),
    "other": (10, 300),
}
ANY_LINE = (20.0, 50.0)  # a line that the table above does not know yet
OUTSOURCED_SHARE = 10  # of so many units that use something, one also has outsourced use


class Answered(NamedTuple):
    """The rows of one answer, without their keys, and what they come to in 0.0001 kg CO2e."""

    rows: tuple[str, ...]
    kg: int
    operation: Operation


class Stock:
    """The answers of one year: for each line and operation, in the order of the form."""

    def __init__(self, year: ReportingYear) -> None:
        self.table = FactorTable.of(year)
        self.year = year.year
        self.filing_column = str(Entry._meta.get_field("filing").column)
        self.columns: tuple[str, ...] = ()
        self.lines = [
            [self._answer(operation, line, number) for number in range(STOCK)]
            for operation in Operation
            for line in LINES
        ]

    def _answer(self, operation: Operation, line: Line, number: int) -> Answered:
        """The same number is the same answer in every year, give or take a tenth."""
        rows, kg = [], Decimal(0)
        for answer in _drawn(operation, line, number, self.year, self.table):
            entry = entry_for(answer, self.table)
            row = texts(entry)
            del row[str(Entry._meta.pk.column)], row[self.filing_column]
            self.columns = (self.filing_column, *row)
            rows.append("\t".join(row.values()) + "\n")
            kg += entry.kg or 0
        return Answered(tuple(rows), int(kg.scaleb(PLACES)), operation)


def _drawn(
    operation: Operation, line: Line, number: int, year: int, table: FactorTable
) -> Iterator[Answer]:
    if not line.is_asked_in(year):
        return
    chance = Random(f"{operation.value} {line.code} {number}")
    share, median = USE.get(line.code, ANY_LINE)
    if operation == Operation.OUTSOURCED:
        share, median = share / OUTSOURCED_SHARE, median / OUTSOURCED_SHARE
    if number >= STOCK * share / 100:
        yield Answer(operation, line.code, None)
        return
    positions = 1 if line.kind is Kind.SINGLE else chance.choice((1, 1, 2))
    for position in range(positions):
        name, unit = _name(line, position, table, chance)
        base = median * chance.lognormvariate(0, 1)
        this_year = base * Random(f"{number} {year}").uniform(0.9, 1.1)
        places = chance.choice((0, 0, 1, 2, 4))
        quantity = Decimal(f"{this_year:.{places}f}")
        yield Answer(operation, line.code, quantity, name, unit, position)


def _name(line: Line, position: int, table: FactorTable, chance: Random) -> tuple[str, str]:
    """What a row of the line is called, and its unit where the line has none."""
    if line.kind is Kind.FACILITIES:
        return f"發電機{position + 1}", ""
    if line.kind is Kind.SINGLE:
        return "", ""
    known = table.names(line.code)
    name, unit = known[(position + chance.randrange(len(known))) % len(known)]
    return name, unit if line.kind is Kind.OTHERS else ""


def kilograms(scaled: int) -> str:
    """0.0001 kg CO2e as the column takes it."""
    return f"{scaled // 10**PLACES}.{scaled % 10**PLACES:0{PLACES}d}"
