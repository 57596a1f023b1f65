"""A county in which every verb was done at least once, and how to write behind its back."""

from datetime import date, timedelta
from io import StringIO

from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import Unit
from inventory import policies, workflow
from inventory.factors.store import store
from inventory.importing import apply_import, read_import
from inventory.lines import Operation
from inventory.models import CheckedDoubt, CountyDates, FactorSet, Filing, ReportingYear
from inventory.workflow.publishing import publish
from inventory.workflow.years import change_year, set_county_dates
from tests.factories import UnitFactory, UserFactory
from tests.inventory.conftest import County, close, complete, number, shipped
from tests.inventory.test_arranging import do, prefill
from tests.unguarded import guards_asleep

SCHOOL, TOWNSHIP, KINDERGARTEN = "371036500X", "371032300A", "371036501X"
NEW_SET = "tw-105-ar5"


def save(county: County, unit: Unit, power: str, *, year: int = 104, ticked: bool = True) -> Filing:
    """The unit's power and 3 L of outsourced gasoline, with the tick or without."""
    filing = county.filing(unit, year)
    answers = complete(number("electricity", power), number("gasoline", "3", Operation.OUTSOURCED))
    return workflow.save(
        filing=filing,
        answers=answers,
        outsourced_scope="校車",
        complete=ticked,
        revision=filing.revision,
        factor_set=filing.year.factor_set_id,
        by=county.user(unit),
    )


def decide(county: County, verb, unit: Unit, **more) -> Filing:
    filing = county.filing(unit)
    boss = county.user(county.government)
    return verb(filing=filing, revision=filing.revision, by=boss, **more)


def tell(county: County) -> None:
    """Do everything that can be done to a filing, to one unit or another."""
    _of_103(county)
    save(county, county.school, "10", ticked=False)
    save(county, county.school, "20")
    decide(county, workflow.confirm, county.school)
    lines = ["own-electricity"]
    decide(county, workflow.send_back, county.school, reason="請核對電費單", lines=lines)
    later = policies.today() + timedelta(days=90)
    decide(county, workflow.extend, county.school, to=later, reason="颱風，府環字第 1 號")
    save(county, county.school, "30")
    prefill(county, county.kindergarten)
    do(workflow.take_back, county, county.kindergarten)
    do(workflow.move, county, county.kindergarten, under=county.filing(county.government))
    do(workflow.excuse, county, county.kindergarten)
    do(workflow.reinstate, county, county.kindergarten)
    save(county, county.township, "40")
    decide(county, workflow.confirm, county.township)
    _recompute(county)
    _units(county)
    _beside(county)


def _of_103(county: County) -> None:
    """Completed, closed, opened again: what was public is written down."""
    save(county, county.school, "7", year=103)
    close(103)
    year = ReportingYear.objects.get(year=103)
    year.due_on = policies.today() + timedelta(days=30)
    change_year(wanted=year, reason="延後截止", by=county.administrator)


def _units(county: County) -> None:
    """Time for all, a file of figures, a unit that comes late, one that goes on without another."""
    top, boss = county.filing(county.government), county.user(county.government)
    later = policies.today() + timedelta(days=120)
    extension = workflow.Extension(top, later, "颱風", "府環字第 3 號")
    workflow.extend_many(extension=extension, by=boss)
    for late, until in (("371036503X", None), ("371036502X", date(2015, 8, 1))):
        unit = UnitFactory(name=f"分校{late}", code=late, parent=county.government)
        UserFactory(unit=unit)
        made = workflow.take_in(unit=unit, under=top, reason="新設", by=boss)
        if until is None:
            workflow.close_unit(
                filing=made, on=date(2015, 9, 1), into=county.filing(county.school), reason="停辦",
                revision=made.revision, by=boss,
            )  # fmt: skip
            made.refresh_from_db()
            workflow.reopen_unit(filing=made, revision=made.revision, reason="續辦", by=boss)
        else:
            workflow.close_unit(
                filing=made, on=until, into=county.filing(county.school), reason="併校",
                revision=made.revision, by=boss, document="府教字第 4 號",
            )  # fmt: skip
    rows = f"年度,帳號,項目,數量\n104,z{KINDERGARTEN},電力,5\n"
    apply_import(read_import(rows.encode(), "figures.csv"), by=county.administrator)


def _beside(county: County) -> None:
    """A county's own date, and a doubt that somebody looked into."""
    later = policies.today() + timedelta(days=60)
    dates = CountyDates(year_id=104, county_id="z", due_on=later, reason="府環字第 2 號")
    set_county_dates(wanted=dates, by=county.administrator)
    CheckedDoubt.objects.create(
        factor_set_id=NEW_SET, doubt="疑義", reason="查過", checked_by=county.administrator
    )


def _recompute(county: County) -> None:
    store(*shipped(NEW_SET))
    factor_set = FactorSet.objects.get(slug=NEW_SET)
    publish(factor_set=factor_set, years=[104], reason="AR5", by=county.administrator)
    filing = county.filing(county.township)
    workflow.recompute(
        filing=filing, revision=filing.revision, reason="改用 AR5", by=county.administrator
    )


def falsify(statement: str, *values: object) -> None:
    """Write with the triggers asleep. At least one row has to change."""
    with guards_asleep(), connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        assert cursor.rowcount, statement


def verify(*options: str) -> list[str]:
    """What the command tells, each cell that differs with its source; [] where all is well."""
    out, refusal = StringIO(), ""
    try:
        call_command("verify_totals", *options, stdout=out, stderr=StringIO())
    except CommandError as error:
        refusal = str(error)
    lines = out.getvalue().splitlines()
    if not refusal:
        assert lines[-1].endswith("全部相符。")
        return []
    assert refusal == f"{len(lines):,} 處不符。"
    return lines
