"""Units that come late, close, or are merged in an open year: who owes what, and what stays."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Unit
from inventory import policies, workflow
from inventory.models import FactorSet, Filing, FilingEvent, FilingVersion
from inventory.periods import period_notes
from inventory.policies import NotAllowed
from inventory.states import Status, Verb
from inventory.verifying import verify_filings
from inventory.versions.history import history_of
from inventory.workflow import FilingConflict
from inventory.workflow.opening import open_year
from inventory.workflow.previews import Preview
from inventory.workflow.taking_in import preview_of_taking_in
from inventory.workflow.unit_previews import preview_of_closing, preview_of_reopening
from inventory.workflow.unit_tree import WhyNot
from tests.factories import CountyFactory, UnitFactory
from tests.inventory.conftest import SET, County, close, complete, make_year, number
from tests.unguarded import guards_asleep

REASON = "府教字第 1040001 號：整併"
AUGUST = date(2015, 8, 1)  # within the year 104

pytestmark = pytest.mark.django_db


def file(county: County, unit: Unit, electricity: str, year: int = 104) -> Filing:
    stored = county.filing(unit, year)
    return workflow.save(
        filing=stored,
        answers=complete(number("electricity", electricity)),
        outsourced_scope="",
        complete=True,
        revision=stored.revision,
        factor_set=SET,
        by=county.user(unit),
    )


def do(verb: Callable[..., Filing], county: County, unit: Unit, **given) -> Filing:
    filing = county.filing(unit)
    told = {"revision": filing.revision, "reason": REASON, "by": county.user(county.government)}
    return verb(filing=filing, **(told | given))


def look(preview: Callable[..., Preview], county: County, unit: Unit, **given) -> Preview:
    return do(preview, county, unit, **given)  # type: ignore[arg-type, return-value]


def totals(county: County, year: int = 104) -> dict[str, tuple[Decimal, int]]:
    """Of every agency of a year with all below it: kg CO2e, and how many filings are owed."""
    found = {}
    for filing in Filing.objects.filter(year=year).select_related("unit"):
        below = list(Filing.objects.with_subtree_of(filing))
        kg = sum((one.own_kg for one in below), Decimal(0))
        owing = sum(one.status != Status.EXCUSED for one in below)
        found[filing.unit.code] = (kg, owing)
    return found


def previewed(preview: Preview, when: str) -> dict[str, tuple[Decimal, int]]:
    return {
        row.agency.unit.code: (getattr(row, when), getattr(row, f"owing_{when}"))
        for row in preview.totals
    }


def check_as_previewed(preview: Preview, before, after) -> None:
    """What was shown is what was and is; what was not shown has not moved."""
    shown = previewed(preview, "before")
    assert shown == {code: before[code] for code in shown}
    assert previewed(preview, "after") == {code: after[code] for code in shown}
    moved = {code for code in before if before[code] != after.get(code)}
    assert moved <= shown.keys()


def everything(year: int) -> list[tuple]:
    """All that stands of a year's filings, versions and events."""
    return [
        *Filing.objects.filter(year=year).order_by("pk").values_list(),
        *FilingVersion.objects.filter(filing__year=year).order_by("pk").values_list(),
        *FilingEvent.objects.filter(filing__year=year).order_by("pk").values_list(),
    ]


