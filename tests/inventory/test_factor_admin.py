"""Factor sets in the administration: upload, see it checked, what if, publish, recompute."""

import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.http import HttpResponse
from django.test import Client
from django.urls import NoReverseMatch

from accounts.models import Unit
from inventory import workflow
from inventory.admin import pages as admin_pages
from inventory.admin import upload as admin_sets
from inventory.impact import recompute as recomputing
from inventory.lines import Operation
from inventory.models import Factor, FactorSet, Filing, FilingVersion, ReportingYear
from inventory.workflow.opening import open_year
from tests.factories import UnitFactory
from tests.inventory.conftest import County, complete, number
from tests.inventory.factor_sets import (
    accepting,
    every_kind_of_line,
    file,
    fill,
    keep_set,
    toml,
)
from tests.pages import fields_of

pytestmark = [pytest.mark.django_db, pytest.mark.long]
BACKEND = "django.contrib.auth.backends.ModelBackend"
SETS = "/admin/inventory/factorset/"
UPLOAD, STORE = f"{SETS}upload/", f"{SETS}upload/store/"
WHAT_IF = f"{SETS}new/what-if/"
UNITS = f"{WHAT_IF}104/"
DONE = f"{UNITS}recomputed/"


@pytest.fixture
def desk(county: County, client: Client) -> Client:
    client.force_login(county.administrator, backend=BACKEND)
    return client


@pytest.fixture
def other(county: County) -> FactorSet:
    return keep_set(toml(power_of_104="value = 0.5"))


def upload(desk: Client, text: str | bytes, name: str = "new.toml") -> HttpResponse:
    content = text if isinstance(text, bytes) else text.encode()
    return desk.post(UPLOAD, {"file": SimpleUploadedFile(name, content)})


def words(response: HttpResponse) -> str:
    """The page as one line of text with its tags, spaces folded."""
    return re.sub(r"\s+", " ", unescape(response.content.decode()))


def recompute(county: County, unit: Unit, reason: str) -> None:
    """Not by the page: as the verb does it."""
    filing = county.filing(unit)
    workflow.recompute(
        filing=filing, revision=filing.revision, reason=reason, by=county.administrator
    )


def kept(response: HttpResponse) -> dict[str, str]:
    """What the button 「確認並存入」 sends."""
    return dict(re.findall(r'type="hidden" name="(name|content)" value="([^"]*)"', words(response)))


def put_in_force(desk: Client, *years: str, reason: str = "修正") -> HttpResponse:
    data = {"publish-years": years or ["104"], "publish-reason": reason}
    return desk.post(f"{WHAT_IF}publish/", data)


class TestWhoMay:
    """Platform administrators, and nobody else."""

    @pytest.mark.parametrize("method", ["get", "post"])
    @pytest.mark.parametrize(
        "url",
        [UPLOAD, STORE, WHAT_IF, UNITS, f"{WHAT_IF}data.csv", f"{WHAT_IF}publish/"],
    )
    def test_units_and_the_public_are_sent_to_sign_in(
        self, county: County, client: Client, url: str, method: str
    ) -> None:
        for person in (None, county.user(county.government)):
            if person:
                client.force_login(person, backend=BACKEND)
            response = getattr(client, method)(url)
            assert response.status_code == 302
            assert "/admin/login/" in response.headers["Location"]

    @pytest.mark.parametrize(
        ("url", "method"),
        [
            (STORE, "get"),
            (f"{WHAT_IF}publish/", "get"),
            (WHAT_IF, "post"),
            (f"{WHAT_IF}data.csv", "post"),
        ],
    )
    def test_reading_reads_and_verbs_are_posted(self, desk: Client, other, url, method) -> None:
        assert getattr(desk, method)(url).status_code == 405

    @pytest.mark.parametrize("url", [f"{SETS}none/what-if/", f"{SETS}none/what-if/104/"])
    def test_a_set_that_does_not_exist(self, desk: Client, url: str) -> None:
        assert desk.get(url).status_code == 404

    @pytest.mark.parametrize("year", ["105", "0", "9" * 30])
    def test_a_year_that_does_not_exist(self, desk: Client, other, year: str) -> None:
        assert desk.get(f"{WHAT_IF}{year}/").status_code == 404


