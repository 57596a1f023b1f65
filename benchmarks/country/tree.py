"""Which units the country has: 22 counties of unequal size, four levels, one very wide agency."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

SMALLEST = 60  # units: fewer do not make four levels
WIDE_SHARE = 10  # one unit in so many stands directly below the wide agency
WIDE_COUNTY = 1  # the county, in their order, that the wide agency is in
AGENCIES, OFFICES = 40, 8  # in a county: one agency per so many units, one office likewise


@dataclass(frozen=True, slots=True)
class Place:
    """One unit. `number` is its primary key, counted from 1; a parent comes before its children.

    `parent` is None for a county's government.
    """

    number: int
    parent: "Place | None"
    level: int
    letter: str
    name: str
    category: str

    @property
    def code(self) -> str:
        """The agency code: a form that no real agency has."""
        return f"9{self.number:08d}Z"

    @property
    def username(self) -> str:
        return self.letter + self.code


def country(units: int, counties: Sequence[tuple[str, str]]) -> list[Place]:
    """So many units in these counties (letter, name). Raises ValueError below SMALLEST."""
    if units < SMALLEST:
        raise ValueError(f"a country has at least {SMALLEST} units")
    places = _Places()
    wide = units // WIDE_SHARE
    shares = _shares(units - len(counties) - 1 - wide, len(counties))
    for index, ((letter, name), share) in enumerate(zip(counties, shares, strict=True)):
        government = places.add(None, letter, f"{name}政府", "縣市政府")
        if index == WIDE_COUNTY:
            agency = places.add(government, letter, f"{name}教育局", "所屬機關")
            places.add_below([agency], wide, "直轄學校", "學校")
        _fill(places, government, share)
    return places.made


def wide_agency(places: Sequence[Place]) -> Place:
    """The agency with a tenth of the country directly below it."""
    return next(place for place in places if place.name.endswith("教育局"))


def _shares(units: int, counties: int) -> list[int]:
    """Units per county, falling from the first to the last; they add up to `units`."""
    whole = counties * (counties + 1) // 2
    shares = [units * (counties - index) // whole for index in range(counties)]
    shares[0] += units - sum(shares)
    return shares


def _fill(places: "_Places", government: Place, share: int) -> None:
    """A county's share on three levels below its government."""
    agencies = min(share, 1 + share // AGENCIES)
    offices = min(share - agencies, 1 + share // OFFICES)
    above = places.add_below([government], agencies, "示範局處", "所屬機關")
    above = places.add_below(above, offices, "示範所", "所屬機關")
    places.add_below(above, share - agencies - offices, "示範學校", "學校")


class _Places:
    def __init__(self) -> None:
        self.made: list[Place] = []

    def add(self, parent: Place | None, letter: str, name: str, category: str) -> Place:
        level = parent.level + 1 if parent else 1
        place = Place(len(self.made) + 1, parent, level, letter, name, category)
        self.made.append(place)
        return place

    def add_below(
        self, parents: Sequence[Place], count: int, kind: str, category: str
    ) -> list[Place]:
        """So many units, the same number (or one more) below each of the parents."""
        return list(self._below(parents, count, kind, category))

    def _below(
        self, parents: Sequence[Place], count: int, kind: str, category: str
    ) -> Iterator[Place]:
        for index in range(count):
            parent = parents[index % len(parents)]
            name = f"{parent.name[:3]}{kind}{len(self.made) + 1}"
            yield self.add(parent, parent.letter, name, category)
