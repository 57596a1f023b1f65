"""Totals before and after a recompute, at the desks and in public, county by county."""

from decimal import Decimal

import pytest

from accounts import roles
from inventory import workflow
from inventory.entries.answers import Answer
from inventory.impact import totals as totalling
from inventory.impact.estimate import moves
from inventory.impact.recompute import next_batch, recompute_many
from inventory.impact.runs import runs_of, totals_of
from inventory.impact.totals import Amounts, CountyTotals, Totals, totals_after
from inventory.lines import Operation
from inventory.models import Filing, ReportingYear
from inventory.workflow.opening import open_year
from inventory.workflow.publishing import publish
from tests.factories import CountyFactory, UnitFactory, UserFactory
from tests.inventory.conftest import County, close, complete, number
from tests.inventory.factor_sets import accepting, dump, file, keep_set, toml

pytestmark = [pytest.mark.django_db, pytest.mark.long]
OUT = Operation.OUTSOURCED


@pytest.fixture
def year(county: County) -> ReportingYear:
    """104 with another electricity in force: 0.5 kg CO2e a kWh, where it was 0.528.

    School: 1,000 kWh confirmed, then 2,000 saved. Township: 100 kWh and 10 outsourced, confirmed.
    Government: 50 kWh, completed. Kindergarten: 7 kWh, begun. 臺北市: 1 kWh, completed.
    """
    taipei = UnitFactory(name="臺北市政府", county=CountyFactory(letter="a", name="臺北市"))
    UserFactory(unit=taipei, role=roles.COUNTY_ADMINISTRATOR)
    open_year(year=ReportingYear.objects.get(year=104), by=county.administrator)
    own, outsourced = number("electricity", "100"), number("electricity", "10", OUT)
    file(county, county.school, complete(number("electricity", "1000")))
    file(county, county.township, complete(own, outsourced))
    for unit in (county.school, county.township):
        boss = county.user(county.government)
        workflow.confirm(filing=county.filing(unit), revision=1, by=boss)
    file(county, county.school, complete(number("electricity", "2000")))
    file(county, county.government, complete(number("electricity", "50")))
    file(county, county.kindergarten, [number("electricity", "7")], ticked=False)
    file(county, taipei, complete(number("electricity", "1")))
    return put_in_force(county, "new", power_of_104="value = 0.5")


def put_in_force(county: County, name: str, **changes: str) -> ReportingYear:
    text = toml("tw-105-ar4", **changes).replace('id = "new"', f'id = "{name}"')
    text = text.replace('title = "', f'title = "{name} ', 1)
    text = text.replace('title_en = "', f'title_en = "{name} ', 1)
    found = keep_set(text)
    publish(
        factor_set=found,
        years=[104],
        reason="修正",
        by=county.administrator,
        **accepting(found, 104),
    )
    return ReportingYear.objects.select_related("factor_set").get(year=104)


def looked_at(year: ReportingYear) -> Totals:
    """What recomputing all that waits would do."""
    return totals_after(year, next_batch(year.factor_set, year))


def recompute_all(county: County, year: ReportingYear, reason: str = "依新版") -> None:
    batch = next_batch(year.factor_set, year)
    recompute_many(
        factor_set=year.factor_set,
        year=year,
        revisions={move.filing.pk: move.filing.revision for move in batch},
        reason=reason,
        by=county.administrator,
    )


def told(year: ReportingYear, at: int = 0) -> Totals:
    """What the events say of one of the runs, the newest first."""
    return totals_of(runs_of(year.factor_set, year)[at], year.factor_set, year)


def amounts(*figures: str) -> Amounts:
    return Amounts(*map(Decimal, figures))


def counted(totals: CountyTotals) -> tuple[int, int, int]:
    return (totals.filings, totals.confirmed, totals.unable)


def test_desk_and_public_totals_of_each_county(year: ReportingYear) -> None:
    taipei, lienchiang = looked_at(year).counties
    # 2,000 + 100 + 50 + 7 kWh × 0.528; public: the 1,000 that were confirmed, and 100
    assert lienchiang.own == amounts("1138.8960", "-60.2000", "580.8000", "494.2000")
    assert lienchiang.own.desk_after == Decimal("1078.6960")
    assert lienchiang.own.once_confirmed == Decimal("1075.0000")  # 2,000 + 100 + 50 kWh × 0.5
    assert lienchiang.outsourced == amounts("5.2800", "-0.2800", "5.2800", "-0.2800")
    assert taipei.own == amounts("0.5280", "-0.0280", "0", "0.5000")
    assert str(lienchiang.county) == "連江縣"
    assert [counted(one) for one in (taipei, lienchiang)] == [(1, 0, 0), (3, 1, 0)]


def test_the_whole_is_the_sum_of_the_counties(year: ReportingYear) -> None:
    whole = looked_at(year).whole
    assert whole.county is None
    assert counted(whole) == (4, 1, 0)
    assert whole.own == amounts("1139.4240", "-60.2280", "580.8000", "494.7000")


