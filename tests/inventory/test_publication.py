"""The loader takes what is right and says in which line anything is wrong."""

import unicodedata
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st

from inventory.factors import store as factor_store
from inventory.factors.judging import parse_publication
from inventory.factors.publication import FactorRow, Potential, Publication, from_json, to_json
from inventory.factors.store import published, store
from inventory.factors.table import FactorTable
from inventory.factors.toml_text import PublicationError
from inventory.models import Factor, FactorSet
from tests.inventory.conftest import make_year

TODAY = date(2026, 1, 1)
GOOD = """\
id = "test"
title = "測試"
publisher = "測試者"
source = "測試來源"
published = 2016-01-01
gwp_basis = "AR4"
years = [104]
review_by = 2027-01-01
[[gwp]]
gas = "CO2"
value = 1
source = "定義"
confidence = "printed"
[[factor]]
line = "natural_gas"
unit = "m3"
gas = "CO2"
value = 1.8790358400
heating_value = 8000
ipcc_default = 56100
source = "某表"
confidence = "printed"
"""
OTHERS = {
    "electricity": "kWh", "lpg": "kg", "gasoline": "L", "diesel": "L", "facility_diesel": "L",
    "co2_extinguisher": "kg", "bc_extinguisher": "kg", "kbc_extinguisher": "kg",
    "r134a": "kg", "r410a": "kg",
}  # fmt: skip
ROW = '[[factor]]\nline="{}"\nunit="{}"\ngas="CO2"\nvalue=1\nsource="s"\nconfidence="printed"\n'
GOOD += "".join(ROW.format(line, unit) for line, unit in OTHERS.items())


def parse(text: str) -> Publication:
    return parse_publication(text.encode(), "test.toml", TODAY)


def keep(text: str) -> bool:
    return store(parse(text), text.encode())


def test_a_right_file_is_read_to_the_last_digit() -> None:
    publication = parse(GOOD)
    assert str(publication.factors[0].value) == "1.8790358400"
    assert (
        publication.factors[0].derivation_text == "8000 kcal/m³ × 4.1868E-9 TJ/kcal × 56100 kg/TJ"
    )
    assert publication.potential("CO2").value == 1
    assert (publication.years, publication.review_by) == ((104,), date(2027, 1, 1))


@pytest.mark.parametrize(
    ("right", "wrong", "line", "says"),
    [
        ('id = "test"\n', "", 1, "缺少 id"),
        ('title = "測試"', 'titel = "測試"', 2, "不認得的鍵 'titel'"),
        ('title = "測試"', 'title = ""', 2, "title 是空的"),
        ('title = "測試"', "title = 5", 2, "title = 5 不是 str"),
        ("published = 2016-01-01", 'published = "2016"', 5, "不是 date"),
        ("published = 2016-01-01", "published = 2026-01-02", 5, "發布日期在未來"),
        ("years = [104]", "years = [2015]", 7, "2015 不是民國年"),
        ("years = [104]", "years = [true]", 7, "True 不是民國年"),
        ("years = [104]", "years = [104, 104]", 7, "年度重複"),
        ("review_by = 2027-01-01\n", "", 1, "缺少 review_by"),
        ("value = 1.8790358400", 'value = "0,5"', 18, "不是 Decimal"),
        ("value = 1.8790358400", "value = -1.8", 18, "-1.8 不是係數"),
        ("value = 1.8790358400", "value = nan", 18, "不是係數"),
        ("value = 1.8790358400", "value = true", 18, "不是 Decimal"),
        ("value = 1.8790358400", "value = 1.8790358", 18, "與推導值"),
        ("ipcc_default = 56100\n", "", 19, "須成對"),
        ('unit = "m3"', 'unit = "kg"', 16, "這個項目的單位是 m3"),
        ('line = "natural_gas"', 'line = "coal"', 15, "沒有名為 'coal' 的項目"),
        ('line = "natural_gas"', 'line = "natural_gas"\nname = "x"', 16, "要有名稱"),
        ('line = "natural_gas"', 'line = "other"', 14, "要有名稱"),
        ('line = "natural_gas"', 'line = "natural_gas"\nyear = 2015', 16, "不是民國年"),
        ('gas = "CO2"\nvalue = 1.87', 'gas = "CH4"\nvalue = 1.87', 17, "CH4 在本版沒有 GWP"),
        ('source = "某表"\n', "", 14, "缺少 source"),
        (
            'source = "某表"\nconfidence = "printed"',
            'source = "s"\nconfidence = "sure"',
            22,
            "'sure'",
        ),
        ("value = 1\n", 'value = 1\nbasis = "AR5"\n', 12, "不能混用"),
        ("value = 1\n", "value = -1\n", 11, "-1 不是係數"),
        ('[[factor]]\nline="lpg"', '[[factor]]\nline="diesel"', None, "單位 kg 不符"),
        ("years = [104]", "years = [103, 104]", None, None),
    ],
)
def test_a_wrong_file_is_refused_with_its_line(
    right: str, wrong: str, line: int | None, says: str | None
) -> None:
    assert right in GOOD
    text = GOOD.replace(right, wrong, 1)
    if says is None:
        assert parse(text)
        return
    with pytest.raises(PublicationError, match=r"test\.toml") as refusal:
        parse(text)
    assert says in str(refusal.value)
    if line is not None:
        assert f"第 {line} 行" in str(refusal.value)


