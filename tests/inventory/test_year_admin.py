"""Platform administrators set years up, open them and move their dates, each with its words."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from inventory.admin import years as year_pages
from inventory.models import CountyDates, FactorSet, Filing, ReportingYear
from inventory.workflow import years
from tests.factories import UnitFactory
from tests.inventory.conftest import SET, County, make_year
from tests.inventory.test_publication import GOOD, keep
from tests.inventory.test_years import in_days, own, why

pytestmark = pytest.mark.django_db
LIST = "/admin/inventory/reportingyear/"
OPENS = date(2016, 1, 1)


@pytest.fixture
def admin(county: County, client: Client) -> Client:
    backend = "django.contrib.auth.backends.ModelBackend"
    client.force_login(county.administrator, backend=backend)
    return client


def year_data(**more: Any) -> dict[str, Any]:
    """What the page of a year sends, without a county's own dates."""
    data = {
        "opens_on": OPENS,
        "due_on": in_days(30),
        "factor_set": SET,
        "note": "",
        "county_dates-TOTAL_FORMS": 0,
        "county_dates-INITIAL_FORMS": 0,
    }
    return {name: value for name, value in (data | more).items() if value is not None}


def county_row(number: int = 0, initial: int = 0, **row: Any) -> dict[str, Any]:
    """A row of the counties' own dates as the page sends it."""
    sent = {f"county_dates-{number}-{name}": value for name, value in row.items()}
    totals = {"county_dates-TOTAL_FORMS": number + 1, "county_dates-INITIAL_FORMS": initial}
    return sent | totals


def errors(page: Any) -> dict[str, list[str]]:
    return page.context["adminform"].form.errors


def row_errors(page: Any) -> list[Any]:
    formset = page.context["inline_admin_formsets"][0].formset
    return [*formset.non_form_errors(), *(form.errors for form in formset.forms if form.errors)]


def said(page: Any) -> list[str]:
    return [str(message) for message in page.context["messages"]]


def open_(admin: Client, *numbers: int) -> list[str]:
    choice = {"action": "open_years", "_selected_action": [str(number) for number in numbers]}
    return said(admin.post(LIST, choice, follow=True))


