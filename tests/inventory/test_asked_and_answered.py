"""What looks improbable, from the form to whoever reviews it: asked, explained, weighed, confirmed.

Nothing here blocks a figure: each of these filings is completed once its reasons are given.
"""

import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client

from accounts.models import Unit
from inventory.form.fields import ROW_PARTS
from inventory.lines import Kind, Operation, lines_of
from inventory.models import Filing, Judgement
from inventory.states import Status
from inventory.workflow.opening import open_year
from tests.inventory.conftest import County, make_year
from tests.pages import fields_of

pytestmark = pytest.mark.django_db
SignIn = Callable[[Unit], Client]
LIST, RANKING = "/hierarchy/104/", "/hierarchy/104/findings/"
VIEW = "/hierarchy/104/371036500X/view/"
NAMES = {"facility_diesel": "發電機", "other_refrigerant": "R404A", "other": "木炭"}


@pytest.fixture
def years(county: County, factor_set) -> None:
    """102 is open beside 103 and 104, as the procedure has it."""
    open_year(year=make_year(102, factor_set), by=county.administrator)


def form_url(year: int) -> str:
    return f"/inventory/{year}/"


def typed(client: Client, year: int, given: dict[str, str]) -> dict[str, str]:
    """The form as it is drawn, the given figures, 未使用 at every other line, and the tick."""
    fields = fields_of(client.get(form_url(year)).text, "filing")
    for operation in Operation:
        for line in lines_of(year):
            key = f"{operation.value}-{line.code}"
            fields.pop(f"{key}-unused", None)
            if not any(re.fullmatch(rf"{key}(-\d+-\w+)?", name) for name in given):
                fields[f"{key}-unused"] = "on"
    return fields | given | {"complete": "on", "action": "save"}


def asked_at(page: str) -> set[str]:
    """The fields that the summary at the top leads to."""
    summary = page[page.index('id="error-summary"') :].partition("</ul>")[0]
    return set(re.findall(r'href="#id_([^"]+)"', summary))


def explained(fields: dict[str, str], asked: set[str], note: str = "") -> dict[str, str]:
    """A reason at each line that asks for one."""
    assert all(name.endswith("-reason") for name in asked)
    notes = {name.replace("-reason", "-note"): note for name in asked}
    return fields | dict.fromkeys(asked, "equipment") | notes


def complete(client: Client, year: int, given: dict[str, str]) -> None:
    """A year that nobody asks anything about."""
    done = client.post(form_url(year), typed(client, year, given))
    assert done.url == f"/inventory/{year}/receipt/"


def row_of(page: str, name: str = "連江縣介壽國中小") -> str:
    """A unit's row of a table."""
    [row] = [one for one in page.split("<tr>") if f'class="row-title">{name} ' in one]
    return row


def check_no_bulk(client: Client, filing: Filing, why: str, url: str = LIST) -> None:
    """No tick, why not, and a tick that no page offers is refused with the same words."""
    row = row_of(client.get(url).text)
    assert f"不能勾選：{why}" in row
    assert 'name="chosen"' not in row
    forged = client.post(url, {"chosen": [f"{filing.pk}:{filing.revision}"]})
    assert forged.status_code == 409
    assert f"未確認 連江縣介壽國中小：有提醒事項，請進入「檢視」後個別確認：{why}。" in forged.text
    filing.refresh_from_db()
    assert filing.status == Status.COMPLETED


def confirm(client: Client, filing: Filing, url: str = VIEW) -> None:
    """Whoever has looked into it confirms it at 檢視."""
    done = client.post(url, {"action": "confirm", "revision": filing.revision})
    assert done.status_code == 302
    filing.refresh_from_db()
    assert filing.status == Status.CONFIRMED


