"""The loader takes what is right and says where anything is wrong."""

import unicodedata
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from inventory.factors import store as factor_store
from inventory.factors.publication import PublicationError, parse_publication
from inventory.factors.store import published, store
from inventory.factors.table import FactorTable
from inventory.models import Factor, FactorSet
from tests.inventory.conftest import make_year

GOOD = """
id = "test"
title = "測試"
publisher = "測試者"
source = "測試來源"
published = 2016-01-01
gwp_basis = "AR4"
[[gwp]]
gas = "CO2"
value = 1
source = "定義"
confidence = "printed"
[[factor]]
line = "natural_gas"
unit = "m3"
gas = "CO2"
value = 1.879
source = "某表"
confidence = "printed"
"""


def parse(text: str):
    return parse_publication(text.encode(), "test.toml")


def test_a_right_file_is_read_to_the_last_digit() -> None:
    publication = parse(GOOD)
    assert publication.factors[0].value == Decimal("1.879")
    assert publication.potentials["CO2"].value == 1
    assert len(publication.checksum) == 64


@pytest.mark.parametrize(
    ("right", "wrong", "says"),
    [
        ('id = "test"\n', "", "id is missing"),
        ('title = "測試"', 'titel = "測試"', "unknown key 'titel'"),
        ('title = "測試"', 'title = ""', "title is empty"),
        ('title = "測試"', "title = 5", "title = 5 is not a str"),
        ("published = 2016-01-01", 'published = "2016"', "published"),
        ("value = 1.879", 'value = "0,5"', "is not a Decimal"),
        ("value = 1.879", "value = 0,5", "test.toml"),
        ("value = 1.879", "value = -1.879", "-1.879 is no factor"),
        ("value = 1.879", "value = nan", "is no factor"),
        ("value = 1.879", "value = true", "is not a Decimal"),
        ('unit = "m3"', 'unit = "kg"', "asked in m3, not kg"),
        ('line = "natural_gas"', 'line = "coal"', "no line is called 'coal'"),
        ('line = "natural_gas"', 'line = "natural_gas"\nname = "x"', "with the name"),
        ('line = "natural_gas"', 'line = "other"\nname = "x"', "unknown unit"),
        ('line = "natural_gas"', 'line = "natural_gas"\nyear = 2015', "no ROC year"),
        ('gas = "CO2"\nvalue = 1.879', 'gas = "CH4"\nvalue = 1.879', "CH4 has no GWP"),
        ('source = "某表"\n', "", "factor 1: source is missing"),
        (
            'source = "某表"\nconfidence = "printed"',
            'source = "某表"\nconfidence = "sure"',
            "'sure'",
        ),
        ("value = 1\n", 'value = 1\nbasis = "AR5"\n', "another edition"),
        ("[[factor]]", "[factor]", "factor"),
    ],
)
def test_a_wrong_file_is_refused_with_its_place(right: str, wrong: str, says: str) -> None:
    text = GOOD.replace(right, wrong, 1)
    if "unknown unit" in says:
        text = text.replace('unit = "m3"', 'unit = "pound"')
    assert text != GOOD
    with pytest.raises(PublicationError, match=r"test\.toml") as refusal:
        parse(text)
    assert says in str(refusal.value)


def test_nothing_stands_twice() -> None:
    factor = GOOD[GOOD.index("[[factor]]") :]
    with pytest.raises(PublicationError, match=r"factor 2: .* stands twice"):
        parse(GOOD + factor)
    with pytest.raises(PublicationError, match="gwp 2: CO2 stands twice"):
        parse(GOOD.replace("[[factor]]", _gwp("CO2") + "[[factor]]"))


def test_one_energy_has_one_unit() -> None:
    rows = '[[factor]]\nline="other"\nname="x"\nunit="{}"\ngas="{}"\nvalue=1\nsource="s"\n'
    rows += 'confidence="printed"\n'
    text = GOOD.replace("[[factor]]", _gwp("CH4") + "[[factor]]")
    with pytest.raises(PublicationError, match="two units"):
        parse(text + rows.format("kg", "CO2") + rows.format("L", "CH4"))


