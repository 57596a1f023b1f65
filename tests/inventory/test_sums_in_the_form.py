"""Sums, units and too many decimals in the form: read, shown, kept, offered."""

import re
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO, StringIO

import openpyxl
import pytest
from django.core.management import call_command
from django.test import Client

from inventory.importing import apply_import, read_import
from inventory.models import Entry, FilingVersion
from inventory.versions.formats import read_version
from tests.inventory.conftest import County
from tests.pages import fields_of
from tests.unguarded import check_constraints_now

pytestmark = pytest.mark.django_db
URL = "/inventory/104/"
SignIn = Callable[..., Client]


def typed(client: Client, **answers: str) -> dict[str, str]:
    """The page's form with answers typed in."""
    return fields_of(client.get(URL).content.decode(), "filing") | answers


def value_of(html: str, name: str) -> str:
    return fields_of(html, "filing")[name]


def entry(line: str = "electricity") -> Entry:
    return Entry.objects.get(line=line, operation="own")


def save(client: Client, **answers: str):
    return client.post(URL, typed(client, **answers) | {"action": "save"}, follow=True)


class TestSums:
    """The sum counts, what it was added up from is told beside it."""

    @pytest.mark.parametrize(
        "sum_typed", ["1200+1350", "=1200+1350", "1,200 ＋ 1,350 度", "１２００ 度+1350.0000 kWh"]
    )
    def test_computed_and_saved_are_the_same(
        self, sign_in: SignIn, county: County, sum_typed: str
    ) -> None:
        client = sign_in(county.school)
        fields = typed(client, **{"own-electricity": sum_typed})
        for more in ({}, {"HTTP_HX_REQUEST": "true"}):
            page = client.post(URL, fields | {"action": "calculate"}, **more).text
            assert "1,346.4" in page  # 2,550 kWh × 0.528
            assert "1,200 + 1,350 = 2,550" in page
        assert not Entry.objects.exists()
        saved = client.post(URL, fields | {"action": "save"}, follow=True).text
        check_constraints_now()
        assert value_of(saved, "own-electricity") == "2550"
        assert "1,200 + 1,350 = 2,550" in saved
        assert (entry().quantity, entry().kg) == (Decimal(2550), Decimal("1346.4"))
        assert entry().parts == "1200+1350"

    def test_saving_again_forgets_nothing_and_is_no_change(
        self, sign_in: SignIn, county: County
    ) -> None:
        client = sign_in(county.school)
        save(client, **{"own-electricity": "1200+1350"})
        page = save(client).text
        assert "內容沒有變更" in page
        save(client, **{"own-diesel": "5"})
        assert entry().parts == "1200+1350"
        save(client, **{"own-electricity": "2551"})
        assert entry().parts == ""
        check_constraints_now()

    def test_a_facilitys_sum_goes_with_its_row(self, sign_in: SignIn, county: County) -> None:
        client = sign_in(county.school)
        first = {
            "own-facility_diesel-0-name": "發電機",
            "own-facility_diesel-0-quantity": "10+20 公升",
        }
        save(client, **first)
        client.post(URL, typed(client) | {"action": "add:own-facility_diesel"})
        fields = typed(client, **{
            "own-facility_diesel-0-name": "抽水機",
            "own-facility_diesel-0-quantity": "7",
            "own-facility_diesel-1-name": "發電機",
            "own-facility_diesel-1-quantity": "30",
        })  # fmt: skip
        client.post(URL, fields | {"action": "save"})
        rows = Entry.objects.filter(line="facility_diesel").order_by("position")
        kept = [(row.name, row.quantity, row.parts) for row in rows]
        assert kept == [("抽水機", Decimal(7), ""), ("發電機", Decimal(30), "10+20")]

    def test_versions_receipt_workbook_and_review_tell_it(
        self, sign_in: SignIn, county: County
    ) -> None:
        client = sign_in(county.school)
        unused = dict.fromkeys(re.findall(r'name="([\w-]+-unused)"', client.get(URL).text), "on")
        del unused["own-electricity-unused"]
        fields = typed(client, **{"own-electricity": "1200+1350", "complete": "on", **unused})
        receipt = client.post(URL, fields | {"action": "save"}, follow=True)
        assert receipt.redirect_chain[-1][0] == "/inventory/104/receipt/"
        assert "1,200 + 1,350 = 2,550" in receipt.text
        content = read_version(FilingVersion.objects.get())
        assert [one.parts for one in content.entries if one.parts] == ["1200+1350"]
        save(client, **{"own-electricity": "1200+1351"})
        history = client.get("/inventory/104/versions/").text
        assert "2,551 度（1,200 + 1,351）" in history
        call_command("verify_totals", "--thorough", stdout=StringIO(), stderr=StringIO())

        boss = sign_in(county.government)
        shown = boss.get(f"/hierarchy/104/{county.school.code}/view/").text
        assert "1,200 + 1,351 = 2,551" in shown
        export = boss.get("/hierarchy/104/export.xlsx")
        book = openpyxl.load_workbook(BytesIO(export.getvalue()))
        export.close()
        cells = [str(cell.value) for row in book["明細"].rows for cell in row if cell.value]
        assert "電力：1,200 + 1,351" in cells

    def test_a_list_is_read_the_same(self, county: County) -> None:
        lines = ("年度,帳號,項目,名稱,數量,單位", 'x,z371036500X,電力,,"1,200 度 + 1,350",')
        data = "\n".join(lines).replace("x,", "104,").encode()
        assert read_import(data, "list.csv").problems == []
        apply_import(read_import(data, "list.csv"), by=county.administrator)
        assert (entry().quantity, entry().parts) == (Decimal(2550), "1200+1350")


