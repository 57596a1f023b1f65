"""The form of a year as people use it: fill in, compute, save, complete, come back."""

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from inventory import policies, workflow
from inventory.factors.store import published, store
from inventory.lines import Kind, Operation, lines_of
from inventory.models import Entry, Filing, ReportingYear
from tests.factories import UserFactory
from tests.inventory.conftest import SET, County, close, complete, number
from tests.pages import fields_of

pytestmark = pytest.mark.django_db
URL = "/inventory/104/"
SignIn = Callable[..., Client]


def typed(client: Client, url: str = URL, **answers: str) -> dict[str, str]:
    """The page's form with answers typed in; names with _ for -, None for removed ticks."""
    fields = fields_of(client.get(url).content.decode(), "filing")
    return fields | {name.replace("__", "-"): value for name, value in answers.items()}


def everything_unused() -> dict[str, str]:
    return {
        f"{operation.value}-{line.code}-unused": "on"
        for operation in Operation
        for line in lines_of(104)
    }


class TestPage:
    """What the page shows."""

    def test_all_labels_of_the_procedure_stand_there(self, sign_in: SignIn, county: County) -> None:
        html = sign_in(county.school).get(URL).content.decode()
        for label in (
            "一、基本資料",
            "二、營運活動數據",
            "三、委外操作/營運活動數據(該單位自行負擔費用部分)",
            "委外操作範圍說明",
            "天然氣/瓦斯",
            "立方公尺",
            "公務車用油",
            "其他設施(如發電機)",
            "滅火器補充量",
            "二氧化碳滅火器補充",
            "BC乾粉滅火器補充",
            "KBC乾粉滅火器補充",
            "冷媒補充量(含大樓冷氣、中央空調冰水主機、車用冷媒等)",
            "冷媒型號R134a，補充",
            "冷媒型號R410a，補充",
            "其他能源資源耗用量",
            "四、排放量小計",
            "CO₂ 排放量(KgCO₂e)-不含委外部分",
            "CO₂ 排放量(KgCO₂e)-委外部分",
            "我已確認完整填報各欄位",
            "計算",
            "存檔",
            "回上一頁",
            "(2015)",
        ):
            assert label in html, label

    def test_years_newest_first_with_status(self, sign_in: SignIn, county: County) -> None:
        html = sign_in(county.school).get("/inventory/").content.decode()
        assert html.index("104") < html.rindex("103 ")
        assert "未登錄" in html
        assert "(2015)" in html

    def test_query_count_is_constant_and_small(
        self, sign_in: SignIn, county: County, django_assert_max_num_queries
    ) -> None:
        client = sign_in(county.school)
        with django_assert_max_num_queries(13):
            client.get(URL)
        fields = typed(client, own__electricity="5", **{"action": "save"})
        client.post(URL, fields)
        with django_assert_max_num_queries(13):
            client.get(URL)
        with django_assert_max_num_queries(13):
            client.post(URL, fields | {"revision": "1", "action": "calculate"})

    def test_last_year_stands_beside(self, sign_in: SignIn, county: County) -> None:
        client = sign_in(county.school)
        client.post("/inventory/103/", typed(client, "/inventory/103/", **{
            "own-electricity": "1000", "own-other-0-name": "木炭", "own-other-0-quantity": "3",
            "own-other-0-unit": "公斤", "action": "save",
        }))  # fmt: skip
        html = client.get(URL).content.decode()
        assert "1,000</div>" in html
        assert "1 項" in html


