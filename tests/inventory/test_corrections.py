"""Sets that correct others; biogenic CO2, uses of electricity, limits, what cannot be computed."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.models import Unit
from inventory import lines
from inventory.calculator import GasFactor, emission
from inventory.entries.answers import Answer
from inventory.entries.uncomputable import obstacles
from inventory.factors.corrections import read_publication
from inventory.factors.judging import parse_publication
from inventory.factors.limits import MAX_KG, MAX_KG_PER_UNIT, MAX_QUANTITY, MAX_ROWS
from inventory.factors.store import published, store
from inventory.factors.toml_text import PublicationError
from inventory.lines import ELECTRICITY, ENERGY_INDIRECT, LINES, Kind, Line, Operation
from inventory.models import CheckedDoubt, Factor, FactorSet
from inventory.policies import NotAllowed, today
from inventory.workflow.publishing import Obstructed, publish
from inventory.workflow.writing import check_size
from tests.inventory.conftest import SET, County, complete, number
from tests.inventory.factor_sets import file, keep_set, toml
from tests.pages import fields_of

pytestmark = pytest.mark.django_db
OF_THE_FIRST_RELEASE = {
    "tw-105-ar4",
    "tw-105-ar5",
    "tw-105-ar6",
    "tw-105-sar",
    "tw-107-ar4-revised",
}
HEAD = """id = "{}"
corrects = "{}"
title = "{} 更正"
publisher = "x"
source = "x"
gwp_basis = "AR4"
years = [104]
review_by = 2027-01-01
"""
POWER = """[[factor]]
line = "electricity"
year = {}
gas = "CO2e"
value = {}
unit = "kWh"
source = "更正公告"
confidence = "printed"
"""


def correction(rows: str, slug: str = "mended", base: str = SET) -> str:
    return HEAD.format(slug, base, slug) + rows


def test_only_what_changes_is_said_and_the_stored_rows_are_complete(
    factor_set: FactorSet,
) -> None:
    mended = keep_set(correction(POWER.format(104, "0.525")))
    assert (mended.corrects, mended.published) == (factor_set, None)
    before = {(one.line, one.name, one.year, one.gas): one.value for one in _rows(factor_set)}
    after = {(one.line, one.name, one.year, one.gas): one.value for one in _rows(mended)}
    assert after == before | {("electricity", "", 104, "CO2e"): Decimal("0.525")}
    complete_set = read_publication(mended.content.encode(), "x")
    assert len(complete_set.factors) == len(before)
    again = keep_set(correction(POWER.format(103, "0.5"), "again", "mended"))
    values = {one.year: one.value for one in _rows(again) if one.line == "electricity"}
    assert (values[103], values[104]) == (Decimal("0.5"), Decimal("0.525"))


def _rows(factor_set: FactorSet) -> list[Factor]:
    return list(factor_set.factors.all())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (correction(POWER.format(104, "0.5"), SET, SET), f"{SET} 不能更正自己"),
        (correction(POWER.format(104, "0.5"), base="nobody"), "沒有名為 nobody 的版本可以更正"),
        (correction(POWER.format(101, "0.5")), f"{SET} 沒有「electricity 101 CO2e」可以更正"),
        (correction(POWER.format(104, "0.5") + "added = true\n"), "已有「electricity 104 CO2e」"),
        (correction(POWER.format(104, "0.5") * 2), "electricity 104 CO2e 出現兩次"),
        (correction(""), f"沒有更正 {SET} 的任何一列"),
        (correction(POWER.format(104, "0")), "的係數不能是 0"),
        (
            correction(POWER.format(104, "0.5")).replace("AR4", "AR5"),
            f"GWP 版本與被更正的 {SET}（AR4）不同",
        ),
        (
            correction(
                '[[gwp]]\ngas = "CF4"\nvalue = 7390\nsource = "s"\nconfidence = "printed"\n'
            ),
            "沒有「CF4」可以更正",
        ),
    ],
)
def test_a_wrong_correction_is_refused_by_name(factor_set, text: str, says: str) -> None:
    with pytest.raises(PublicationError, match=r"第 \d+ 行") as refusal:
        parse_publication(text.encode(), "new.toml", today())
    assert says in str(refusal.value)


def test_sets_that_correct_each_other_are_refused() -> None:
    files = {
        one: correction(POWER.format(104, "0.5"), one, other).encode()
        for one, other in (("a", "b"), ("b", "c"), ("c", "a"))
    }
    with pytest.raises(PublicationError, match="更正繞成一圈：a → b → c → a"):
        read_publication(files["a"], "a.toml", files.get)


def test_the_corrected_files_say_what_is_known() -> None:
    found = {publication.id: publication for publication, _content in published()}
    mended = [one for one in found.values() if one.corrects]
    assert {one.corrects for one in mended} == OF_THE_FIRST_RELEASE
    for one in mended:
        assert (one.published, one.file_date is not None) == (None, True)
        before, after = (
            {row.key: row.value for row in x.factors} for x in (found[one.corrects], one)
        )
        assert after == before, "no factor moves"
        blends = [gas for gas in one.potentials if gas.gas.startswith("R4") or gas.gas == "R507A"]
        assert all(gas.value == int(gas.value) for gas in blends), "one rule for all of them"
        powers = {row.year: row for row in one.factors if row.line == "electricity"}
        if one.corrects.startswith("tw-105"):
            assert powers[104].confidence == "unconfirmed"
        else:
            assert all("8308" in powers[year].source for year in range(102, 107))
    ar6 = found["tw-105-ar6-corrected"]
    pages = {one.gas: one.page for one in ar6.potentials if one.gas in ("CH4", "N2O", "SF6")}
    assert all("表 7.SM.7" in page for page in pages.values())
    assert [str(ar6.potential(f"CH4 ({kind})").value) for kind in ("fossil", "non-fossil")] == [
        "29.8", "27.0",
    ]  # fmt: skip
    assert "24,300" in ar6.potential("SF6").source
    assert not [one for one in ar6.potentials if "2016" in one.source]


def test_a_new_site_loads_both(capsys) -> None:
    call_command("load_factor_sets")
    for slug, base in FactorSet.objects.exclude(corrects=None).values_list("slug", "corrects"):
        assert slug == f"{base}-corrected"
    assert FactorSet.objects.count() == len(published())
    corrected = FactorSet.objects.exclude(corrects=None)
    assert set(corrected.values_list("corrects", flat=True)) == OF_THE_FIRST_RELEASE


class TestBiogenic:
    """CO2 from what grew lately: frozen with the entry, in no kilogram."""

    def test_the_sum_leaves_it_out_and_says_it(self) -> None:
        fossil, grown = (GasFactor("CO2", Decimal(2), Decimal(1), bio) for bio in (False, True))
        result = emission(Decimal("1.5"), [fossil, grown])
        assert (result.kg, result.biogenic_kg) == (Decimal("3.0000"), Decimal("3.0000"))
        assert [term.kg for term in result.terms] == [3, 3]

    def test_an_entry_freezes_it_and_its_sum_says_it(
        self, county: County, sign_in: Callable[[Unit], Client]
    ) -> None:
        text = toml(SET) + POWER.format(104, "1").replace("electricity", "other").replace(
            "year = 104", 'name = "木炭"\nname_en = "Charcoal"\nbiogenic = true'
        ).replace('"CO2e"', '"CO2"').replace("kWh", "kg")
        mended = keep_set(text)
        publish(factor_set=mended, years=[104], reason="x", by=county.administrator)
        answers = complete(
            number("diesel", "1"), Answer(Operation.OWN, "other", Decimal(5), "木炭", "kg")
        )
        filing = file(county, county.school, answers)
        grown = filing.entries.get(line="other", operation="own")
        assert (grown.kg, [term["biogenic"] for term in grown.terms]) == (0, [True])
        assert all(
            "biogenic" not in term
            for term in filing.entries.get(line="diesel", operation="own").terms
        )
        page = sign_in(county.school).get("/inventory/104/").content.decode()
        assert page.count("kg CO₂e （生質，不計入）") == 1


class TestUse:
    """Electricity by use: a line of its own since 114, answered by the set's names."""

    LINE = Line(
        "electricity_by_use", ELECTRICITY, "電力（依用途）", "kWh", ENERGY_INDIRECT,
        Kind.REFRIGERANTS, since=114, name_label="用途", needs_a_name=True,
    )  # fmt: skip

    @pytest.fixture(autouse=True)
    def _asked(self, monkeypatch: pytest.MonkeyPatch) -> None:
        until = [replace(one, until=113) if one.code == "electricity" else one for one in LINES]
        monkeypatch.setattr(lines, "LINES", (*until, self.LINE))

    def test_a_set_names_each_use_and_has_one_at_least(self) -> None:
        text = toml(SET, years="years = [113, 114]")
        with pytest.raises(PublicationError, match="項目 electricity_by_use 缺少 114 年度的係數"):
            parse_publication(text.encode(), "x.toml", today())
        use = POWER.format(114, "0.47").replace(
            '"electricity"', '"electricity_by_use"\nuse = "路燈"'
        )
        both = text + use + use.replace("路燈", "其他").replace("0.47", "0.45")
        found = parse_publication(both.encode(), "x.toml", today())
        uses = {row.name: str(row.value) for row in found.factors if row.line == self.LINE.code}
        assert uses == {"路燈": "0.47", "其他": "0.45"}
        assert "electricity" not in lines.codes_of(114)