class TestRefusals:
    """Said at the field; what was typed stays."""

    @pytest.mark.parametrize(
        ("refused", "says"),
        [
            ("1200-200", "算式只能用「+」相加，不能用「-」"),
            ("=SUM(A1:A3)", "算式只能是數字與「+」"),
            ("__import__('os')", "請填數字"),
            ("1+" * 4_999 + "1", "內容過長"),
            ("=" + "9" * 9_999, "內容過長"),
            ("12 公升", "「公升」不是這一項的單位；請換算成度"),
            ("10²", "數量中的「²」不是 0 到 9 的數字"),
            ("12\u200b34", "請填數字"),
        ],
    )
    @pytest.mark.parametrize("action", ["calculate", "save"])
    def test_at_the_field(
        self, sign_in: SignIn, county: County, refused: str, says: str, action: str
    ) -> None:
        client = sign_in(county.school)
        fields = typed(client, **{"own-electricity": refused, "own-diesel": "7"})
        page = client.post(URL, fields | {"action": action})
        assert page.status_code == (422 if action == "save" else 200)
        assert f"電力：{says}" in page.context["form"].errors["own-electricity"][0]
        assert value_of(page.text, "own-electricity") == refused
        assert value_of(page.text, "own-diesel") == "7"
        assert not Entry.objects.exists()

    def test_no_browser_cuts_a_long_sum(self, sign_in: SignIn, county: County) -> None:
        [field] = re.findall(
            r'<input[^>]*name="own-electricity"[^>]*>', sign_in(county.school).get(URL).text
        )
        assert "maxlength" not in field