def test_afterwards_the_events_say_the_same_and_nothing_moved_in_public(
    county: County, year: ReportingYear
) -> None:
    before = looked_at(year)
    recompute_all(county, year)
    assert told(year) == before
    stored = Filing.objects.filter(year=104, unit__county="z")
    assert sum(one.own_kg for one in stored) == before.counties[1].own.desk_after
    assert looked_at(year).whole.own.published == before.whole.own.published


def test_confirming_makes_public_what_was_foretold(county: County, year: ReportingYear) -> None:
    foretold = looked_at(year).counties[1].own.once_confirmed
    recompute_all(county, year)
    for unit in (county.school, county.township):
        filing = county.filing(unit)
        boss = county.user(county.government)
        workflow.confirm(filing=filing, revision=filing.revision, by=boss)
    # Nobody confirms the county government's own 50 kWh, so they are still to come.
    now = told(year).counties[1].own
    assert now.published == foretold - 25
    assert (now.to_publish, now.once_confirmed) == (25, foretold)


def test_what_is_only_begun_moves_the_desk_alone(county: County, year: ReportingYear) -> None:
    draft = Filing.objects.filter(pk=county.filing(county.kindergarten).pk)
    [_taipei, lienchiang] = totals_after(year, moves(year.factor_set, year, draft)).counties
    assert lienchiang.own == amounts("1138.8960", "-0.1960", "580.8000", "0")
    assert counted(lienchiang) == (1, 0, 0)


def test_what_cannot_be_computed_is_counted_and_moves_nothing(
    county: County, year: ReportingYear
) -> None:
    cold = Answer(Operation.OWN, "other_refrigerant", Decimal(1), "R404A")
    file(county, county.township, complete(cold))
    lacking = put_in_force(county, "lacking", r404a='name = "R404B"')
    every = Filing.objects.filter(year=104, unit=county.township)
    whole = totals_after(lacking, moves(lacking.factor_set, lacking, every)).whole
    assert counted(whole) == (0, 0, 1)
    assert (whole.own.difference, whole.own.to_publish) == (0, 0)


def test_a_completed_filing_of_a_closed_year_is_public(county: County, year: ReportingYear) -> None:
    close(104)
    lienchiang = looked_at(year).counties[1]
    # The 2,000 kWh are not: what was confirmed stays public. The government's 50 are by now.
    assert lienchiang.own == amounts("1138.8960", "-60.2000", "607.2000", "467.8000")
    assert lienchiang.own.once_confirmed == Decimal("1075.0000")


class TestRuns:
    """By whom and why, the newest first; each counted by its own events."""

    def test_two_reasons_are_two_runs(self, county: County, year: ReportingYear) -> None:
        recompute_all(county, year, "第一次")
        first = told(year)
        old = put_in_force(county, "old")
        recompute_all(county, old, "第二次")
        back = put_in_force(county, "last", power_of_104="value = 0.6")
        recompute_all(county, back, "第三次")
        assert [run.reason for run in runs_of(back.factor_set, back)] == ["第三次"]
        [run] = runs_of(year.factor_set, year)
        assert (run.reason, run.filings, run.by) == ("第一次", 4, county.administrator)
        again = told(year)
        assert again.whole.own.difference == first.whole.own.difference
        assert again.whole.confirmed == 1

    def test_a_save_since_then_is_in_before_and_after(
        self, county: County, year: ReportingYear
    ) -> None:
        recompute_all(county, year)
        before = told(year).whole.own
        file(county, county.government, complete(number("electricity", "150")))
        now = told(year).whole.own
        assert now.difference == before.difference
        assert now.desk_after - before.desk_after == now.desk_before - before.desk_before == 50

    def test_no_more_than_the_newest(self, county, year, monkeypatch) -> None:
        for reason, unit in (("一", county.school), ("二", county.township)):
            filing = county.filing(unit)
            workflow.recompute(
                filing=filing, revision=filing.revision, reason=reason, by=county.administrator
            )
        assert [run.reason for run in runs_of(year.factor_set, year)] == ["二", "一"]
        monkeypatch.setattr("inventory.impact.runs.MAX_RUNS", 1)
        assert [run.reason for run in runs_of(year.factor_set, year)] == ["二"]


def test_queries_do_not_grow_with_the_filings(
    county: County, year: ReportingYear, django_assert_num_queries, monkeypatch
) -> None:
    batch = next_batch(year.factor_set, year)
    with django_assert_num_queries(4):
        totals_after(year, batch)
    monkeypatch.setattr(totalling, "CHUNK", 2)
    with django_assert_num_queries(5):
        totals_after(year, batch)
    recompute_all(county, year)
    [run] = runs_of(year.factor_set, year)
    with django_assert_num_queries(6):
        totals_of(run, year.factor_set, year)
    with django_assert_num_queries(2):
        runs_of(year.factor_set, year)


def test_nothing_is_written(year: ReportingYear) -> None:
    filed = dump()
    looked_at(year)
    assert dump() == filed


def test_in_a_closed_year_what_stood_completed_stays_public(
    county: County, year: ReportingYear
) -> None:
    """Nobody ever confirmed the government's 50 kWh; public are they as the year closed."""
    close(104)
    before = looked_at(year)
    recompute_all(county, year)
    assert told(year) == before
    assert before.whole.own.published == Decimal("607.7280")
    assert Filing.objects.get(unit=county.government, year=104).own_kg == 25