class TestAFirstYear:
    """No year beside it, no unit of its kind: 143,939 t of refrigerant and gas."""

    GIVEN = {"own-r134a": "99,999", "own-natural_gas": "500000"}
    TOTAL = "143,939,005.6606"

    def refused(self, client: Client) -> tuple[str, dict[str, str]]:
        fields = typed(client, 104, self.GIVEN)
        response = client.post(form_url(104), fields)
        assert response.status_code == 422
        return response.text, fields

    def test_the_tick_is_refused_at_each_line(self, sign_in: SignIn, county: County) -> None:
        page, _fields = self.refused(sign_in(county.school))
        assert asked_at(page) == {"own-r134a-reason", "own-natural_gas-reason"}
        assert "冷媒型號R134a，補充：超過一個單位一年的常見上限 1,000 公斤" in page
        assert "滅火器與冷媒補充占總排放量的大部分" in page
        assert "天然氣：超過一個單位一年的常見上限 300,000 立方公尺" in page
        assert county.filing(county.school).version == 0

    def test_what_was_typed_stays(self, sign_in: SignIn, county: County) -> None:
        page, fields = self.refused(sign_in(county.school))
        kept = fields_of(page, "filing")
        assert {name: kept[name] for name in self.GIVEN} == self.GIVEN
        assert {one for one in kept if one.endswith("-unused")} == {
            one for one in fields if one.endswith("-unused")
        }
        assert kept["complete"] == "on"

    def test_one_reason_is_not_enough(self, sign_in: SignIn, county: County) -> None:
        client = sign_in(county.school)
        page, _fields = self.refused(client)
        fields = fields_of(page, "filing") | {"own-r134a-reason": "equipment", "action": "save"}
        page = client.post(form_url(104), fields).text
        assert asked_at(page) == {"own-natural_gas-reason"}
        assert fields_of(page, "filing")["own-r134a-reason"] == "equipment"

    @pytest.fixture
    def filed(self, sign_in: SignIn, county: County) -> Filing:
        client = sign_in(county.school)
        page, _fields = self.refused(client)
        fields = fields_of(page, "filing") | {"action": "save"}
        done = client.post(form_url(104), explained(fields, asked_at(page), "冰水主機汰換"))
        assert done.url == "/inventory/104/receipt/"
        assert self.TOTAL in client.get(done.url).text
        return county.filing(county.school)

    def test_with_reasons_it_is_completed(self, filed: Filing) -> None:
        assert (filed.status, filed.own_kg) == (Status.COMPLETED, Decimal("143939005.6606"))
        short = Judgement.objects.get(filing=filed)
        assert (short.unexplained, short.kg) == (0, 99_999 * 1_430)

    def test_the_reviewer_sees_the_kilograms(
        self, sign_in: SignIn, county: County, filed: Filing
    ) -> None:
        client = sign_in(county.government)
        row = row_of(client.get(LIST).text)
        assert self.TOTAL in row
        assert "3 項提醒" in row
        assert "未說明" not in row
        assert "影響 142,998,570 公斤" in row
        row = row_of(client.get(RANKING).text)
        assert "142,998,570" in row
        assert row.count("原因：設備新增、汰換或停用：冰水主機汰換") == 3
        assert "未填原因" not in row
        assert row_of(client.get(RANKING).text).index("R134a") < row.index("天然氣")

    def test_it_is_looked_into_one_by_one(
        self, sign_in: SignIn, county: County, filed: Filing
    ) -> None:
        client = sign_in(county.government)
        check_no_bulk(client, filed, "3 項提醒，請看說明")
        page = client.get(VIEW).text
        assert "影響 142,998,570 公斤CO₂e" in page
        assert "冰水主機汰換" in page
        confirm(client, filed)

    def test_a_draft_is_not_asked_and_not_hidden(self, sign_in: SignIn, county: County) -> None:
        client = sign_in(county.school)
        fields = typed(client, 104, self.GIVEN)
        del fields["complete"]
        assert client.post(form_url(104), fields).status_code == 302
        page = client.get(form_url(104)).text
        assert (
            "超過一個單位一年的常見上限 1,000 公斤，請確認單位與小數點。完成填報前請說明原因。"
            in page
        )
        row = row_of(sign_in(county.government).get(LIST).text)
        assert "3 項提醒（3 項未說明）" in row
        assert "勾選" not in row, "what is no decision yet needs no reason why not"


