"""The factor sets for everybody: every factor with its sum, and the file to check it against."""

import hashlib
import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from inventory.factors.publication import FactorRow, from_json
from inventory.factors.store import published, store
from inventory.lines import place_of
from inventory.models import Factor, FactorSet, ReportingYear
from inventory.templatetags.factors import anchor, confidence_label
from portal.disclosure import factor_sets
from tests.portal.filings import factor_set as made_up_set

pytestmark = pytest.mark.django_db

DEFAULT = "tw-105-ar4"
INDEX = "/disclosure/factors/"
PAGE = f"{INDEX}{DEFAULT}/"
PUBLICATIONS = {publication.id: (publication, content) for publication, content in published()}


@pytest.fixture
def sets() -> None:
    for publication, content in PUBLICATIONS.values():
        store(publication, content)


@pytest.fixture
def default() -> FactorSet:
    store(*PUBLICATIONS[DEFAULT])
    return FactorSet.objects.get(slug=DEFAULT)


def in_english(client: Client, address: str) -> str:
    client.post("/language/", {"language": "en", "next": address})
    return client.get(address).text


def row(page: str, where: str) -> str:
    """The words of one row of the page, by its anchor."""
    found = re.search(rf'<tr id="{where}">(.*?)</tr>', page, re.DOTALL)
    assert found, where
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[1]))


# --- the list --------------------------------------------------------------------------------


def test_the_list_names_every_set_and_the_years_that_use_it(client: Client, sets: None) -> None:
    today = timezone.localdate()
    ReportingYear.objects.create(year=104, opens_on=today, due_on=today, factor_set_id=DEFAULT)
    page = client.get(INDEX)
    assert page.status_code == 200
    for publication, _content in PUBLICATIONS.values():
        assert publication.title in page.text
        assert f'href="{INDEX}{publication.id}/"' in page.text
    using = {one.factor_set.slug: [year.year for year in one.years] for one in page.context["sets"]}
    assert using.pop(DEFAULT) == [104]
    assert set(map(tuple, using.values())) == {()}
    assert "已逾檢視期限" not in page.text


def test_a_set_whose_review_is_overdue_says_so(client: Client, default: FactorSet) -> None:
    day = default.review_by
    assert not factor_sets.listed(day)[0].is_overdue, "its last day is not over yet"
    publication, content = PUBLICATIONS[DEFAULT]
    late = replace(
        publication,
        id="late",
        title="遲",
        title_en="",
        review_by=timezone.localdate() - timedelta(days=1),
    )
    store(late, content)
    assert client.get(INDEX).text.count("已逾檢視期限") == 1
    page = client.get(f"{INDEX}late/").text
    assert "已逾檢視期限" in page
    assert f"這一版的檢視期限 {late.review_by} 已過" in page
    assert "已逾檢視期限" not in client.get(PAGE).text


def test_without_any_set_the_list_says_so(client: Client) -> None:
    assert "目前沒有係數版本。" in client.get(INDEX).text


# --- a set -----------------------------------------------------------------------------------


def test_each_factor_shows_its_sum_its_source_and_its_mark(
    client: Client, default: FactorSet
) -> None:
    page = client.get(PAGE).text
    petrol = row(page, "gasoline-ch4")
    assert "7800 kcal/L × 4.1868E-9 TJ/kcal × 25 kg/TJ = 0.000816426" in petrol
    assert "0.000816426 kg/L" in petrol
    assert " 25 " in petrol, "its GWP"
    assert "0.02041065" in petrol, "the product, not rounded"
    assert "溫室氣體排放係數管理表 6.0.4 版" in petrol
    assert "固定與移動燃燒源係數表" in petrol
    assert "有公開文件載明" in petrol
    power = row(page, "electricity-103-co2e")
    assert "未經證實" in power
    assert "旁證：2014 年" in power
    assert "103 年 (2014)" in power


def test_a_value_printed_with_fewer_digits_is_not_called_equal(
    client: Client, default: FactorSet
) -> None:
    gas = row(client.get(PAGE).text, "natural_gas-n2o")
    assert "0.1 kg/TJ = 0.00000334944（採用本版所列的 0.0000033494）" in gas


def test_several_gases_have_a_sum(client: Client, default: FactorSet) -> None:
    shown = client.get(PAGE).context["shown"]
    activities = [one for _label, members in shown.groups for one in members]
    diesel = next(one for one in activities if one.line == "diesel")
    assert [gas.factor.gas for gas in diesel.gases] == ["CO2", "CH4", "N2O"]
    rows = Factor.objects.filter(factor_set=default, line="diesel")
    assert diesel.kg == sum((one.value * one.gwp for one in rows), Decimal(0))
    assert f"{diesel.kg.normalize():f}" in client.get(PAGE).text
    places = [place_of(one.line) for one in activities]
    assert places == sorted(places), "in the form's order"


def test_the_page_says_what_the_file_says_for_every_set(client: Client, sets: None) -> None:
    for slug, (publication, _content) in PUBLICATIONS.items():
        shown = client.get(f"{INDEX}{slug}/").context["shown"]
        gases = [
            gas
            for _label, members in shown.groups
            for activity in members
            for gas in activity.gases
        ]
        found = {_key(gas.factor): (gas.factor.value, gas.factor.gwp) for gas in gases}
        wanted = {
            _key(one): (one.value, publication.potential(one.gas).value)
            for one in publication.factors
        }
        assert found == wanted
        assert shown.potentials == publication.potentials
        anchors = [anchor(gas.factor) for gas in gases]
        assert len(anchors) == len(set(anchors)), "every factor has an address of its own"


