"""Sheets of figures that nobody means well with, and imports that somebody worked on meanwhile."""

import csv
import unicodedata
from io import StringIO

import pytest
from django.test import Client

from accounts.spreadsheets import SpreadsheetError
from inventory import workflow
from inventory.admin import imports
from inventory.importing import (
    Plan,
    apply_import,
    filled_by,
    read_import,
    remarks_csv,
    take_back_import,
)
from inventory.lines import unit_symbol
from inventory.models import Filing, FilingImport
from inventory.policies import NotAllowed
from inventory.states import Status
from tests.accounts.sheets import raw_workbook, text_row
from tests.inventory.conftest import County
from tests.inventory.test_import_admin import (
    KINDERGARTEN,
    PLAN,
    REMARKS,
    SCHOOL,
    UPLOAD,
    confirm,
    save,
    send,
    send_file,
    sent,
    take_back_url,
    text,
)

pytestmark = pytest.mark.django_db
MARKS = "e" + "\u0301\u0316" * 16_000  # takes seconds to put into the order that Unicode asks for
LONG = ("年度", "帳號", "範圍", "項目", "名稱", "數量", "單位")
ROW = ("103", SCHOOL, "自行", "其他能源資源", "木炭", "5", "公斤")


@pytest.fixture
def admin(county: County, client: Client, settings, tmp_path) -> Client:
    settings.VAR_DIR = tmp_path
    client.force_login(county.administrator, backend="django.contrib.auth.backends.ModelBackend")
    return client


def book(*rows: tuple[str, ...]) -> bytes:
    return raw_workbook("".join(text_row(n, *row) for n, row in enumerate(rows, start=1)))


def with_cell(at: int, typed: str) -> bytes:
    return book(LONG, tuple(typed if n == at else one for n, one in enumerate(ROW)))


class TestWhatCannotBeStored:
    @pytest.mark.parametrize("escape", ["_x0000_", "_x0007_", "_xFFFF_"])
    @pytest.mark.parametrize("column", range(len(LONG)))
    def test_is_refused_at_its_cell(self, admin: Client, escape: str, column: int) -> None:
        page = send_file(admin, "figures.xlsx", with_cell(column, ROW[column] + escape))
        assert page.status_code == 200
        assert [problem.cell for problem in page.context["plan"].problems][:1] == [
            f"{'ABCDEFG'[column]}2"
        ]
        assert not page.context["plan"].filings

    @pytest.mark.parametrize("escape", ["_xD842_", "_xDC00__xD800_"])
    @pytest.mark.parametrize("column", range(len(LONG)))
    def test_half_of_a_character_never_fails(self, admin: Client, escape: str, column: int) -> None:
        page = send_file(admin, "figures.xlsx", with_cell(column, ROW[column] + escape))
        assert page.status_code == 200
        assert admin.get(REMARKS).status_code == 200

    @pytest.mark.parametrize("escape", ["_x0000_", "_xD842_", "_x0001_"])
    @pytest.mark.parametrize("place", range(3))
    def test_in_the_headings_it_becomes_no_name(
        self, county: County, admin: Client, escape: str, place: int
    ) -> None:
        headings = ["帳號", f"發電{escape}機：柴油(公升)", f"冷媒{escape}R404A"]
        above = ["", "自行", "自行"]
        above[place] += escape
        data = book(tuple(above), (*headings,), (SCHOOL, "1", "2"))
        page = send_file(admin, "figures.xlsx", data, "103")
        codes = [question.code for question in page.context["plan"].questions]
        confirm(admin, page, accepted=codes)
        names = county.filing(county.school, 103).entries.values_list("name", flat=True)
        assert all(name.isprintable() for name in names)


class TestAnyLength:
    @pytest.fixture(autouse=True)
    def measured(self, monkeypatch: pytest.MonkeyPatch):
        lengths: list[int] = []
        real = unicodedata.normalize

        def normalize(form, typed: str) -> str:
            lengths.append(len(typed))
            return real(form, typed)

        monkeypatch.setattr(unicodedata, "normalize", normalize)
        yield
        assert max(lengths, default=0) <= 2_000

    @pytest.mark.parametrize("column", range(len(LONG)))
    def test_of_a_cell_is_refused_before_it_is_normalised(
        self, county: County, column: int
    ) -> None:
        plan = read_import(with_cell(column, MARKS), "figures.xlsx")
        assert [problem.cell for problem in plan.problems] == [f"{'ABCDEFG'[column]}2"]

    @pytest.mark.parametrize("line", ["電力", "木炭", "柴油"])
    def test_of_a_unit_is_refused_whatever_its_line(self, county: County, line: str) -> None:
        rows = (LONG, ("103", SCHOOL, "", line, "", "5", MARKS))
        [problem] = read_import(book(rows[0], rows[1]), "figures.xlsx").problems
        assert problem.row == 2

    def test_of_a_heading_is_one_that_nobody_reads(self, county: County) -> None:
        plan = read_import(
            book((MARKS, MARKS, MARKS), ("帳號", "電力", MARKS), (SCHOOL, "1", "2")),
            "a.xlsx",
            year=103,
        )
        assert [question.kind.value for question in plan.questions] == ["column"]
        assert len(plan.filings) == 1

    def test_of_rows_below_the_headings_they_are_no_units(self, county: County) -> None:
        plan = read_import(book(("帳號", "電力"), ("", MARKS), (SCHOOL, "1")), "a.xlsx", year=103)
        assert [problem.row for problem in plan.problems] == [2]

    def test_a_unit_of_any_length_is_none_of_the_form(self) -> None:
        assert unit_symbol(MARKS) == MARKS
        assert unit_symbol(" 公 斤 ") == "kg"


