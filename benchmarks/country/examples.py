"""One filing of every kind, made by the platform's own verbs, as the pattern for all others.

The example county lives in a savepoint and is gone when its rows have been read. So a column
that the platform adds to its tables, and a table that it adds beside the filing's, is in the
country with the values that the platform itself gives it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import Enum
from functools import cache
from itertools import product
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import models, transaction

from accounts import roles
from accounts.models import County, Unit, User
from benchmarks.country.rows import Pattern, texts
from inventory import workflow
from inventory.entries.answers import Answer, unanswered
from inventory.lines import Operation, lines_of
from inventory.models import Entry, Filing, FilingVersion, ReportingYear
from inventory.workflow.opening import open_year

LETTER = "z"
KILOGRAMS = ("own_kg", "outsourced_kg")
# What differs from row to row beside keys.
DIFFERS: dict[type[models.Model], tuple[str, ...]] = {
    Unit: ("code", "name", "category"),
    User: ("username",),
    Filing: ("path", "level", *KILOGRAMS),
}
# What differs as the key of a model's row, or as a figure in a text → the name it goes by.
Names = dict[tuple[type[models.Model] | type[str], Any], str]


class Story(Enum):
    """What has happened to a filing: the verbs, one after the other."""

    NOT_STARTED = ()
    DRAFT = ("save",)
    COMPLETED = ("complete",)
    COMPLETED_LATER = ("save", "complete")
    RETURNED = ("complete", "send_back")
    CONFIRMED = ("complete", "confirm")
    CONFIRMED_LATER = ("save", "complete", "confirm")
    CORRECTED = ("complete", "confirm", "complete")


@dataclass(frozen=True)
class Example:
    """A filing's row as opened and as it was at the end of each version; what stands beside it."""

    opened: Pattern
    versions: tuple[Pattern, ...]
    beside: tuple[tuple[type[models.Model], Pattern], ...]


@dataclass(frozen=True)
class Examples:
    """Patterns of a unit, of a government's and another account, and of filings.

    `filings` has each story, without and with outsourced kilograms, as it would have been so many
    days ago: an event tells of figures only where they moved.
    """

    unit: Pattern
    official: Pattern
    user: Pattern
    filings: dict[tuple[Story, bool], Callable[[int], Example]]


def make_examples(year: ReportingYear, password: str, by: User) -> Examples:
    """Play every story in the year, read the rows, and leave nothing behind."""
    with transaction.atomic():
        examples = _County(year, password, by).examples()
        transaction.set_rollback(True)
    return examples


