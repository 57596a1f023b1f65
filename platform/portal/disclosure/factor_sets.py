"""The factor sets as the public reads them: each factor with its sum, its source and its mark.

The factors are the rows that filings are computed with; the GWP table and the downloads come
from the file that the set was published as.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from django.utils.functional import Promise

from inventory.calculator.emission import EXACT
from inventory.factors.corrections import read_publication
from inventory.factors.publication import Potential, Publication, to_json
from inventory.factors.table import kg_per_unit
from inventory.factors.toml_text import PublicationError
from inventory.lines import line_of, place_of
from inventory.models import FIRST_ROC_YEAR, CheckedDoubt, Factor, FactorSet, ReportingYear

Derived = dict[tuple[str, str, int | None, str, bool], Decimal | None]


@dataclass(frozen=True)
class GasShown:
    """One gas of a line, and what its value comes to when it is derived again.

    derived: heating value × IPCC default × conversion, not rounded; None where none is given.
    """

    factor: Factor
    derived: Decimal | None

    @property
    def kg(self) -> Decimal:
        """Value × GWP: kg CO2e per unit of activity, not rounded."""
        return EXACT.multiply(self.factor.value, self.factor.gwp)


@dataclass(frozen=True)
class Activity:
    """What one unit of an activity releases: a line's gases and their sum."""

    line: str
    gases: tuple[GasShown, ...]

    @property
    def first(self) -> Factor:
        """The activity's name, year and unit are the same on each of its factors."""
        return self.gases[0].factor

    @property
    def label(self) -> str | Promise:
        return line_of(self.line).label

    @property
    def gregorian(self) -> int | None:
        year = self.first.year
        return None if year is None else year + FIRST_ROC_YEAR

    @property
    def kg(self) -> Decimal:
        """kg CO2e per unit of activity over all gases but biogenic CO2, not rounded."""
        return kg_per_unit(gas.factor for gas in self.gases)


@dataclass(frozen=True)
class SetShown:
    """One factor set with everything that its page says."""

    factor_set: FactorSet
    groups: list[tuple[str | Promise, list[Activity]]]
    publication: Publication | None
    years: list[ReportingYear]
    is_overdue: bool
    corrections: list[FactorSet]
    doubts: list[CheckedDoubt]

    @property
    def potentials(self) -> tuple[Potential, ...]:
        """The GWP of every gas that the set lists."""
        return self.publication.potentials if self.publication else ()


@dataclass(frozen=True)
class SetListed:
    """One line of the list of sets."""

    factor_set: FactorSet
    years: list[ReportingYear]
    is_overdue: bool


def listed(day: date) -> list[SetListed]:
    """Every set, the latest first, with the years that use it now: two queries."""
    sets = FactorSet.objects.defer("content").prefetch_related("years")
    return [
        SetListed(factor_set, list(factor_set.years.all()), factor_set.review_by < day)
        for factor_set in sets
    ]


def find(slug: str) -> FactorSet:
    """The set itself. Raises FactorSet.DoesNotExist."""
    return FactorSet.objects.get(slug=slug)


def read(slug: str, day: date) -> SetShown:
    """A set with its factors in the form's order, what corrects it, and what was doubted about it.

    Raises FactorSet.DoesNotExist.
    """
    factor_set = find(slug)
    publication = publication_of(factor_set)
    return SetShown(
        factor_set,
        _groups(factor_set.factors.all(), _derived(publication)),
        publication,
        list(factor_set.years.all()),
        factor_set.review_by < day,
        list(factor_set.corrections.defer("content")),
        list(factor_set.checked_doubts.filter(year=None)),  # those of years name units
    )


def publication_of(factor_set: FactorSet) -> Publication | None:
    """The set as its file says it; None where the stored text is not such a file.

    It was judged when it was stored. The form of today has nothing to say about it.
    """
    content = factor_set.content.encode()
    try:
        return read_publication(content, f"{factor_set.slug}.toml")
    except PublicationError:
        return None


def as_json(slug: str) -> tuple[FactorSet, str]:
    """The set and its JSON, which reads back as the same set. Raises FactorSet.DoesNotExist."""
    factor_set = find(slug)
    publication = publication_of(factor_set)
    if publication is None:
        raise FactorSet.DoesNotExist
    return factor_set, to_json(publication)


def _derived(publication: Publication | None) -> Derived:
    rows = publication.factors if publication else ()
    return {row.key: row.derived for row in rows}


def _groups(
    factors: Iterable[Factor], derived: Derived
) -> list[tuple[str | Promise, list[Activity]]]:
    """The activities by the form's groups; a line that the form does not have comes last."""
    activities: dict[tuple[str, str, int | None], list[GasShown]] = {}
    for factor in factors:
        key = (factor.line, factor.name, factor.year)
        gas = GasShown(factor, derived.get((*key, factor.gas, factor.is_biogenic)))
        activities.setdefault(key, []).append(gas)
    shown = [Activity(line, tuple(gases)) for (line, _name, _year), gases in activities.items()]
    shown.sort(key=lambda activity: place_of(activity.line))
    grouped = groupby(shown, key=_group_label)
    return [(label, list(members)) for label, members in grouped]


def _group_label(activity: Activity) -> str | Promise:
    return line_of(activity.line).group.label