class TestTheCheck:
    """A right file is shown as a whole before anything is written."""

    def test_the_list_leads_there(self, desk: Client) -> None:
        assert f'href="{UPLOAD}"' in words(desk.get(SETS))
        assert "TOML" in words(desk.get(UPLOAD))

    def test_everything_in_it_is_shown(self, desk: Client) -> None:
        html = words(upload(desk, toml(power_of_104="value = 0.5")))
        assert f"檢查無誤：{toml().count('[[factor]]')} 個係數、12 種氣體。" in html
        assert "到此為止還沒有寫入任何資料" in html
        for text in (
            "<td>new</td>",
            "102 · 103 · 104",
            "<td>AR5</td>",
            "8000 kcal/m³ × 4.1868E-9 TJ/kcal × 56100 kg/TJ",
            "固定與移動燃燒源係數表",
            "由公開數值重新計算",
            "未經證實",
            "IPCC 第五次評估報告",
            '<td class="number">23,500</td>',
        ):
            assert text in html, text
        assert not FactorSet.objects.filter(slug="new").exists()
        assert "style=" not in html

    def test_what_differs_from_the_sets_in_use(self, desk: Client) -> None:
        html = words(upload(desk, toml("tw-105-ar4", power_of_104="value = 0.5")))
        rows = re.search(r'id="differences".*?</table>', html)
        assert rows
        assert rows[0].count("<tr>") == 2
        assert '0.528</td> <td class="number">0.5</td> <td class="number">−5.3 %' in rows[0]

    @pytest.mark.parametrize(
        ("years", "says"),
        [
            ("years = [104]", "沒有任何係數上的差異"),
            ("years = [110]", "都還沒有建立"),
        ],
    )
    def test_nothing_to_compare_is_said(self, desk: Client, years: str, says: str) -> None:
        html = words(upload(desk, toml("tw-105-ar4", years=years)))
        assert says in html
        assert 'id="differences"' not in html

    def test_a_review_that_is_overdue_is_said(self, desk: Client) -> None:
        text = toml().replace("review_by = 2027-06-30", "review_by = 2020-01-01")
        assert "檢視期限已過" in words(upload(desk, text))

    def test_what_a_file_says_is_text(self, desk: Client) -> None:
        page = upload(desk, toml(title='title = "<script>x</script>"')).content.decode()
        assert "<script>x" not in page


