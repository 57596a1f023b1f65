"""Whether every published figure is what the rows behind it give, recomputed from the factors."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext as _

from inventory.lines import Operation, line_of
from inventory.models import Filing
from inventory.published import public_filings, sums_by_line, with_public_figures
from inventory.verifying import Difference, as_text, field_name, kg_again
from portal.disclosure.reading import read
from portal.disclosure.totals import CountyYear

ZERO = Decimal("0.0000")
TOTAL = ""  # instead of a source, for a county's total
Cell = tuple[str, int, str, str]  # county, ROC year, source, operation
AGAIN = f"""
    sum({kg_again("entry.quantity", "entry.terms")}) FILTER (WHERE entry.terms <> '[]')
"""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of 公開資訊: of a source, or the total of a county and year."""

    group: CountyYear
    label: str
    source: str
    operation: Operation
    kg: Decimal

    @property
    def cell(self) -> Cell:
        return (self.group.county_code, self.group.year, self.source, self.operation.value)

    def against(self, kg: Decimal) -> Difference:
        """What to say where its rows give another sum."""
        field = field_name(Filing, f"{self.operation.value}_kg")
        name = f"{_('公開資訊')} {self.label} {field}"
        texts = (as_text(self.kg), as_text(kg))  # nothing, where the public version is gone
        source = _("公開的各份填報與其計算時的係數")
        return Difference(self.group.name, self.group.year, name, *texts, source)


def published_figures(day: date) -> list[Figure]:
    """Every figure as the page shows it on this day."""
    return [figure for group in read(day).groups for figure in _figures(group)]


def _figures(group: CountyYear) -> Iterator[Figure]:
    for row in group.rows:
        label = str(row.label)
        yield Figure(group, label, row.source.code, Operation.OWN, row.own_kg)
        yield Figure(group, label, row.source.code, Operation.OUTSOURCED, row.outsourced_kg)
    yield Figure(group, _("合計"), TOTAL, Operation.OWN, group.own_kg)
    yield Figure(group, _("合計"), TOTAL, Operation.OUTSOURCED, group.outsourced_kg)


def verify_published(figures: list[Figure], day: date) -> Iterator[Difference]:
    """Each source's figure against its entries, recomputed from their frozen factors; each
    county's total against the subtotals on its filings. Yields what differs.
    """
    again = _by_entries(day) | _by_filings(day)
    for figure in figures:
        kg = again.get(figure.cell, ZERO)
        if figure.kg != kg:
            yield figure.against(kg)


def _by_entries(day: date) -> dict[Cell, Decimal]:
    sums: dict[Cell, Decimal] = defaultdict(lambda: ZERO)
    for county, year, operation, line, _by, kg in sums_by_line(public_filings(day), AGAIN):
        sums[county, year, line_of(line).source.code, operation] += kg or ZERO
    return sums


def _by_filings(day: date) -> dict[Cell, Decimal]:
    filings = with_public_figures(public_filings(day)).order_by()
    counties = filings.values_list("unit__county", "year").annotate(
        Sum("public_own_kg"), Sum("public_outsourced_kg")
    )
    sums: dict[Cell, Decimal] = {}
    for county, year, own, outsourced in counties:
        sums[county, year, TOTAL, Operation.OWN.value] = own
        sums[county, year, TOTAL, Operation.OUTSOURCED.value] = outsourced
    return sums
