"""One filing of every kind, made by the platform's own verbs, as the pattern for all others.

The example county lives in a savepoint and is gone when its rows have been read. So a column
that the platform adds to its tables, and a table that it adds beside the filing's, is in the
country with the values that the platform itself gives it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from functools import cache
from typing import Any

from django.db import models, transaction

from accounts import roles
from accounts.models import County, Unit, User
from benchmarks.country.rows import Pattern, texts
from inventory import workflow
from inventory.entries.answers import Answer, unanswered
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
Names = dict[tuple[type[models.Model], Any], str]


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

    `filings` gives a story as it would have been so many days ago.
    """

    unit: Pattern
    official: Pattern
    user: Pattern
    filings: dict[Story, Callable[[int], Example]]


def make_examples(year: ReportingYear, password: str, by: User) -> Examples:
    """Play every story in the year, read the rows, and leave nothing behind."""
    with transaction.atomic():
        examples = _County(year, password, by).examples()
        transaction.set_rollback(True)
    return examples


class _County:
    """A government, an agency below it, and one unit below that for each story."""

    def __init__(self, year: ReportingYear, password: str, by: User) -> None:
        self.year, self.password = year, password
        government = self._unit("900000001A", None)
        self.official = self._user(government, role=roles.COUNTY_ADMINISTRATOR.code)
        agency = self._unit("900000002A", government)
        self.reviewer = self._user(agency)
        self.people = {
            story: self._user(self._unit(f"90001{number:04d}A", agency))
            for number, story in enumerate(Story)
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
        return User.objects.create_user(LETTER + unit.code, self.password, unit=unit, **fields)

    def examples(self) -> Examples:
        unit = self.reviewer.unit
        assert unit is not None
        names: Names = {
            (County, LETTER): "letter",
            (Unit, unit.pk): "unit",
            (Unit, unit.parent_id): "parent",
            (User, self.reviewer.pk): "user",
        }
        in_county = {(Unit, self.official.unit_id): "unit", (User, self.official.pk): "user"}
        return Examples(
            unit=_pattern(unit, names),
            official=_pattern(self.official, in_county),
            user=_pattern(self.reviewer, names),
            filings={story: self._play(story) for story in Story},
        )

    def _play(self, story: Story) -> Callable[[int], Example]:
        """Carry the story out. The patterns are made once for each number of days."""
        by = self.people[story]
        opened = Filing.objects.get(year=self.year, unit=by.unit_id)
        states = [opened]
        for verb in story.value:
            self._do(verb, states[-1], by)
            states.append(Filing.objects.get(pk=opened.pk))
        versions = {state.version: state for state in states[1:]}.values()
        beside = list(_rows_beside(opened))
        names = self._names(opened, by)

        @cache
        def example(days: int) -> Example:
            earlier = timedelta(days=days)
            return Example(
                _pattern(opened, names, earlier),
                tuple(_pattern(row, names, earlier) for row in versions),
                tuple((type(row), _pattern(row, names, earlier)) for row in beside),
            )

        return example

    def _do(self, verb: str, filing: Filing, by: User) -> None:
        step: dict[str, Any] = {"filing": filing, "revision": filing.revision}
        if verb == "confirm":
            workflow.confirm(**step, by=self.reviewer)
        elif verb == "send_back":
            reason, lines = "電力度數請再與全年電費單核對。", ["own-electricity"]
            workflow.send_back(**step, reason=reason, lines=lines, by=self.reviewer)
        else:
            step["answers"] = [
                Answer(operation, line, None) for operation, line in unanswered([], filing.year_id)
            ]
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
    return Pattern.of(values, opened)