def test_a_wrong_decimal_is_no_toml() -> None:
    with pytest.raises(PublicationError, match=r"test\.toml：不是正確的 TOML：.*line 18"):
        parse(GOOD.replace("value = 1.8790358400", "value = 0,5"))


def test_every_line_has_a_factor_in_every_year() -> None:
    with pytest.raises(PublicationError, match="項目 lpg 缺少 104 年度的係數"):
        parse(GOOD.replace(ROW.format("lpg", "kg"), ""))
    only_103 = ROW.format("lpg", "kg").replace('unit="kg"', 'unit="kg"\nyear=103')
    with pytest.raises(PublicationError, match="項目 lpg 缺少 104 年度的係數"):
        parse(GOOD.replace(ROW.format("lpg", "kg"), only_103))


def test_nothing_stands_twice() -> None:
    with pytest.raises(PublicationError, match=r"第 \d+ 行：lpg CO2 出現兩次"):
        parse(GOOD + ROW.format("lpg", "kg"))
    with pytest.raises(PublicationError, match="CO2 出現兩次"):
        parse(GOOD.replace("[[factor]]", _gwp("CO2") + "[[factor]]", 1))


def test_one_energy_has_one_unit() -> None:
    energy = '[[factor]]\nline="other"\nname="x"\nunit="{}"\ngas="{}"\nvalue=1\nsource="s"\n'
    energy += 'confidence="printed"\n'
    text = GOOD.replace("[[factor]]", _gwp("CH4") + "[[factor]]", 1)
    with pytest.raises(PublicationError, match="兩種單位"):
        parse(text + energy.format("kg", "CO2") + energy.format("L", "CH4"))
    with pytest.raises(PublicationError, match="單位 pound 不符"):
        parse(text + energy.format("pound", "CO2"))


def test_what_is_no_toml_at_all_is_refused() -> None:
    with pytest.raises(PublicationError, match="第 2 行：不是 UTF-8"):
        parse_publication(b"# \n\xff\xfe", "x.toml", TODAY)
    with pytest.raises(PublicationError, match="超過"):
        parse_publication(b"#" * 10_000_000, "x.toml", TODAY)
    with pytest.raises(PublicationError, match="應該是一個表格"):
        parse(GOOD.split("[[gwp]]", maxsplit=1)[0] + 'gwp = [1]\nfactor = [{line="x"}]\n')
    with pytest.raises(PublicationError, match="不是 list"):
        parse(GOOD.split("[[gwp]]", maxsplit=1)[0] + 'gwp = 1\nfactor = [{line="x"}]\n')


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_bytes_do_more_than_be_refused(content: bytes) -> None:
    with pytest.raises(PublicationError):
        parse_publication(content, "x.toml", TODAY)


texts = st.text(max_size=20)
decimals = st.decimals(min_value=0, max_value=10**6, places=10)
publications = st.builds(
    Publication,
    id=texts,
    title=texts,
    publisher=texts,
    source=texts,
    published=st.dates(),
    gwp_basis=texts,
    years=st.lists(st.integers(1, 999)).map(tuple),
    review_by=st.dates(),
    potentials=st.lists(
        st.builds(Potential, gas=texts, value=decimals, source=texts, confidence=texts, page=texts),
        max_size=3,
    ).map(tuple),
    factors=st.lists(
        st.builds(
            FactorRow,
            line=texts,
            unit=texts,
            gas=texts,
            value=decimals,
            source=texts,
            confidence=texts,
            year=st.none() | st.integers(1, 999),
            heating_value=st.none() | decimals,
        ),
        max_size=3,
    ).map(tuple),
    note=texts,
)


@given(publications)
def test_a_set_as_json_and_back_is_the_same_set(publication: Publication) -> None:
    assert from_json(to_json(publication)) == publication


def test_what_comes_with_the_platform_is_right_and_complete() -> None:
    found = {publication.id: publication for publication, _content in published()}
    assert {one.gwp_basis for one in found.values()} == {"SAR", "AR4", "AR5", "AR6"}
    for publication in found.values():
        assert from_json(to_json(publication)) == publication
        assert set(publication.years) <= set(range(102, 114))
        for factor in publication.factors:
            assert unicodedata.normalize("NFKC", factor.name) == factor.name, "names are typed"
            assert bool(factor.name) == bool(factor.name_en)
    powers = {
        (one.id, row.year): row.value
        for one in found.values()
        for row in one.factors
        if row.line == "electricity"
    }
    assert powers["tw-105-ar4", 104] == Decimal("0.528")
    assert powers["tw-107-ar4-revised", 104] == Decimal("0.525")