class TestConfirming:
    """The button stores exactly the file that was shown."""

    def test_it_is_stored_with_who_did_it(self, desk: Client, county: County) -> None:
        text = toml(power_of_104="value = 0.5").replace("\n", "\r\n")
        response = desk.post(STORE, kept(upload(desk, text)))
        assert response.headers["Location"] == WHAT_IF
        stored = FactorSet.objects.get(slug="new")
        assert (stored.content, stored.loaded_by) == (text, county.administrator)
        assert stored.factors.count() == toml().count("[[factor]]")
        assert not stored.years.exists()
        assert "還沒有年度採用它" in words(desk.get(WHAT_IF))

    def test_a_second_time_is_told(self, desk: Client) -> None:
        data = kept(upload(desk, toml()))
        desk.post(STORE, data)
        response = desk.post(STORE, data)
        assert response.status_code == 400
        assert "內容完全相同" in words(response)
        assert "內容完全相同" in words(upload(desk, toml()))

    def test_another_content_under_the_same_id_is_refused(self, desk: Client) -> None:
        shown = upload(desk, toml(power_of_104="value = 0.5"))
        keep_set(toml())
        response = desk.post(STORE, kept(shown))
        assert response.status_code == 400
        assert "已以其他內容發布過" in words(response)
        assert not Factor.objects.filter(line="electricity", value="0.5").exists()
        assert "已以其他內容發布過" in words(upload(desk, toml(power_of_104="value = 0.6")))

    def test_in_the_same_moment_as_somebody_else(self, desk: Client, monkeypatch) -> None:
        def store_late(*_arguments: object, **_options: object) -> None:
            raise IntegrityError

        data = kept(upload(desk, toml()))
        monkeypatch.setattr(admin_sets, "store_checked", store_late)
        response = desk.post(STORE, data)
        assert response.status_code == 409
        assert "沒有寫入任何資料" in words(response)

    @pytest.mark.parametrize(
        "data",
        [{}, {"name": "x.toml", "content": "no base64!"}, {"name": "x", "content": "YQ"}],
    )
    def test_what_no_page_would_send(self, desk: Client, data: dict) -> None:
        response = desk.post(STORE, data)
        assert response.status_code == 400
        assert "errorlist" in response.content.decode()
        assert not FactorSet.objects.filter(loaded_by__isnull=False).exists()

    def test_it_is_checked_once_more(self, desk: Client) -> None:
        data = {"name": "x.toml", "content": "aWQgPSA1"}  # id = 5
        assert "x.toml 第 1 行：id = 5 不是 str。" in words(desk.post(STORE, data))


FIRST = "value = 1.8790358400"
UNIT = 'value = 1.8790358400\nunit = "{}"'
# what it is, what stands there, what is written instead, what the refusal says of which line
BAD = [
    ("a negative factor", FIRST, "value = -1", "第 {line} 行：-1 不是係數"),
    ("a decimal comma", FIRST, "value = 0,5", "第 {line} 行，Expected"),
    ("a decimal comma, helped", FIRST, "value = 0,5", "小數點須寫成「.」，不是逗號"),
    ("too small for the table", FIRST, "value = 1e-13", "小數最多 12 位"),
    ("too large for the table", FIRST, "value = 1e9", "整數最多 8 位"),
    ("beyond anything", "value = 23500", "value = 99999999", "每單位 30,000 公斤"),
    ("no number that anything holds", FIRST, "value = 1e99999999999999999999", "無法讀取的數字"),
    ("more digits than Python reads", FIRST, f"value = {'1' * 5000}", "無法讀取的數字"),
    ("a table without end", FIRST, f"value = {'[' * 5000}", "巢狀過深"),
    ("a tree for a value", FIRST, f"value{'.a' * 3000} = 1", "value = 表格或清單 不是 Decimal"),
    ("an endless heating value", "heating_value = 8000", "heating_value = nan", "須大於 0"),
    ("a file cut short", FIRST, 'value = """', "不是正確的 TOML"),
    ("a unit that does not fit", UNIT.format("m3"), UNIT.format("kg"), "單位 kg 不符"),
    (
        "a date in the future",
        "published = 2016-01-01",
        "published = 2999-01-01",
        "第 {line} 行：發布日期在未來",
    ),
    (
        "a year without end",
        "years = [102,",
        f"years = [0x{'f' * 5000}, 102,",
        "過大的整數 不是民國年",
    ),
    ("an id for no address", 'id = "new"', 'id = "新/版"', "只能有英文字母"),
    ("a long id", 'id = "new"', f'id = "{"x" * 61}"', "超過 60 個字"),
    ("a character of no table", 'publisher = "', 'publisher = "\\u0000', "控制字元"),
    ("a long refusal is cut", FIRST, f'value = "{"9" * 500}"', "9…"),
]