class TestCalculate:
    """計算 shows both totals and saves nothing."""

    def test_totals_and_the_sum_behind_them(self, sign_in: SignIn, county: County) -> None:
        client = sign_in(county.school)
        page = client.post(URL, typed(client, **{
            "own-electricity": "１，０００", "outsourced-lpg": "2", "action": "calculate",
        }))  # fmt: skip
        html = page.content.decode()
        assert page.status_code == 200
        assert "<dd>528</dd>" in html
        assert "<dd>6.379</dd>" in html
        assert "1,000 度 × 0.528 kg CO2e/度 × GWP 1 = 528 kg CO₂e" in html
        assert "日友環保科技公司" in html
        assert 'value="１，０００"' in html, "what was typed stays"
        assert not Entry.objects.exists()

    def test_with_htmx_only_the_figures_come_back(self, sign_in: SignIn, county: County) -> None:
        client = sign_in(county.school)
        fields = typed(client, **{"own-electricity": "1000", "own-lpg": "x", "action": "calculate"})
        html = client.post(URL, fields, headers={"HX-Request": "true"}).content.decode()
        assert "<html" not in html
        assert 'id="kg-own-electricity" hx-swap-oob="true">528</div>' in html
        assert "瓦斯：請填數字" in html
        assert "有 1 項無法計算" in html

    def test_htmx_never_replaces_an_input_that_is_there(
        self, sign_in: SignIn, county: County
    ) -> None:
        client = sign_in(county.school)
        last = typed(client, "/inventory/103/", **{"own-electricity": "10", "action": "save"})
        client.post("/inventory/103/", last)
        fields = typed(client, **{"own-electricity": "1000", "action": "calculate"})
        asked = client.post(URL, fields, headers={"HX-Request": "true"}).content.decode()
        assert 'name="own-electricity-reason"' in asked
        fields |= {"own-electricity-reason": "", "own-electricity-note": "新校"}
        again = client.post(URL, fields, headers={"HX-Request": "true"}).content.decode()
        assert "<input" not in again
        assert "<select" not in again

    def test_repeated_rows_compute_each(self, sign_in: SignIn, county: County) -> None:
        client = sign_in(county.school)
        fields = typed(client, **{
            "own-facility_diesel-0-name": "發電機", "own-facility_diesel-0-quantity": "10",
            "own-other_refrigerant-0-name": "R404A", "own-other_refrigerant-0-quantity": "1",
            "own-other-0-name": "木炭", "own-other-0-quantity": "3", "own-other-0-unit": "公斤",
            "action": "calculate",
        })  # fmt: skip
        html = client.post(URL, fields).content.decode()
        assert 'id="kg-own-facility_diesel-0">26.1496</div>' in html
        assert 'id="kg-own-other_refrigerant-0">3,921.6</div>' in html
        assert "僅列報，不計入排放量" in html

    def test_a_further_row(self, sign_in: SignIn, county: County) -> None:
        client = sign_in(county.school)
        fields = typed(client, **{"own-facility_diesel-0-name": "一號機"})
        page = client.post(URL, fields | {"action": "add:own-facility_diesel"})
        more = fields_of(page.content.decode(), "filing")
        assert more["own-facility_diesel-rows"] == "2"
        assert more["own-facility_diesel-0-name"] == "一號機"
        assert more["own-facility_diesel-1-name"] == ""

    def test_fifty_rows_are_enough(self, sign_in: SignIn, county: County) -> None:
        client = sign_in(county.school)
        fields = typed(client)
        for index in range(1, 51):
            fields |= {
                f"own-facility_diesel-{index}-name": "",
                f"own-facility_diesel-{index}-quantity": "",
            }
        for name in ("own-facility_diesel-50-name", "own-facility_diesel-50-quantity"):
            del fields[name]
        fields["own-facility_diesel-rows"] = "50"
        page = client.post(URL, fields | {"action": "add:own-facility_diesel"})
        more = fields_of(page.content.decode(), "filing")
        assert more["own-facility_diesel-rows"] == "50"


