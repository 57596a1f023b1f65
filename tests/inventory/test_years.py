"""Years and their dates: set up once, moved only on purpose, a county's own before the nation's."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import User
from inventory import policies, scope, workflow
from inventory.models import CountyDates, FactorSet, Filing, ReportingYear
from inventory.policies import NotAllowed
from inventory.workflow import years
from tests.factories import CountyFactory, UnitFactory, UserFactory
from tests.inventory.conftest import SET, County, complete, make_year
from tests.inventory.factor_sets import keep_set, toml

pytestmark = pytest.mark.django_db
OPENS = date(2016, 1, 1)


def in_days(days: int) -> date:
    return policies.today() + timedelta(days=days)


def own(by: User, letter: str = "z", **dates: Any) -> CountyDates:
    """Give the county dates of its own in 104."""
    wanted = CountyDates(year_id=104, county_id=letter, reason="依本縣作業程序", **dates)
    return years.set_county_dates(wanted=wanted, by=by)


def why(event: Any) -> dict[str, Any]:
    """Who did what for which reason, as the history tells it."""
    return dict(getattr(event.pgh_context, "metadata", event.pgh_context))


@pytest.fixture
def kinmen(county: County, factor_set: FactorSet) -> Filing:
    """A filing of 104 in another county."""
    unit = UnitFactory(name="金門縣政府", county=CountyFactory(letter="w"))
    UserFactory(unit=unit)
    return Filing.objects.create(year_id=104, unit=unit, path="0KINM", level=1)


class TestACountysOwnDates:
    def test_hold_for_its_units_and_for_nobody_else(self, county: County, kinmen: Filing) -> None:
        opens_on, due_on = in_days(-3), in_days(10)
        own(county.administrator, opens_on=opens_on, due_on=due_on)
        school = county.filing(county.school)
        assert (school.opens_on, school.due_on) == (opens_on, due_on)
        assert (kinmen.opens_on, kinmen.due_on) == (OPENS, in_days(30))
        assert county.filing(county.school, 103).due_on == in_days(30)

    def test_leave_the_other_date_to_the_nation(self, county: County) -> None:
        own(county.administrator, due_on=in_days(10))
        assert county.filing(county.school).opens_on == OPENS
        CountyDates.objects.update(opens_on=in_days(1), due_on=None)
        school = county.filing(county.school)
        assert (school.opens_on, school.due_on) == (in_days(1), in_days(30))
        with pytest.raises(NotAllowed, match=f"自 {in_days(1)} 起開放填報"):
            policies.check_open(school, policies.today())

    def test_close_the_year_for_its_units(self, county: County, kinmen: Filing) -> None:
        dates = CountyDates(year_id=104, county_id="z", due_on=in_days(-1), reason="本縣")
        years.set_county_dates(wanted=dates, by=county.administrator, may_be_over=True)
        school = county.filing(county.school)
        with pytest.raises(NotAllowed, match=f"104 年度已於 {in_days(-1)} 截止填報"):
            workflow.save(
                filing=school,
                answers=complete(),
                outsourced_scope="",
                complete=True,
                revision=0,
                factor_set=SET,
                by=county.user(county.school),
            )
        assert not policies.is_open(school, policies.today())
        assert policies.is_open(kinmen, policies.today())

    def test_an_extension_counts_from_them_and_beats_them(self, county: County) -> None:
        own(county.administrator, due_on=in_days(60))
        school = county.filing(county.school)
        by = county.user(county.government)
        with pytest.raises(NotAllowed, match=f"晚於原截止日期 {in_days(60)}"):
            workflow.extend(filing=school, revision=0, to=in_days(45), reason="停電", by=by)
        extended = workflow.extend(filing=school, revision=0, to=in_days(75), reason="停電", by=by)
        assert (extended.due_on, extended.original_due_on) == (in_days(75), in_days(60))

    def test_an_extension_to_a_year_that_nobody_means_is_refused(self, county: County) -> None:
        with pytest.raises(NotAllowed, match="不能是 9999-12-31"):
            workflow.extend(
                filing=county.filing(county.school),
                revision=0,
                to=date(9999, 12, 31),
                reason="停電",
                by=county.user(county.government),
            )

    def test_are_read_with_the_filings(self, county: County, django_assert_num_queries) -> None:
        own(county.administrator, due_on=in_days(10))
        user = county.user(county.school)
        with django_assert_num_queries(1):
            filings = scope.years_of(user)
            dues = [(filing.year_id, filing.due_on) for filing in filings]
            assert [policies.is_open(filing, policies.today()) for filing in filings]
        assert dues == [(104, in_days(10)), (103, in_days(30))]
        with django_assert_num_queries(1):
            assert scope.filing_of(user, 104).due_on == in_days(10)


@pytest.fixture
def pages(county: County, sign_in) -> Client:
    """Signed in as the county government, whose county has dates of its own."""
    own(county.administrator, opens_on=in_days(-5), due_on=in_days(10))
    return sign_in(county.government)


@pytest.mark.parametrize(
    "address",
    ["/inventory/", "/inventory/104/", "/hierarchy/", "/hierarchy/104/371036500X/view/"],
)
def test_the_pages_tell_the_countys_date(pages: Client, address: str) -> None:
    page = pages.get(address).content.decode()
    assert in_days(10).isoformat() in page
    if "104" in address:
        assert in_days(30).isoformat() not in page


def test_the_page_of_a_year_that_the_county_has_closed_says_since_when(
    pages: Client, county: County
) -> None:
    CountyDates.objects.update(due_on=in_days(-1))
    page = pages.get("/inventory/104/").content.decode()
    assert f"104 年度已於 {in_days(-1)} 截止填報" in page
    CountyDates.objects.update(opens_on=in_days(2), due_on=in_days(9))
    page = pages.get("/inventory/104/").content.decode()
    assert f"104 年度自 {in_days(2)} 起開放填報" in page


class TestSettingACountysDates:
    def test_replaces_what_it_had_and_keeps_both_in_the_history(self, county: County) -> None:
        own(county.administrator, due_on=in_days(10))
        wanted = CountyDates(year_id=104, county_id="z", due_on=in_days(12), reason=" 颱風 ")
        dates = years.set_county_dates(wanted=wanted, by=county.administrator)
        assert CountyDates.objects.get() == dates
        assert (dates.reason, dates.set_by) == ("颱風", county.administrator)
        kept = list(dates.events.order_by("pgh_id"))
        assert [event.due_on for event in kept] == [in_days(10), in_days(12)]
        assert why(kept[1])["verb"] == "set_county_dates"
        assert why(kept[1])["reason"] == "颱風"
        assert why(kept[1])["user"] == county.administrator.pk

    def test_keeps_a_due_date_gone_by_that_is_not_moved(self, county: County) -> None:
        own(county.administrator, due_on=in_days(10))
        CountyDates.objects.update(due_on=in_days(-10))
        assert own(county.administrator, opens_on=OPENS, due_on=in_days(-10)).opens_on == OPENS

    @pytest.mark.parametrize(
        ("wrong", "says"),
        [
            ({"reason": " "}, "請填寫變更日期的原因"),
            ({"due_on": None}, "至少一項"),
            ({"due_on": date(1, 1, 1)}, "不能是 0001-01-01"),
            ({"opens_on": date(9999, 1, 1), "due_on": None}, "不能是 9999-01-01"),
            ({"due_on": date(2015, 12, 31)}, "不能早於開放日期 2016-01-01"),
            ({"due_on": date(2016, 1, 2)}, "2016-01-02 已過"),
            ({"year_id": 105}, "沒有 105 年度"),
        ],
    )
    def test_refuses(self, county: County, wrong: dict, says: str) -> None:
        facts = {"year_id": 104, "county_id": "z", "due_on": in_days(5), "reason": "本縣"}
        with pytest.raises(NotAllowed, match=says):
            years.set_county_dates(wanted=CountyDates(**facts | wrong), by=county.administrator)
        assert not CountyDates.objects.exists()

    def test_is_for_platform_administrators(self, county: County) -> None:
        with pytest.raises(PermissionDenied):
            own(county.user(county.government), due_on=in_days(10))

    def test_taking_them_away_needs_a_reason_and_leaves_an_event(self, county: County) -> None:
        dates = own(county.administrator, due_on=in_days(10))
        key = dates.pk
        with pytest.raises(NotAllowed, match="原因"):
            years.drop_county_dates(dates=dates, reason="", by=county.administrator)
        years.drop_county_dates(dates=dates, reason="回復全國期限", by=county.administrator)
        assert county.filing(county.school).due_on == in_days(30)
        kept = CountyDates.pgh_event_models["delete"].objects.get(
            pgh_obj_id=key, pgh_label="delete"
        )
        assert (kept.due_on, why(kept)["reason"]) == (in_days(10), "回復全國期限")

    def test_the_database_takes_one_row_a_county_that_says_something(self, county: County) -> None:
        dates = own(county.administrator, due_on=in_days(10))
        for wrong in (
            {"due_on": None},
            {"opens_on": in_days(11)},
            {"reason": ""},
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                CountyDates.objects.filter(pk=dates.pk).update(**wrong)
        dates.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            dates.save()


class TestChangingAYear:
    def change(self, county: County, reason: str = "颱風", **facts: Any) -> ReportingYear:
        year = ReportingYear.objects.get(year=104)
        for fact, value in facts.items():
            setattr(year, fact, value)
        return years.change_year(wanted=year, reason=reason, by=county.administrator)

    def test_moves_dates_with_a_reason_that_is_kept(self, county: County) -> None:
        self.change(county, reason=" 颱風 ", due_on=in_days(40))
        assert county.filing(county.school).due_on == in_days(40)
        kept = ReportingYear.objects.get(year=104).events.order_by("pgh_id").last()
        assert (kept.due_on, why(kept)["reason"]) == (in_days(40), "颱風")

    def test_changes_the_note_without_one(self, county: County) -> None:
        assert self.change(county, reason="", note="請附電費單").note == "請附電費單"

    @pytest.mark.parametrize(
        ("wrong", "says"),
        [
            ({"reason": "", "due_on": in_days(40)}, "請填寫變更日期的原因"),
            ({"opens_on": date(1, 1, 1)}, "不能是 0001-01-01"),
            ({"due_on": date(2016, 1, 1)}, "2016-01-01 已過"),
            ({"opens_on": in_days(31)}, "不能早於開放日期"),
        ],
    )
    def test_refuses(self, county: County, wrong: dict, says: str) -> None:
        with pytest.raises(NotAllowed, match=says):
            self.change(county, **wrong)
        assert ReportingYear.objects.get(year=104).opens_on == OPENS

    def test_does_not_open_after_a_county_has_closed(self, county: County) -> None:
        own(county.administrator, due_on=in_days(10))
        with pytest.raises(NotAllowed, match=f"{in_days(10)} 不能早於開放日期 {in_days(11)}"):
            self.change(county, opens_on=in_days(11))

    def test_an_open_year_keeps_its_factors(self, county: County, factor_set: FactorSet) -> None:
        other = keep_set(toml())
        with pytest.raises(NotAllowed, match="104 年度已開放"):
            self.change(county, factor_set=other)

    def test_a_year_that_is_not_open_takes_others(
        self, county: County, factor_set: FactorSet
    ) -> None:
        year = make_year(105, factor_set)
        year.factor_set = keep_set(toml())
        years.change_year(wanted=year, reason="", by=county.administrator)
        assert ReportingYear.objects.get(year=105).factor_set_id == "new"


def test_a_year_that_was_never_opened_is_deleted_and_leaves_an_event(
    county: County, factor_set: FactorSet
) -> None:
    year = make_year(105, factor_set)
    years.delete_year(year=year, by=county.administrator)
    assert not ReportingYear.objects.filter(year=105).exists()
    kept = ReportingYear.pgh_event_models["delete"].objects.get(pgh_label="delete")
    assert (kept.year, why(kept)["verb"]) == (105, "delete_year")


def test_an_open_year_is_not_deleted(county: County) -> None:
    with pytest.raises(NotAllowed, match="104 年度已開放，不能刪除"):
        years.delete_year(year=ReportingYear.objects.get(year=104), by=county.administrator)


@pytest.mark.parametrize("number", [89, 200, 2015])
def test_the_database_takes_no_year_by_another_number(factor_set: FactorSet, number: int) -> None:
    with pytest.raises(IntegrityError, match="year_by_its_roc_number"):
        make_year(number, factor_set)


def test_the_countys_own_date_decides_what_is_public(county: County, client: Client) -> None:
    """A completed filing is published once its county's due date has gone by, and for good."""
    school = county.filing(county.school)
    workflow.save(
        filing=school,
        answers=complete(),
        outsourced_scope="",
        complete=True,
        revision=0,
        factor_set=SET,
        by=county.user(county.school),
    )
    own(county.administrator, due_on=in_days(5))
    ReportingYear.objects.filter(year=104).update(due_on=in_days(-1))
    assert "連江縣" not in _disclosed(client)
    ReportingYear.objects.filter(year=104).update(due_on=in_days(5))
    CountyDates.objects.update(due_on=in_days(-1))
    assert "連江縣" in _disclosed(client)
    own(county.administrator, due_on=in_days(6))
    assert "連江縣" in _disclosed(client), "it stood completed when its year had closed"


def _disclosed(client: Client) -> str:
    return client.get("/disclosure/data.csv").getvalue().decode()