class TestSize:
    def test_a_million_rows_name_the_command(self, admin: Client) -> None:
        data = "帳號,電力\n".encode() + b"a,1\n" * 1_000_000
        page = send_file(admin, "figures.csv", data, "103")
        assert page.status_code == 400
        assert "20,000 列" in text(page)
        assert "import_filings" in text(page)

    def test_sixteen_thousand_columns_of_figures(self, county: County) -> None:
        wide = ",".join(["帳號", "電力", *(f"欄{n}" for n in range(16_382))])
        plan = read_import(f"{wide}\n{SCHOOL},1\n".encode(), "figures.csv", year=103)
        assert ["200 欄" in problem.reason for problem in plan.problems] == [True]

    def test_more_filings_than_a_request_can_take_are_not_confirmed(
        self, county: County, admin: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("inventory.admin.imports.WEB_FILINGS", 1)
        page = send(admin, "帳號,電力", f"{SCHOOL},9", f"{KINDERGARTEN},5")
        assert "import_filings" in text(page)
        assert 'name="digest"' not in text(page)
        digest = page.context["plan"].digest
        assert admin.post(PLAN + "?year=103", {"digest": digest}).status_code == 400
        assert not FilingImport.objects.exists()


@pytest.fixture
def made(county: County) -> FilingImport:
    rows = f"帳號,電力,汽油\n{SCHOOL},9,3\n{KINDERGARTEN},5,\n371032300A,1,無\n".encode()
    return apply_import(read_import(rows, "figures.csv", year=103), by=county.administrator)


def plan_of(*rows: str) -> Plan:
    return read_import("\n".join(rows).encode(), "later.csv", year=103)


def going(made: FilingImport) -> dict[int, int]:
    return {one.filing.pk: one.filing.revision for one in filled_by(made) if one.can_go}


def why(made: FilingImport) -> dict[str, str]:
    return {one.filing.unit.name: one.stays for one in filled_by(made) if one.stays}


class TestTakenBackAfterSomebodySaved:
    def test_what_the_unit_saved_unchanged_is_its_own(
        self, county: County, made: FilingImport
    ) -> None:
        save(county, county.kindergarten, "5")
        assert why(made) == {"南竿鄉立幼兒園": "單位已存檔"}
        take_back_import(made, revisions=going(made), reason="錯", by=county.administrator)
        kept = county.filing(county.kindergarten, 103)
        assert (kept.status, kept.is_prefilled) == (Status.DRAFT, False)
        assert kept.entries.get().quantity == 5

    def test_where_everybody_saved_nothing_can_go(self, county: County, made: FilingImport) -> None:
        for unit in (county.school, county.kindergarten, county.township):
            save(county, unit)
        with pytest.raises(NotAllowed, match="沒有可以撤回"):
            take_back_import(made, revisions={}, reason="錯", by=county.administrator)
        assert len(why(made)) == 3

    def test_by_one_who_was_shown_it_before_the_save_nothing_moves(
        self, county: County, admin: Client, made: FilingImport
    ) -> None:
        page = admin.get(take_back_url(made))
        save(county, county.school)
        refused = admin.post(take_back_url(made), sent(page))
        assert refused.status_code == 409
        assert "請再看一次" in text(refused)
        assert "錯檔案" in text(refused)  # what was typed stays
        assert "介壽國中小 103：單位已存檔" in text(refused)
        assert {one.status for one in Filing.objects.filter(year=103).exclude(version=0)} == {
            Status.DRAFT
        }

    @pytest.mark.parametrize("batch", ["", "0:0", "1:1,x", "9" * 40 + ":1", "1:1\x00", "１:１"])
    def test_what_was_not_shown_takes_nothing_back(
        self, admin: Client, made: FilingImport, batch: str
    ) -> None:
        refused = admin.post(take_back_url(made), {"batch": batch, "reason": "錯"})
        assert refused.status_code in {400, 409}
        assert len(going(made)) == 3

    @pytest.mark.parametrize("reason", ["", "　", "\u200b", "錯\x00", "錯" * 5_000])
    def test_a_reason_that_is_none_is_refused_beside_its_field(
        self, admin: Client, made: FilingImport, reason: str
    ) -> None:
        page = admin.get(take_back_url(made))
        refused = admin.post(take_back_url(made), sent(page, reason))
        assert refused.status_code == 400
        assert refused.context["form"].errors["reason"]
        assert len(going(made)) == 3

    def test_twice_in_two_tabs(self, admin: Client, made: FilingImport) -> None:
        page = admin.get(take_back_url(made))
        assert "已撤回 3 份" in text(admin.post(take_back_url(made), sent(page), follow=True))
        again = admin.post(take_back_url(made), sent(page))
        assert again.status_code == 409
        assert set(why(made).values()) == {"已經撤回"}

    def test_what_came_in_again_is_not_the_first_import(
        self, county: County, made: FilingImport
    ) -> None:
        take_back_import(made, revisions=going(made), reason="錯", by=county.administrator)
        again = apply_import(plan_of("帳號,電力", f"{SCHOOL},7"), by=county.administrator)
        assert "後來又匯入" in why(made)["連江縣介壽國中小"]
        assert going(made) == {}
        assert len(going(again)) == 1

    def test_a_unit_that_was_excused_meanwhile_stays_so(
        self, county: County, made: FilingImport
    ) -> None:
        take_back_import(made, revisions=going(made), reason="錯", by=county.administrator)
        filing = county.filing(county.kindergarten, 103)
        workflow.excuse(
            filing=filing, revision=filing.revision, reason="停辦", by=county.administrator
        )
        assert why(made)["南竿鄉立幼兒園"] == "已免填報"
        plan = plan_of("帳號,電力", f"{KINDERGARTEN},7")
        assert [filing.unit.name for filing in plan.left] == ["南竿鄉立幼兒園"]
        assert "免填報" in remarks_csv(plan)

    @pytest.mark.parametrize("number", ["0", "9" * 30])
    def test_of_a_number_that_no_import_has(self, admin: Client, number: str) -> None:
        assert admin.get(f"{UPLOAD[: -len('upload/')]}{number}/take-back/").status_code == 404


class TestBetweenDryRunAndConfirmation:
    def test_a_filing_that_was_begun_stops_all(self, county: County) -> None:
        plan = plan_of("帳號,電力", f"{SCHOOL},9", f"{KINDERGARTEN},5")
        save(county, county.school)
        with pytest.raises(NotAllowed, match="有異動，沒有寫入任何資料"):
            apply_import(plan, by=county.administrator)
        assert county.filing(county.kindergarten, 103).version == 0
        assert not FilingImport.objects.exists()

    def test_on_the_page_it_is_shown_again(
        self, county: County, admin: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        page = send(admin, "帳號,電力", f"{SCHOOL},9")

        def saved_meanwhile(plan: Plan, **options: object) -> FilingImport:
            save(county, county.school)
            return apply_import(plan, **options)

        monkeypatch.setattr(imports, "apply_import", saved_meanwhile)
        again = confirm(admin, page)
        assert again.status_code == 409
        assert "有異動" in text(again)
        assert county.filing(county.school, 103).entries.get().quantity == 5

    def test_with_problems_nothing_is_ever_written(self, county: County) -> None:
        plan = plan_of("帳號,電力", f"{SCHOOL},10²", f"{KINDERGARTEN},5")
        with pytest.raises(SpreadsheetError, match="10²"):
            apply_import(plan, by=county.administrator)

    def test_of_a_file_without_a_figure(self, county: County, admin: Client) -> None:
        with pytest.raises(NotAllowed, match="沒有可以匯入"):
            apply_import(plan_of("帳號,電力", f"{SCHOOL},"), by=county.administrator)
        page = send(admin, "帳號,電力", f"{SCHOOL},")
        assert 'name="digest"' not in text(page)
        [row] = list(csv.reader(StringIO(text(admin.get(REMARKS + "?year=103")))))[1:]
        assert row[5] == "沒有數據"

    def test_a_file_that_was_damaged_meanwhile_is_uploaded_again(
        self, admin: Client, settings
    ) -> None:
        send(admin, "帳號,電力", f"{SCHOOL},9")
        for file in settings.VAR_DIR.rglob("*"):
            if file.is_file():
                file.write_bytes(b"\x00\xff\x00\xff")
        page = admin.get(PLAN, follow=True)
        assert page.request["PATH_INFO"] == UPLOAD
        assert "請重新上傳" in text(page)
        assert admin.get(REMARKS).status_code == 404

    @pytest.mark.parametrize("year", ["99", "x", "103' OR 1=1", "9" * 40])
    def test_an_address_with_a_year_that_there_is_not_asks_for_the_year(
        self, admin: Client, year: str
    ) -> None:
        send(admin, "帳號,電力", f"{SCHOOL},9")
        page = admin.get(PLAN, {"year": year})
        assert "請填年度" in text(page)
        assert not page.context["plan"].filings
