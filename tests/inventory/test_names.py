"""What people call energies, refrigerants and agents: computed, sent to its line, or asked."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client

from inventory import workflow
from inventory.entries.answers import Answer
from inventory.entries.naming import recognise
from inventory.factors.table import FactorTable
from inventory.lines import Operation, line_of
from inventory.models import Entry
from inventory.names import exclusion_of, key_of, meanings_of
from inventory.policies import NotAllowed
from tests.inventory.conftest import SET, County
from tests.pages import fields_of

pytestmark = [pytest.mark.django_db, pytest.mark.long]
URL = "/inventory/104/"
SignIn = Callable[..., Client]
OTHER, REFRIGERANT = line_of("other"), line_of("other_refrigerant")

COMPUTED = [
    ("FM-200", "FM-200 滅火藥劑補充"),
    ("ＦＭ－２００", "FM-200 滅火藥劑補充"),
    ("fm 200 補充", "FM-200 滅火藥劑補充"),
    ("HFC-227ea", "FM-200 滅火藥劑補充"),
    ("七氟丙烷", "FM-200 滅火藥劑補充"),
    ("sf6", "六氟化硫(SF6)補充"),
    ("SF₆", "六氟化硫(SF6)補充"),
    ("六氟化硫", "六氟化硫(SF6)補充"),
    ("Sulphur hexafluoride (SF6) refill", "六氟化硫(SF6)補充"),
    ("車用LPG", "車用液化石油氣"),
    ("車用 液化石油氣", "車用液化石油氣"),
    ("LPG for vehicles", "車用液化石油氣"),
    ("汽油（發電機等固定設備）", "汽油(發電機等固定設備)"),
    ("發電機用汽油", "汽油(發電機等固定設備)"),
    ("ABC滅火器", "ABC乾粉滅火器補充"),
]
ELSEWHERE = [
    ("R134a", "「冷媒補充量(含大樓冷氣、中央空調冰水主機、車用冷媒等)：冷媒型號R134a，補充」"),
    ("R-134A", "冷媒型號R134a"),
    ("ＨＦＣ－１３４ａ", "冷媒型號R134a"),
    ("冷媒134a", "冷媒型號R134a"),
    ("R 410 A", "冷媒型號R410a"),
    ("r-404a", "其他冷媒型號，補充（R404A）"),
    ("HFC-32", "其他冷媒型號，補充（R32）"),
    ("R-507", "其他冷媒型號，補充（R507A）"),
    ("電", "請填在「電力」"),
    ("臺電", "請填在「電力」"),
    ("Electricity", "請填在「電力」"),
    ("natural gas", "「天然氣/瓦斯：天然氣」"),
    ("NG", "「天然氣/瓦斯：天然氣」"),
    ("桶裝瓦斯", "「天然氣/瓦斯：瓦斯」"),
    ("公務車柴油", "請填在「公務車用油：柴油」。"),
    ("柴油(發電機)", "請填在「其他設施(如發電機)：設施名稱與柴油」。"),
    ("CO2滅火器", "「滅火器補充量：二氧化碳滅火器補充」"),
    ("BC乾粉滅火器", "「滅火器補充量：BC乾粉滅火器補充」"),
]
ASKED = [
    ("柴油", ["公務車用油：柴油", "其他設施(如發電機)：設施名稱與柴油"]),
    ("高級柴油", ["公務車用油：柴油", "其他設施(如發電機)：設施名稱與柴油"]),
    ("ＤＩＥＳＥＬ", ["公務車用油：柴油", "其他設施(如發電機)：設施名稱與柴油"]),
    ("九二無鉛", ["公務車用油：汽油", "汽油(發電機等固定設備)"]),
    ("95 無鉛汽油", ["公務車用油：汽油", "汽油(發電機等固定設備)"]),
    ("LPG", ["天然氣/瓦斯：瓦斯", "車用液化石油氣"]),
    ("液化石油氣（LPG）", ["天然氣/瓦斯：瓦斯", "車用液化石油氣"]),
    ("瓦斯", ["天然氣/瓦斯：天然氣", "天然氣/瓦斯：瓦斯"]),
    ("乾粉滅火器", ["BC乾粉滅火器補充", "KBC乾粉滅火器補充", "ABC乾粉滅火器補充"]),
    ("汽油/柴油", ["公務車用油：汽油", "公務車用油：柴油"]),
]
FREE = ["木炭", "生質柴油", "柴油(木炭)", "太陽能", "R1234yf", "95", "冷凍機油", "燃料油"]


@pytest.fixture
def table(county: County) -> FactorTable:
    return FactorTable.of(county.filing(county.school).year)


def typed(client: Client, name: str, unit: str = "公斤") -> dict[str, str]:
    fields = fields_of(client.get(URL).content.decode(), "filing")
    return fields | {
        "own-other-0-name": name,
        "own-other-0-quantity": "100",
        "own-other-0-unit": unit,
        "action": "save",
    }


@pytest.mark.parametrize(("name", "stored"), COMPUTED)
def test_what_the_set_knows_is_meant_in_any_spelling(
    table: FactorTable, name: str, stored: str
) -> None:
    found = recognise(name, OTHER, table)
    assert (found.name, found.places) == (stored, ())


@pytest.mark.parametrize(("name", "says"), ELSEWHERE)
def test_what_another_line_asks_is_sent_there_by_name(
    table: FactorTable, name: str, says: str
) -> None:
    refusal = recognise(name, OTHER, table).refusal
    assert refusal.startswith(f"「{name}」請填在「")
    assert says in refusal
    assert "」或「" not in refusal


@pytest.mark.parametrize(("name", "places"), ASKED)
def test_what_fits_several_lines_is_asked(table: FactorTable, name: str, places: list[str]) -> None:
    refusal = recognise(name, OTHER, table).refusal
    assert all(place in refusal for place in places)
    assert "」或「" in refusal


@pytest.mark.parametrize("name", FREE)
def test_what_nobody_knows_is_taken_as_typed(table: FactorTable, name: str) -> None:
    found = recognise(name, OTHER, table)
    assert (found.name, found.refusal) == (name, "")


@pytest.mark.parametrize(
    ("name", "stored", "says"),
    [
        ("r-404a", "R404A", ""),
        ("Ｒ４０７Ｃ", "R407C", ""),
        ("HFC-32", "R32", ""),
        ("R134a", "R134a", "冷媒型號R134a"),
        ("FM-200", "FM-200", "其他能源資源"),
        ("冷媒", "冷媒", "冷媒型號R410a"),
        ("R999", "R999", ""),
    ],
)
def test_refrigerants_follow_the_same_rule(
    table: FactorTable, name: str, stored: str, says: str
) -> None:
    found = recognise(name, REFRIGERANT, table)
    assert found.name == stored
    assert bool(found.refusal) == bool(says)
    assert says in found.refusal


def test_a_facility_is_called_as_its_people_like(table: FactorTable) -> None:
    assert recognise("柴油", line_of("facility_diesel"), table).refusal == ""


@pytest.mark.parametrize("name", ["R22", "HCFC-22", "ｒ－２２", "R-502", "海龍1301", "CFC-12"])
def test_convention_leaves_substances_of_the_montreal_protocol_out(name: str) -> None:
    assert "蒙特婁議定書" in exclusion_of(name)


@pytest.mark.parametrize("name", ["R134a", "R404A", "木炭", "冷媒", "SF6"])
def test_convention_leaves_nothing_else_out(name: str) -> None:
    assert exclusion_of(name) == ""


def test_a_name_of_any_length_is_looked_at_quickly() -> None:
    for name in ("冷媒" * 100_000, "ﷺ" * 100_000, "公務車" * 40 + "柴油"):
        meanings_of(name)
        assert len(key_of(name)) < 3_000


def test_the_form_refuses_at_the_name_and_keeps_what_was_typed(
    sign_in: SignIn, county: County
) -> None:
    client = sign_in(county.school)
    page = client.post(URL, typed(client, "R134a"))
    html = page.content.decode()
    assert page.status_code == 422
    assert 'href="#id_own-other-0-name"' in html
    assert "冷媒型號R134a，補充」" in html
    assert fields_of(html, "filing")["own-other-0-name"] == "R134a"
    assert not Entry.objects.exists()


def test_the_form_computes_a_synonym_and_shows_the_sets_own_name(
    sign_in: SignIn, county: County
) -> None:
    client = sign_in(county.school)
    client.post(URL, typed(client, "ｆｍ２００", "㎏"))
    entry = Entry.objects.get()
    assert (entry.name, entry.unit, entry.kg) == (
        "FM-200 滅火藥劑補充", "kg", Decimal("322000.0000"),
    )  # fmt: skip


@pytest.mark.parametrize("unit", ["公升", "度", "m³", "公噸"])
def test_a_unit_of_another_dimension_is_refused_by_name(
    sign_in: SignIn, county: County, unit: str
) -> None:
    client = sign_in(county.school)
    page = client.post(URL, typed(client, "FM-200", unit))
    assert page.status_code == 422
    assert "「FM-200 滅火藥劑補充」以公斤計" in page.content.decode()


@pytest.mark.parametrize("name", ["柴油", "R-410a"])
def test_no_verb_takes_a_name_that_another_line_asks_for(county: County, name: str) -> None:
    filing = county.filing(county.school)
    with pytest.raises(NotAllowed, match=f"「{name}」請填在"):
        workflow.save(
            filing=filing,
            answers=[Answer(Operation.OWN, "other", Decimal(1), name, "kg")],
            outsourced_scope="",
            complete=False,
            revision=0,
            factor_set=SET,
            by=county.user(county.school),
        )
    assert not Entry.objects.exists()