class TestSave:
    """存檔: a draft without the tick, complete with it."""

    def test_draft_then_back_as_saved(self, sign_in: SignIn, county: County) -> None:
        client = sign_in(county.school)
        fields = typed(client, **{
            "own-electricity": "1,234.5", "own-gasoline-unused": "on",
            "own-facility_diesel-0-name": "發電機", "own-facility_diesel-0-quantity": "10",
            "own-other-0-name": "木炭", "own-other-0-quantity": "3", "own-other-0-unit": "公斤",
            "outsourced_scope": "校車\n廚房", "action": "save",
        })  # fmt: skip
        page = client.post(URL, fields, follow=True)
        assert "草稿已存檔（第 1 版）" in page.content.decode()
        again = fields_of(page.content.decode(), "filing")
        assert again["own-electricity"] == "1234.5"
        assert again["own-gasoline-unused"] == "on"
        assert again["own-facility_diesel-0-name"] == "發電機"
        assert again["own-facility_diesel-rows"] == "2"
        assert again["own-other-0-unit"] == "公斤"
        assert again["outsourced_scope"].splitlines() == ["校車", "廚房"]
        assert county.filing(county.school).status == "draft"

    def test_complete_gives_a_receipt(self, sign_in: SignIn, county: County) -> None:
        client = sign_in(county.school)
        fields = typed(client, **everything_unused()) | {"own-electricity": "100", "complete": "on"}
        del fields["own-electricity-unused"]
        page = client.post(URL, fields | {"action": "save"}, follow=True)
        html = page.content.decode()
        assert page.redirect_chain[-1][0] == "/inventory/104/receipt/"
        assert "填報收據" in html
        assert "52.8" in html
        assert county.filing(county.school).status == "completed"
        assert fields_of(client.get(URL).content.decode(), "filing")["complete"] == "on"

    def test_the_tick_names_what_is_missing_and_marks_it_in_one_step(
        self, sign_in: SignIn, county: County
    ) -> None:
        client = sign_in(county.school)
        fields = typed(client, **{"own-electricity": "100", "complete": "on", "action": "save"})
        page = client.post(URL, fields)
        html = page.content.decode()
        assert page.status_code == 422
        assert "以下項目還沒有填答" in html
        assert 'href="#row-outsourced-lpg">瓦斯</a>' in html
        assert not Entry.objects.exists()
        again = fields_of(html, "filing") | {"action": "save_unused"}
        client.post(URL, again)
        filing = county.filing(county.school)
        assert (filing.status, filing.own_kg) == ("completed", Decimal("52.8000"))
        assert filing.entries.filter(answer="unused").count() == 2 * len(lines_of(104)) - 1

    def test_zero_is_an_answer(self, sign_in: SignIn, county: County) -> None:
        client = sign_in(county.school)
        client.post(URL, typed(client, **{"own-electricity": "0", "action": "save"}))
        assert Entry.objects.get().quantity == 0

    def test_after_completing_it_can_be_changed(self, sign_in: SignIn, county: County) -> None:
        self.test_complete_gives_a_receipt(sign_in, county)
        client = sign_in(county.school)
        fields = typed(client, **{"own-electricity": "200", "action": "save"})
        client.post(URL, fields)
        assert county.filing(county.school).own_kg == Decimal("105.6000")
        fields = typed(client)
        del fields["complete"]
        client.post(URL, fields | {"action": "save"})
        assert county.filing(county.school).status == "draft"
        assert client.get("/inventory/104/receipt/").status_code == 404