class TestTakingIn:
    """納入填報: a unit that was added after the year was opened."""

    @pytest.fixture
    def late(self, county: County) -> Unit:
        return UnitFactory(name="新設圖書館", code="371036900X", parent=county.township)

    def take_in(self, county: County, unit: Unit, **given) -> Filing:
        told = {
            "under": county.filing(county.township),
            "reason": REASON,
            "by": county.user(county.government),
        }
        return workflow.take_in(unit=unit, **(told | given))

    def test_it_owes_its_filing_at_its_place(self, county: County, late: Unit) -> None:
        before = totals(county)
        preview = preview_of_taking_in(
            unit=late,
            under=county.filing(county.township),
            reason=REASON,
            by=county.user(county.government),
        )
        assert not Filing.objects.filter(unit=late).exists()
        made = self.take_in(county, late)
        township = county.filing(county.township)
        assert (made.status, made.parent_id, made.level) == (Status.NOT_STARTED, township.pk, 3)
        assert made.path.startswith(township.path)
        [step] = history_of(made)
        assert (step.event.verb, step.reason, step.event.revision) == (Verb.TAKE_IN, REASON, 1)
        after = totals(county)
        check_as_previewed(preview, before, after)
        assert after[county.government.code] == (Decimal(0), 5)

    def test_a_platform_administrator_may_too(self, county: County, late: Unit) -> None:
        assert self.take_in(county, late, by=county.administrator).unit == late

    def test_it_stands_where_a_second_opening_would_put_it(
        self, county: County, late: Unit
    ) -> None:
        path = self.take_in(county, late).path
        year = county.filing(county.school, 103).year
        open_year(year=year, by=county.administrator)
        here = county.filing(county.township).path
        there = county.filing(county.township, 103).path
        assert path.removeprefix(here) == county.filing(late, 103).path.removeprefix(there)

    @pytest.mark.parametrize("who", ["township", "school"])
    def test_nobody_else_may(self, county: County, late: Unit, who: str) -> None:
        with pytest.raises(PermissionDenied):
            self.take_in(county, late, by=county.user(getattr(county, who)))

    def test_not_below_what_owes_nothing(self, county: County, late: Unit) -> None:
        do(workflow.excuse, county, county.kindergarten)
        with pytest.raises(NotAllowed, match=r"南竿鄉立幼兒園.*免填報"):
            self.take_in(county, late, under=county.filing(county.kindergarten))
        assert not Filing.objects.filter(unit=late).exists()

    def test_another_county_is_refused(self, county: County) -> None:
        other = UnitFactory(county=CountyFactory(letter="w", name="金門縣"), code="371020000A")
        with pytest.raises(NotAllowed, match="同一縣市"):
            self.take_in(county, other)

    def test_what_has_its_filing_or_is_gone_is_refused(self, county: County, late: Unit) -> None:
        with pytest.raises(NotAllowed, match="已有填報"):
            self.take_in(county, county.school)
        late.is_active = False
        late.save()
        with pytest.raises(NotAllowed, match="非現有單位"):
            self.take_in(county, late)

    def test_a_reason_is_asked_for_and_a_year_that_is_over_stays(
        self, county: County, late: Unit
    ) -> None:
        with pytest.raises(NotAllowed, match="原因"):
            self.take_in(county, late, reason=" ")
        close(104)
        before = everything(104)
        with pytest.raises(NotAllowed, match="已截止"):
            self.take_in(county, late)
        assert everything(104) == before