class TestLimits:
    """What keeps every single limit fits into the columns."""

    def test_the_limits_follow_from_the_columns(self) -> None:
        assert MAX_ROWS * MAX_QUANTITY * MAX_KG_PER_UNIT <= MAX_KG
        assert (MAX_ROWS + 1) * MAX_QUANTITY * MAX_KG_PER_UNIT > MAX_KG
        assert Decimal("1e16") == MAX_KG

    def test_the_largest_of_everything_is_stored(self, county: County) -> None:
        keep_set(toml(SET).replace("value = 0.528", "value = 30000", 1))
        publish(
            factor_set=FactorSet.objects.get(slug="new"), years=[104], reason="x",
            by=county.administrator,
        )  # fmt: skip
        filing = file(county, county.school, complete(number("electricity", "999999999.9999")))
        assert filing.own_kg == Decimal("29999999999997.0000")

    def test_a_factor_from_before_the_limit_is_refused_at_its_line(self, county, client) -> None:
        row = Factor.objects.get(factor_set=SET, line="electricity", year=104)
        row.pk, row.value, row.gas = None, Decimal("99999999"), "CO2"
        row.save(force_insert=True)
        client.force_login(
            county.user(county.school), backend="django.contrib.auth.backends.ModelBackend"
        )
        fields = fields_of(client.get("/inventory/104/").text, "filing")
        sent = fields | {"own-electricity": "999999999.9999", "action": "save"}
        answer = client.post("/inventory/104/", sent)
        assert answer.status_code == 422
        assert "以過大的係數計「電力」" in answer.text

    def test_a_subtotal_that_no_column_holds_is_said(self) -> None:
        with pytest.raises(NotAllowed, match="10,000,000,000,000,000 公斤"):
            check_size([Decimal("1e16")])
        check_size([Decimal("9999999999999999.9999")])


