"""The filings of a year: opened, answered, and carried through their stories."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

from django.db import models

from benchmarks.country.answers import STOCK, Stock, kilograms
from benchmarks.country.examples import Example, Examples, Story
from benchmarks.country.rows import Pattern, copy
from benchmarks.country.tree import Place
from inventory.lines import Operation
from inventory.models import Entry, Filing
from inventory.workflow.opening import path_piece

STAGE = "benchmark_stage"  # rows of filings as they are at the end of each version
NOTHING = kilograms(0)
DAYS = 60  # over which the filings of one year are spread
CHANGED = 10  # one unit in so many changes an answer much from one year to the next
DRAFTED = 20  # answers of a draft: it is not complete
# Of a hundred filings, how many have which story behind them; a government's is judged by nobody.
STORIES: dict[int, dict[Story, int]] = {
    102: {Story.CONFIRMED: 80, Story.CONFIRMED_LATER: 12, Story.COMPLETED: 6, Story.DRAFT: 2},
    103: {
        Story.CONFIRMED: 70,
        Story.CONFIRMED_LATER: 10,
        Story.CORRECTED: 2,
        Story.COMPLETED: 10,
        Story.RETURNED: 2,
        Story.DRAFT: 3,
        Story.NOT_STARTED: 3,
    },
    104: {
        Story.CONFIRMED: 22,
        Story.CONFIRMED_LATER: 3,
        Story.CORRECTED: 2,
        Story.COMPLETED: 27,
        Story.COMPLETED_LATER: 3,
        Story.RETURNED: 3,
        Story.DRAFT: 23,
        Story.NOT_STARTED: 17,
    },
}


@dataclass
class Units:
    """The units and what they answer, the same from year to year. `first_user` is the account
    of the first unit."""

    places: Sequence[Place]
    first_user: int
    lines: int
    answers: list[bytes] = field(init=False)
    paths: list[str] = field(init=False)

    def __post_init__(self) -> None:
        chance = Random(102)
        kinds = range(STOCK)
        self.answers = [bytes(chance.choices(kinds, k=self.lines)) for _place in self.places]
        self.paths = []
        for place in self.places:
            above = self.paths[place.parent.number - 1] if place.parent else ""
            self.paths.append(above + path_piece(place.number))

    def user(self, place: Place) -> str:
        return str(self.first_user + place.number - 1)


class YearOfFilings:
    """What the units file for one year; `first` is the key of the first unit's filing."""

    def __init__(self, year: int, first: int, units: Units, examples: Examples) -> None:
        self.year, self.first, self.units, self.examples = year, first, units, examples
        self.staged: list[str] = []
        self.beside: dict[tuple[type[models.Model], tuple[str, ...]], list[str]] = defaultdict(list)

    def copy(self, stock: Stock) -> None:
        """Write filings as they are when the year opens, their entries, and what follows."""
        opened = self.examples.filings[Story.NOT_STARTED, False](self._days(DAYS)).opened
        copy(Filing._meta.db_table, opened.columns, self._opened(opened))
        copy(Entry._meta.db_table, stock.columns, self._entries(stock))
        copy(STAGE, opened.columns, self.staged)
        for (model, columns), lines in self.beside.items():
            copy(model._meta.db_table, columns, lines)

    def _days(self, more: int) -> int:
        """How long ago: a year for each later one, and some days."""
        return (max(STORIES) - self.year) * 365 + more

    def _values(self, place: Place) -> dict[str, str]:
        """What the row of a unit's filing refers to, by the names that patterns use."""
        parent = place.parent
        return {
            "filing": str(self.first + place.number - 1),
            "parent": str(self.first + parent.number - 1) if parent else r"\N",
            "unit": str(place.number),
            "year": str(self.year),
            "path": self.units.paths[place.number - 1],
            "level": str(place.level),
            "user": self.units.user(place),
            "reviewer": self.units.user(parent) if parent else r"\N",
            "own_kg": NOTHING,
            "outsourced_kg": NOTHING,
        }

    def _opened(self, pattern: Pattern) -> Iterator[str]:
        for place in self.units.places:
            yield pattern.line(self._values(place))

    def _entries(self, stock: Stock) -> Iterator[str]:
        """The rows of all answers; on the way, what each filing comes to is staged."""
        chance = Random(self.year)
        for place in self.units.places:
            story = self._story(place, chance)
            values = self._values(place)
            if story is not Story.NOT_STARTED:
                yield from self._answers(stock, place, story, values, chance)
            example = self.examples.filings[story, values["outsourced_kg"] != NOTHING]
            self._stage(example(self._days(chance.randrange(DAYS))), values)

    def _story(self, place: Place, chance: Random) -> Story:
        """Drawn from the year's stories; what nobody can judge is only completed."""
        stories, weights = zip(*STORIES[self.year].items(), strict=True)
        [story] = chance.choices(stories, weights)
        is_judged = not {"confirm", "send_back"}.isdisjoint(story.value)
        return Story.COMPLETED if is_judged and place.parent is None else story

    def _answers(
        self, stock: Stock, place: Place, story: Story, values: dict[str, str], chance: Random
    ) -> Iterator[str]:
        """The rows of one filing; its sums are put among the values."""
        drawn = self.units.answers[place.number - 1]
        if chance.randrange(CHANGED) == 0:
            changed = chance.randrange(len(drawn))
            drawn = drawn[:changed] + bytes([chance.randrange(STOCK)]) + drawn[changed + 1 :]
        kg = dict.fromkeys(Operation, 0)
        key = values["filing"] + "\t"
        for number, kinds in zip(
            drawn[: DRAFTED if story is Story.DRAFT else None], stock.lines, strict=False
        ):
            answered = kinds[number]
            kg[answered.operation] += answered.kg
            for row in answered.rows:
                yield key + row
        values["own_kg"] = kilograms(kg[Operation.OWN])
        values["outsourced_kg"] = kilograms(kg[Operation.OUTSOURCED])

    def _stage(self, example: Example, values: dict[str, str]) -> None:
        self.staged.extend(pattern.line(values) for pattern in example.versions)
        for model, pattern in example.beside:
            self.beside[model, pattern.columns].append(pattern.line(values))
