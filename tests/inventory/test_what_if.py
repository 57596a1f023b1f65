"""What a set would do is what a recompute then does; publishing alone moves nothing."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from inventory.entries.answers import Answer
from inventory.factors.differences import differences
from inventory.impact import estimate as what_if
from inventory.impact import recompute as recomputing
from inventory.impact.charts import difference_chart
from inventory.impact.csv_file import COLUMNS, as_csv, as_text
from inventory.impact.estimate import ImpactTotals, moves
from inventory.impact.recompute import ManyConflicts, next_batch, recompute_many, waiting
from inventory.lines import Operation
from inventory.models import FactorSet, Filing, FilingVersion, ReportingYear
from inventory.policies import NotAllowed
from inventory.states import FILED, Status
from inventory.workflow.publishing import publish
from tests.inventory.conftest import County, complete, number
from tests.inventory.factor_sets import (
    accepting,
    after,
    before,
    dump,
    every_kind_of_line,
    file,
    fill,
    keep_set,
    sums_of,
    toml,
    under,
)

pytestmark = [pytest.mark.django_db, pytest.mark.long]


@pytest.fixture
def other(county: County) -> FactorSet:
    """AR5 with another electricity for 104: every kind of line moves."""
    return keep_set(toml(power_of_104="value = 0.5277777777"))


@pytest.fixture
def year(county: County) -> ReportingYear:
    return ReportingYear.objects.get(year=104)


def put_in_force(county: County, factor_set: FactorSet, *years: int) -> ReportingYear:
    publish(
        factor_set=factor_set,
        years=years or [104],
        reason="修正",
        by=county.administrator,
        **accepting(factor_set, 104),
    )
    return ReportingYear.objects.get(year=104)


def recompute_all(county: County, factor_set: FactorSet, year: ReportingYear) -> ImpactTotals:
    return recompute_many(
        factor_set=factor_set,
        year=year,
        revisions={move.filing.pk: move.filing.revision for move in next_batch(factor_set, year)},
        reason="依新版重算",
        by=county.administrator,
    )


class TestWhatIf:
    """Figures as they would be, by 登錄狀況, without writing anything."""

    def test_it_is_what_a_recompute_then_does(self, county: County, other, year) -> None:
        fill(county)
        found = what_if.what_if(other, year)
        filed = Filing.objects.filter(year=104, status__in=FILED)
        pks = list(filed.values_list("pk", flat=True))
        assert before(found.filed) == sums_of(filed)

        done = recompute_all(county, other, put_in_force(county, other))

        assert after(found.filed) == sums_of(Filing.objects.filter(pk__in=pks))
        assert (found.filed.own_difference, found.filed.outsourced_difference) == (
            done.own_difference,
            done.outsourced_difference,
        )
        assert done.own_difference != 0
        assert done.outsourced_difference != 0
        assert (done.filings, done.moved) == (2, 2)

    def test_so_it_is_for_drafts_and_what_was_sent_back(self, county: County, other, year) -> None:
        fill(county)
        found = what_if.what_if(other, year)
        put_in_force(county, other)
        every = Filing.objects.filter(year=104)
        recompute_many(
            factor_set=other,
            year=year,
            revisions=dict(every.values_list("pk", "revision")),
            reason="x",
            by=county.administrator,
        )
        assert after(found.total) == sums_of(every)
        draft = found.sums[Status.DRAFT]
        assert after(draft) == sums_of(every.filter(unit=county.kindergarten))
        assert draft.outsourced_difference != 0

    def test_states_stand_apart(self, county: County, other, year) -> None:
        fill(county)
        found = what_if.what_if(other, year)
        assert {status: sums.filings for status, sums in found.sums.items()} == {
            Status.CONFIRMED: 1,
            Status.COMPLETED: 1,
            Status.DRAFT: 1,
            Status.RETURNED: 1,
        }
        assert found.filed.filings == 2
        assert found.total.filings == 4
        assert found.total.own_per_cent == Decimal("-8.2")
        assert not found.is_in_force
        assert not found.is_empty

    def test_the_largest_come_first(self, county: County, other, year, monkeypatch) -> None:
        fill(county)
        monkeypatch.setattr(what_if, "MAX_CHANGES", 2)
        largest = what_if.what_if(other, year).largest_changes
        every = sorted(moves(other, year), key=lambda move: move.size, reverse=True)
        assert [move.filing for move in largest] == [move.filing for move in every[:2]]
        assert largest[0].filing.unit == county.school
        school = largest[0]
        assert school.difference == school.own_difference + school.outsourced_difference

    def test_the_set_in_force_moves_nothing(self, county: County, factor_set, year) -> None:
        fill(county)
        found = what_if.what_if(factor_set, year)
        assert (found.total.moved, found.largest_changes) == (0, [])
        assert before(found.total) == after(found.total)
        assert found.is_in_force

    def test_a_year_without_filings_is_empty(self, county: County, other) -> None:
        found = what_if.what_if(other, ReportingYear.objects.get(year=103))
        assert found.is_empty
        assert found.total == ImpactTotals()
        assert found.total.own_per_cent is None

    def test_not_for_a_year_that_the_set_is_not_for(self, county: County, year) -> None:
        narrow = keep_set(toml(years="years = [103]"))
        with pytest.raises(NotAllowed, match="不適用於 104 年度"):
            what_if.what_if(narrow, year)

    def test_nothing_is_written(self, county: County, other, year) -> None:
        fill(county)
        filed = dump()
        what_if.what_if(other, year)
        assert dump() == filed

    def test_queries_do_not_grow_with_the_filings(
        self, county: County, other, year, django_assert_num_queries, monkeypatch
    ) -> None:
        fill(county)
        with django_assert_num_queries(3):
            what_if.what_if(other, year)
        monkeypatch.setattr(what_if, "CHUNK", 2)
        with django_assert_num_queries(4):
            what_if.what_if(other, year)


class TestWhatCannotBeComputed:
    """It is named with the reason and is no zero in any total."""

    @pytest.fixture
    def without_r404a(self, county: County) -> FactorSet:
        return keep_set(toml(r404a='name = "R404B"'))

    def test_a_factor_is_missing(self, county: County, without_r404a, year) -> None:
        fill(county)
        found = what_if.what_if(without_r404a, year)
        confirmed = found.sums[Status.CONFIRMED]
        assert (confirmed.filings, confirmed.unable) == (0, 1)
        assert before(confirmed) == after(confirmed) == (0, 0)
        [move] = found.unable
        assert move.filing.unit == county.school
        assert move.problem == "本版沒有「其他冷媒型號，補充 R404A」的係數"
        assert (move.own_after, move.own_difference, move.outsourced_difference) == (None,) * 3
        assert (move.size, move.difference) == (0, 0)
        assert move not in found.largest_changes

    def test_the_unit_differs(self, county: County, other, year) -> None:
        gas = Answer(Operation.OWN, "other", Decimal(5), "車用液化石油氣", "L")
        file(county, county.school, complete(gas))
        text = toml("tw-105-ar4").replace('id = "new"', 'id = "kilograms"')
        rows = text.split("[[factor]]")
        changed = [
            row.replace('unit = "L"', 'unit = "kg"') if "車用液化石油氣" in row else row
            for row in rows
        ]
        found = what_if.what_if(keep_set("[[factor]]".join(changed)), year)
        [move] = found.unable
        assert move.problem == "「其他能源資源 車用液化石油氣」在本版以公斤計，不是公升"

    def test_an_energy_that_would_no_longer_count_is_told(self, county: County, year) -> None:
        fill(county)
        without = keep_set(toml(fm200='name = "FM-201"'))
        found = what_if.what_if(without, year)
        [move] = found.dropping
        assert (found.dropping_number, move.dropped) == (1, ("FM-200 滅火藥劑補充",))
        recompute_all(county, without, put_in_force(county, without))
        school = county.filing(county.school)
        assert (school.own_kg, school.outsourced_kg) == (move.own_after, move.outsourced_after)

    def test_long_lists_are_cut_and_counted(
        self, county: County, without_r404a, year, monkeypatch
    ) -> None:
        fill(county)
        file(county, county.township, every_kind_of_line())
        monkeypatch.setattr(what_if, "MAX_LISTED", 1)
        found = what_if.what_if(without_r404a, year)
        assert (found.total.unable, len(found.unable)) == (2, 1)
        found = what_if.what_if(keep_set(under("x", toml(fm200='name = "FM-201"'))), year)
        assert (found.dropping_number, len(found.dropping)) == (2, 1)


class TestPublish:
    """A year gets another set: in the history with who and why, and no filed figure moves."""

    def test_it_moves_no_filed_figure(self, county: County, other) -> None:
        fill(county)
        filed = dump()
        assert all(filed.values())
        years = publish(
            factor_set=other, years=[104, 103, 104], reason="x", by=county.administrator
        )
        assert [year.year for year in years] == [103, 104]
        assert ReportingYear.objects.filter(factor_set=other).count() == 2
        assert dump() == filed

    def test_the_history_says_who_and_why(self, county: County, other) -> None:
        publish(factor_set=other, years=[104], reason=" 能源局修正 ", by=county.administrator)
        event = ReportingYear.pgh_event_models["update"].objects.get(pgh_label="update")
        assert (event.pgh_obj_id, event.factor_set_id) == (104, "new")
        assert event.pgh_context == {
            "user": county.administrator.pk,
            "verb": "publish",
            "reason": "能源局修正",
            "factor_set": "new",
        }

    def test_a_new_save_uses_it(self, county: County, other) -> None:
        put_in_force(county, other)
        assert file(county, county.school, complete(number("r410a", "1"))).factor_set == other

    @pytest.mark.parametrize(
        ("years", "reason", "says"),
        [
            ([], "x", "請選擇要採用的年度"),
            ([104], "  ", "請填寫發布原因"),
            ([104, 105, 99999], "x", "沒有 105、99999 年度"),
            ([103, 104], "x", "已採用「105 年填報係數"),
        ],
    )
    def test_refusals_are_of_all_years(
        self, county: County, other, years: list[int], reason: str, says: str
    ) -> None:
        first = FactorSet.objects.get(slug="tw-105-ar4")
        ReportingYear.objects.filter(year=103).update(factor_set=other)
        with pytest.raises(NotAllowed, match=says):
            publish(factor_set=first, years=years, reason=reason, by=county.administrator)
        assert ReportingYear.objects.get(year=103).factor_set == other

    def test_not_for_a_year_that_the_set_is_not_for(self, county: County) -> None:
        narrow = keep_set(toml(years="years = [103]"))
        with pytest.raises(NotAllowed, match="不適用於 104 年度"):
            publish(factor_set=narrow, years=[103, 104], reason="x", by=county.administrator)
        assert not narrow.years.exists()

    def test_only_platform_administrators(self, county: County, other) -> None:
        with pytest.raises(PermissionDenied):
            publish(factor_set=other, years=[104], reason="x", by=county.user(county.government))


class TestRecomputeMany:
    """All of a batch or none, each as a new version with the reason."""

    def test_each_is_a_new_version_and_a_confirmation_stays_where_it_was(
        self, county: County, other
    ) -> None:
        fill(county)
        recompute_all(county, other, put_in_force(county, other))
        version = FilingVersion.objects.get(filing__unit=county.school, number=2)
        assert (version.saved_as, version.save_reason) == ("recompute", "依新版重算")
        school = county.filing(county.school)
        assert (school.status, school.was_changed_after_confirmation) == ("completed", True)
        assert county.filing(county.kindergarten).version == 1

    def test_those_that_use_the_set_already_wait_for_nothing(self, county: County, other) -> None:
        fill(county)
        year = put_in_force(county, other)
        file(county, county.government, complete(number("lpg", "1")))
        assert [filing.unit for filing in waiting(other, year)] == [county.school]
        recompute_all(county, other, year)
        assert next_batch(other, year) == []

    def test_a_batch_is_no_larger_than_a_request_can_take(
        self, county: County, other, monkeypatch
    ) -> None:
        fill(county)
        year = put_in_force(county, other)
        monkeypatch.setattr(recomputing, "MAX_AT_ONCE", 1)
        assert recompute_all(county, other, year).filings == 1
        assert recompute_all(county, other, year).filings == 1
        assert not waiting(other, year).exists()

    def test_what_cannot_be_computed_is_in_no_batch(self, county: County) -> None:
        fill(county)
        lacking = keep_set(toml(r404a='name = "R404B"'))
        year = put_in_force(county, lacking)
        assert [move.filing.unit for move in next_batch(lacking, year)] == [county.government]
        every = dict(waiting(lacking, year).values_list("pk", "revision"))
        filed = dump()
        with (
            pytest.raises(NotAllowed, match="介壽國中小 無法計算：本版沒有「其他冷媒"),
            transaction.atomic(),
        ):
            recompute_many(
                factor_set=lacking, year=year, revisions=every, reason="x", by=county.administrator
            )
        assert dump() == filed

    def test_what_was_saved_meanwhile_is_told_and_not_overwritten(
        self, county: County, other
    ) -> None:
        fill(county)
        year = put_in_force(county, other)
        seen = {move.filing.pk: move.filing.revision for move in next_batch(other, year)}
        file(county, county.school, complete(number("electricity", "7")))
        filed = dump()
        with pytest.raises(ManyConflicts, match="介壽國中小 104") as refusal:
            recompute_many(
                factor_set=other, year=year, revisions=seen, reason="x", by=county.administrator
            )
        assert [filing.unit for filing in refusal.value.filings] == [county.school]
        assert recomputing.named(refusal.value.filings) == "連江縣介壽國中小"
        assert dump() == filed

    @pytest.mark.parametrize(
        ("changes", "says"),
        [
            ({"revisions": {}}, "請選擇要重算的填報"),
            ({"revisions": {0: 1}}, "不屬於這個年度"),
            ({"revisions": dict.fromkeys(range(101), 1)}, "一次最多重算 100 份"),
            ({"reason": "\n "}, "請填寫重算原因"),
        ],
    )
    def test_refusals(self, county: County, other, changes: dict, says: str) -> None:
        fill(county)
        year = put_in_force(county, other)
        school = {county.filing(county.school).pk: 1}
        given = {"revisions": school, "reason": "x", **changes}
        with pytest.raises(NotAllowed, match=says):
            recompute_many(factor_set=other, year=year, by=county.administrator, **given)

    def test_not_with_a_set_that_is_not_in_force(self, county: County, other, year) -> None:
        fill(county)
        revisions = {county.filing(county.school).pk: 1}
        with pytest.raises(NotAllowed, match="請先為該年度發布本版"):
            recompute_many(
                factor_set=other,
                year=year,
                revisions=revisions,
                reason="x",
                by=county.administrator,
            )

    def test_only_platform_administrators(self, county: County, other, year) -> None:
        with pytest.raises(PermissionDenied):
            recompute_many(
                factor_set=other,
                year=year,
                revisions={1: 1},
                reason="x",
                by=county.user(county.government),
            )


class TestDifferences:
    """A new set beside those that the years use now."""

    def test_line_by_line_with_the_years(self, county: County) -> None:
        changed = keep_set(toml("tw-105-ar4", power_of_104="value = 0.5", r404a='name = "R404B"'))
        found = differences(changed.factors.all(), changed.slug, changed.usable_years)
        assert [(one.label, one.unit, one.before, one.after, one.years) for one in found] == [
            ("電力", "kWh", Decimal("0.528"), Decimal("0.5"), (104,)),
            ("其他冷媒型號，補充 R404A", "kg", Decimal("3921.6"), None, (103, 104)),
            ("其他冷媒型號，補充 R404B", "kg", None, Decimal("3921.6"), (103, 104)),
        ]
        assert [one.per_cent for one in found] == [Decimal("-5.3"), None, None]
        assert {one.in_use.slug for one in found} == {"tw-105-ar4"}

    def test_none_with_itself_and_with_years_that_nobody_made(
        self, county: County, factor_set
    ) -> None:
        rows = factor_set.factors.all()
        assert differences(rows, factor_set.slug, [103, 104]) == []
        assert differences(rows, "other", [110]) == []


class TestFile:
    """The what-if as a data file."""

    def test_a_row_per_filing(self, county: County, other, year) -> None:
        fill(county)
        mark, head, *rows = as_csv(other, [year])
        assert mark == "\ufeff"
        assert head.strip().split(",") == list(COLUMNS)
        assert len(rows) == 4
        school = next(row for row in rows if "371036500X" in row).strip().split(",")
        assert school[:6] == ["104", "2015", "z", "371036500X", "連江縣介壽國中小", "confirmed"]
        [move] = [one for one in moves(other, year) if one.filing.unit == county.school]
        assert Decimal(school[10]) - Decimal(school[9]) == Decimal(school[11])
        assert Decimal(school[10]) == move.own_after

    def test_what_cannot_be_computed_has_no_figure(self, county: County, year) -> None:
        fill(county)
        rows = list(as_csv(keep_set(toml(r404a='name = "R404B"')), [year]))
        [row] = [row.strip().split(",") for row in rows if "R404A" in row]
        assert row[10:12] == row[13:15] == ["", ""]

    def test_a_name_is_never_a_formula(self) -> None:
        assert as_text("=1+1") == "'=1+1"
        assert as_text("連江縣") == "連江縣"


def test_bars_of_differences_stand_on_both_sides_of_zero() -> None:
    chart = difference_chart([("甲", Decimal(30)), ("乙", Decimal(-10))])
    assert chart.zero == "25.00%"
    assert [(bar.x, bar.width, bar.is_negative) for bar in chart.bars] == [
        ("25.00%", "75.00%", False),
        ("0.00%", "25.00%", True),
    ]
    assert difference_chart([]).bars == []
    assert difference_chart([("甲", Decimal(0))]).bars[0].width == "0.00%"