class TestBadFiles:
    """A clear refusal at the field, with file and line; nothing is written."""

    @pytest.mark.parametrize(
        ("right", "wrong", "says"),
        [row[1:] for row in BAD],
        ids=[row[0] for row in BAD],
    )
    def test_a_wrong_file(self, desk: Client, right: str, wrong: str, says: str) -> None:
        text = toml()
        assert right in text
        line = text[: text.index(right)].count("\n") + 1
        response = upload(desk, text.replace(right, wrong, 1), "<新>.toml")
        assert response.status_code == 400
        errors = re.search(r'<ul class="errorlist".*?</ul>', words(response))
        assert errors
        assert "<新>.toml" in errors[0]
        assert says.format(line=line) in errors[0]
        assert 'name="content"' not in words(response)
        assert FactorSet.objects.count() == 1

    @pytest.mark.parametrize(
        ("content", "says"),
        [
            (b"# \n" + "係數".encode("cp950"), "new.toml 第 2 行：不是 UTF-8"),
            (b"x = 1\n" * 1_700_000, "檔案超過 1,000,000 位元組"),
            (b"\x89PNG\r\n\x1a\n\x00", "不是 UTF-8"),
            (b"", "空的"),
            (b"[]", "不是正確的 TOML"),
        ],
    )
    def test_no_set_at_all(self, desk: Client, content: bytes, says: str) -> None:
        response = upload(desk, content)
        assert response.status_code == 400
        assert says in words(response)

    def test_nothing_chosen(self, desk: Client) -> None:
        response = desk.post(UPLOAD)
        assert response.status_code == 400
        assert "errorlist" in response.content.decode()

    def test_the_mark_that_editors_of_windows_put_in_front_is_read(self, desk: Client) -> None:
        assert upload(desk, b"\xef\xbb\xbf" + toml().encode()).status_code == 200


class TestWhatIfPage:
    """Per year, by 登錄狀況, own and outsourced apart; chart and table of the largest movers."""

    def test_totals_largest_changes_and_the_chart_with_its_table(
        self, desk: Client, county, other
    ) -> None:
        fill(county)
        html = words(desk.get(WHAT_IF))
        for text in ("104 年度（2015）", "已完成與已確認", "變動最大的填報", "連江縣介壽國中小"):
            assert text in html, text
        assert html.count("<svg role") == 2
        assert 'id="largest-changes"' in html
        assert 'id="differences"' in html
        assert "103 年度還沒有任何已存檔的填報，沒有可試算的數字。" in html
        assert "style=" not in html

    def test_of_chosen_years(self, desk: Client, county, other) -> None:
        html = words(desk.get(WHAT_IF, {"years": ["103"]}))
        assert 'id="year-103"' in html
        assert 'id="year-104"' not in html
        assert "所選年度沒有任何填報會變動" in html

    def test_nobody_waits_who_did_not_ask(self, desk: Client, county, other, monkeypatch) -> None:
        fill(county)
        monkeypatch.setattr("inventory.admin.forms.MAX_UNASKED", 3)
        html = words(desk.get(WHAT_IF))
        assert "請先勾選年度" in html
        assert 'id="year-104"' not in html
        assert 'id="year-104"' in words(desk.get(WHAT_IF, {"years": "104"}))

    @pytest.mark.parametrize("year", ["105", "abc", "9" * 40, ""])
    def test_of_a_year_that_does_not_exist(self, desk: Client, other, year: str) -> None:
        response = desk.get(WHAT_IF, {"years": year})
        assert response.status_code == 400
        assert "errorlist" in response.content.decode()
        assert desk.get(f"{WHAT_IF}data.csv", {"years": year}).status_code == 404

    def test_of_a_set_whose_years_nobody_made(self, desk: Client, county) -> None:
        keep_set(toml(years="years = [110]"))
        html = words(desk.get(WHAT_IF))
        assert "本版可用的年度都還沒有建立" in html
        assert "publish-reason" not in html

    def test_what_cannot_be_computed_and_what_is_dropped_is_listed(
        self, desk: Client, county
    ) -> None:
        fill(county)
        keep_set(toml(r404a='name = "R404B"', fm200='name = "FM-201"'))
        html = words(desk.get(WHAT_IF))
        assert "1 份填報以本版無法計算，不在上列合計之內，也不以零計。" in html
        assert "本版沒有「其他冷媒型號，補充 R404A」的係數" in html
        assert "1 份填報的其他能源現在計入總量" in html
        assert "FM-200 滅火藥劑補充" in html

    def test_long_lists_say_that_they_are_cut(self, desk: Client, county, monkeypatch) -> None:
        for unit in (county.school, county.township):
            file(county, unit, every_kind_of_line())
        keep_set(toml(r404a='name = "R404B"', fm200='name = "FM-201"'))
        monkeypatch.setattr("inventory.impact.estimate.MAX_LISTED", 1)
        assert words(desk.get(WHAT_IF)).count("全部請下載 CSV") == 2

    def test_the_file_is_streamed(self, desk: Client, county, other) -> None:
        fill(county)
        response = desk.get(f"{WHAT_IF}data.csv", {"years": "104"})
        assert response.streaming
        assert "attachment" in response["Content-Disposition"]
        lines = b"".join(response.streaming_content).decode().splitlines()
        assert len(lines) == 5
        assert lines[0].startswith("\ufeffroc_year,")