class TestClosing:
    """裁撤: the filing is of the days before."""

    def test_it_files_for_its_part_and_says_so(self, county: County) -> None:
        file(county, county.school, "1000")
        before = totals(county)
        given = {"on": AUGUST, "document": "府人字第 9 號"}
        preview = look(preview_of_closing, county, county.school, **given)
        assert county.filing(county.school).covers_until is None
        closed = do(workflow.close_unit, county, county.school, **given)
        assert closed.covers_until == date(2015, 7, 31)
        assert (closed.own_kg, closed.status) == (Decimal("528.0000"), Status.COMPLETED)
        check_as_previewed(preview, before, totals(county))
        [note] = period_notes(closed)
        assert "本填報涵蓋 2015-01-01 至 2015-07-31" in note
        assert any(note in sentence for sentence in preview.sentences)
        assert any("請核對其數據" in sentence for sentence in preview.sentences)
        step = history_of(closed)[0]
        assert (step.event.verb, step.reason) == (Verb.CLOSE, REASON)
        assert "公文文號：府人字第 9 號" in step.moved
        assert "填報涵蓋至：全年 → 2015-07-31" in step.moved

    def test_the_unit_stays_readable_and_files_its_part(self, county: County) -> None:
        do(workflow.close_unit, county, county.school, on=AUGUST)
        assert file(county, county.school, "10").own_kg == Decimal("5.2800")

    def test_the_next_year_leaves_it_out(self, county: County, factor_set: FactorSet) -> None:
        do(workflow.close_unit, county, county.school, on=AUGUST)
        opening = open_year(year=make_year(105, factor_set), by=county.administrator)
        assert not Filing.objects.filter(unit=county.school, year=105).exists()
        assert opening.left_out[WhyNot.CLOSED] == ["371036500X 連江縣介壽國中小"]

    def test_a_year_that_is_opened_late_has_its_part(
        self, county: County, factor_set: FactorSet
    ) -> None:
        """Closed before anybody opened the year in which it closes."""
        into = county.filing(county.township)
        do(workflow.close_unit, county, county.school, on=date(2016, 3, 1), into=into)
        open_year(year=make_year(105, factor_set), by=county.administrator)
        filing = county.filing(county.school, 105)
        assert filing.covers_until == date(2016, 2, 29)
        assert filing.successor == county.township
        assert county.filing(county.school, 104).covers_until is None

    def test_an_open_year_after_it_is_not_owed(self, county: County) -> None:
        """Closed in 103; that year and 104 are open."""
        before = totals(county)
        preview = look(preview_of_closing, county, county.school, on=date(2014, 8, 1))
        do(workflow.close_unit, county, county.school, on=date(2014, 8, 1))
        assert county.filing(county.school, 103).covers_until == date(2014, 7, 31)
        assert county.filing(county.school).status == Status.EXCUSED
        after = totals(county)
        assert after[county.government.code][1] == before[county.government.code][1] - 1
        years = {row.agency.year_id for row in preview.totals}
        assert years == {104}
        check_as_previewed(preview, before, after)
        with pytest.raises(NotAllowed, match="免填報"):
            policies.check_open(county.filing(county.school), policies.today())
        with pytest.raises(NotAllowed, match="撤銷裁撤"):
            do(workflow.reinstate, county, county.school)

    def test_what_is_over_stays_to_the_last_digit(self, county: County) -> None:
        file(county, county.school, "1234.5678", year=103)
        close(103)
        before = everything(103)
        do(workflow.close_unit, county, county.school, on=date(2014, 8, 1))
        do(workflow.reopen_unit, county, county.school)
        assert everything(103) == before

    def test_it_takes_the_draft_out_of_every_total(self, county: County) -> None:
        """Nothing owed in 104: what was begun there is taken away by a version that says so."""
        stored = county.filing(county.school)
        workflow.save(
            filing=stored,
            answers=[number("electricity", "1000")],
            outsourced_scope="",
            complete=False,
            revision=0,
            factor_set=SET,
            by=county.user(county.school),
        )
        before = totals(county)
        preview = look(preview_of_closing, county, county.school, on=date(2015, 1, 1))
        do(workflow.close_unit, county, county.school, on=date(2015, 1, 1))
        after = totals(county)
        assert before[county.government.code][0] == Decimal("528.0000")
        assert after[county.government.code][0] == Decimal(0)
        check_as_previewed(preview, before, after)

    @pytest.mark.parametrize("unit", ["school", "township"])
    def test_a_confirmed_filing_is_sent_back_first(self, county: County, unit: str) -> None:
        """Of the unit that closes, and of the one that goes on."""
        filing = file(county, getattr(county, unit), "1000")
        boss = county.user(county.government)
        workflow.confirm(filing=filing, revision=filing.revision, by=boss)
        into = county.filing(county.township)
        before = everything(104)
        with pytest.raises(NotAllowed, match="請先退回"):
            do(workflow.close_unit, county, county.school, on=AUGUST, into=into)
        assert everything(104) == before
        assert Unit.objects.get(pk=county.school.pk).closed_on is None

    def test_confirmed_figures_are_not_excused(self, county: County) -> None:
        filing = file(county, county.school, "1000")
        boss = county.user(county.government)
        workflow.confirm(filing=filing, revision=filing.revision, by=boss)
        with pytest.raises(NotAllowed, match="免填報"):
            do(workflow.close_unit, county, county.school, on=date(2014, 1, 1))

    def test_not_while_units_stand_below(self, county: County) -> None:
        with pytest.raises(NotAllowed, match="南竿鄉立幼兒園"):
            do(workflow.close_unit, county, county.township, on=AUGUST)
        under = county.filing(county.school)
        do(workflow.move, county, county.kindergarten, under=under)
        with pytest.raises(NotAllowed, match="南竿鄉立幼兒園"):  # in today's tree, and in 103
            do(workflow.close_unit, county, county.township, on=AUGUST)
        do(workflow.move, county, county.kindergarten, under=county.filing(county.government))
        do(workflow.move, county, county.kindergarten, under=under, in_later_years=True)
        assert Unit.objects.get(pk=county.kindergarten.pk).parent == county.school
        with pytest.raises(NotAllowed, match=r"103 年度.*南竿鄉立幼兒園"):
            do(workflow.close_unit, county, county.township, on=AUGUST)
        close(103)
        assert do(workflow.close_unit, county, county.township, on=AUGUST).covers_until

    def test_what_cannot_be_meant(self, county: County) -> None:
        for on in (date(1900, 1, 1), policies.today() + timedelta(days=800)):
            with pytest.raises(NotAllowed, match="須在"):
                do(workflow.close_unit, county, county.school, on=on)
        with pytest.raises(NotAllowed, match="原因"):
            do(workflow.close_unit, county, county.school, on=AUGUST, reason=" ")
        with pytest.raises(NotAllowed, match="承接單位"):
            do(workflow.close_unit, county, county.school, on=AUGUST, is_whole=True)
        into = county.filing(county.school)
        with pytest.raises(NotAllowed, match="自己"):
            do(workflow.close_unit, county, county.school, on=AUGUST, into=into)
        with pytest.raises(FilingConflict):
            do(workflow.close_unit, county, county.school, on=AUGUST, revision=7)
        do(workflow.close_unit, county, county.school, on=AUGUST)
        with pytest.raises(NotAllowed, match="已裁撤"):
            do(workflow.close_unit, county, county.school, on=AUGUST)

    def test_only_an_administrator_and_never_the_own_unit(self, county: County) -> None:
        for who in (county.school, county.township):
            with pytest.raises(PermissionDenied):
                do(workflow.close_unit, county, county.school, on=AUGUST, by=county.user(who))
            with pytest.raises(PermissionDenied):
                do(workflow.reopen_unit, county, county.school, by=county.user(who))
        with pytest.raises(PermissionDenied):
            do(workflow.close_unit, county, county.government, on=AUGUST)
        by = county.administrator
        with pytest.raises(NotAllowed, match="最上層"):
            do(workflow.close_unit, county, county.government, on=AUGUST, by=by)


