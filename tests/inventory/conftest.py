"""A county of three levels with its year 104 (and 103) open for filing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

import pytest
from django.test import Client

from accounts import roles
from accounts.models import Unit, User
from inventory import policies
from inventory.entries.answers import Answer, unanswered
from inventory.factors.publication import Publication
from inventory.factors.store import published, store
from inventory.lines import Operation
from inventory.models import FactorSet, Filing, ReportingYear
from inventory.workflow.opening import open_year
from tests.factories import UnitFactory, UserFactory

SET = "tw-105-ar4"


@dataclass
class County:
    """連江縣政府 > 南竿鄉公所 > 幼兒園, and 介壽國中小 directly below the county."""

    administrator: User
    government: Unit
    township: Unit
    kindergarten: Unit
    school: Unit

    def filing(self, unit: Unit, year: int = 104) -> Filing:
        """The unit's filing as it is in the database now."""
        return Filing.objects.select_related("year", "unit").get(unit=unit, year=year)

    def user(self, unit: Unit) -> User:
        """The person of a unit, fetched anew."""
        return User.objects.get(unit=unit)


@cache
def shipped(slug: str) -> tuple[Publication, bytes]:
    """A factor set that comes with the platform and its file, read once."""
    return next(one for one in published() if one[0].id == slug)


@pytest.fixture
def factor_set(db: None) -> FactorSet:
    store(*shipped(SET))
    return FactorSet.objects.get(slug=SET)


@pytest.fixture
def county(factor_set: FactorSet) -> County:
    government = UnitFactory(name="連江縣政府", code="371030000A")
    township = UnitFactory(name="連江縣南竿鄉公所", code="371032300A", parent=government)
    kindergarten = UnitFactory(name="南竿鄉立幼兒園", code="371036501X", parent=township)
    school = UnitFactory(name="連江縣介壽國中小", code="371036500X", parent=government)
    UserFactory(unit=government, role=roles.COUNTY_ADMINISTRATOR)
    for unit in (township, kindergarten, school):
        UserFactory(unit=unit)
    administrator = UserFactory(
        unit=None, username="admin", role=roles.PLATFORM_ADMINISTRATOR, is_superuser=True
    )
    for number in (103, 104):
        open_year(year=make_year(number, factor_set), by=administrator)
    return County(administrator, government, township, kindergarten, school)


def make_year(number: int, factor_set: FactorSet, *, days: int = 30) -> ReportingYear:
    """A year that opened long ago and is due in `days` days."""
    return ReportingYear.objects.create(
        year=number,
        opens_on=date(2016, 1, 1),
        due_on=policies.today() + timedelta(days=days),
        factor_set=factor_set,
    )


def close(year: int) -> None:
    """Let the year's due date pass."""
    yesterday = policies.today() - timedelta(days=1)
    ReportingYear.objects.filter(year=year).update(due_on=yesterday)


@pytest.fixture
def sign_in(county: County, client: Client) -> Callable[[Unit], Client]:
    def signed_in(unit: Unit) -> Client:
        client.force_login(county.user(unit), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in


def number(line: str, quantity: str, operation: Operation = Operation.OWN) -> Answer:
    """A line answered with a quantity."""
    return Answer(operation, line, Decimal(quantity))


def complete(*answers: Answer) -> list[Answer]:
    """The answers, and 未使用 for every other line of the year 104."""
    rest = unanswered(answers, 104)
    return [*answers, *(Answer(operation, line, None) for operation, line in rest)]
