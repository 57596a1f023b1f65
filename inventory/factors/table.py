"""The factors of one set, ready to be looked up for one year."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from inventory.calculator import GasFactor
from inventory.calculator.emission import EXACT
from inventory.models import Factor, ReportingYear


@dataclass(frozen=True, slots=True)
class FactorTable:
    """What holds in one year: the rows of its set that are for every year or for this one."""

    year: int
    factor_set_id: str
    rows: dict[tuple[str, str], tuple[Factor, ...]]

    @classmethod
    def of(cls, year: ReportingYear) -> "FactorTable":
        """The table of a reporting year: one query."""
        factors = Factor.objects.filter(factor_set_id=year.factor_set_id)
        return cls.from_rows(year.year, year.factor_set_id, factors)

    @classmethod
    def from_rows(cls, year: int, factor_set_id: str, factors: Iterable[Factor]) -> "FactorTable":
        """Keep the factors that hold in `year`; one for the year itself beats one for all."""
        found: dict[tuple[str, str], list[Factor]] = defaultdict(list)
        for factor in factors:
            if factor.year in (None, year):
                found[factor.line, factor.name].append(factor)
        rows = {}
        for key, candidates in found.items():
            own = [factor for factor in candidates if factor.year == year]
            rows[key] = tuple(own or candidates)
        return cls(year, factor_set_id, rows)

    def find(self, line: str, name: str = "") -> tuple[Factor, ...]:
        """The factors of a line, one per gas (CO2 and biogenic CO2 apart); empty without any."""
        return self.rows.get((line, name), ())

    def names(self, line: str) -> list[tuple[str, str]]:
        """(name, unit) of the refrigerants or other energies that the set knows for a line."""
        return [(name, rows[0].unit) for (code, name), rows in self.rows.items() if code == line]


def gas_factors(factors: Iterable[Factor]) -> list[GasFactor]:
    """The rows as the calculator takes them."""
    return [
        GasFactor(factor.gas, factor.value, factor.gwp, factor.is_biogenic) for factor in factors
    ]


def kg_per_unit(factors: Iterable[Factor]) -> Decimal:
    """kg CO2e per unit: Σ factor × GWP over all gases but biogenic CO2, not rounded."""
    total = Decimal(0)
    for factor in factors:
        if not factor.is_biogenic:
            total = EXACT.add(total, EXACT.multiply(factor.value, factor.gwp))
    return total