class TestMerging:
    """整併: who files for which part is said on both filings, and no kilogram counts twice."""

    def merge(self, county: County, **given) -> Filing:
        into = county.filing(county.kindergarten)
        return do(workflow.close_unit, county, county.school, on=AUGUST, into=into, **given)

    def test_each_has_its_part_and_its_own_kilograms(self, county: County) -> None:
        file(county, county.school, "1000")
        file(county, county.kindergarten, "10")
        before = totals(county)
        into = county.filing(county.kindergarten)
        preview = look(preview_of_closing, county, county.school, on=AUGUST, into=into)
        self.merge(county)
        assert totals(county) == before
        assert preview.totals == []
        [own] = period_notes(county.filing(county.school))
        [other] = period_notes(county.filing(county.kindergarten))
        assert "其後由「南竿鄉立幼兒園」填報" in own
        assert "自 2015-08-01 起含已併入的「連江縣介壽國中小」" in other
        assert "不重複計入" in other
        events = FilingEvent.objects.filter(filing__unit=county.kindergarten)
        told = events.get(verb=Verb.TAKE_OVER)
        assert (told.reason, told.details["from"]) == (REASON, county.school.code)
        unit = Unit.objects.get(pk=county.school.pk)
        assert (unit.closed_on, unit.merged_into) == (AUGUST, county.kindergarten)

    def test_the_successor_files_the_whole_year(self, county: County) -> None:
        before = totals(county)
        into = county.filing(county.kindergarten)
        given = {"on": AUGUST, "into": into, "is_whole": True}
        preview = look(preview_of_closing, county, county.school, **given)
        filing = self.merge(county, is_whole=True)
        assert (filing.status, filing.covers_until) == (Status.EXCUSED, None)
        check_as_previewed(preview, before, totals(county))
        [own] = period_notes(filing)
        [other] = period_notes(county.filing(county.kindergarten))
        assert "本年度由其填報" in own
        assert "全年" in other

    def test_a_successor_without_a_filing_is_taken_in_first(self, county: County) -> None:
        """It has one in 104 and none in 103, where the merged unit closes too."""
        Filing.objects.filter(year=103, unit=county.kindergarten).delete()
        into = county.filing(county.kindergarten)
        with pytest.raises(NotAllowed, match="103 年度沒有填報，請先將它納入"):
            do(workflow.close_unit, county, county.school, on=date(2014, 8, 1), into=into)

    def test_a_successor_that_owes_nothing_goes_on_for_nobody(self, county: County) -> None:
        do(workflow.excuse, county, county.kindergarten)
        before = everything(104)
        with pytest.raises(NotAllowed, match="104 年度免填報，不能承接"):
            self.merge(county)
        assert everything(104) == before

    def test_a_part_that_is_not_owed_is_in_nobodys_filing(self, county: County) -> None:
        """Merged in August; what came before is excused, and the successor does not claim it."""
        self.merge(county)
        filing = do(workflow.excuse, county, county.school)
        assert (filing.status, period_notes(filing)) == (Status.EXCUSED, ())
        [note] = period_notes(county.filing(county.kindergarten))
        assert note == "本填報自 2015-08-01 起含已併入的「連江縣介壽國中小」（371036500X）。"

    def test_not_into_another_county_nor_into_what_is_closed(self, county: County) -> None:
        do(workflow.close_unit, county, county.kindergarten, on=AUGUST)
        with pytest.raises(NotAllowed, match="已非現有單位"):
            self.merge(county)
        elsewhere = UnitFactory(county=CountyFactory(letter="w", name="金門縣"), code="371020000A")
        open_year(year=county.filing(county.school).year, by=county.administrator)
        into = county.filing(elsewhere)
        with pytest.raises(NotAllowed, match="同一縣市"):
            do(workflow.close_unit, county, county.school, on=AUGUST, into=into)


