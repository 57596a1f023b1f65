"""The administration pages for figures: dry run, confirmation, taking back."""

import csv
import re
from decimal import Decimal
from io import BytesIO, StringIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.account_lists import uploads
from inventory import workflow
from inventory.importing import apply_import, read_import
from inventory.models import Filing, FilingEvent, FilingImport
from inventory.states import Status, Verb
from tests.inventory.conftest import SET, County, number

pytestmark = pytest.mark.django_db
UPLOAD, PLAN, REMARKS = (
    reverse(f"admin:inventory_filingimport_{name}") for name in ("upload", "plan", "remarks")
)
SCHOOL, KINDERGARTEN = "z371036500X", "z371036501X"


@pytest.fixture
def admin(county: County, client: Client, settings, tmp_path) -> Client:
    settings.VAR_DIR = tmp_path
    client.force_login(county.administrator, backend="django.contrib.auth.backends.ModelBackend")
    return client


def send(client: Client, *rows: str, year: str = "103", follow: bool = True):
    return send_file(client, "figures.csv", "\n".join(rows).encode(), year, follow=follow)


def send_file(client: Client, name: str, data: bytes, year: str = "", *, follow: bool = True):
    file = SimpleUploadedFile(name, data)
    return client.post(UPLOAD, {"file": file, "year": year}, follow=follow)


def confirm(client: Client, page, **more: object):
    digest = re.search(r'name="digest" value="(\w+)"', page.content.decode())
    assert digest is not None
    where = page.request["PATH_INFO"] + "?" + page.request["QUERY_STRING"]
    return client.post(where, {"digest": digest[1], **more}, follow=True)


def save(county: County, unit, quantity: str = "5") -> Filing:
    filing = county.filing(unit, 103)
    return workflow.save(
        filing=filing,
        answers=[number("electricity", quantity)],
        outsourced_scope="",
        complete=False,
        revision=filing.revision,
        factor_set=SET,
        by=county.user(unit),
    )


def text(response) -> str:
    return response.content.decode()


def test_from_the_file_to_filings_that_wait_for_their_units(county: County, admin: Client) -> None:
    page = send(admin, "帳號,電力,汽油,委外電力", f"{SCHOOL},1000,無,2", f"{KINDERGARTEN},500,,")
    assert "匯入 2 份、不更動 0 份、拒絕 0 處、待確認 0 項" in text(page)
    assert "3/26" in text(page)
    assert not FilingImport.objects.exists()
    assert not Filing.objects.exclude(version=0).exists()
    total = sum(one.totals.own_kg for one in page.context["plan"].filings)
    done = confirm(admin, page)
    assert "已匯入 2 份填報" in text(done)
    filing = county.filing(county.school, 103)
    assert (filing.status, filing.is_prefilled) == (Status.DRAFT, True)
    assert filing.own_kg + county.filing(county.kindergarten, 103).own_kg == total > 0
    made = FilingImport.objects.get()
    assert (made.file_name, made.by, made.filled.count()) == (
        "figures.csv",
        county.administrator,
        2,
    )


def test_one_bad_cell_and_nothing_can_be_confirmed(county: County, admin: Client) -> None:
    page = send(admin, "帳號,電力", f"{SCHOOL},10²", f"{KINDERGARTEN},5")
    assert "B2" in text(page)
    assert "10²" in text(page)
    assert 'name="digest"' not in text(page)
    refused = admin.post(PLAN + "?year=103", {"digest": page.context["plan"].digest})
    assert refused.status_code == 409
    assert not FilingImport.objects.exists()


def test_what_is_no_table_is_refused_at_once(admin: Client) -> None:
    page = send(admin, "單位,帳號", f"介壽國中小,{SCHOOL}")
    assert page.status_code == 400
    assert "一種能源一欄" in text(page)
    page = send(admin, "帳號,電力", f"{SCHOOL},5", year="99")
    assert page.status_code == 400


def test_questions_are_answered_before_anything_is_written(county: County, admin: Client) -> None:
    rows = ("單位,帳號,電力,備註", f"南竿鄉立幼兒園,{SCHOOL},200000001,x")
    page = send(admin, *rows)
    codes = [question.code for question in page.context["plan"].questions]
    assert codes == ["column:備註", "names:A2", "large:C2"]
    assert all(code in text(page) for code in ("備註", "A2", "C2"))
    some = confirm(admin, page, accepted=["column", "names", "large"])
    assert some.status_code == 400
    assert not FilingImport.objects.exists()
    done = confirm(admin, page, accepted=["column:備註", "names", "large"])
    assert "已匯入 1 份填報" in text(done)


def test_hidden_rows_and_merged_cells_mean_what_the_sheet_shows(
    county: County, admin: Client
) -> None:
    book = openpyxl.Workbook()
    for row in (
        ["年度", "帳號", "範圍", "項目", "數量"],
        ["103年", SCHOOL, "委外", "電力", 1],
        ["103年", SCHOOL, None, "汽油", 2],
        ["103年", KINDERGARTEN, "自行", "電力", "=1+2"],
    ):
        book.active.append(row)
    book.active.merge_cells("C2:C3")
    book.active.row_dimensions[3].hidden = True
    data = BytesIO()
    book.save(data)
    page = send_file(admin, "figures.xlsx", data.getvalue())
    plan = page.context["plan"]
    school = next(one for one in plan.filings if one.filing.unit == county.school)
    assert {answer.operation.value for answer in school.answers} == {"outsourced"}
    assert "hidden-rows:3" in [question.code for question in plan.questions]


