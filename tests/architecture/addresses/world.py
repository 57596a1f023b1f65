"""What the walk over the addresses goes through: a county that has filed, and who looks at it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.admin.models import ADDITION, LogEntry
from django.db import models
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from accounts import roles
from accounts.models import Unit, User
from inventory import policies
from inventory.factors import store
from inventory.importing import apply_import, read_import
from inventory.models import FactorSet, Filing, ReportingYear
from portal.models import Article, Download, Notice, Question, Section, Showcase, Term
from tests.factories import CountyFactory, UnitFactory, UserFactory
from tests.hierarchy.county import County, county, file, filing, opened, person

YEAR, CLOSED_YEAR = 104, 103
NEXT_SET = "tw-105-ar5"  # stored, in force for the closed year
NEW_SET = "tw-105-ar6"  # not stored yet
FIGURES = "年度,帳號,電力\n104,w371016599A,100\n"  # of a unit that has not begun
# What stands in an address where the table names no unit.
SAMPLES: dict[str, object] = {
    "year": YEAR,
    "code": "371036500X",
    "county": "z",
    "slug": NEXT_SET,
    "app_label": "accounts",
    "url": "nothing/here/",
    "content_type_id": 1,
    "object_id": 1,
}
OF_THE_CLOSED_YEAR = {
    "portal:units",
    "portal:unit",
    "admin:inventory_factorset_units",
    "admin:inventory_factorset_recomputed",
}


@dataclass
class World:
    """`units` by what the table calls them, `people` by column; `things` by admin model."""

    land: County
    units: dict[str, Unit]
    people: dict[str, User | None] = field(default_factory=dict)
    things: dict[str, models.Model] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    fingerprint: str = ""
    forms: dict[str, dict[str, str]] = field(default_factory=dict)

    def filing(self, unit: str) -> Filing:
        return filing(self.units[unit], YEAR)


@dataclass(frozen=True)
class Address:
    """One line of the URLconf."""

    name: str
    route: str
    view: Callable[..., object]

    def path(self, world: "World", unit: str) -> str:
        """The address with real arguments: of this unit, or of what the samples say."""
        numbers = {"portal:notice": "portal_notice", "portal:download": "portal_download"}
        named = [name for name in world.things if name.replace("_", "/") in self.route]
        model = numbers.get(self.name) or max(named, key=len, default="")
        values = SAMPLES | ({"year": CLOSED_YEAR} if self.name in OF_THE_CLOSED_YEAR else {})
        if model:
            values |= dict.fromkeys(("object_id", "id", "number"), world.things[model].pk)
        if unit in world.units:
            values["code"] = world.units[unit].code
        elif unit == "nobody":
            values["code"] = "999999999Z"
        route = re.sub(r"\^?\(\?P<(\w+)>[^)]*\)", r"<\1>", self.route).rstrip("$")
        return re.sub(r"<(?:\w+:)?(\w+)>", lambda match: str(values[match[1]]), route)


def make_world() -> World:
    """連江縣 with four levels and another county; 104 filed, 103 filed and closed."""
    land = county()
    kinmen = CountyFactory(letter="w", name="金門縣", name_en="Kinmen County")
    elsewhere = UnitFactory(name="金門縣政府", code="371010000A", county=kinmen)
    below = UnitFactory(name="金湖國小", code="371016500X", county=kinmen, parent=elsewhere)
    UnitFactory(name="金湖分校", code="371016599A", county=kinmen, parent=below)
    named = ("government", "township", "beside", "school", "branch")
    world = World(land, dict(zip(named, land.units, strict=True)))
    world.units |= {"elsewhere": elsewhere, "elsewhere_below": below}
    for year in (CLOSED_YEAR, YEAR):
        opened(year)
        for unit in world.units.values():
            file(unit, "100", year=year)
    _close()
    world.people = _people(world)
    world.things = _things(world)
    return world


def _close() -> None:
    """The year that is over has another factor set in force than it was filed with."""
    store.store(*published(NEXT_SET))
    ReportingYear.objects.filter(pk=CLOSED_YEAR).update(
        due_on=policies.today() - timedelta(days=1), factor_set=NEXT_SET
    )


@cache
def published(slug: str):
    return next(one for one in store.published() if one[0].id == slug)


def _people(world: World) -> dict[str, User | None]:
    """Each role by somebody who has it; and people who differ in where their unit stands.

    A role that is new is given to somebody of the county government, or of no unit where it
    looks after the platform.
    """
    units = world.units
    people: dict[str, User | None] = {
        "anonymous": None,
        "no_unit": UserFactory(unit=None, username="nobody"),
        "agency": person(units["township"]),
        "other_unit": person(units["elsewhere_below"]),
        "other_county": person(units["elsewhere"]),
        roles.UNIT_STAFF.code: person(units["school"]),
        roles.COUNTY_ADMINISTRATOR.code: person(units["government"]),
        roles.PLATFORM_ADMINISTRATOR.code: User.objects.get(username="platform"),
    }
    for role in roles.ROLES.values():
        if role.code not in people:
            unit = None if role.scope is roles.Scope.PLATFORM else units["government"]
            people[role.code] = UserFactory(username=f"new_{role.code}"[:30], unit=unit, role=role)
    return people


def _things(world: World) -> dict[str, models.Model]:
    """One row of each model of the administration pages, such that it could be deleted."""
    late = UnitFactory(name="新設單位", code="371039900A", parent=world.units["government"])
    attempt = {"username": "z371036500X", "ip_address": "192.0.2.1", "path_info": "/"}
    counted = {"get_data": "", "post_data": "", "failures_since_start": 1}
    today = timezone.localdate()
    ReportingYear.objects.create(
        pk=105, opens_on=today, due_on=today + timedelta(days=30), factor_set_id=NEXT_SET
    )
    entry = LogEntry.objects.log_actions(
        world.people["platform_administrator"].pk, [late], ADDITION, single_object=True
    )
    return {
        "admin_logentry": entry,
        "axes_accessattempt": AccessAttempt.objects.create(**attempt, **counted),
        "axes_accesslog": AccessLog.objects.create(**attempt),
        "axes_accessfailurelog": AccessFailureLog.objects.create(**attempt),
        "accounts_county": CountyFactory(letter="a"),
        "accounts_unit": late,
        "accounts_user": UserFactory(username="spare", unit=world.units["school"]),
        "inventory_reportingyear": ReportingYear.objects.get(pk=105),
        "inventory_factorset": FactorSet.objects.get(pk=NEXT_SET),
        "inventory_filing": world.filing("school"),
        "inventory_filingimport": apply_import(
            read_import(FIGURES.encode(), "figures.csv"),
            by=world.people["platform_administrator"],
        ),
        "portal_notice": Notice.objects.create(title="公告", published_on=today),
        "portal_showcase": Showcase.objects.create(county_id="z", memberships="ICLEI"),
        "portal_term": Term.objects.create(title="碳足跡", body="…"),
        "portal_question": Question.objects.create(title="如何登入", body="…"),
        "portal_article": Article.objects.create(title="消息", section=Section.CASES, body="…"),
        "portal_download": Download.objects.create(
            title="表單", file="downloads/form.pdf", file_name="form.pdf", body="…"
        ),
    }


def routes(
    resolver: URLResolver | None = None, before: str = "", namespace: str = ""
) -> dict[str, Address]:
    """Every address by its name; one without a name by its route."""
    found: dict[str, Address] = {}
    for pattern in (resolver or get_resolver()).url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            space = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            found |= routes(pattern, route, space)
        elif isinstance(pattern, URLPattern):
            name = f"{namespace}{pattern.name}" if pattern.name else f"/{route}"
            found[name] = Address(name, f"/{route}", pattern.callback)
    return found