class TestReasons:
    """A line far from last year's asks why before it is completed."""

    @pytest.fixture
    def client(self, sign_in: SignIn, county: County) -> Client:
        workflow.save(
            filing=county.filing(county.school, 103),
            answers=complete(number("electricity", "1000"), number("lpg", "10")),
            outsourced_scope="",
            complete=True,
            revision=0,
            factor_set=SET,
            by=county.user(county.school),
        )
        return sign_in(county.school)

    def fields(self, client: Client, **answers: str) -> dict[str, str]:
        fields = typed(client, **everything_unused()) | {"complete": "on", "action": "save"}
        for name in [name for name in answers if f"{name}-unused" in fields]:
            del fields[f"{name}-unused"]
        return fields | answers

    def test_why_is_asked_at_the_field(self, client: Client, county: County) -> None:
        fields = self.fields(client, **{"own-electricity": "1301", "own-gasoline": "50"})
        page = client.post(URL, fields)
        html = page.content.decode()
        assert page.status_code == 422
        assert "電力：與 103 年的 1,000 相差 +30.1 %，請選擇原因" in html
        assert "瓦斯：103 年有 10，本年度沒有使用，請選擇原因" in html
        assert "汽油：103 年沒有使用或未填，本年度有數量，請選擇原因" in html
        assert county.filing(county.school).version == 0

    def test_with_reasons_it_completes(self, client: Client, county: County) -> None:
        fields = self.fields(client, **{"own-electricity": "1301", "own-lpg": "10"})
        fields |= {"own-electricity-reason": "other", "own-electricity-note": ""}
        page = client.post(URL, fields)
        assert "原因選「其他」時，請簡要說明" in page.content.decode()
        client.post(URL, fields | {"own-electricity-note": "新校舍啟用"})
        filing = county.filing(county.school)
        assert filing.status == "completed"
        entry = filing.entries.get(line="electricity", operation="own")
        assert (entry.reason, entry.reason_note) == ("other", "新校舍啟用")
        assert "新校舍啟用" in client.get(URL).content.decode()

    def test_a_reason_does_not_go_over_to_other_figures(
        self, client: Client, county: County
    ) -> None:
        fields = self.fields(client, **{"own-electricity": "1301", "own-lpg": "10"})
        client.post(URL, fields | {"own-electricity-reason": "equipment"})
        assert county.filing(county.school).status == "completed"
        wrong = typed(client) | {"own-electricity": "13010", "complete": "on", "action": "save"}
        assert wrong["own-electricity-reason"] == "equipment"
        page = client.post(URL, wrong)
        assert page.status_code == 422
        assert "約為 10 倍" in page.content.decode()
        again = fields_of(page.content.decode(), "filing")
        assert again["own-electricity-reason"] == ""
        again |= {"complete": "on", "action": "save", "own-electricity-reason": "equipment"}
        client.post(URL, again)
        filing = county.filing(county.school)
        assert (filing.version, filing.findings.get().reason) == (2, "equipment")

    def test_unchanged_figures_keep_their_reason(self, client: Client, county: County) -> None:
        fields = self.fields(client, **{"own-electricity": "1301", "own-lpg": "10"})
        client.post(URL, fields | {"own-electricity-reason": "equipment"})
        more = typed(client) | {"own-lpg": "10.5", "complete": "on", "action": "save"}
        client.post(URL, more)
        filing = county.filing(county.school)
        assert (filing.version, filing.findings.get().reason) == (2, "equipment")

    def test_marked_lines_stay_marked_while_a_reason_is_asked(
        self, client: Client, county: County
    ) -> None:
        fields = typed(client) | {"own-electricity": "9", "complete": "on"}
        html = client.post(URL, fields | {"action": "save_unused"}).content.decode()
        assert "請選擇原因" in html
        assert fields_of(html, "filing")["outsourced-lpg-unused"] == "on"
        assert county.filing(county.school).version == 0

    def test_thirty_per_cent_is_not_beyond(self, client: Client, county: County) -> None:
        client.post(URL, self.fields(client, **{"own-electricity": "1300", "own-lpg": "7"}))
        assert county.filing(county.school).status == "completed"

    def test_a_draft_needs_no_reason(self, client: Client, county: County) -> None:
        fields = self.fields(client, **{"own-electricity": "9"})
        del fields["complete"]
        client.post(URL, fields)
        assert county.filing(county.school).status == "draft"