class TestPublishing:
    """From the what-if page, for chosen years, with a reason."""

    def test_years_use_it_and_the_page_says_so(self, desk: Client, county, other) -> None:
        fill(county)
        response = put_in_force(desk, "103", "104")
        assert response.headers["Location"] == WHAT_IF
        html = words(desk.get(WHAT_IF))
        assert "103 年度已採用" in html
        assert "已填報的數字沒有變動" in html
        assert html.count("本年度採用本版。") == 2
        assert "本版可用的年度都已採用本版" in html
        event = ReportingYear.pgh_event_models["update"].objects.filter(pgh_label="update").last()
        assert event.pgh_context["reason"] == "修正"
        assert event.pgh_context["user"] == county.administrator.pk

    @pytest.mark.parametrize(
        ("years", "reason", "says"),
        [
            ([], "x", "請選擇要採用的年度"),
            (["104"], " ", "請填寫發布原因"),
            (["105"], "x", "沒有 105 年度，或本版不適用於該年度"),
            (["一〇四"], "x", "沒有 一〇四 年度"),
            (["104"], "x" * 1001, "1000"),
        ],
    )
    def test_refusals_keep_what_was_typed(
        self, desk: Client, other, years: list[str], reason: str, says: str
    ) -> None:
        data = {"publish-years": years, "publish-reason": reason}
        response = desk.post(f"{WHAT_IF}publish/?years=104", data)
        html = words(response)
        assert response.status_code == 400
        assert says in html
        if "104" in years:
            assert re.search(r'name="publish-years" value="104"[^>]* checked', html)
        assert 'id="year-103"' not in html
        assert not other.years.exists()

    def test_a_year_that_uses_it_already_cannot_be_chosen(self, desk: Client, other) -> None:
        put_in_force(desk)
        assert put_in_force(desk).status_code == 400

    def test_in_the_same_moment_as_somebody_else(self, desk: Client, other, monkeypatch) -> None:
        years = list(ReportingYear.objects.all())
        ReportingYear.objects.update(factor_set=other)
        monkeypatch.setattr("inventory.admin.impact.publishable", lambda _set: years)
        response = put_in_force(desk)
        assert response.status_code == 400
        assert "104 年度已採用" in words(response)