class TestRounding:
    """More than four decimals are offered rounded, and taken with one press."""

    def test_one_press_takes_it(self, sign_in: SignIn, county: County) -> None:
        client = sign_in(county.school)
        fields = typed(client, **{"own-electricity": "1,234.567891 度", "own-diesel": "7"})
        page = client.post(URL, fields | {"action": "save"})
        assert page.status_code == 422
        assert "小數最多 4 位；四捨五入後是 1,234.5679" in page.text
        assert value_of(page.text, "own-electricity") == "1,234.567891 度"
        assert 'value="round:own-electricity"' in page.text
        again = fields_of(page.text, "filing") | {"action": "round:own-electricity"}
        taken = client.post(URL, again)
        assert taken.status_code == 200
        assert taken.context["form"].errors == {}
        assert value_of(taken.text, "own-electricity") == "1234.5679"
        assert value_of(taken.text, "own-diesel") == "7"
        client.post(URL, fields_of(taken.text, "filing") | {"action": "save"})
        assert entry().quantity == Decimal("1234.5679")

    def test_the_live_answer_offers_it_too(self, sign_in: SignIn, county: County) -> None:
        client = sign_in(county.school)
        fields = typed(client, **{"own-electricity": "0.123456"})
        live = client.post(URL, fields | {"action": "calculate"}, HTTP_HX_REQUEST="true")
        assert 'value="round:own-electricity"' in live.text

    def test_several_are_taken_together(self, sign_in: SignIn, county: County) -> None:
        client = sign_in(county.school)
        fields = typed(client, **{
            "own-electricity": "0.123456", "own-diesel": "1.00005+2", "own-gasoline": "-1",
            "own-facility_diesel-0-name": "發電機", "own-facility_diesel-0-quantity": "2.000049",
        })  # fmt: skip
        page = client.post(URL, fields | {"action": "save"})
        assert "將 3 個小數過多的數字四捨五入至小數 4 位" in page.text
        taken = client.post(URL, fields_of(page.text, "filing") | {"action": "round:"})
        values = fields_of(taken.text, "filing")
        assert values["own-electricity"] == "0.1235"
        assert values["own-diesel"] == "1.0001+2"
        assert values["own-facility_diesel-0-quantity"] == "2"
        assert values["own-gasoline"] == "-1"
        assert list(taken.context["form"].errors) == ["own-gasoline"]

    @pytest.mark.parametrize("action", ["round:own-lpg-note", "round:x", "round", "round:own-"])
    def test_other_actions_are_none(self, sign_in: SignIn, county: County, action: str) -> None:
        client = sign_in(county.school)
        assert client.post(URL, typed(client) | {"action": action}).status_code == 400

    def test_an_offer_that_is_gone_changes_nothing(self, sign_in: SignIn, county: County) -> None:
        client = sign_in(county.school)
        fields = typed(client, **{"own-electricity": "5.5"})
        page = client.post(URL, fields | {"action": "round:own-electricity"})
        assert value_of(page.text, "own-electricity") == "5.5"


class TestUnitsOfOtherEnergies:
    """Where the row has a field for the unit, it may stand behind the number instead."""

    def test_behind_the_number(self, sign_in: SignIn, county: County) -> None:
        client = sign_in(county.school)
        row = {"own-other-0-name": "木炭", "own-other-0-quantity": "12 公斤"}
        page = save(client, **row)
        assert (entry("other").quantity, entry("other").unit) == (Decimal(12), "kg")
        assert value_of(page.text, "own-other-0-unit") == "公斤"

    def test_two_that_differ(self, sign_in: SignIn, county: County) -> None:
        client = sign_in(county.school)
        row = {
            "own-other-0-name": "木炭",
            "own-other-0-quantity": "12 公升",
            "own-other-0-unit": "公斤",
        }
        page = save(client, **row)
        assert "數量後面的單位與單位欄的公斤不同" in page.text
        assert page.status_code == 422


def test_a_line_break_of_a_text_is_one_character(sign_in: SignIn, county: County) -> None:
    """Browsers send two, and count one."""
    client = sign_in(county.school)
    page = save(client, outsourced_scope="車\r\n" * 500)
    assert page.context["form"].errors == {}
    assert county.filing(county.school).outsourced_scope == "車\n" * 499 + "車"
    again = client.post(URL, typed(client, outsourced_scope="車\r\n" * 501) | {"action": "save"})
    assert "outsourced_scope" in again.context["form"].errors