class TestBadInput:
    """A clear message at its place, a 4xx, nothing written, everything typed still there."""

    @pytest.mark.parametrize(
        "wrong", ["-5", "abc", "NaN", "1e9", "1234567890", "1.23456", "1,23", "1\x00"]
    )
    def test_refused_numbers(self, sign_in: SignIn, county: County, wrong: str) -> None:
        client = sign_in(county.school)
        fields = {"own-electricity": wrong, "own-lpg": "7", "action": "save"}
        page = client.post(URL, typed(client, **fields))
        html = page.content.decode()
        assert page.status_code == 422
        assert 'id="error-own-electricity"><p class="field-error">' in html
        assert 'href="#id_own-electricity"' in html
        assert 'aria-invalid="true"' in html
        kept = fields_of(html, "filing")
        assert kept["own-lpg"] == "7"
        assert kept["own-electricity"] == wrong
        assert not Entry.objects.exists()

    @pytest.mark.parametrize(
        ("fields", "says"),
        [
            ({"own-lpg": "5", "own-lpg-unused": "on"}, "瓦斯：已填數量，請取消勾選"),
            ({"own-facility_diesel-0-quantity": "5"}, "這一列尚未填完"),
            ({"own-facility_diesel-0-name": "x"}, "這一列尚未填完"),
            (
                {"own-facility_diesel-0-name": "x", "own-facility_diesel-0-quantity": "-1"},
                "數量不能是負數",
            ),
            (
                {
                    "own-facility_diesel-0-name": "x",
                    "own-facility_diesel-0-quantity": "1",
                    "own-facility_diesel-unused": "on",
                },
                "已填數量，請取消勾選",
            ),
            (
                {"own-other_refrigerant-0-name": "R999", "own-other_refrigerant-0-quantity": "1"},
                "R999",
            ),
            (
                {
                    "own-other-0-name": "車用液化石油氣",
                    "own-other-0-quantity": "1",
                    "own-other-0-unit": "kg",
                },
                "「車用液化石油氣」以公升計",
            ),
            ({"own-facility_diesel-0-name": "名" * 61}, "60"),
            ({"outsourced_scope": "文" * 1001}, "1000"),
            ({"own-electricity-reason": "whim"}, "whim"),
            ({"own-electricity-note": "x\uffff"}, "無法列印"),
            ({"outsourced_scope": "a\x01b"}, "無法列印"),
            (
                {
                    "own-facility_diesel-0-name": "發\ufffe",
                    "own-facility_diesel-0-quantity": "1",
                },
                "無法列印",
            ),
            (
                {
                    "own-other-0-name": "木炭",
                    "own-other-0-quantity": "1",
                    "own-other-0-unit": "㍿" * 21,
                },
                "20",
            ),
        ],
    )
    def test_refused_answers(
        self, sign_in: SignIn, county: County, fields: dict, says: str
    ) -> None:
        client = sign_in(county.school)
        page = client.post(URL, typed(client, **fields) | {"action": "save"})
        assert page.status_code == 422
        assert says in page.content.decode()
        assert not Entry.objects.exists()

    @pytest.mark.parametrize(
        ("change", "says"),
        [
            (lambda fields: fields | {"surprise": "1"}, "+ surprise"),
            (lambda fields: _without(fields, "own-lpg"), "− own-lpg"),
            (lambda fields: _without(fields, "revision"), "− revision"),
            (lambda fields: _without(fields, "factor_set"), "− factor_set"),
            (lambda fields: fields | {"own-lpg": ["1", "2"]}, "×2 own-lpg"),
            (lambda fields: fields | {"action": "delete"}, "action delete"),
            (lambda fields: fields | {"action": "add:own-electricity"}, "action add"),
            (lambda fields: fields | {"own-facility_diesel-rows": "x"}, "+ own-facility"),
            (lambda fields: fields | {"own-facility_diesel-rows": "9" * 5000}, "+ own-facility"),
            (lambda fields: fields | {"own-facility_diesel-rows": "3"}, "− own-facility_diesel-2"),
        ],
    )
    def test_forms_that_are_not_this_form(
        self, sign_in: SignIn, county: County, change: Callable, says: str
    ) -> None:
        client = sign_in(county.school)
        fields = change(typed(client, **{"own-electricity": "88"}) | {"action": "save"})
        page = client.post(URL, fields)
        html = page.content.decode()
        assert page.status_code == 400
        assert "送出的表單與本頁不符" in html
        assert says in html
        assert not Entry.objects.exists()

    @pytest.mark.parametrize("revision", ["x", "-1", "99999999999999999999", "1.5"])
    def test_a_revision_that_is_none(self, sign_in: SignIn, county: County, revision: str) -> None:
        client = sign_in(county.school)
        page = client.post(URL, typed(client, revision=revision) | {"action": "save"})
        assert page.status_code == 422

    @pytest.mark.parametrize(
        "url", ["/inventory/99/", "/inventory/0/", "/inventory/99999999999999999999/"]
    )
    @pytest.mark.parametrize("method", ["get", "post"])
    def test_years_that_do_not_exist(
        self, sign_in: SignIn, county: County, url: str, method: str
    ) -> None:
        assert getattr(sign_in(county.school), method)(url).status_code == 404

    def test_other_methods(self, sign_in: SignIn, county: County) -> None:
        client = sign_in(county.school)
        assert client.put(URL).status_code == 405
        assert client.post("/inventory/").status_code == 405
        assert client.post("/inventory/104/receipt/").status_code == 405

    def test_without_a_unit(self, client: Client, county: County) -> None:
        client.force_login(
            county.administrator, backend="django.contrib.auth.backends.ModelBackend"
        )
        assert client.get("/inventory/").status_code == 403
        assert "這個帳號不填報" in client.get("/inventory/").content.decode()
        assert client.get(URL).status_code == 403

    def test_anonymous_people_sign_in_first(self, client: Client, county: County) -> None:
        for url in ("/inventory/", URL, "/inventory/104/receipt/"):
            assert client.get(url).status_code == 302