def test_a_filing_that_is_begun_is_left_by_name(county: County, admin: Client) -> None:
    save(county, county.school)
    page = send(admin, "帳號,電力", f"{SCHOOL},9", f"{KINDERGARTEN},5")
    assert "連江縣介壽國中小 103：填報中" in text(page)
    confirm(admin, page)
    assert county.filing(county.school, 103).entries.get().quantity == 5


def test_a_save_between_dry_run_and_confirmation_is_shown_again(
    county: County, admin: Client
) -> None:
    page = send(admin, "帳號,電力", f"{SCHOOL},9", f"{KINDERGARTEN},5")
    save(county, county.school)
    again = confirm(admin, page)
    assert again.status_code == 409
    assert "還沒有寫入" in text(again)
    assert not FilingImport.objects.exists()


def test_the_right_file_replaces_the_wrong_one(county: County, admin: Client) -> None:
    confirm(admin, send(admin, "帳號,電力,汽油", f"{SCHOOL},9,4"))
    page = send(admin, "帳號,電力", f"{SCHOOL},90")
    assert "取代：不含委外" in text(page)
    assert "汽油 不在這份檔案裡" in text(page)
    confirm(admin, page, accepted=["lost"])
    assert county.filing(county.school, 103).entries.get().quantity == 90


def test_every_row_has_its_remark(county: County, admin: Client) -> None:
    save(county, county.school)
    send(
        admin, "單位,帳號,電力", f"甲,{SCHOOL},9", f"=乙,{KINDERGARTEN},-5", "丙,z9,1", "合計,,3",
    )  # fmt: skip
    response = admin.get(REMARKS + "?year=103")
    rows = list(csv.reader(StringIO(text(response).removeprefix("\ufeff"))))
    assert [row[0] for row in rows] == ["列", "2", "3", "4", "5"]
    assert "不是同一" not in text(response)
    assert "這個帳號是「連江縣介壽國中小」" in rows[1][5]
    assert "C3：數量不能是負數" in rows[2][5]
    assert "沒有應填報的單位" in rows[3][5]
    assert "不讀入" in rows[4][5]


def test_nothing_is_uploaded(admin: Client) -> None:
    assert admin.get(PLAN).status_code == 302
    assert admin.get(REMARKS).status_code == 404


def test_figures_and_account_lists_wait_apart(county: County, admin: Client) -> None:
    send(admin, "帳號,電力", f"{SCHOOL},9")
    session = admin.session
    assert uploads.stored(session, county.administrator) is None
    assert uploads.stored(session, county.administrator, uploads.FIGURES) is not None


@pytest.fixture
def made(county: County) -> FilingImport:
    rows = f"帳號,電力\n{SCHOOL},9\n{KINDERGARTEN},5\n371032300A,1\n".encode()
    return apply_import(read_import(rows, "figures.csv", year=103), by=county.administrator)


def take_back_url(made: FilingImport) -> str:
    return reverse("admin:inventory_filingimport_take_back", args=[made.pk])


def sent(page, reason: str = "匯錯檔案") -> dict[str, str]:
    batch = re.search(r'name="batch" value="([^"]*)"', text(page))
    assert batch is not None
    return {"batch": batch[1], "reason": reason}


def test_a_whole_import_is_taken_back(county: County, admin: Client, made: FilingImport) -> None:
    save(county, county.school, "9")
    page = admin.get(take_back_url(made))
    assert "連江縣介壽國中小 103：單位已存檔" in text(page)
    done = admin.post(take_back_url(made), sent(page), follow=True)
    assert "已撤回 2 份填報" in text(done)
    assert "已經撤回" in text(done)
    gone = county.filing(county.kindergarten, 103)
    assert (gone.status, gone.own_kg, gone.version) == (Status.NOT_STARTED, Decimal(0), 2)
    assert gone.versions.count() == 2
    event = FilingEvent.objects.get(filing=gone, verb=Verb.TAKE_BACK)
    assert event.reason == "匯錯檔案"
    assert county.filing(county.school, 103).entries.get().quantity == 9


def test_taking_back_needs_a_reason_and_what_was_shown(
    county: County, admin: Client, made: FilingImport
) -> None:
    page = admin.get(take_back_url(made))
    assert admin.post(take_back_url(made), sent(page, " ")).status_code == 400
    save(county, county.school)
    assert admin.post(take_back_url(made), sent(page)).status_code == 409
    assert county.filing(county.kindergarten, 103).status == Status.DRAFT


def test_a_later_import_stands_for_itself(
    county: County, admin: Client, made: FilingImport
) -> None:
    rows = f"帳號,電力\n{SCHOOL},90\n".encode()
    later = apply_import(read_import(rows, "later.csv", year=103), by=county.administrator)
    page = admin.get(take_back_url(made))
    assert "連江縣介壽國中小 103：後來又匯入" in text(page)
    assert "可以撤回" in text(admin.get(take_back_url(later)))


def test_an_import_that_is_not_there(admin: Client) -> None:
    url = reverse("admin:inventory_filingimport_take_back", args=[99])
    assert admin.get(url).status_code == 404