def test_one_number_at_every_line_is_asked_at_every_line(sign_in: SignIn, county: County) -> None:
    client = sign_in(county.school)
    given = {}
    for operation in Operation:
        for line in lines_of(104):
            key = f"{operation.value}-{line.code}"
            if line.kind is Kind.SINGLE:
                given[key] = "123456.7891"
                continue
            parts = {"name": NAMES[line.code], "quantity": "123456.7891", "unit": "公斤"}
            given |= {f"{key}-0-{part}": parts[part] for part in ROW_PARTS[line.kind]}
            given[f"{key}-rows"] = "1"
    page = client.post(form_url(104), typed(client, 104, given)).text
    asked = asked_at(page)
    assert len(asked) == 26
    assert page.count("多個項目填了同一個數字 123,456.7891，請確認") >= 26
    fields = fields_of(page, "filing")
    assert {fields[name] for name in given if not name.endswith(("name", "unit", "rows"))} == {
        "123456.7891"
    }
    fields |= {"action": "save"}
    assert client.post(form_url(104), explained(fields, asked)).status_code == 302
    filing = county.filing(county.school)
    assert len({(one.operation, one.line) for one in filing.findings.exclude(reason="")}) == 26
    assert not filing.findings.filter(asks=True, reason="").exists()
    reviewer = sign_in(county.government)
    number = filing.findings.filter(asks=True).count()
    check_no_bulk(reviewer, filing, f"{number} 項提醒，請看說明")
    row = row_of(reviewer.get(RANKING).text)
    assert f"另有 {filing.findings.count() - 3} 項" in row


class TestTenTimesTheYearThatWasFiledBefore:
    """104 and 103 agree; 102, filed last as the procedure has it, is ten times as much."""

    @pytest.fixture
    def asked(self, sign_in: SignIn, county: County, years: None) -> str:
        client = sign_in(county.school)
        fields = typed(client, 104, {"own-electricity": "101234"})
        first = client.post(form_url(104), fields)
        assert first.url == "/inventory/104/receipt/", "a first year is not asked"
        complete(client, 103, {"own-electricity": "100321"})
        response = client.post(
            form_url(102), typed(client, 102, {"own-electricity": "1,003,210 度"})
        )
        assert response.status_code == 422
        return response.text

    def test_it_is_asked_where_it_stands(self, county: County, asked: str) -> None:
        assert asked_at(asked) == {"own-electricity-reason"}
        assert "電力：與 103 年的 100,321 相差 +900.0 %（約為 10 倍，請確認小數點與單位）" in asked
        assert fields_of(asked, "filing")["own-electricity"] == "1,003,210 度"
        assert county.filing(county.school, 102).version == 0

    def test_the_years_beside_are_asked_nothing(
        self, sign_in: SignIn, county: County, asked: str
    ) -> None:
        client = sign_in(county.school)
        fields = explained(fields_of(asked, "filing"), asked_at(asked)) | {"action": "save"}
        assert client.post(form_url(102), fields).status_code == 302
        for year in (103, 104):
            page = client.get(form_url(year)).text
            assert "請說明原因" not in page
            assert fields_of(page, "filing")["asked"] == ""
        reviewer = sign_in(county.government)
        for year in (103, 104):
            row = row_of(reviewer.get(f"/hierarchy/{year}/").text)
            assert 'name="chosen"' in row
            assert "提醒" not in row
        filing = county.filing(county.school, 102)
        check_no_bulk(reviewer, filing, "1 項提醒，請看說明", "/hierarchy/102/")
        row = row_of(reviewer.get("/hierarchy/102/findings/").text)
        moved = (1_003_210 - 100_321) * filing.own_kg / 1_003_210
        assert f"影響 {moved.normalize():,f} 公斤CO₂e" in row
        confirm(reviewer, filing, "/hierarchy/102/371036500X/view/")

    def test_put_right_it_is_completed_without_a_word(
        self, sign_in: SignIn, county: County, asked: str
    ) -> None:
        client = sign_in(county.school)
        fields = fields_of(asked, "filing")
        fields |= {"own-electricity": "100,322", "action": "save"}
        assert client.post(form_url(102), fields).status_code == 302
        filing = county.filing(county.school, 102)
        assert not filing.findings.exists()
        assert filing.entries.get(line="electricity", operation="own").reason == ""

    def test_a_reason_for_ten_times_is_none_for_a_hundred_times(
        self, sign_in: SignIn, county: County, asked: str
    ) -> None:
        """The reason was given for what stood beside it."""
        client = sign_in(county.school)
        fields = explained(fields_of(asked, "filing"), asked_at(asked)) | {"action": "save"}
        assert client.post(form_url(102), fields).status_code == 302
        later = fields_of(client.get(form_url(102)).text, "filing")
        assert later["own-electricity-reason"] == "equipment"
        later |= {"own-electricity": "10032100", "action": "save"}
        response = client.post(form_url(102), later)
        assert response.status_code == 422
        assert asked_at(response.text) == {"own-electricity-reason"}
        assert "約為 100 倍" in response.text
        kept = fields_of(response.text, "filing")
        assert kept["own-electricity-reason"] == ""
        meant = explained(kept, {"own-electricity-reason"}) | {"action": "save"}
        assert client.post(form_url(102), meant).status_code == 302
        assert county.filing(county.school, 102).version == 2