class TestObstacles:
    """A set that filings cannot be computed with is not put in force unseen."""

    @pytest.fixture
    def lacking(self, county: County) -> FactorSet:
        gas = Answer(Operation.OWN, "other_refrigerant", Decimal(2), "R404A")
        agent = Answer(Operation.OWN, "other", Decimal(3), "FM-200 滅火藥劑補充", "kg")
        file(county, county.school, complete(gas, agent))
        return keep_set(toml(SET, r404a='name = "R404B"', fm200='name = "FM-201"'))

    def test_each_is_ticked_by_name_and_kept(self, county: County, lacking, client) -> None:
        client.force_login(
            county.administrator, backend="django.contrib.auth.backends.ModelBackend"
        )
        address = "/admin/inventory/factorset/new/what-if/publish/"
        sent = {"publish-years": ["104"], "publish-reason": "無庫存"}
        page = client.post(address, sent)
        assert page.status_code == 400
        assert "R404A」沒有係數，無法計算（1 份填報：371036500X 連江縣介壽國中小）" in page.text
        assert "FM-200 滅火藥劑補充」將不再計入（1 份填報：371036500X" in page.text
        keys = [one.key for one in obstacles(lacking, [104])]
        half = client.post(address, sent | {"publish-accepted": keys[:1]})
        assert half.status_code == 400
        assert half.text.count('name="publish-accepted"') == 2
        assert not lacking.years.exists()
        assert client.post(address, sent | {"publish-accepted": keys}).status_code == 302
        kept = CheckedDoubt.objects.filter(factor_set="new", year=104)
        assert {(one.reason, one.checked_by) for one in kept} == {("無庫存", county.administrator)}
        assert kept.count() == 2
        assert "371036500X" not in client.get("/disclosure/factors/new/").text

    def test_the_verb_refuses_by_name(self, county: County, lacking) -> None:
        with pytest.raises(Obstructed, match="R404A"):
            publish(factor_set=lacking, years=[104], reason="x", by=county.administrator)
        publish(factor_set=lacking, years=[103], reason="x", by=county.administrator)


def test_a_second_time_stores_nothing(factor_set) -> None:
    text = correction(POWER.format(104, "0.525")).encode()
    publication = parse_publication(text, "x", today())
    assert [store(publication, text), store(publication, text)] == [True, False]