def _without(fields: dict[str, str], name: str) -> dict[str, str]:
    return {key: value for key, value in fields.items() if key != name}


class TestClosed:
    """Outside the opening and due dates units read only."""

    def test_the_page_says_so_and_shows_the_figures(self, sign_in: SignIn, county: County) -> None:
        client = sign_in(county.school)
        client.post(URL, typed(client, **{"own-electricity": "10", "action": "save"}))
        fields = typed(client, **{"own-electricity": "20", "action": "save"})
        close(104)
        html = client.get(URL).content.decode()
        assert "截止填報" in html
        assert 'id="filing"' not in html
        assert "5.28" in html
        page = client.post(URL, fields)
        assert page.status_code == 409
        assert "截止填報" in page.content.decode()
        assert fields_of(page.content.decode(), "filing")["own-electricity"] == "20"
        assert Entry.objects.get().quantity == 10
        assert "目前不開放" in client.get("/inventory/").content.decode()

    def test_a_completed_filing_still_gives_its_receipt(
        self, sign_in: SignIn, county: County
    ) -> None:
        TestSave().test_complete_gives_a_receipt(sign_in, county)
        close(104)
        client = sign_in(county.school)
        assert "填報收據" in client.get(URL).content.decode()
        assert client.get("/inventory/104/receipt/").status_code == 200

    def test_before_the_opening(self, sign_in: SignIn, county: County) -> None:
        tomorrow = policies.today() + timedelta(days=1)
        ReportingYear.objects.filter(year=104).update(opens_on=tomorrow)
        assert "起開放填報" in sign_in(county.school).get(URL).content.decode()


def test_names_stay_as_typed_and_known_energies_are_meant_in_any_width(
    sign_in: SignIn, county: County
) -> None:
    client = sign_in(county.school)
    client.post(URL, typed(client, **{
        "own-facility_diesel-0-name": "發電機（一號）", "own-facility_diesel-0-quantity": "1",
        "own-other-0-name": "汽油（發電機等固定設備）", "own-other-0-quantity": "1",
        "own-other-0-unit": "Ｌ", "action": "save",
    }))  # fmt: skip
    assert Entry.objects.get(line="facility_diesel").name == "發電機（一號）"
    energy = Entry.objects.get(line="other")
    assert (energy.name, energy.unit) == ("汽油(發電機等固定設備)", "L")
    assert energy.kg is not None


