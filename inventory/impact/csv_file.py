"""The what-if of a set as a data file: a row per filing, written while it is computed."""

import csv
from collections.abc import Iterable, Iterator
from decimal import Decimal

from inventory.impact.estimate import FilingImpact, moves
from inventory.models import FIRST_ROC_YEAR, FactorSet, ReportingYear

COLUMNS = (
    "roc_year",
    "year",
    "county_code",
    "unit_code",
    "unit",
    "status",
    "version",
    "factor_set_before",
    "factor_set_after",
    "own_kg_before",
    "own_kg_after",
    "own_kg_difference",
    "outsourced_kg_before",
    "outsourced_kg_after",
    "outsourced_kg_difference",
    "cannot_be_computed",
    "energies_no_longer_counted",
)
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class _Echo:
    """A file that hands back what is written to it, so that csv can stream."""

    def write(self, text: str) -> str:
        return text


def as_csv(factor_set: FactorSet, years: Iterable[ReportingYear]) -> Iterator[str]:
    """The file, line by line; the mark in front is for Excel. An empty cell is no figure."""
    writer = csv.writer(_Echo())
    yield "\ufeff"
    yield writer.writerow(COLUMNS)
    for year in years:
        for move in moves(factor_set, year):
            yield writer.writerow(_row(factor_set, move))


def _row(factor_set: FactorSet, move: FilingImpact) -> list[str | int | Decimal | None]:
    filing = move.filing
    return [
        filing.year_id,
        filing.year_id + FIRST_ROC_YEAR,
        filing.unit.county_id,
        filing.unit.code,
        as_text(filing.unit.name),
        filing.status,
        filing.version,
        filing.factor_set_id,
        factor_set.slug,
        filing.own_kg,
        move.own_after,
        move.own_difference,
        filing.outsourced_kg,
        move.outsourced_after,
        move.outsourced_difference,
        as_text(move.problem),
        as_text("; ".join(move.dropped)),
    ]


def as_text(text: str) -> str:
    """Text that a spreadsheet would take for a formula gets an apostrophe in front."""
    return f"'{text}" if text.startswith(FORMULA) else text