def test_what_is_no_toml_at_all_is_refused() -> None:
    with pytest.raises(PublicationError, match="not UTF-8"):
        parse_publication(b"\xff\xfe", "x.toml")
    with pytest.raises(PublicationError, match="larger"):
        parse_publication(b"#" * 1_000_001, "x.toml")
    with pytest.raises(PublicationError, match="not a table"):
        parse(GOOD.split("[[gwp]]", maxsplit=1)[0] + 'gwp = [1]\nfactor = [{line="x"}]\n')


def test_what_comes_with_the_platform_is_right_and_complete() -> None:
    for publication in published():
        for factor in publication.factors:
            assert unicodedata.normalize("NFKC", factor.name) == factor.name, "names are typed"


def test_the_fuels_follow_from_heating_value_and_default() -> None:
    """管理表 6.0.4: kcal × 4.1868E-9 TJ/kcal × kg/TJ, to 1e-9."""
    fuels = {
        "natural_gas": (8000, {"CO2": "56100", "CH4": "1", "N2O": "0.1"}, "1"),
        "lpg": (6635, {"CO2": "63100", "CH4": "1", "N2O": "0.1"}, "1.818"),
        "gasoline": (7800, {"CO2": "69300", "CH4": "25", "N2O": "8"}, "1"),
        "diesel": (8400, {"CO2": "74100", "CH4": "3.9", "N2O": "3.9"}, "1"),
        "facility_diesel": (8400, {"CO2": "74100", "CH4": "3", "N2O": "0.6"}, "1"),
    }
    [default] = [one for one in published() if one.id == "tw-105-ar4"]
    found = {(row.line, row.gas): row.value for row in default.factors}
    for line, (kcal, defaults, litres) in fuels.items():
        for gas, kg in defaults.items():
            derived = kcal * Decimal("4.1868E-9") * Decimal(kg) * Decimal(litres)
            assert abs(found[line, gas] - derived) < Decimal("1e-9"), (line, gas)


def _gwp(gas: str) -> str:
    return f'[[gwp]]\ngas = "{gas}"\nvalue = 1\nsource = "s"\nconfidence = "printed"\n'


@pytest.mark.django_db
class TestStore:
    """The tables that mirror the files."""

    def test_a_second_time_changes_nothing(self) -> None:
        publication = parse(GOOD)
        assert store(publication) is True
        assert store(publication) is False
        assert Factor.objects.count() == 1

    def test_the_same_id_with_other_content_is_refused(self) -> None:
        store(parse(GOOD))
        with pytest.raises(PublicationError, match="a correction needs a new id"):
            store(parse(GOOD.replace("1.879", "1.9")))

    def test_the_command_loads_all_and_says_so(self, capsys) -> None:
        call_command("load_factor_sets")
        call_command("load_factor_sets")
        assert "tw-105-ar4: added\n" in capsys.readouterr().out
        assert FactorSet.objects.filter(slug="tw-105-ar4").exists()

    def test_the_command_refuses_a_wrong_file(self, tmp_path: Path, monkeypatch) -> None:
        (tmp_path / "bad.toml").write_text("id = 5")
        monkeypatch.setattr(factor_store, "PUBLICATIONS", tmp_path)
        with pytest.raises(CommandError, match=r"bad\.toml"):
            call_command("load_factor_sets")

    @pytest.mark.parametrize("model", [FactorSet, Factor])
    def test_rows_are_insert_only_even_by_sql(self, model) -> None:
        store(parse(GOOD))
        column = "title" if model is FactorSet else "derivation"
        with pytest.raises(DatabaseError, match="update or delete"), transaction.atomic():
            model.objects.update(**{column: "other"})
        with pytest.raises(DatabaseError, match="update or delete"), transaction.atomic():
            model.objects.all()._raw_delete("default")

    def test_a_factor_of_the_year_beats_one_of_every_year(self) -> None:
        factor = GOOD[GOOD.index("[[factor]]") :].replace("1.879", "2")
        store(parse(GOOD + factor.replace('unit = "m3"', 'unit = "m3"\nyear = 104')))
        year = make_year(104, FactorSet.objects.get())
        assert FactorTable.of(year).find("natural_gas")[0].value == 2
        year.year = 103
        assert FactorTable.of(year).find("natural_gas")[0].value == Decimal("1.879")
        assert str(Factor.objects.first()) == "natural_gas CO2"
        assert str(FactorSet.objects.get()) == "測試"
