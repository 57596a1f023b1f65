"""What a factor set says otherwise than the sets that the years use now."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from inventory.calculator.comparison import change_per_cent
from inventory.factors.table import FactorTable, kg_per_unit
from inventory.lines import codes_of, line_of, place_of
from inventory.models import Factor, FactorSet, ReportingYear

Key = tuple[FactorSet, str, str, str, Decimal | None, Decimal | None]


@dataclass(frozen=True, slots=True)
class Difference:
    """One line, in kg CO2e per unit (all gases together); None where a set does not have it.

    `years`: the ROC years in which it differs so; `in_use`: the set that those years use now.
    """

    in_use: FactorSet
    line: str
    name: str
    unit: str
    before: Decimal | None
    after: Decimal | None
    years: tuple[int, ...]

    @property
    def label(self) -> str:
        """The line as it stands in the form, with the name of the energy or refrigerant."""
        return f"{line_of(self.line).label} {self.name}".strip()

    @property
    def per_cent(self) -> Decimal | None:
        """The change in per cent; None where one of the two is missing or nothing."""
        if self.before is None or self.after is None:
            return None
        return change_per_cent(self.before, self.after)


def differences(rows: Iterable[Factor], slug: str, years: Iterable[int]) -> list[Difference]:
    """How the rows of a set (stored or not) differ from the sets in use in these years.

    Years that nobody has made, years that use the set itself, and in each year the lines that its
    form does not ask, have no part in it.
    """
    rows = list(rows)
    found: dict[Key, list[int]] = defaultdict(list)
    in_use = ReportingYear.objects.filter(pk__in=years).exclude(factor_set=slug)
    for year in in_use.select_related("factor_set").order_by("year"):
        now = FactorTable.of(year).rows
        then = FactorTable.from_rows(year.year, slug, rows).rows
        asked = codes_of(year.year)
        for line, name in [*now, *(key for key in then if key not in now)]:
            was, will = now.get((line, name), ()), then.get((line, name), ())
            if line in asked and _content(was) != _content(will):
                unit = (will or was)[0].unit
                found[year.factor_set, line, name, unit, _kg(was), _kg(will)].append(year.year)
    return sorted(
        (Difference(*key, tuple(years)) for key, years in found.items()),
        key=lambda one: (one.in_use.slug, place_of(one.line), one.name, one.years),
    )


def _content(factors: tuple[Factor, ...]) -> set[tuple[str, Decimal, Decimal, str, bool]]:
    return {(one.gas, one.value, one.gwp, one.unit, one.is_biogenic) for one in factors}


def _kg(factors: tuple[Factor, ...]) -> Decimal | None:
    """kg CO2e per unit; None where the set has no factor."""
    return kg_per_unit(factors) if factors else None