def _key(factor: Factor | FactorRow) -> tuple[str, str, int | None, str]:
    return (factor.line, factor.name, factor.year, factor.gas)


def test_the_legend_explains_every_mark(client: Client, default: FactorSet) -> None:
    page = client.get(PAGE).text
    legend = page[page.index('<dl class="legend">') : page.index('id="factors"')]
    for mark, label in (
        ("printed", "有公開文件載明"),
        ("recomputed", "由公開數值重新計算"),
        ("unconfirmed", "未經證實"),
    ):
        assert f'<span class="confidence confidence-{mark}">{label}</span>' in legend
    assert confidence_label("guessed") == "guessed"


def test_the_gwp_table_lists_every_gas_of_the_set(client: Client, default: FactorSet) -> None:
    page = client.get(PAGE).text
    table = page[page.index('id="gwp"') :]
    for potential in PUBLICATIONS[DEFAULT][0].potentials:
        assert f">{potential.gas}</th>" in table
    assert "22,800" in table
    assert "IPCC 第四次評估報告" in table


def test_in_english_the_set_has_its_english_title_and_note(
    client: Client, default: FactorSet
) -> None:
    page = in_english(client, PAGE)
    assert default.title_en in page
    assert default.note_en.split(";")[0] in page
    assert default.title not in page
    assert default.note not in page


def test_in_english_a_factor_has_its_english_name_and_else_its_own(client: Client) -> None:
    publication, content = PUBLICATIONS[DEFAULT]
    one = replace(publication.factors[-1], line="other", unit="kg", gas="CO2", year=None)
    named = replace(one, name="木炭", name_en="Charcoal")
    unnamed = replace(one, name="酒精", name_en="")
    store(replace(publication, factors=(*publication.factors, named, unnamed)), content)
    assert ">木炭</b>" in client.get(PAGE).text
    page = in_english(client, PAGE)
    assert ">Charcoal</b>" in page
    assert "木炭" not in page.replace('id="other-木炭-co2"', "")
    assert '<b lang="zh-Hant">酒精</b>' in page


def test_a_line_that_the_form_no_longer_asks_comes_last_under_its_code(
    client: Client, default: FactorSet
) -> None:
    Factor.objects.create(
        factor_set=default,
        line="peat",
        unit="kg",
        gas="CO2",
        value=Decimal("1.5"),
        gwp=1,
        source="某表",
        confidence="unconfirmed",
        gwp_source="依定義",
        gwp_confidence="printed",
    )
    shown = client.get(PAGE).context["shown"]
    label, [peat] = shown.groups[-1]
    assert (label, peat.label, peat.kg) == ("peat", "peat", Decimal("1.5"))
    assert "某表" in row(client.get(PAGE).text, "peat-co2")


def test_a_set_whose_file_cannot_be_read_shows_its_rows(client: Client) -> None:
    made_up = made_up_set()
    page = client.get(f"{INDEX}{made_up.slug}/")
    assert page.status_code == 200
    assert "下載 JSON" not in page.text
    assert 'id="gwp"' not in page.text
    assert client.get(f"{INDEX}{made_up.slug}.json").status_code == 404
    assert client.get(f"{INDEX}{made_up.slug}.toml").status_code == 200


@pytest.mark.parametrize("ending", ["/", ".json", ".toml"])
def test_an_unknown_set_is_not_found(client: Client, ending: str) -> None:
    for slug in ("nothing", "x" * 300):
        assert client.get(f"{INDEX}{slug}{ending}").status_code == 404
    assert client.post(f"{INDEX}nothing{ending}").status_code == 405


# --- to take home ----------------------------------------------------------------------------


def test_the_file_is_the_published_one_and_has_the_checksum_of_the_page(
    client: Client, default: FactorSet
) -> None:
    response = client.get(f"{INDEX}{DEFAULT}.toml")
    assert response.content == PUBLICATIONS[DEFAULT][1]
    assert hashlib.sha256(response.content).hexdigest() in client.get(PAGE).text
    assert response["Content-Disposition"] == f'attachment; filename="{DEFAULT}.toml"'


def test_the_json_reads_back_as_the_same_set(client: Client, sets: None) -> None:
    for slug, (publication, _content) in PUBLICATIONS.items():
        response = client.get(f"{INDEX}{slug}.json")
        assert response["Content-Type"] == "application/json"
        assert from_json(response.content.decode()) == publication


@pytest.mark.parametrize("ending", ["json", "toml"])
def test_who_has_the_file_already_is_not_sent_it_again(
    client: Client, default: FactorSet, ending: str
) -> None:
    address = f"{INDEX}{DEFAULT}.{ending}"
    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    later = client.get(address, headers={"If-Modified-Since": first["Last-Modified"]})
    assert later.status_code == 304


def test_the_number_of_queries_does_not_grow_with_the_sets(
    client: Client, sets: None, django_assert_max_num_queries
) -> None:
    with django_assert_max_num_queries(2):
        client.get(INDEX)
    with django_assert_max_num_queries(5):  # with what corrects it and what was doubted
        client.get(PAGE)
