"""Opening a year makes the filings that are owed, with the tree as it is on that day."""

from datetime import date
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command

from inventory.models import FactorSet, Filing, ReportingYear
from inventory.policies import NotAllowed
from inventory.workflow.opening import open_year, path_piece
from tests.factories import UnitFactory
from tests.inventory.conftest import County, make_year
from tests.inventory.test_publication import GOOD, keep

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


def test_a_second_opening_adds_new_units_only(county: County) -> None:
    year = ReportingYear.objects.get(year=104)
    late = UnitFactory(name="新設單位", parent=county.kindergarten)
    UnitFactory(name="裁撤單位", parent=county.government, is_active=False)
    assert open_year(year=year, by=county.administrator) == 1
    assert open_year(year=year, by=county.administrator) == 0
    assert county.filing(late).parent == county.filing(county.kindergarten)
    assert county.filing(late).level == 4


def test_below_an_agency_that_was_closed_comes_the_next_above(
    county: County, factor_set: FactorSet
) -> None:
    county.township.is_active = False
    county.township.save()
    open_year(year=make_year(105, factor_set), by=county.administrator)
    filing = Filing.objects.get(year=105, unit=county.kindergarten)
    assert filing.parent.unit == county.government
    assert filing.level == 2


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


def test_paths_sort_by_the_order_of_the_list() -> None:
    pieces = [path_piece(number) for number in (0, 9, 10, 35, 36, 71, 1295, 60_466_175)]
    assert pieces == ["00000", "00009", "0000A", "0000Z", "00010", "0001Z", "000ZZ", "ZZZZZ"]


class TestCommand:
    """manage.py open_year."""

    def run(self, year: int = 105, **options: object) -> str:
        out = StringIO()
        given = {
            "opens_on": date(2016, 1, 1),
            "due_on": date(2099, 6, 30),
            "factor_set": "tw-105-ar4",
            "by": "admin",
            **options,
        }
        call_command("open_year", year, stdout=out, **given)
        return out.getvalue()

    def test_opens(self, county: County) -> None:
        assert self.run() == "105: 4 filings made\n"
        assert self.run() == "105: 0 filings made\n"

    @pytest.mark.parametrize(
        ("options", "says"),
        [
            ({"by": "nobody"}, "no account nobody"),
            ({"by": "z371036500X"}, "no platform administrator"),
            ({"factor_set": "none"}, "no factor set none"),
            ({"due_on": date(2015, 1, 1)}, "截止日期不能早於開放日期"),
            ({"year": 0}, "1"),
            ({"year": 120}, "不適用於 120 年度"),
        ],
    )
    def test_refuses(self, county: County, options: dict, says: str) -> None:
        with pytest.raises(CommandError, match=says):
            self.run(**options)

    def test_an_open_year_keeps_its_factors(self, county: County) -> None:
        keep(GOOD)
        with pytest.raises(CommandError, match="104 is open with tw-105-ar4"):
            self.run(104, factor_set="test")
