"""Opening a year makes the filings that are owed, with the tree as it is on that day."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command

from accounts.models import Unit
from inventory import policies
from inventory.models import FactorSet, Filing, ReportingYear
from inventory.policies import NotAllowed
from inventory.workflow import opening
from inventory.workflow.opening import open_year, path_piece
from inventory.workflow.unit_tree import UnitTree, WhyNot, read_tree
from tests.factories import CountyFactory, UnitFactory
from tests.inventory.conftest import County, make_year
from tests.inventory.test_publication import GOOD, keep

OPENS = date(2016, 1, 1)  # the first day of 105
Facts = dict[str, object]
pytestmark = pytest.mark.django_db


def test_every_active_unit_gets_one_filing_in_its_place(county: County) -> None:
    top, township = county.filing(county.government), county.filing(county.township)
    kindergarten = county.filing(county.kindergarten)
    assert (top.level, township.level, kindergarten.level) == (1, 2, 3)
    assert kindergarten.path.startswith(township.path)
    assert kindergarten.parent == township
    assert list(Filing.objects.below(top).filter(year=104)) == [
        township,
        kindergarten,
        county.filing(county.school),
    ]
    assert list(Filing.objects.children_of(township)) == [kindergarten]


def test_a_second_opening_adds_new_units_only_and_says_so(county: County) -> None:
    year = ReportingYear.objects.get(year=104)
    late = UnitFactory(name="新設單位", parent=county.kindergarten)
    again = open_year(year=year, by=county.administrator)
    assert str(again) == "104 年度先前已開放；已為後來的 1 個單位補建填報。"
    assert county.filing(late).parent == county.filing(county.kindergarten)
    assert county.filing(late).level == 4
    once_more = open_year(year=year, by=county.administrator)
    assert str(once_more) == "104 年度先前已開放，沒有需要補建填報的單位。"


def test_below_an_agency_that_was_closed_comes_the_next_above(
    county: County, factor_set: FactorSet
) -> None:
    county.township.is_active = False
    county.township.save()
    open_year(year=make_year(105, factor_set), by=county.administrator)
    filing = Filing.objects.get(year=105, unit=county.kindergarten)
    assert filing.parent.unit == county.government
    assert filing.level == 2


def test_without_an_active_agency_above_the_countys_top_is_above(
    county: County, factor_set: FactorSet
) -> None:
    past = UnitFactory(name="改制前的縣政府", is_active=False)
    clinic = UnitFactory(name="衛生所", parent=past)
    opening = open_year(year=make_year(105, factor_set), by=county.administrator)
    assert (opening.made, county.filing(clinic, 105).parent.unit) == (5, county.government)


def test_the_history_keeps_who_opened_it_and_for_how_many(county: County) -> None:
    year = ReportingYear.objects.get(year=104)
    UnitFactory(parent=county.government)
    for _press in range(2):
        open_year(year=year, by=county.administrator)
    events = year.events.filter(pgh_label="opened").order_by("pgh_id")
    by = {"user": county.administrator.pk, "verb": "open_year"}
    assert [event.pgh_context for event in events] == [by | {"made": 4}, by | {"made": 1}]


class TestLeftOut:
    """Units without a filing in an opened year are named, each with its reason."""

    def left_out(self, county: County, factor_set: FactorSet) -> dict[WhyNot, list[str]]:
        opening = open_year(year=make_year(105, factor_set), by=county.administrator)
        assert Filing.objects.filter(year=105).count() == opening.made
        return dict(opening.left_out)

    def test_a_unit_that_is_closed(self, county: County, factor_set: FactorSet) -> None:
        Unit.objects.filter(pk=county.school.pk).update(is_active=False)
        named = {WhyNot.INACTIVE: ["371036500X 連江縣介壽國中小"]}
        assert self.left_out(county, factor_set) == named

    @pytest.mark.parametrize("tops", [0, 2])
    def test_a_unit_that_nothing_active_stands_above_in_a_county_without_one_top(
        self, county: County, factor_set: FactorSet, tops: int
    ) -> None:
        kinmen = {"county": CountyFactory(letter="w", name="金門縣")}
        for _number in range(tops):
            UnitFactory(**kinmen)
        past = UnitFactory(**kinmen, code="371020000A", name="舊縣府", is_active=False)
        clinic = UnitFactory(**kinmen, code="371020001A", name="衛生所", parent=past)
        UnitFactory(**kinmen, code="371020002A", name="衛生室", parent=clinic)
        assert self.left_out(county, factor_set) == {
            WhyNot.INACTIVE: ["371020000A 舊縣府"],
            WhyNot.NOTHING_ABOVE: ["371020001A 衛生所", "371020002A 衛生室"],
        }

    def test_units_that_stand_in_a_circle(self, county: County, factor_set: FactorSet) -> None:
        Unit.objects.filter(pk=county.township.pk).update(parent=county.kindergarten)
        named = ["371032300A 連江縣南竿鄉公所", "371036501X 南竿鄉立幼兒園"]
        assert self.left_out(county, factor_set) == {WhyNot.CIRCLE: named}

    def test_closed_agencies_in_a_circle_are_none(
        self, county: County, factor_set: FactorSet
    ) -> None:
        first = UnitFactory(is_active=False)
        second = UnitFactory(is_active=False, parent=first)
        Unit.objects.filter(pk=first.pk).update(parent=second)
        clinic = UnitFactory(parent=second)
        assert len(self.left_out(county, factor_set)[WhyNot.INACTIVE]) == 2
        assert county.filing(clinic, 105).parent.unit == county.government

    def test_nobody_who_has_a_filing_from_before(self, county: County) -> None:
        Unit.objects.filter(pk=county.government.pk).update(is_active=False)
        late = UnitFactory(parent=county.kindergarten)
        year = ReportingYear.objects.get(year=104)
        assert open_year(year=year, by=county.administrator).left_out == {}
        assert county.filing(late).parent == county.filing(county.kindergarten)

    def test_in_words_all_or_the_first_few(self, county: County, factor_set: FactorSet) -> None:
        for number in range(3):
            UnitFactory(code=f"37103650{number}Z", name=f"裁撤{number}", is_active=False)
        opening = open_year(year=make_year(105, factor_set), by=county.administrator)
        head = "105 年度未納入 3 個單位（非現有單位）：371036500Z 裁撤0、371036501Z 裁撤1"
        assert opening.left_out_in_words() == [f"{head}、371036502Z 裁撤2。"]
        assert opening.left_out_in_words(2) == [f"{head} 等。"]


def test_a_year_keeps_its_tree_when_a_unit_moves(county: County) -> None:
    county.kindergarten.parent = county.school
    county.kindergarten.save()
    assert county.filing(county.kindergarten).parent == county.filing(county.township)


def test_only_administrators_open_a_year(county: County) -> None:
    year = ReportingYear.objects.get(year=104)
    with pytest.raises(PermissionDenied):
        open_year(year=year, by=county.user(county.government))


def test_a_set_that_is_not_for_the_year_cannot_open_it(county: County) -> None:
    keep(GOOD)
    year = make_year(110, FactorSet.objects.get(slug="test"))
    with pytest.raises(NotAllowed, match="不適用於 110 年度"):
        open_year(year=year, by=county.administrator)
    assert not Filing.objects.filter(year=110).exists()


def test_a_year_that_is_gone_is_told(county: County) -> None:
    with pytest.raises(NotAllowed, match="沒有 105 年度"):
        open_year(year=ReportingYear(year=105), by=county.administrator)


def test_a_unit_that_is_deleted_meanwhile_leaves_no_half_opened_year(
    county: County, factor_set: FactorSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = UnitFactory(parent=county.government)

    def read_and_lose(year: int) -> UnitTree:
        tree = read_tree(year)
        gone.delete()
        return tree

    monkeypatch.setattr(opening, "read_tree", read_and_lose)
    with pytest.raises(NotAllowed, match="有單位被刪除"):
        open_year(year=make_year(105, factor_set), by=county.administrator)
    assert not Filing.objects.filter(year=105).exists()


def test_paths_sort_by_the_order_of_the_list() -> None:
    pieces = [path_piece(number) for number in (0, 9, 10, 35, 36, 71, 1295, 60_466_175)]
    assert pieces == ["00000", "00009", "0000A", "0000Z", "00010", "0001Z", "000ZZ", "ZZZZZ"]


class TestCommand:
    """manage.py open_year."""

    def run(self, year: int = 105, **options: object) -> str:
        out = StringIO()
        call_command("open_year", year, stdout=out, **{"by": "admin", **options})
        return out.getvalue()

    @pytest.fixture
    def facts(self) -> dict[str, object]:
        due_on = policies.today() + timedelta(days=30)
        return {"opens_on": OPENS, "due_on": due_on, "factor_set": "tw-105-ar4"}

    def test_opens_and_says_whom_it_left_out(self, county: County, facts: Facts) -> None:
        UnitFactory(code="371036599X", name="裁撤單位", is_active=False)
        left = "105 年度未納入 1 個單位（非現有單位）：371036599X 裁撤單位。\n"
        assert self.run(**facts) == f"105 年度：新增 4 個單位的填報。\n{left}"
        again = f"105 年度先前已開放，沒有需要補建填報的單位。\n{left}"
        assert self.run(**facts) == again
        assert self.run() == again

    @pytest.mark.parametrize(
        ("year", "says"),
        [
            (2015, "西元 2015 年是民國 104 年"),
            (99, "不適用於 99 年度"),
            (89, "民國 90 年至"),
            (200, "沒有 200 年度可開放"),
            (0, "沒有 0 年度可開放"),
            (10**11, "沒有 100000000000 年度可開放"),
        ],
    )
    def test_refuses_years_that_cannot_be_meant(
        self, county: County, facts: Facts, year: int, says: str
    ) -> None:
        with pytest.raises(CommandError, match=says):
            self.run(year, **facts)
        assert set(ReportingYear.objects.values_list("year", flat=True)) == {103, 104}

    @pytest.mark.parametrize(
        ("wrong", "says"),
        [
            ({"by": "nobody"}, "no account nobody"),
            ({"by": "z371036500X"}, "no platform administrator"),
            ({"factor_set": "none"}, "no factor set none"),
            ({"due_on": None, "factor_set": None}, "--due-on, --factor-set needed"),
            ({"opens_on": date(1, 1, 1)}, "須在 2016-01-01 至 .*，不能是 0001-01-01"),
            ({"due_on": date(9999, 12, 31)}, "不能是 9999-12-31"),
            ({"due_on": OPENS - timedelta(days=1), "opens_on": OPENS}, "不能是 2015-12-31"),
            ({"due_on": OPENS, "opens_on": OPENS + timedelta(days=1)}, "不能早於開放日期"),
            ({"due_on": OPENS}, "截止日期 2016-01-01 已過"),
            ({"note": "長" * 201}, "200"),
        ],
    )
    def test_refuses_and_leaves_no_year(
        self, county: County, facts: Facts, wrong: dict, says: str
    ) -> None:
        with pytest.raises(CommandError, match=says):
            self.run(**facts | wrong)
        assert not ReportingYear.objects.filter(year=105).exists()

    def test_a_due_date_gone_by_is_taken_when_it_is_meant(
        self, county: County, facts: Facts
    ) -> None:
        said = self.run(**facts | {"due_on": OPENS}, closed=True)
        assert said == "105 年度：新增 4 個單位的填報。\n"

    @pytest.mark.parametrize(
        "other", [{"due_on": date(2099, 1, 1)}, {"opens_on": date(2017, 1, 1)}, {"note": "新的"}]
    )
    def test_a_second_run_moves_nothing(self, county: County, facts: Facts, other: dict) -> None:
        self.run(**facts)
        due_on = facts["due_on"]
        stands = f"105 年度已設定為 2016-01-01 開放、{due_on} 截止、.*填報提示：無。開放年度不變更"
        with pytest.raises(CommandError, match=stands):
            self.run(**facts | other)
        year = ReportingYear.objects.get(year=105)
        assert (year.opens_on, year.due_on, year.note) == (OPENS, due_on, "")

    def test_an_open_year_keeps_its_factors(self, county: County) -> None:
        keep(GOOD)
        with pytest.raises(CommandError, match="104 年度已設定為"):
            self.run(104, factor_set="test")
        assert ReportingYear.objects.get(year=104).factor_set_id == "tw-105-ar4"