class TestNothingUsedAtAll:
    def ask(self, client: Client) -> str:
        response = client.post(form_url(104), typed(client, 104, {}))
        assert response.status_code == 422
        return response.text

    def test_it_is_asked_once_at_electricity(self, sign_in: SignIn, county: County) -> None:
        page = self.ask(sign_in(county.school))
        assert asked_at(page) == {"own-electricity-reason"}
        assert "電力：所有項目都是未使用，請確認本年度沒有用電、用油等任何使用" in page
        kept = fields_of(page, "filing")
        assert sum(name.endswith("-unused") for name in kept) == 26

    def test_another_reason_is_said_in_words(self, sign_in: SignIn, county: County) -> None:
        client = sign_in(county.school)
        fields = fields_of(self.ask(client), "filing")
        fields |= {"own-electricity-reason": "other", "action": "save"}
        response = client.post(form_url(104), fields)
        assert response.status_code == 422
        assert asked_at(response.text) == {"own-electricity-note"}
        kept = fields_of(response.text, "filing")
        assert kept["own-electricity-reason"] == "other"
        kept |= {"own-electricity-note": "借用公所辦公室", "action": "save"}
        assert client.post(form_url(104), kept).status_code == 302
        filing = county.filing(county.school)
        assert (filing.status, filing.own_kg) == (Status.COMPLETED, 0)
        reviewer = sign_in(county.government)
        check_no_bulk(reviewer, filing, "1 項提醒，請看說明")
        assert "影響 0 公斤" in row_of(reviewer.get(LIST).text)
        assert "借用公所辦公室" in row_of(reviewer.get(RANKING).text)
        confirm(reviewer, filing)

    def test_it_weighs_what_the_year_beside_had(self, sign_in: SignIn, county: County) -> None:
        client = sign_in(county.school)
        complete(client, 103, {"own-electricity": "100321"})
        page = self.ask(client)
        assert asked_at(page) == {"own-electricity-reason"}
        fields = explained(fields_of(page, "filing"), asked_at(page)) | {"action": "save"}
        assert client.post(form_url(104), fields).status_code == 302
        kg = county.filing(county.school, 103).own_kg
        reviewer = sign_in(county.government)
        shown = f"影響 {kg.normalize():,f} 公斤"
        assert shown in row_of(reviewer.get(LIST).text)
        assert shown in row_of(reviewer.get(RANKING).text)
        assert "提醒" not in row_of(reviewer.get("/hierarchy/103/").text)


def test_the_heaviest_stands_before_the_empty_one(sign_in: SignIn, county: County) -> None:
    """The reviewer's ranking goes by improbability and kilograms, over all levels."""
    for unit, given in (
        (county.kindergarten, {}),
        (county.school, {"own-r134a": "99999"}),
        (county.township, {"own-electricity": "98765"}),
    ):
        client = sign_in(unit)
        response = client.post(form_url(104), typed(client, 104, given))
        if response.status_code == 422:
            page = response.text
            fields = explained(fields_of(page, "filing"), asked_at(page)) | {"action": "save"}
            response = client.post(form_url(104), fields)
        assert response.status_code == 302
    reviewer = sign_in(county.government)
    page = reviewer.get(RANKING).text
    names = re.findall(r'class="row-title">(\S+) <span', page)
    assert names == ["連江縣介壽國中小", "南竿鄉立幼兒園"]
    below = reviewer.get("/hierarchy/104/371032300A/findings/").text
    assert re.findall(r'class="row-title">(\S+) <span', below) == ["南竿鄉立幼兒園"]