class TestUnitByUnit:
    """Every filing of a year, a page at a time."""

    def test_figures_and_filters(self, desk: Client, county, other) -> None:
        fill(county)
        html = words(desk.get(UNITS))
        assert "共 4 份填報。" in html
        assert "要以本版重算，請先發布" in html
        assert 'type="checkbox"' not in html
        assert "共 1 份填報。" in words(desk.get(UNITS, {"status": "draft"}))
        assert "共 1 份填報。" in words(desk.get(UNITS, {"search": "371036500x"}))
        assert "共 2 份填報。" in words(desk.get(UNITS, {"search": "南竿"}))
        assert "沒有符合條件的填報" in words(desk.get(UNITS, {"search": "金門"}))

    @pytest.mark.parametrize("query", [{"status": "lost"}, {"search": "x" * 101}, {"page": "x"}])
    def test_what_cannot_be_asked_is_not_heeded(self, desk: Client, county, other, query) -> None:
        fill(county)
        assert "共 4 份填報。" in words(desk.get(UNITS, query))

    def test_pages(self, desk: Client, county, other, monkeypatch) -> None:
        fill(county)
        monkeypatch.setattr("inventory.admin.recompute.PER_PAGE", 3)
        assert "1 / 2" in words(desk.get(UNITS))
        last = words(desk.get(UNITS, {"page": "9"}))
        assert "2 / 2" in last
        assert last.count('<th scope="row">') == 1

    def test_a_year_without_filings(self, desk: Client, county, other) -> None:
        html = words(desk.get(f"{WHAT_IF}103/"))
        assert "103 年度還沒有任何已存檔的填報" in html

    def test_what_cannot_be_computed_says_why(self, desk: Client, county) -> None:
        fill(county)
        keep_set(toml(r404a='name = "R404B"'))
        put_in_force(desk)
        html = words(desk.get(UNITS))
        assert "本版沒有「其他冷媒型號，補充 R404A」的係數" in html
        assert f'id="chosen-{county.filing(county.school).pk}"' not in html