@pytest.mark.parametrize("edition", ["tw-105-sar", "tw-105-ar5", "tw-105-ar6"])
def test_the_editions_differ_in_the_gwp_only(edition: str) -> None:
    found = {publication.id: publication for publication, _content in published()}
    assert found[edition].factors == found["tw-105-ar4"].factors
    assert found[edition].potentials != found["tw-105-ar4"].potentials


def test_the_fuels_follow_from_heating_value_and_default() -> None:
    """管理表 6.0.4: kcal × 4.1868E-9 TJ/kcal × kg/TJ, to 1e-9, written out here once more."""
    fuels = {
        "natural_gas": (8000, {"CO2": "56100", "CH4": "1", "N2O": "0.1"}, "1"),
        "lpg": (6635, {"CO2": "63100", "CH4": "1", "N2O": "0.1"}, "1.818"),
        "gasoline": (7800, {"CO2": "69300", "CH4": "25", "N2O": "8"}, "1"),
        "diesel": (8400, {"CO2": "74100", "CH4": "3.9", "N2O": "3.9"}, "1"),
        "facility_diesel": (8400, {"CO2": "74100", "CH4": "3", "N2O": "0.6"}, "1"),
    }
    for publication, _content in published():
        found = {(row.line, row.gas): row.value for row in publication.factors if not row.name}
        for line, (kcal, defaults, litres) in fuels.items():
            for gas, kg in defaults.items():
                derived = kcal * Decimal("4.1868E-9") * Decimal(kg) * Decimal(litres)
                assert abs(found[line, gas] - derived) < Decimal("1e-9"), (line, gas)


PRINTED_6_0_4 = [
    ("gasoline", "CO2", "2.263132872"),
    ("gasoline", "CH4", "0.000816426"),
    ("gasoline", "N2O", "0.0002612563"),
    ("diesel", "CO2", "2.606031792"),
    ("diesel", "CH4", "0.0001371596"),
    ("diesel", "N2O", "0.0001371596"),
    ("facility_diesel", "CO2", "2.606031792"),
    ("facility_diesel", "CH4", "0.0001055074"),
    ("facility_diesel", "N2O", "0.0000211015"),
    ("natural_gas", "CO2", "1.87903584"),
    ("natural_gas", "CH4", "0.0000334944"),
    ("natural_gas", "N2O", "0.0000033494"),
]


@pytest.mark.parametrize(("line", "gas", "printed"), PRINTED_6_0_4)
def test_the_printed_factors_stand_in_the_set(line: str, gas: str, printed: str) -> None:
    [default] = [one for one, _content in published() if one.id == "tw-105-ar4"]
    [row] = [row for row in default.factors if (row.line, row.gas) == (line, gas)]
    assert row.value == Decimal(printed)
    assert row.derived is not None
    assert abs(row.derived - Decimal(printed)) < Decimal("1e-9")


def _gwp(gas: str) -> str:
    return f'[[gwp]]\ngas = "{gas}"\nvalue = 1\nsource = "s"\nconfidence = "printed"\n'


@pytest.mark.django_db
class TestStore:
    """The tables that mirror the files."""

    def test_a_second_time_changes_nothing(self) -> None:
        assert keep(GOOD) is True
        assert keep(GOOD) is False
        assert Factor.objects.count() == 1 + len(OTHERS)

    def test_the_same_id_with_other_content_is_refused(self) -> None:
        keep(GOOD)
        with pytest.raises(PublicationError, match="更正請用新的 id"):
            keep(GOOD + "# corrected")

    def test_the_command_loads_all_and_says_so(self, capsys) -> None:
        call_command("load_factor_sets")
        call_command("load_factor_sets")
        assert "tw-105-ar4: added\n" in capsys.readouterr().out
        assert FactorSet.objects.filter(slug="tw-105-ar4").exists()

    def test_the_command_refuses_a_wrong_file(self, tmp_path: Path, monkeypatch) -> None:
        (tmp_path / "SHA256SUMS").touch()
        (tmp_path / "bad.toml").write_text("id = 5")
        monkeypatch.setattr(factor_store, "PUBLICATIONS", tmp_path)
        with pytest.raises(CommandError, match=r"bad\.toml"):
            call_command("load_factor_sets")

    @pytest.mark.parametrize("model", [FactorSet, Factor])
    def test_rows_are_insert_only_even_by_sql(self, model) -> None:
        keep(GOOD)
        column = "title" if model is FactorSet else "derivation"
        with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
            model.objects.update(**{column: "other"})
        with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
            model.objects.all()._raw_delete("default")

    def test_a_factor_of_the_year_beats_one_of_every_year(self) -> None:
        row = ROW.format("lpg", "kg")
        keep(GOOD + row.replace('unit="kg"', 'unit="kg"\nyear=104').replace("value=1", "value=2"))
        year = make_year(104, FactorSet.objects.get())
        assert FactorTable.of(year).find("lpg")[0].value == 2
        year.year = 103
        assert FactorTable.of(year).find("lpg")[0].value == 1
        assert str(Factor.objects.first()) == "natural_gas CO2"
        assert str(FactorSet.objects.get()) == "測試"