class TestTwoWriters:
    """The second of two people in one form sees both versions and chooses."""

    def test_nobody_is_overwritten_unseen(self, sign_in: SignIn, county: County) -> None:
        client = sign_in(county.school)
        first = typed(client, **{"own-electricity": "10", "own-lpg": "5", "action": "save"})
        second = typed(client, **{"own-electricity": "30", "action": "save"})
        client.post(URL, first)
        page = client.post(URL, second)
        html = page.content.decode()
        assert page.status_code == 409
        assert "您開啟本頁後，這份填報已有異動" in html
        assert re.search(r"z371036500X（連江縣介壽國中小）於 [0-9: -]{16} 存檔。", html)
        assert "10 度" in html
        assert "30 度" in html
        assert Entry.objects.get(line="electricity").quantity == 10
        again = fields_of(html, "filing") | {"action": "save"}
        client.post(URL, again)
        assert Entry.objects.get(line="electricity").quantity == 30

    def test_a_form_sent_twice_is_saved_once(self, sign_in: SignIn, county: County) -> None:
        client = sign_in(county.school)
        fields = typed(client, **{"own-electricity": "10", "action": "save"})
        client.post(URL, fields)
        again = client.post(URL, fields, follow=True)
        assert "草稿已存檔（第 1 版）" in again.content.decode()
        assert county.filing(county.school).version == 1

    def test_the_same_figures_of_somebody_else_are_said_to_be_the_same(
        self, sign_in: SignIn, county: County
    ) -> None:
        client = sign_in(county.school)
        fields = typed(client, **{"own-electricity": "10", "action": "save"})
        client.post(URL, fields)
        colleague = UserFactory(unit=county.school, username="z-colleague")
        client.force_login(colleague, backend="django.contrib.auth.backends.ModelBackend")
        assert "兩者數據相同" in client.post(URL, fields).content.decode()

    def test_another_scope_is_not_overwritten_unseen(self, sign_in: SignIn, county: County) -> None:
        client = sign_in(county.school)
        fields = typed(client, **{"own-electricity": "10", "action": "save"})
        client.post(URL, fields | {"outsourced_scope": "校車"})
        page = client.post(URL, fields | {"outsourced_scope": "廚房"})
        assert page.status_code == 409
        html = page.content.decode()
        assert "校車" in html
        assert "廚房" in html

    def test_what_happened_is_told_beside_mistakes(self, sign_in: SignIn, county: County) -> None:
        """They may come from it: a new factor set may have lost a refrigerant, for instance."""
        client = sign_in(county.school)
        fields = typed(client, **{"own-electricity": "10", "action": "save"})
        client.post(URL, fields)
        page = client.post(URL, fields | {"own-lpg": "x"})
        assert page.status_code == 409
        html = page.content.decode()
        assert "這份填報已有異動" in html
        assert "瓦斯：請填數字" in html
        assert "兩者數據相同" not in html
        assert fields_of(html, "filing")["own-lpg"] == "x"


class TestDecidedMeanwhile:
    """A decision is never set aside by a form that was opened before it."""

    def test_a_return_is_told_with_its_reason(self, sign_in: SignIn, county: County) -> None:
        client = sign_in(county.school)
        ready = {"own-electricity": "10", "complete": "on", "action": "save_unused"}
        client.post(URL, typed(client, **ready))
        opened = typed(client, **ready)
        filing = county.filing(county.school)
        workflow.send_back(
            filing=filing,
            revision=filing.revision,
            reason="度數與電費單不符",
            lines=["own-electricity"],
            by=county.user(county.government),
        )
        page = client.post(URL, opened | {"own-electricity": "12"})
        html = page.content.decode()
        assert page.status_code == 409
        told = r"z371030000A（連江縣政府）於 [0-9: -]{16} 退回，原因：(.*)"
        assert re.search(told, html)[1].startswith("營運活動數據：電力：度數與電費單不符")
        assert "10 度" in html
        assert "12 度" in html
        assert county.filing(county.school).status == "returned"
        assert fields_of(html, "filing")["own-electricity"] == "12"
        again = client.post(URL, fields_of(html, "filing") | {"action": "save_unused"})
        assert again.status_code == 302
        corrected = county.filing(county.school)
        assert (corrected.status, str(corrected.own_kg)) == ("completed", "6.3360")

    def test_the_same_form_sent_twice_does_not_pass_over_a_return(
        self, sign_in: SignIn, county: County
    ) -> None:
        """Sent twice it is thanked for twice; not where somebody decided in between."""
        client = sign_in(county.school)
        form = typed(client, **{"own-electricity": "10", "complete": "on", "action": "save_unused"})
        client.post(URL, form)
        filing = county.filing(county.school)
        workflow.send_back(
            filing=filing, revision=1, reason="請核對", lines=[], by=county.user(county.government)
        )
        page = client.post(URL, form)
        assert page.status_code == 409
        assert "原因：請核對" in page.content.decode()

    def test_another_factor_set_is_told_before_it_counts(
        self, sign_in: SignIn, county: County
    ) -> None:
        client = sign_in(county.school)
        form = typed(client, **{"own-electricity": "1000", "action": "save"})
        [(publication, content)] = [one for one in published() if one[0].id == "tw-107-ar4-revised"]
        store(publication, content)
        ReportingYear.objects.filter(year=104).update(factor_set_id=publication.id)
        page = client.post(URL, form)
        html = page.content.decode()
        assert page.status_code == 409
        assert f"係數版本已改為「{publication.title}」" in html
        assert "525" in html
        assert not Entry.objects.exists()
        client.post(URL, fields_of(html, "filing") | {"action": "save"})
        assert str(county.filing(county.school).own_kg) == "525.0000"