class TestRecomputing:
    """Chosen filings, or a batch of all that wait; always with a reason."""

    @pytest.fixture
    def ready(self, desk: Client, county: County, other: FactorSet) -> Client:
        fill(county)
        put_in_force(desk)
        return desk

    def form(self, desk: Client, what: str, reason: str = "依新版重算", **more: object) -> dict:
        fields = fields_of(desk.get(UNITS).content.decode(), "recompute")
        return {**fields, "what": what, "reason": reason, **more}

    def agree(self, desk: Client, data: dict, url: str = UNITS) -> HttpResponse:
        """Press the button, and the one of the page that asks."""
        asked = desk.post(url, data)
        assert asked.status_code == 200
        return desk.post(url, fields_of(asked.content.decode(), "agree"))

    def test_all_that_wait(self, ready: Client, county: County) -> None:
        html = words(ready.get(UNITS))
        assert "本年度有 2 份已完成或已確認的填報還不是以本版計算" in html
        said = re.search(r"重算這一批 2 份（不含委外 (\S+?)，委外 (\S+?)）", html)
        assert said
        response = self.agree(ready, self.form(ready, "batch"))
        assert response.headers["Location"] == DONE
        html = words(ready.get(DONE))
        assert "已重算 2 份" in html
        assert f"（{said[1]}），委外" in html
        assert f"（{said[2]}）公斤 CO₂e" in html
        assert "本年度有 0 份" in words(ready.get(UNITS))
        versions = FilingVersion.objects.filter(saved_as="recompute")
        assert {one.save_reason for one in versions} == {"依新版重算"}
        assert versions.count() == 2

    def test_it_is_asked_for_and_nothing_is_done_before(self, ready: Client, county) -> None:
        asked = ready.post(UNITS, self.form(ready, "batch", "一 <b>\n二"))
        html = words(asked)
        assert "即將以本版重算 2 份填報" in html
        assert "其中 1 份已確認，重算後會標示「確認後已修改」" in html
        assert "公開資訊維持重算前已公開的版次" in html
        assert "一 &lt;b&gt;<br>二" in asked.content.decode()
        assert "確定重算 2 份" in html
        assert not FilingVersion.objects.filter(saved_as="recompute").exists()

    def test_before_and_after_say_the_same(self, ready: Client, county: County) -> None:
        asked = words(ready.post(UNITS, self.form(ready, "batch")))
        self.agree(ready, self.form(ready, "batch"))
        done = words(ready.get(DONE))
        for table in ("own", "outsourced"):
            [before, after] = (
                re.findall(rf'id="{table}".*?<tbody>(.*?)</tfoot>', html) for html in (asked, done)
            )
            assert before == after
            assert "連江縣" in before[0]

    def test_chosen_ones_of_any_state(self, ready: Client, county: County) -> None:
        draft = county.filing(county.kindergarten)
        data = self.form(ready, "chosen", chosen=[f"{draft.pk}:{draft.revision}"])
        assert self.agree(ready, data, f"{UNITS}?status=draft").status_code == 302
        assert county.filing(county.kindergarten).factor_set_id == "new"
        assert county.filing(county.school).version == 1

    def test_nothing_left(self, ready: Client, county: County) -> None:
        self.agree(ready, self.form(ready, "batch"))
        rest = Filing.objects.filter(year=104, version=1)
        data = self.form(ready, "chosen", chosen=[f"{one.pk}:{one.revision}" for one in rest])
        self.agree(ready, data)
        html = words(ready.get(UNITS))
        assert "沒有可以重算的填報" in html
        assert 'name="reason"' not in html

    def test_saved_between_the_question_and_the_answer(self, ready: Client, county) -> None:
        asked = ready.post(UNITS, self.form(ready, "batch")).content.decode()
        file(county, county.government, complete(number("lpg", "5", Operation.OUTSOURCED)))
        response = ready.post(UNITS, fields_of(asked, "agree"))
        assert response.status_code == 409
        assert "請看過現況再重算：連江縣政府</li>" in words(response)
        assert not FilingVersion.objects.filter(saved_as="recompute").exists()

    @pytest.mark.parametrize("agreed", [{}, {"agreed": "1"}])
    def test_what_was_never_saved(self, ready: Client, county: County, agreed: dict) -> None:
        empty = UnitFactory(name="新單位", code="371039999X", parent=county.government)
        open_year(year=ReportingYear.objects.get(year=104), by=county.administrator)
        filing = county.filing(empty)
        data = self.form(ready, "chosen", chosen=[f"{filing.pk}:0"], **agreed)
        response = ready.post(UNITS, data)
        assert response.status_code == 400
        assert "尚未登錄的填報沒有可重算的數據" in words(response)

    def test_what_changed_meanwhile_is_named_and_nothing_is_written(
        self, ready: Client, county: County
    ) -> None:
        data = self.form(ready, "batch")
        file(county, county.government, complete(number("lpg", "5", Operation.OUTSOURCED)))
        response = ready.post(UNITS, data)
        html = words(response)
        assert response.status_code == 409
        assert "請看過現況再重算：連江縣政府</li>" in html
        assert "依新版重算" in html
        assert not FilingVersion.objects.filter(saved_as="recompute").exists()

    @pytest.mark.parametrize(
        ("changes", "says"),
        [
            ({"reason": " "}, "請填寫重算原因"),
            ({"what": "everything"}, "errorlist"),
            ({"what": "chosen"}, "請選擇要重算的填報"),
            ({"what": "chosen", "chosen": ["1:x", "", "9" * 30 + ":1"]}, "請選擇要重算的填報"),
            ({"what": "chosen", "chosen": ["999999999999999999:1"]}, "不屬於這個年度"),
            ({"batch": "nothing"}, "請選擇要重算的填報"),
        ],
    )
    def test_refusals(self, ready: Client, changes: dict, says: str) -> None:
        response = ready.post(UNITS, {**self.form(ready, "batch"), **changes})
        assert response.status_code == 400
        assert says in words(response)
        assert not FilingVersion.objects.filter(saved_as="recompute").exists()

    def test_what_cannot_be_computed_is_refused_before_it_is_asked(
        self, desk: Client, county: County
    ) -> None:
        fill(county)
        lacking = keep_set(toml(r404a='name = "R404B"'))
        data = {"publish-years": ["104"], "publish-reason": "修正"}
        accepted = accepting(lacking, 104)["accepted"]
        desk.post(f"{WHAT_IF}publish/", data | {"publish-accepted": accepted})
        filing = county.filing(county.school)
        data = self.form(desk, "chosen", chosen=[f"{filing.pk}:{filing.revision}"])
        response = desk.post(UNITS, data)
        assert response.status_code == 400
        assert "無法計算：本版沒有「其他冷媒" in words(response)

    def test_what_was_ticked_stays_ticked(self, ready: Client, county: County) -> None:
        filing = county.filing(county.school)
        one = f"{filing.pk}:{filing.revision}"
        data = {**self.form(ready, "chosen", reason=""), "chosen": [one]}
        assert re.search(f'value="{one}"[^>]* checked', words(ready.post(UNITS, data)))

    def test_a_set_that_is_not_in_force_any_more(self, ready: Client, county: County) -> None:
        data = self.form(ready, "batch")
        ReportingYear.objects.update(factor_set="tw-105-ar4")
        response = ready.post(UNITS, data)
        assert response.status_code == 400
        assert "請先為該年度發布本版" in words(response)

    def test_in_batches_where_there_are_many(self, ready: Client, monkeypatch) -> None:
        monkeypatch.setattr(recomputing, "MAX_AT_ONCE", 1)
        monkeypatch.setattr("inventory.admin.recompute.MAX_AT_ONCE", 1)
        html = words(ready.get(UNITS))
        assert "重算這一批 1 份" in html
        assert "manage.py recompute_filings 104 --set new --by admin --reason" in html
        self.agree(ready, self.form(ready, "batch"))
        html = words(ready.get(UNITS))
        assert "本年度有 1 份" in html
        assert "recompute_filings" not in html