class TestReopening:
    """撤銷: while the year is open."""

    @pytest.mark.parametrize("is_whole", [False, True])
    def test_all_is_as_it_was(self, county: County, is_whole: bool) -> None:
        before = totals(county)
        into = county.filing(county.kindergarten)
        given = {"on": AUGUST, "into": into, "is_whole": is_whole}
        do(workflow.close_unit, county, county.school, **given)
        closed = totals(county)
        preview = look(preview_of_reopening, county, county.school)
        filing = do(workflow.reopen_unit, county, county.school)
        assert (filing.status, filing.covers_until, filing.successor) == (
            Status.NOT_STARTED,
            None,
            None,
        )
        assert totals(county) == before
        check_as_previewed(preview, closed, before)
        assert period_notes(county.filing(county.kindergarten)) == ()
        unit = Unit.objects.get(pk=county.school.pk)
        assert (unit.closed_on, unit.merged_into) == (None, None)
        assert history_of(county.filing(county.kindergarten))[0].event.verb == Verb.REOPEN

    def test_every_open_year_is_told(self, county: County) -> None:
        """Closed in 103, so that 104 is not owed; undone from the page of 104."""
        into = county.filing(county.kindergarten)
        do(workflow.close_unit, county, county.school, on=date(2014, 8, 1), into=into)
        assert county.filing(county.school).successor == county.kindergarten
        do(workflow.reopen_unit, county, county.school)
        for year, status in ((103, Status.NOT_STARTED), (104, Status.NOT_STARTED)):
            filing = county.filing(county.school, year)
            stands = (filing.status, filing.covers_until, filing.successor)
            assert stands == (status, None, None)
            verbs = list(filing.events.values_list("verb", flat=True))
            assert verbs.count(Verb.REOPEN) == verbs.count(Verb.CLOSE) == 1
            [told] = FilingEvent.objects.filter(
                filing=county.filing(county.kindergarten, year), verb=Verb.REOPEN
            )
            assert (told.reason, told.details["from"]) == (REASON, county.school.code)
        assert list(verify_filings()) == []

    def test_what_was_excused_by_itself_stays_excused(self, county: County) -> None:
        do(workflow.excuse, county, county.school)
        do(workflow.close_unit, county, county.school, on=AUGUST)
        assert do(workflow.reopen_unit, county, county.school).status == Status.EXCUSED

    def test_not_when_it_stands_in_a_year_that_is_over(self, county: County) -> None:
        do(workflow.close_unit, county, county.school, on=date(2014, 8, 1))
        close(103)
        with pytest.raises(NotAllowed, match="已列入截止的 103 年度"):
            do(workflow.reopen_unit, county, county.school)

    def test_only_what_is_closed(self, county: County) -> None:
        with pytest.raises(NotAllowed):
            do(workflow.reopen_unit, county, county.school)