class TestKept:
    """A form that was sent after the session had ended goes on after signing in."""

    def test_what_was_typed_is_still_there(self, sign_in: SignIn, county: County) -> None:
        client = sign_in(county.school)
        fields = typed(client, **{"own-electricity": "77", "action": "save"})
        client.cookies.pop("sessionid")
        page = client.post(URL, fields, headers={"referer": f"http://testserver{URL}"})
        assert page.status_code == 302
        assert page.url.startswith("/accounts/login/")
        client.force_login(
            county.user(county.school), backend="django.contrib.auth.backends.ModelBackend"
        )
        html = client.get(URL).content.decode()
        assert "已還原您登入逾時前填寫的內容，尚未存檔" in html
        assert fields_of(html, "filing")["own-electricity"] == "77"
        assert not Entry.objects.exists()

    def test_after_the_year_has_closed_it_is_shown_still(
        self, sign_in: SignIn, county: County
    ) -> None:
        client = sign_in(county.school)
        fields = typed(client, **{"own-electricity": "77", "action": "save"})
        client.cookies.pop("sessionid")
        client.post(URL, fields, headers={"referer": f"http://testserver{URL}"})
        close(104)
        client.force_login(
            county.user(county.school), backend="django.contrib.auth.backends.ModelBackend"
        )
        page = client.get(URL)
        assert page.status_code == 409
        assert "截止填報" in page.content.decode()
        assert fields_of(page.content.decode(), "filing")["own-electricity"] == "77"


def test_notices_of_the_filings_own_story(sign_in: SignIn, county: County) -> None:
    filing = workflow.save(
        filing=county.filing(county.school),
        answers=complete(number("electricity", "1")),
        outsourced_scope="",
        complete=True,
        revision=0,
        factor_set=SET,
        by=county.user(county.school),
    )
    boss = county.user(county.government)
    workflow.confirm(filing=filing, revision=1, by=boss)
    workflow.send_back(filing=filing, revision=2, reason="請核對", lines=["own-lpg"], by=boss)
    ReportingYear.objects.filter(year=104).update(note="請附電費單")
    html = sign_in(county.school).get(URL).content.decode()
    assert "上級機關退回修正" in html
    assert "請核對" in html
    assert '<a href="#row-own-lpg">營運活動數據：瓦斯</a>' in html
    assert html.count("上級機關請您核對這一項") == 1
    assert "請附電費單" in html
    workflow.save(
        filing=filing,
        answers=complete(number("electricity", "2")),
        outsourced_scope="",
        complete=True,
        revision=3,
        factor_set=filing.year.factor_set_id,
        by=county.user(county.school),
    )
    html = sign_in(county.school).get(URL).content.decode()
    assert "確認後已修改" in html
    assert "在上級機關確認後已修改" in html
    assert Filing.objects.get(pk=filing.pk).was_changed_after_confirmation


def test_every_line_of_every_kind_has_its_own_row(sign_in: SignIn, county: County) -> None:
    fields = fields_of(sign_in(county.school).get(URL).content.decode(), "filing")
    for operation in Operation:
        for line in lines_of(104):
            name = f"{operation.value}-{line.code}"
            assert (name if line.kind is Kind.SINGLE else f"{name}-0-quantity") in fields
