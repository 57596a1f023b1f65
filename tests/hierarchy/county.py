"""A made-up county for the tests of the parent's desk: four levels, factors, filings."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache, partial

from django.utils import timezone

from accounts import roles
from accounts.models import Unit, User
from inventory import workflow
from inventory.entries.answers import Answer
from inventory.factors import store
from inventory.lines import Operation, lines_of
from inventory.models import FactorSet, Filing, ReportingYear, SiblingSpread
from inventory.workflow.opening import open_year
from tests.factories import UnitFactory, UserFactory

YEAR = 104
FACTOR_SET = "tw-105-ar4"
CATEGORY = "agency"


@cache
def publication():
    """The default factor set and its file, read once."""
    return next(one for one in store.published() if one[0].id == FACTOR_SET)


def reporting_year(year: int = YEAR, due_in: int = 30) -> ReportingYear:
    """A year that opened last month and is due in so many days."""
    store.store(*publication())
    today = timezone.localdate()
    found, _made = ReportingYear.objects.update_or_create(
        pk=year,
        defaults={
            "opens_on": today - timedelta(days=60),
            "due_on": today + timedelta(days=due_in),
            "factor_set": FactorSet.objects.get(pk=FACTOR_SET),
        },
    )
    _let_be_compared(found)
    return found


def _let_be_compared(year: ReportingYear) -> None:
    """Elsewhere five units of the category have filed, of every size: nothing is far from them."""
    SiblingSpread.objects.get_or_create(
        year=year, county=None, category=CATEGORY, operation="own", line="electricity",
        measure="quantity", defaults={"count": 5, "middle": 5.0, "deviation": 5.0},
    )  # fmt: skip


@dataclass
class County:
    """The county government, two townships, a school below the first and a branch below it."""

    government: Unit
    township: Unit
    sibling: Unit
    school: Unit
    branch: Unit

    @property
    def units(self) -> list[Unit]:
        return [self.government, self.township, self.sibling, self.school, self.branch]


def county() -> County:
    unit = partial(UnitFactory, category=CATEGORY)
    government = unit(name="連江縣政府", code="371030000A")
    township = unit(name="南竿鄉公所", code="371030001A", parent=government)
    sibling = unit(name="北竿鄉公所", code="371030002A", parent=government)
    school = unit(name="介壽國中小", code="371036500X", parent=township)
    branch = unit(name="介壽分校", code="371036501X", parent=school)
    return County(government, township, sibling, school, branch)


def administrator() -> User:
    return UserFactory(unit=None, username="platform", role=roles.PLATFORM_ADMINISTRATOR)


def opened(year: int = YEAR, due_in: int = 30) -> ReportingYear:
    """A year with a filing for every unit there is."""
    found = reporting_year(year, due_in)
    by = User.objects.filter(role=roles.PLATFORM_ADMINISTRATOR.code).first() or administrator()
    open_year(year=found, by=by)
    return found


def person(unit: Unit, **fields) -> User:
    """Somebody of the unit; made on the first call."""
    role = roles.UNIT_STAFF if unit.parent_id else roles.COUNTY_ADMINISTRATOR
    return unit.users.first() or UserFactory(unit=unit, **({"role": role} | fields))


def filing(unit: Unit, year: int = YEAR) -> Filing:
    return Filing.objects.select_related("year", "unit").get(unit=unit, year=year)


def answers(
    electricity: str = "100",
    outsourced: str | None = None,
    more: list[Answer] | None = None,
    reason: str = "",
    year: int = YEAR,
) -> list[Answer]:
    """Every line of the year answered: electricity as given, the rest 未使用."""
    given = {
        (operation, line.code): Answer(operation, line.code, None)
        for operation in Operation
        for line in lines_of(year)
    }
    given[Operation.OWN, "electricity"] = Answer(
        Operation.OWN, "electricity", Decimal(electricity), reason=reason
    )
    if outsourced is not None:
        key = (Operation.OUTSOURCED, "electricity")
        given[key] = Answer(*key, Decimal(outsourced))
    for one in more or []:
        given.pop((one.operation, one.line), None)
    return [*given.values(), *(more or [])]


def file(
    unit: Unit, electricity: str = "100", *, year: int = YEAR, complete: bool = True, **more
) -> Filing:
    """The unit saves its year through the verb that everybody uses."""
    stored = filing(unit, year)
    return workflow.save(
        filing=stored,
        answers=answers(electricity, year=year, **more),
        outsourced_scope="",
        complete=complete,
        revision=stored.revision,
        factor_set=stored.year.factor_set_id,
        by=person(unit),
    )


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def text_of(response) -> str:
    return response.content.decode()