class TestSettingUp:
    def test_a_year_is_set_up_with_a_countys_dates_and_opened(
        self, admin: Client, county: County
    ) -> None:
        row = county_row(county="z", due_on=in_days(20), reason="作業程序")
        page = admin.post(f"{LIST}add/", year_data(year=105, **row))
        assert page.url == LIST
        admin.get(LIST)  # reads that it was added
        assert not Filing.objects.filter(year=105).exists()
        assert open_(admin, 105) == ["105 年度：新增 4 個單位的填報。"]
        assert county.filing(county.school, 105).due_on == in_days(20)
        assert CountyDates.objects.get().set_by == county.administrator
        assert open_(admin, 105) == ["105 年度先前已開放，沒有需要補建填報的單位。"]

    @pytest.mark.parametrize(
        ("wrong", "field", "says"),
        [
            ({"year": 2014}, "year", "西元 2014 年是民國 103 年"),
            ({"year": 200}, "year", "沒有 200 年度可開放"),
            ({"year": ""}, "year", "必須"),
            ({"year": 99}, "factor_set", "不適用於 99 年度"),
            ({"opens_on": "0001-01-01"}, "opens_on", "不能是 0001-01-01"),
            ({"due_on": "9999-12-31"}, "due_on", "不能是 9999-12-31"),
            ({"due_on": ""}, "due_on", "必須"),
            ({"opens_on": in_days(31)}, "due_on", "不能早於開放日期"),
            ({"due_on": OPENS}, "may_be_over", "2016-01-01 已過"),
            ({"year": 104}, "year", "已經存在"),
        ],
    )
    def test_what_cannot_be_meant_is_told_at_its_field(
        self, admin: Client, wrong: dict, field: str, says: str
    ) -> None:
        page = admin.post(f"{LIST}add/", year_data(year=105) | wrong)
        assert list(errors(page)) == [field]
        assert says in errors(page)[field][0]
        assert ReportingYear.objects.count() == 2

    def test_a_due_date_gone_by_needs_a_tick(self, admin: Client) -> None:
        data = year_data(year=105, due_on=OPENS, may_be_over="on")
        assert admin.post(f"{LIST}add/", data).status_code == 302
        assert ReportingYear.objects.get(year=105).due_on == OPENS

    def test_nobody_gives_a_reason_for_a_new_year(self, admin: Client) -> None:
        assert 'name="reason"' not in admin.get(f"{LIST}add/").content.decode()

    def test_a_year_that_somebody_else_has_just_set_up_is_told(
        self, admin: Client, county: County, factor_set: FactorSet, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Between the form's check and the verb, another request stores the same year."""
        set_up_year = years.set_up_year

        def too_late(**options: Any) -> ReportingYear:
            make_year(105, factor_set, days=99)
            return set_up_year(**options)

        monkeypatch.setattr(years, "set_up_year", too_late)
        page = admin.post(f"{LIST}add/", year_data(year=105), follow=True)
        assert said(page)[0].startswith("105 年度已設定為")


class TestOpening:
    def test_names_whom_it_leaves_out(self, admin: Client, county: County) -> None:
        UnitFactory(code="371036599X", name="裁撤單位", is_active=False)
        UnitFactory(parent=county.government)
        assert open_(admin, 104) == [
            "104 年度先前已開放；已為後來的 1 個單位補建填報。",
            "104 年度未納入 1 個單位（非現有單位）：371036599X 裁撤單位。",
        ]

    def test_a_year_that_the_set_is_not_for_is_not_opened_and_the_others_are(
        self, admin: Client, factor_set: FactorSet
    ) -> None:
        keep(GOOD)
        make_year(110, FactorSet.objects.get(slug="test"))
        make_year(105, factor_set)
        first, second = open_(admin, 110, 105)
        assert "不適用於 110 年度" in first
        assert second == "105 年度：新增 4 個單位的填報。"

    def test_more_than_a_request_can_open_is_for_the_command(
        self, admin: Client, factor_set: FactorSet, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(year_pages, "MAX_UNITS", 3)
        make_year(105, factor_set)
        [refusal] = open_(admin, 105)
        assert refusal.startswith("105 年度有 4 個單位待開放，超過網頁一次可處理的 3 個")
        assert refusal.endswith("manage.py open_year 105 --by admin")
        assert not Filing.objects.filter(year=105).exists()

    def test_the_list_tells_which_years_are_open(
        self, admin: Client, factor_set: FactorSet, django_assert_max_num_queries: Any
    ) -> None:
        make_year(105, factor_set)
        for more in ((), (106, 107, 108)):
            for number in more:
                make_year(number, factor_set)
            with django_assert_max_num_queries(8):
                rows = admin.get(LIST).context["cl"].result_list
        opened = {row.year: row.has_filings for row in rows}
        assert opened == {103: True, 104: True, 105: False, 106: False, 107: False, 108: False}


class TestChanging:
    CHANGE = f"{LIST}104/change/"

    def test_dates_move_with_a_reason(self, admin: Client, county: County) -> None:
        data = year_data(due_on=in_days(40), factor_set=None)
        page = admin.post(self.CHANGE, data)
        assert errors(page) == {"reason": ["請填寫變更日期的原因。"]}
        assert admin.post(self.CHANGE, data | {"reason": "颱風"}).status_code == 302
        assert county.filing(county.school).due_on == in_days(40)
        kept = ReportingYear.objects.get(year=104).events.order_by("pgh_id").last()
        assert why(kept)["reason"] == "颱風"
        assert why(kept)["user"] == county.administrator.pk

    def test_the_note_needs_none(self, admin: Client) -> None:
        data = year_data(note="請附電費單", factor_set=None)
        assert admin.post(self.CHANGE, data).status_code == 302
        assert ReportingYear.objects.get(year=104).note == "請附電費單"

    def test_an_open_year_keeps_its_number_and_its_factors(self, admin: Client) -> None:
        html = admin.get(self.CHANGE).content.decode()
        assert 'name="due_on"' in html
        assert 'name="year"' not in html
        assert 'name="factor_set"' not in html
        keep(GOOD)
        admin.post(self.CHANGE, year_data(year=105, factor_set="test"))
        assert ReportingYear.objects.get(year=104).factor_set_id == SET
        assert not ReportingYear.objects.filter(year=105).exists()

    def test_a_year_that_is_not_open_takes_another_set_that_is_for_it(
        self, admin: Client, factor_set: FactorSet
    ) -> None:
        keep(GOOD)
        make_year(105, factor_set)
        page = admin.post(f"{LIST}105/change/", year_data(factor_set="test"))
        assert list(errors(page)) == ["factor_set"]

    def test_what_was_opened_meanwhile_is_told(
        self, admin: Client, county: County, factor_set: FactorSet, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The verb asks again on the locked row: a year that is gone by then is no 500."""
        make_year(105, factor_set)
        change_year = years.change_year

        def too_late(**options: Any) -> ReportingYear:
            ReportingYear.objects.filter(year=105).delete()
            return change_year(**options)

        monkeypatch.setattr(years, "change_year", too_late)
        page = admin.post(f"{LIST}105/change/", year_data(note="新的"), follow=True)
        assert said(page)[0] == "沒有 105 年度，請先建立年度。"


class TestACountysOwnDates:
    CHANGE = f"{LIST}104/change/"

    @pytest.fixture
    def dates(self, county: County) -> CountyDates:
        return own(county.administrator, due_on=in_days(10))

    def sent(self, dates: CountyDates, **more: Any) -> dict[str, Any]:
        row = {"due_on": dates.due_on, "reason": dates.reason, **more}
        row |= {"id": dates.pk, "year": 104}
        return year_data(factor_set=None, **county_row(initial=1, **row))

    def test_change_with_a_reason_of_their_own(
        self, admin: Client, county: County, dates: CountyDates
    ) -> None:
        page = admin.post(self.CHANGE, self.sent(dates, due_on=in_days(12)))
        assert row_errors(page) == [{"reason": ["請填寫這次變更日期的原因。"]}]
        data = self.sent(dates, due_on=in_days(12), reason="颱風")
        assert admin.post(self.CHANGE, data).status_code == 302
        assert county.filing(county.school).due_on == in_days(12)

    def test_stay_with_their_county(
        self, admin: Client, county: County, dates: CountyDates
    ) -> None:
        data = self.sent(dates, county="w", due_on=in_days(12), reason="颱風")
        assert admin.post(self.CHANGE, data).status_code == 302
        assert CountyDates.objects.get().county_id == "z"

    @pytest.mark.parametrize(
        ("row", "says"),
        [
            ({"reason": "", "due_on": in_days(5)}, "必須"),
            ({}, "至少一項"),
            ({"due_on": "9999-12-31"}, "不能是 9999-12-31"),
            ({"opens_on": in_days(31)}, "不能早於開放日期"),
            ({"due_on": in_days(-1)}, "已過"),
            ({"due_on": in_days(5), "county": "l"}, "不在可用的選項"),
        ],
    )
    def test_that_cannot_be_meant_are_told_in_their_row(
        self, admin: Client, row: dict, says: str
    ) -> None:
        row = county_row(**{"county": "w", "reason": "本縣", **row})
        page = admin.post(self.CHANGE, year_data(factor_set=None, **row))
        assert says in str(row_errors(page))
        assert not CountyDates.objects.exists()

    def test_gone_by_need_a_tick(self, admin: Client) -> None:
        row = county_row(county="z", due_on=in_days(-1), reason="本縣")
        data = year_data(factor_set=None, **row, may_be_over="on")
        assert admin.post(self.CHANGE, data).status_code == 302
        assert CountyDates.objects.get().due_on == in_days(-1)

    def test_a_second_row_of_a_county_is_refused(self, admin: Client, dates: CountyDates) -> None:
        again = county_row(1, 1, county="z", due_on=in_days(5), reason="又一次")
        page = admin.post(self.CHANGE, self.sent(dates) | again)
        assert row_errors(page)
        assert CountyDates.objects.get() == dates

    def test_are_held_against_the_years_when_those_move(
        self, admin: Client, dates: CountyDates
    ) -> None:
        data = self.sent(dates) | {"opens_on": in_days(11), "reason": "延後開放"}
        assert "不能早於開放日期" in str(row_errors(admin.post(self.CHANGE, data)))

    def test_an_empty_row_is_nothing(self, admin: Client) -> None:
        data = year_data(factor_set=None, **county_row(county="", due_on="", reason=""))
        assert admin.post(self.CHANGE, data).status_code == 302
        assert not CountyDates.objects.exists()

    def test_are_taken_away_with_a_reason(
        self, admin: Client, county: County, dates: CountyDates
    ) -> None:
        data = self.sent(dates, DELETE="on")
        assert row_errors(admin.post(self.CHANGE, data)) == ["請填寫變更日期的原因。"]
        assert admin.post(self.CHANGE, data | {"reason": "回復全國期限"}).status_code == 302
        assert county.filing(county.school).due_on == in_days(30)

    def test_wait_for_the_years_own_to_be_right(self, admin: Client) -> None:
        row = county_row(county="z", due_on=in_days(5), reason="本縣")
        page = admin.post(f"{LIST}add/", year_data(year=105, opens_on="", **row))
        assert list(errors(page)) == ["opens_on"]


class TestDeleting:
    def test_an_open_year_is_not_offered_and_costs_one_look(
        self, admin: Client, county: County
    ) -> None:
        assert "/delete/" not in admin.get(f"{LIST}104/change/").content.decode()
        assert "delete_selected" not in admin.get(LIST).content.decode()
        with CaptureQueriesContext(connection) as queries:
            assert admin.get(f"{LIST}104/delete/").status_code == 403
        assert not any("inventory_entry" in query["sql"] for query in queries)
        assert admin.post(f"{LIST}104/delete/", {"post": "yes"}).status_code == 403
        choice = {"action": "delete_selected", "_selected_action": ["104"], "post": "yes"}
        admin.post(LIST, choice)
        assert ReportingYear.objects.filter(year=104).exists()

    def test_a_year_that_was_never_opened_goes_with_its_counties_dates(
        self, admin: Client, county: County, factor_set: FactorSet
    ) -> None:
        make_year(105, factor_set)
        wanted = CountyDates(year_id=105, county_id="z", due_on=in_days(9), reason="本縣")
        years.set_county_dates(wanted=wanted, by=county.administrator)
        assert "/delete/" in admin.get(f"{LIST}105/change/").content.decode()
        assert admin.get(f"{LIST}105/delete/").status_code == 200
        assert admin.post(f"{LIST}105/delete/", {"post": "yes"}).status_code == 302
        assert not ReportingYear.objects.filter(year=105).exists()
        assert not CountyDates.objects.exists()

    def test_a_year_that_was_opened_meanwhile_is_told(
        self, admin: Client, county: County, factor_set: FactorSet, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        year = make_year(105, factor_set)
        delete_year = years.delete_year

        def too_late(**options: Any) -> None:
            Filing.objects.create(year=year, unit=county.school, path="00001", level=1)
            delete_year(**options)

        monkeypatch.setattr(years, "delete_year", too_late)
        page = admin.post(f"{LIST}105/delete/", {"post": "yes"}, follow=True)
        assert said(page) == ["105 年度已開放，不能刪除。"]
