"""Years of one unit that are saved in the same moment: each waits for the other, none is lost.

What is found at a year depends on the years beside it, so whoever saves one writes at three.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from threading import Barrier
from time import monotonic, sleep

import pytest
from django.db import connection, transaction

from inventory import workflow
from inventory.models import Filing, Finding, Judgement
from inventory.plausibility.refreshing import judge_year
from inventory.policies import today
from inventory.workflow import FilingConflict
from inventory.workflow.opening import open_year
from tests.factories import UnitFactory, UserFactory
from tests.inventory.conftest import SET, County, complete, make_year, number

pytestmark = pytest.mark.django_db(transaction=True)
WAITING = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock'
"""
POWER = {102: "99321", 103: "1003210", 104: "101234"}  # 103 stands alone, whoever came last
REASON = "府教字第 1040001 號"


@pytest.fixture
def years(county: County, factor_set) -> None:
    open_year(year=make_year(102, factor_set), by=county.administrator)


def save(county: County, year: int, power: str = "") -> Filing:
    filing = county.filing(county.school, year)
    return workflow.save(
        filing=filing,
        answers=complete(number("electricity", power or POWER[year])),
        outsourced_scope="",
        complete=True,
        revision=filing.revision,
        factor_set=SET,
        by=county.user(county.school),
    )


def in_a_thread(act: Callable[[], object]) -> object:
    """What it gives or raises; its connection is closed."""
    try:
        return act()
    except Exception as error:  # told to the test
        return error
    finally:
        connection.close()


def found(year: int) -> list[tuple[str, str, int | None]]:
    rows = Finding.objects.filter(filing__year=year)
    return sorted(rows.values_list("line", "kind", "neighbour"))


def stored() -> list[tuple]:
    """Every finding, but for its key and the moment."""
    columns = ("filing__year", "line", "kind", "kg", "quantity", "before", "neighbour", "version")
    return sorted(Finding.objects.values_list(*columns))


def test_three_years_at_once_are_judged_by_each_other(county: County, years: None) -> None:
    """Whatever the order, what is stored is what judging all of them again finds."""
    ready = Barrier(3)

    def fill_in(year: int) -> Filing:
        ready.wait(timeout=10)
        return save(county, year)

    with ThreadPoolExecutor(3) as pool:
        done = list(pool.map(lambda year: in_a_thread(lambda: fill_in(year)), POWER))
    assert [(one.year_id, one.version) for one in done] == [(102, 1), (103, 1), (104, 1)]
    assert found(102) == found(104) == []
    [(line, kind, _neighbour)] = found(103)
    assert (line, kind) == ("electricity", "changed")
    assert Judgement.objects.filter(unexplained=1).get().year == 103
    assert set(Judgement.objects.values_list("version", "was_compared")) == {(1, True)}
    before = stored()
    for year in POWER:
        judge_year(year)
    assert stored() == before


def test_two_people_put_both_sides_right_at_once(county: County, years: None) -> None:
    """Ten times is asked at one of two years; both are changed so that they agree."""
    save(county, 103, "1003210")
    save(county, 104, "101234")
    assert len(found(103)) + len(found(104)) == 1
    people = {104: county.user(county.school)}
    people[103] = UserFactory(unit=county.school, username="zcolleague")
    ready = Barrier(2)

    def put_right(year: int, power: str) -> Filing:
        filing = county.filing(county.school, year)
        ready.wait(timeout=10)
        return workflow.save(
            filing=filing,
            answers=complete(number("electricity", power)),
            outsourced_scope="",
            complete=True,
            revision=filing.revision,
            factor_set=SET,
            by=people[year],
        )

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(in_a_thread, lambda: put_right(103, "100321"))
        second = pool.submit(in_a_thread, lambda: put_right(104, "100322"))
        assert [one.result().version for one in (first, second)] == [2, 2]
    assert found(103) == found(104) == []
    assert set(Judgement.objects.values_list("asked", "was_compared")) == {(0, True)}


@contextmanager
def held(filing: Filing) -> Iterator[Callable[[Callable[[], object]], Future[object]]]:
    """A filing's row is held by somebody else. What is given to `queue` waits, one by one."""
    with ThreadPoolExecutor(2) as pool:
        queued: list[Future[object]] = []

        def queue(act: Callable[[], object]) -> Future[object]:
            queued.append(pool.submit(in_a_thread, act))
            wait_for(len(queued))
            return queued[-1]

        with transaction.atomic():
            Filing.objects.select_for_update().get(pk=filing.pk)
            yield queue


def wait_for(number: int) -> None:
    until = monotonic() + 20
    while monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(WAITING)
            if cursor.fetchone()[0] >= number:
                return
        sleep(0.02)
    raise AssertionError("nobody waits")


@pytest.mark.parametrize("merged", [False, True])
def test_a_unit_closes_while_it_saves_the_year_before(county: County, merged: bool) -> None:
    """Closed from the page of 104, with a day in 103: both years are written."""
    into = county.filing(county.kindergarten) if merged else None
    closing = county.filing(county.school)
    with held(county.filing(county.school, 103)) as queue:
        saved = queue(lambda: save(county, 103))
        closed = queue(
            lambda: workflow.close_unit(
                filing=closing, on=date(2014, 8, 1), into=into, revision=closing.revision,
                reason=REASON, by=county.user(county.government),
            )
        )  # fmt: skip
    assert getattr(saved.result(), "version", saved.result()) == 1
    assert getattr(closed.result(), "status", closed.result()) == "excused"
    filing = county.filing(county.school, 103)
    assert (filing.covers_until, filing.version) == (date(2014, 7, 31), 1)


def test_a_branch_moves_while_all_are_extended(county: County) -> None:
    """Below the school stands the township, whose filing is older: everybody locks it first."""
    boss = county.user(county.government)
    government, school = county.filing(county.government), county.filing(county.school)
    library = UnitFactory(name="圖書館", code="371036900X", parent=county.government)
    under = workflow.take_in(unit=library, under=government, reason=REASON, by=boss)
    top = county.filing(county.township)
    workflow.move(filing=top, under=school, revision=0, reason=REASON, by=boss)
    assert school.pk > top.pk
    due = today() + timedelta(days=60)
    extension = workflow.Extension(government, due, "颱風", "府環字第 1 號")
    with held(top) as queue:
        extended = queue(lambda: workflow.extend_many(extension=extension, by=boss))
        moved = queue(
            lambda: workflow.move(filing=school, under=under, revision=0, reason=REASON, by=boss)
        )
    assert extended.result() == 5
    assert isinstance(moved.result(), FilingConflict), "the school was extended meanwhile"
    assert county.filing(county.kindergarten).extended_to == due