class _County:
    """A government, an agency below it, and two units below that for each story."""

    def __init__(self, year: ReportingYear, password: str, by: User) -> None:
        self.year, self.password = year, make_password(password)
        government = self._unit("900000001A", None)
        self.official = self._user(government, role=roles.COUNTY_ADMINISTRATOR.code)
        agency = self._unit("900000002A", government)
        self.reviewer = self._user(agency)
        self.people = {
            kind: self._user(self._unit(f"90001{number:04d}A", agency))
            for number, kind in enumerate(product(Story, (False, True)))
        }
        open_year(year=year, by=by)

    def _unit(self, code: str, parent: Unit | None) -> Unit:
        unit = Unit(
            code=code,
            name=f"示範單位{code}",
            county=County.objects.get(pk=LETTER),
            parent=parent,
            category="學校",
            contact_name="王承辦",
            contact_phone="02-2311-7722",
            contact_fax="02-2311-6071",
            contact_email="filing@example.gov.tw",
        )
        unit.full_clean()
        unit.save()
        return unit

    def _user(self, unit: Unit, **fields: Any) -> User:
        user = User.objects.create_user(LETTER + unit.code, unit=unit, **fields)
        user.password = self.password  # hashed once for all
        return user

    def examples(self) -> Examples:
        unit = self.reviewer.unit
        assert unit is not None
        names: Names = {
            (County, LETTER): "letter",
            (Unit, unit.pk): "unit",
            (Unit, unit.parent_id): "parent",
            (User, self.reviewer.pk): "user",
        }
        in_county: Names = {(Unit, self.official.unit_id): "unit", (User, self.official.pk): "user"}
        return Examples(
            unit=_pattern(unit, names),
            official=_pattern(self.official, in_county),
            user=_pattern(self.reviewer, names),
            filings={kind: self._play(*kind) for kind in self.people},
        )

    def _play(self, story: Story, has_outsourced: bool) -> Callable[[int], Example]:
        """Carry the story out. The patterns are made once for each number of days."""
        by = self.people[story, has_outsourced]
        answers = self._answers(has_outsourced)
        opened = Filing.objects.get(year=self.year, unit=by.unit_id)
        states = [opened]
        for verb in story.value:
            self._do(verb, states[-1], answers, by)
            states.append(Filing.objects.get(pk=opened.pk))
        versions = {state.version: state for state in states[1:]}.values()
        beside = list(_rows_beside(opened))
        names = self._names(opened, by) | _figures(states[-1])

        @cache
        def example(days: int) -> Example:
            earlier = timedelta(days=days)
            return Example(
                _pattern(opened, names, earlier),
                tuple(_pattern(row, names, earlier) for row in versions),
                tuple((type(row), _pattern(row, names, earlier)) for row in beside),
            )

        return example

    def _answers(self, has_outsourced: bool) -> list[Answer]:
        """Two figures that nothing else in the rows looks like; the other lines are not used."""
        used = {Operation.OWN: Decimal("98765.4321"), Operation.OUTSOURCED: Decimal("4321.9876")}
        if not has_outsourced:
            del used[Operation.OUTSOURCED]
        first = lines_of(self.year.year)[0].code
        answers = [Answer(operation, first, quantity) for operation, quantity in used.items()]
        unused = unanswered(answers, self.year.year)
        return [*answers, *(Answer(operation, line, None) for operation, line in unused)]

    def _do(self, verb: str, filing: Filing, answers: list[Answer], by: User) -> None:
        step: dict[str, Any] = {"filing": filing, "revision": filing.revision}
        if verb == "confirm":
            workflow.confirm(**step, by=self.reviewer)
        elif verb == "send_back":
            reason, lines = "電力度數請再與全年電費單核對。", ["own-electricity"]
            workflow.send_back(**step, reason=reason, lines=lines, by=self.reviewer)
        else:
            step["answers"] = answers
            step["factor_set"] = self.year.factor_set_id
            step["outsourced_scope"] = "清潔與保全委外，由本單位負擔費用。"
            workflow.save(**step, complete=verb == "complete", by=by)

    def _names(self, filing: Filing, by: User) -> Names:
        """Whom and what the filing's rows refer to, and as what."""
        return {
            (Filing, filing.pk): "filing",
            (Filing, filing.parent_id): "parent",
            (Unit, filing.unit_id): "unit",
            (ReportingYear, filing.year_id): "year",
            (User, by.pk): "user",
            (User, self.reviewer.pk): "reviewer",
        }


def _rows_beside(filing: Filing) -> Iterator[models.Model]:
    """What else the verbs wrote about a filing.

    Not its entries, which are the answers; nor what triggers write also when rows are copied:
    its versions, and the copies of its row that the history keeps.
    """
    for relation in Filing._meta.related_objects:
        model = relation.related_model
        is_history = any(field.name == "pgh_obj" for field in model._meta.concrete_fields)
        if model not in (Filing, Entry, FilingVersion) and not is_history:
            yield from model._default_manager.filter(**{relation.field.name: filing}).order_by("pk")


def _figures(filing: Filing) -> Names:
    """What the filing comes to, where that stands in a text of another row."""
    kilograms = ((name, getattr(filing, name)) for name in KILOGRAMS)
    return {(str, f"{kg:f}"): name for name, kg in kilograms if kg}


def _pattern(row: models.Model, names: Names, earlier: timedelta = timedelta()) -> Pattern:
    """The row, moments so much earlier, with everything open that differs from row to row.

    A key that the database gives is left out.
    """
    values = texts(row, earlier)
    opened: dict[str, str] = {}
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if field.primary_key or field.is_relation:
            model = field.related_model or type(row)
            name = names.get((model, value))
        else:
            name = field.name if field.name in DIFFERS.get(type(row), KILOGRAMS) else None
        if name:
            opened[str(field.column)] = name
        elif field.primary_key:
            del values[str(field.column)]
    figures = {value: name for (kind, value), name in names.items() if kind is str}
    return Pattern.of(values, opened, figures)