class TestResults:
    """What recomputes did, run by run."""

    def test_before_the_first(self, desk: Client, county: County, other) -> None:
        assert "本年度還沒有任何填報以本版重算過" in words(desk.get(DONE))

    def test_each_run_has_its_own_page(self, desk: Client, county: County, other) -> None:
        fill(county)
        put_in_force(desk)
        for unit, reason in ((county.school, "第一次"), (county.government, "第二次")):
            recompute(county, unit, reason)
        html = words(desk.get(DONE))
        assert "重算原因：第二次" in html
        links = re.findall(r'<a href="(\?run=[0-9]+)"', html)
        assert len(links) == 2
        assert "重算原因：第一次" in words(desk.get(DONE + links[1]))

    @pytest.mark.parametrize("run", ["", "x", "0", "9" * 40])
    def test_a_run_that_is_not_there(self, desk: Client, county: County, other, run: str) -> None:
        assert desk.get(DONE, {"run": run}).status_code == 404

    def test_of_a_year_that_the_set_is_not_for(self, desk: Client, county: County, other) -> None:
        assert desk.get(f"{WHAT_IF}99/recomputed/").status_code == 404


class TestWhereASetIsInUse:
    """The list and the page of a set say in which years and for how many filings."""

    def test_years_filings_and_links(self, desk: Client, county: County, other) -> None:
        fill(county)
        html = words(desk.get(SETS))
        assert "103、104" in html
        assert '<td class="field-filings">4</td>' in html
        assert f'href="{WHAT_IF}"' in html
        page = words(desk.get(f"{SETS}tw-105-ar4/change/"))
        assert "103、104" in page
        assert f'href="{SETS}tw-105-ar4/what-if/"' in page

    def test_the_public_page_where_there_is_one(self, desk: Client, other, monkeypatch) -> None:
        addresses = {"portal:factor_set": "/disclosure/factors/new/"}
        monkeypatch.setattr(admin_pages, "reverse", lambda name, args: addresses[name])
        assert "/disclosure/factors/new/" in words(desk.get(WHAT_IF))

        def nowhere(name: str, args: list[str]) -> str:
            raise NoReverseMatch

        monkeypatch.setattr(admin_pages, "reverse", nowhere)
        assert "公開頁面" not in words(desk.get(SETS))
        assert "公開頁面" not in words(desk.get(WHAT_IF))
