"""公開資訊: what is published of the filings, by county, year and source.

Published is one version of a filing (`inventory.published`): the one that the agency above has
confirmed, or the one that stood completed when its due date (or extension) had passed. Drafts
never are. All figures are kg CO2e with four decimals; totals are sums of the rows, and outsourced
amounts stand apart. Years stand beside one another and are never added up.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.functional import Promise

from inventory.basis.breakdown import Breakdown, CategoryTotal, category_totals
from inventory.basis.sets import Basis, SetUse, uses_of
from inventory.basis.sums import LineSum
from inventory.lines import Category, Heading, Operation, line_of, lines_of
from inventory.models import FIRST_ROC_YEAR, FactorSet

ZERO = Decimal("0.0000")


@dataclass(slots=True)
class Row:
    """One source of one county and year."""

    source: Heading
    own_kg: Decimal = ZERO
    outsourced_kg: Decimal = ZERO
    uncounted: int = 0  # answers without kilograms: reported, in no total

    @property
    def label(self) -> str | Promise:
        return self.source.label


@dataclass(slots=True)
class CountyYear:
    """What one county has published for one year.

    filings: how many were saved with each factor set; entry_sets: the sets of the entries.
    breakdown: by gas, where it was asked for.
    """

    name: str
    name_en: str
    county_code: str
    year: int
    owing: int
    newer: int = 0  # of the published units have a newer version, which is not confirmed
    filings: Counter[str] = field(default_factory=Counter)
    entry_sets: set[str] = field(default_factory=set)
    sources: dict[str, Row] = field(init=False)
    reasons: Counter[str] = field(default_factory=Counter)  # why they are uncounted, how many
    by_category: dict[Category, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    breakdown: Breakdown = field(default_factory=Breakdown)
    uncomputable: list[LineSum] = field(default_factory=list)
    uses: tuple[SetUse, ...] = ()

    def __post_init__(self) -> None:
        """A row per source of the year's form; figures of others get one of their own."""
        headings = (line.source for line in lines_of(self.year))
        self.sources = {heading.code: Row(heading) for heading in headings}

    def row_of(self, line: str) -> Row:
        """The row that a line's figures are added to."""
        source = line_of(line).source
        return self.sources.setdefault(source.code, Row(source))

    def add(self, operation: str, line: str, kg: Decimal) -> None:
        """Kilograms of one line: to its source and to its category."""
        row = self.row_of(line)
        if operation == Operation.OWN:
            row.own_kg += kg
        else:
            row.outsourced_kg += kg
        self.by_category[line_of(line).category_of(Operation(operation))] += kg

    def know_sets(self, sets: Mapping[str, FactorSet]) -> None:
        """Which sets the filings and their entries have."""
        self.uses = uses_of(self.filings, self.entry_sets, sets)

    @property
    def gregorian(self) -> int:
        return self.year + FIRST_ROC_YEAR

    @property
    def published(self) -> int:
        """How many units have something public."""
        return sum(self.filings.values())

    @property
    def rows(self) -> list[Row]:
        return list(self.sources.values())

    @property
    def uncounted(self) -> int:
        return sum(row.uncounted for row in self.rows)

    @property
    def own_kg(self) -> Decimal:
        return sum((row.own_kg for row in self.rows), ZERO)

    @property
    def outsourced_kg(self) -> Decimal:
        return sum((row.outsourced_kg for row in self.rows), ZERO)

    @property
    def basis(self) -> Basis:
        return Basis(self.uses, self.published, self.owing, self.uncounted)


@dataclass(frozen=True, slots=True)
class YearTotals:
    """One year over the counties that are shown."""

    year: int
    groups: Sequence[CountyYear]

    @property
    def gregorian(self) -> int:
        return self.year + FIRST_ROC_YEAR

    @property
    def own_kg(self) -> Decimal:
        return sum((group.own_kg for group in self.groups), ZERO)

    @property
    def outsourced_kg(self) -> Decimal:
        return sum((group.outsourced_kg for group in self.groups), ZERO)

    @property
    def basis(self) -> Basis:
        """Over all of the counties: a set that several used stands once."""
        sets = {use.factor_set.slug: use.factor_set for one in self.groups for use in one.uses}
        filings = sum((one.filings for one in self.groups), Counter[str]())
        entry_sets = {slug for one in self.groups for slug in one.entry_sets}
        return Basis(
            uses_of(filings, entry_sets, sets),
            sum(one.published for one in self.groups),
            sum(one.owing for one in self.groups),
            sum(one.uncounted for one in self.groups),
        )

    @property
    def categories(self) -> list[CategoryTotal]:
        """ISO 14064-1's categories: the first two add up to the total, the third is outsourced."""
        return category_totals(
            (category, kg) for one in self.groups for category, kg in one.by_category.items()
        )

    @property
    def breakdown(self) -> Breakdown:
        """By gas, where that was asked for."""
        found = Breakdown()
        for one in self.groups:
            found.add_all(one.breakdown)
        return found

    @property
    def uncomputable(self) -> list[LineSum]:
        """What is missing from the totals on another edition."""
        return [lacking for one in self.groups for lacking in one.uncomputable]

    def by_source(self) -> list[tuple[str | Promise, Decimal]]:
        """Each source's own operations, for the chart."""
        found: dict[str, tuple[str | Promise, Decimal]] = {}
        for row in (row for group in self.groups for row in group.rows):
            _label, before = found.get(row.source.code, (row.label, ZERO))
            found[row.source.code] = (row.label, before + row.own_kg)
        return list(found.values())


@dataclass(frozen=True, slots=True)
class Disclosure:
    """Everything that a choice of county and year shows. edition: "" for figures as filed."""

    groups: list[CountyYear]
    edition: str = ""
    has_gases: bool = False

    @property
    def years(self) -> list[YearTotals]:
        """The years beside one another, newest first. There is no total over years."""
        numbers = dict.fromkeys(group.year for group in self.groups)
        return [
            YearTotals(year, [group for group in self.groups if group.year == year])
            for year in numbers
        ]

    @property
    def is_mixed(self) -> bool:
        """Whether one of the totals is over more than one edition of the GWP."""
        return not self.edition and any(year.basis.is_mixed for year in self.years)

    @property
    def uncounted(self) -> int:
        return sum(group.uncounted for group in self.groups)

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Why answers are in no total, and how many for each reason, the most frequent first."""
        return sum((group.reasons for group in self.groups), Counter[str]()).most_common()