class TestVerifying:
    """verify_totals knows which part of the year a filing is of."""

    def found(self) -> list[tuple[str, int, str, str, str]]:
        return [
            (one.owner, one.year, one.cell, one.stored, one.recomputed) for one in verify_filings()
        ]

    def test_all_that_was_done_is_clean(self, county: County, factor_set: FactorSet) -> None:
        file(county, county.school, "1000")
        into = county.filing(county.kindergarten)
        do(workflow.close_unit, county, county.school, on=AUGUST, into=into)
        do(workflow.reopen_unit, county, county.school)
        do(workflow.close_unit, county, county.school, on=date(2016, 8, 1), into=into)
        open_year(year=make_year(105, factor_set), by=county.administrator)
        late = UnitFactory(code="371036900X", parent=county.township)
        under = county.filing(county.township)
        by = county.administrator
        workflow.take_in(unit=late, under=under, reason=REASON, by=by)
        assert county.filing(county.school, 105).covers_until == date(2016, 7, 31)
        assert self.found() == []

    def test_another_day_and_another_successor_are_named(self, county: County) -> None:
        into = county.filing(county.kindergarten)
        do(workflow.close_unit, county, county.school, on=AUGUST, into=into)
        late = UnitFactory(code="371036900X", parent=county.township)
        school = Filing.objects.filter(pk=county.filing(county.school).pk)
        with guards_asleep():
            school.update(covers_until=date(2015, 8, 31), successor=late)
        assert self.found() == [
            ("371036500X", 104, "填報涵蓋至", "2015-08-31", "2015-07-31"),
            ("371036500X", 104, "承接單位", "371036900X", "371036501X"),
        ]

    def test_a_successor_without_a_filing_is_named(self, county: County) -> None:
        into = county.filing(county.kindergarten)
        do(workflow.close_unit, county, county.school, on=AUGUST, into=into)
        with guards_asleep():
            FilingEvent.objects.filter(filing=into).delete()
            Filing.objects.filter(pk=into.pk).delete()
        assert ("371036500X", 104, "承接單位", "371036501X", "本年度沒有填報") in self.found()


class TestMovingForGood:
    """改列上級機關, 以後的年度也照此."""

    def test_years_that_are_opened_later_have_it_there(
        self, county: County, factor_set: FactorSet
    ) -> None:
        under = county.filing(county.township)
        do(workflow.move, county, county.school, under=under, in_later_years=True)
        open_year(year=make_year(105, factor_set), by=county.administrator)
        assert county.filing(county.school, 105).parent == county.filing(county.township, 105)
        assert county.filing(county.school, 103).level == 2

    def test_a_circle_in_todays_tree_is_refused(self, county: County) -> None:
        """The year's tree allows it: there the kindergarten stands elsewhere already."""
        do(workflow.move, county, county.kindergarten, under=county.filing(county.school))
        under = county.filing(county.kindergarten)
        with pytest.raises(NotAllowed, match="所屬機關"):
            do(workflow.move, county, county.township, under=under, in_later_years=True)
        assert county.filing(county.township).level == 2
