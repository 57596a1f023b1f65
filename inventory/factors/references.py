"""What a new set is held against: for each of its years the set in force, or what comes closest."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from inventory.factors.publication import Publication
from inventory.lines import codes_of
from inventory.models import Factor, FactorSet, ReportingYear

Activities = dict[tuple[str, str], tuple[Factor, ...]]


@dataclass(frozen=True, slots=True)
class Reference:
    """A stored set and its factors by line and name, of all years."""

    slug: str
    factors: Activities

    def activities(self, year: int) -> Activities:
        """What it has for a year, of the lines that the year asks.

        Of a line that it has by years, and not for this one, the factors of the nearest year.
        """
        asked = codes_of(year)
        return {
            key: _of_year(factors, year) for key, factors in self.factors.items() if key[0] in asked
        }


def references(publication: Publication) -> dict[int, Reference | None]:
    """For each year of the set what it is held against; None where nothing is stored."""
    in_force = dict(ReportingYear.objects.values_list("year", "factor_set"))
    stored = {
        one.slug: one
        for one in FactorSet.objects.exclude(slug=publication.id)
        .only("slug", "usable_years")
        .order_by("-loaded_at", "slug")
    }
    chosen = {year: _choose(year, publication, in_force, stored) for year in publication.years}
    found = {slug: _read(slug) for slug in set(chosen.values()) if slug is not None}
    return {year: found[slug] if slug else None for year, slug in chosen.items()}


def _choose(
    year: int,
    publication: Publication,
    in_force: dict[int, str],
    stored: dict[str, FactorSet],
) -> str | None:
    """The set in force; else of the nearest year; else the corrected set, else the latest."""
    nearest = sorted(in_force, key=lambda other: (abs(other - year), -other))
    for_year = (slug for slug, one in stored.items() if year in one.usable_years)
    candidates = [*(in_force[other] for other in nearest), publication.corrects, *for_year, *stored]
    return next((slug for slug in candidates if slug in stored), None)


def _read(slug: str) -> Reference:
    found: dict[tuple[str, str], list[Factor]] = defaultdict(list)
    for factor in Factor.objects.filter(factor_set=slug):
        found[factor.line, factor.name].append(factor)
    return Reference(slug, {key: tuple(factors) for key, factors in found.items()})


def _of_year(factors: Iterable[Factor], year: int) -> tuple[Factor, ...]:
    """Those for the year itself; else for all; else of the nearest year that has some."""
    by_year: dict[int | None, list[Factor]] = defaultdict(list)
    for factor in factors:
        by_year[factor.year].append(factor)
    numbers = sorted(
        (number for number in by_year if number is not None),
        key=lambda number: (abs(number - year), -number),
    )
    choice = year if year in by_year else None if None in by_year else numbers[0]
    return tuple(by_year[choice])
