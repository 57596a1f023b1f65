"""The pages on which something is put right: without barriers, and by the keyboard alone."""

from dataclasses import dataclass
from datetime import date

import openpyxl
import pytest
from playwright.sync_api import Locator, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from accounts import roles
from accounts.models import Unit, User
from inventory import workflow
from inventory.plausibility.refreshing import judge_year
from tests.browser.conftest import Complaints
from tests.browser.page_checks import (
    administrator_of,
    come_in,
    has_no_barriers,
    look_at,
    nothing_wrong,
    tab_to,
)
from tests.factories import UnitFactory
from tests.hierarchy import county as filings
from tests.hierarchy.county import CATEGORY, County, person

OWN = "二、營運活動數據"


@dataclass
class Desk:
    """A page of the county's desk, opened by somebody who arranges the county's filings."""

    page: Page
    site: str
    land: County

    def open(self, address: str) -> None:
        self.page.goto(self.site + address)


@pytest.fixture
def desk(page: Page, live_server: LiveServer, land: County, complaints: Complaints) -> Desk:
    """Findings at the school, and a unit that came after the years were opened."""
    complaints.expect("answer: 422")
    filings.file(land.school, "110000", outsourced="20")
    judge_year(filings.YEAR)
    UnitFactory(name="東引鄉公所", code="371030003A", parent=land.government, category=CATEGORY)
    come_in(page, live_server, person(land.government, role=roles.COUNTY_ADMINISTRATOR))
    return Desk(page, live_server.url, land)


def arranging(desk: Desk, verb: str) -> Locator:
    """The form of one correction, opened with the keyboard."""
    summary = desk.page.locator(f"#{verb} > summary")
    summary.focus()
    desk.page.keyboard.press("Enter")
    return desk.page.locator(f"#{verb}")


# --- without barriers ------------------------------------------------------------------------


def test_findings_and_the_filing_they_stand_at(desk: Desk) -> None:
    found = []
    desk.open("/hierarchy/104/findings/")
    expect(desk.page.get_by_role("row", name="介壽國中小")).to_contain_text("電力")
    found += has_no_barriers(desk.page, "the ranking")
    desk.open(f"/hierarchy/104/{desk.land.school.code}/view/")
    expect(desk.page.get_by_role("heading", name="提醒：不合常理的數據")).to_be_visible()
    found += has_no_barriers(desk.page, "a filing with findings")
    nothing_wrong(found)


def test_every_correction_open_at_once(desk: Desk) -> None:
    desk.open(f"/hierarchy/104/{desk.land.branch.code}/arrange/")
    folds = desk.page.locator("#arrange details")
    folds.evaluate_all("all => all.forEach(one => { one.open = true; })")
    assert folds.count() >= 3
    nothing_wrong(has_no_barriers(desk.page, "arranging"))


def test_a_move_shows_its_totals_first(desk: Desk) -> None:
    desk.open(f"/hierarchy/104/{desk.land.branch.code}/view/")
    moving = arranging(desk, "move")
    moving.get_by_label("新的上級機關代碼").fill(desk.land.sibling.code)
    moving.get_by_label("原因").fill("改隸")
    moving.get_by_role("button", name="改列上級機關").click()
    expect(moving.get_by_role("alert")).to_contain_text("尚未變更")
    expect(moving).to_be_in_viewport()
    nothing_wrong(has_no_barriers(desk.page, "a move, looked at"))
    moving.get_by_role("button", name="改列上級機關").click()
    expect(desk.page.get_by_role("status").first).to_contain_text("已變更 介壽分校")


def test_a_unit_that_came_late_and_time_for_many(desk: Desk) -> None:
    found = []
    desk.open("/hierarchy/104/late/")
    desk.page.get_by_role("link", name="東引鄉公所").click()
    found += has_no_barriers(desk.page, "late units")
    desk.page.get_by_label("原因").fill("新設")
    desk.page.get_by_role("button", name="納入填報").click()
    expect(desk.page.get_by_role("alert")).to_contain_text("尚未變更")
    found += has_no_barriers(desk.page, "a late unit, looked at")
    desk.open("/hierarchy/104/extend/")
    desk.page.get_by_label("展延至").fill(filings.in_days(-60).isoformat())
    desk.page.get_by_label("公文文號").fill("府環字第 1050000001 號")
    desk.page.get_by_label("展延原因").fill("颱風")
    desk.page.get_by_role("button", name="展延期限").click()
    expect(desk.page.get_by_label("展延至")).to_have_attribute("aria-invalid", "true")
    found += has_no_barriers(desk.page, "extending, refused")
    desk.page.get_by_label("展延至").fill(filings.in_days(60).isoformat())
    desk.page.get_by_role("button", name="展延期限").click()
    expect(desk.page.get_by_role("alert")).to_contain_text("尚未變更")
    found += has_no_barriers(desk.page, "extending, looked at")
    nothing_wrong(found)


def test_a_form_filled_in_for_a_unit_and_its_receipt(desk: Desk) -> None:
    User.objects.filter(unit=desk.land.branch).update(is_active=False)
    close(desk.land.branch, into=desk.land.sibling, by=person(desk.land.government))
    desk.open(f"/hierarchy/104/{desk.land.branch.code}/file/")
    own = desk.page.get_by_role("region", name=OWN)
    own.get_by_label("電力", exact=True).fill("120000+1350")
    own.get_by_label("汽油", exact=True).fill("12.34567")
    desk.page.locator("#filing").get_by_role("button", name="計算").click()
    expect(own.get_by_text("120,000 + 1,350 = 121,350")).to_be_visible()
    expect(own.get_by_label("電力：差異原因")).to_be_visible()
    found = has_no_barriers(desk.page, "filing for a unit, with a sum and a finding")
    own.get_by_role("button", name="改填 12.3457").click()
    expect(own.get_by_label("汽油", exact=True)).to_have_value("12.3457")
    expect(own.get_by_label("汽油", exact=True)).to_be_in_viewport()
    for line in ("電力", "汽油"):
        own.get_by_label(f"{line}：差異原因").select_option("其他（請說明）")
        own.get_by_label(f"{line}：差異說明").fill("校舍擴建")
    desk.page.get_by_label("我已確認完整填報各欄位").check()
    desk.page.locator("#filing").get_by_role("button", name="存檔", exact=True).click()
    desk.page.get_by_role("button", name="將以上項目全部標示為「未使用」並存檔").click()
    expect(desk.page.get_by_role("heading", name="填報收據")).to_be_visible()
    expect(desk.page.get_by_role("article")).to_contain_text("120,000 + 1,350 = 121,350")
    found += has_no_barriers(desk.page, "a receipt with findings and a part of the year")
    nothing_wrong(found)


def test_a_return_after_the_due_date_gives_time(desk: Desk, live_server: LiveServer) -> None:
    desk.open(f"/hierarchy/103/{desk.land.school.code}/view/")
    sending = desk.page.locator("#return")
    expect(sending).to_contain_text("請同時給填報單位修正的時間")
    sending.get_by_label("退回原因").fill("缺十二月的帳單")
    day = filings.in_days(14).isoformat()
    sending.get_by_label("同時展延至").fill(day)
    found = has_no_barriers(desk.page, "a return after the due date")
    sending.get_by_role("button", name="退回", exact=True).click()
    expect(desk.page.get_by_role("status").first).to_contain_text("已將填報退回 介壽國中小")
    come_in(desk.page, live_server, person(desk.land.school))
    desk.open("/inventory/103/")
    expect(desk.page.get_by_text(f"填報期限：{day}")).to_be_visible()
    expect(desk.page.get_by_role("button", name="存檔", exact=True)).to_be_visible()
    found += has_no_barriers(desk.page, "returned, with time")
    nothing_wrong(found)


def test_the_gases_of_a_year_come_as_a_file(desk: Desk) -> None:
    desk.open("/disclosure/?year=103&edition=ar5")
    with desk.page.expect_download() as download:
        desk.page.get_by_role("link", name="下載依氣體的 CSV").click()
    rows = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert "AR5" in rows[1]
    shown = desk.page.locator(".totals dd").first.inner_text()
    assert shown.replace(",", "") in "\n".join(rows)


def close(unit: Unit, *, into: Unit, by: User) -> None:
    filing = filings.filing(unit)
    workflow.close_unit(
        filing=filing,
        on=date(2015, 8, 1),
        into=filings.filing(into),
        revision=filing.revision,
        reason="整併",
        by=by,
    )


# --- the administration ----------------------------------------------------------------------


def test_a_list_that_asks_and_the_tree_as_it_will_stand(
    page: Page, live_server: LiveServer, land: County, settings: Settings, tmp_path, complaints
) -> None:
    settings.VAR_DIR = tmp_path
    complaints.expect("Applying inline style")  # by the checker
    workbook = openpyxl.Workbook()
    for row in (
        ("單位", "帳號", "密碼", "上級機關帳號", "校長"),
        ("介壽國中小", f"z{land.school.code}", "one-of-many", f"z{land.sibling.code}", "林"),
        ("塘岐國小", "z371036510X", "two-of-many", None, None),
        ("坂里國小", "z371036511X", "three-of-many", None, None),
    ):
        workbook.active.append(row)
    workbook.active.merge_cells("D2:D4")
    workbook.active.row_dimensions[3].hidden = True
    workbook.save(tmp_path / "list.xlsx")
    come_in(page, live_server, administrator_of(land))
    page.goto(f"{live_server.url}/admin/accounts/user/account-list/")
    page.get_by_label("帳號清單").set_input_files(tmp_path / "list.xlsx")
    page.get_by_role("button", name="上傳並試算").click()
    found = has_no_barriers(page, "a list that asks")
    for box in page.locator("#questions input[name=accept]").all():
        tab_to(page, box)
        page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("row", name="塘岐國小")).to_contain_text("北竿鄉公所")
    expect(page.get_by_role("button", name="確認並寫入")).to_be_visible()
    found += has_no_barriers(page, "the tree as it will stand")
    nothing_wrong(found)


def test_an_import_looked_at_corrected_and_taken_back(
    page: Page, live_server: LiveServer, land: County, settings: Settings, tmp_path, complaints
) -> None:
    settings.VAR_DIR = tmp_path
    complaints.expect("Applying inline style")  # by the checker
    come_in(page, live_server, administrator_of(land))
    found = look_at(page, live_server, "/admin/inventory/filingimport/upload/")
    upload(page, live_server, f"帳號,電力(度)\nz{land.branch.code},12O\n")
    expect(page.locator("#problems")).to_contain_text("12O")
    found += has_no_barriers(page, "an import that is refused")
    upload(page, live_server, f"帳號,電力(度)\nz{land.branch.code},1200\n")
    page.get_by_role("button", name="確認並匯入").click()
    upload(page, live_server, f"帳號,電力(度)\nz{land.branch.code},120\n")
    expect(page.locator("#filings")).to_contain_text("取代：")
    found += has_no_barriers(page, "an import that corrects another")
    page.get_by_role("button", name="確認並匯入").click()
    page.goto(f"{live_server.url}/admin/inventory/filingimport/")
    page.locator("#result_list tbody th a").first.click()
    page.get_by_role("link", name="填報與撤回").click()
    found += has_no_barriers(page, "an import that can be taken back")
    page.get_by_label("原因").fill("學校自行填報")
    page.get_by_role("button", name="撤回整次匯入").click()
    expect(page.locator(".messagelist")).to_contain_text("撤回")
    nothing_wrong(found)


def upload(page: Page, live_server: LiveServer, rows: str) -> None:
    page.goto(f"{live_server.url}/admin/inventory/filingimport/upload/")
    file = {"name": "104.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    page.locator("select[name=year]").select_option("104")
    page.get_by_role("button", name="上傳並試算").click()


# --- by the keyboard alone -------------------------------------------------------------------


def test_a_unit_is_moved_without_a_mouse(desk: Desk) -> None:
    desk.page.emulate_media(reduced_motion="reduce")
    desk.open("/hierarchy/104/findings/")
    row = desk.page.get_by_role("row", name="介壽國中小")
    tab_to(desk.page, row.get_by_role("link"))
    desk.page.keyboard.press("Enter")
    expect(desk.page.get_by_role("heading", name="介壽國中小")).to_be_visible()
    moving = desk.page.locator("#move")
    tab_to(desk.page, moving.locator("summary"))
    desk.page.keyboard.press("Enter")
    tab_to(desk.page, moving.get_by_label("新的上級機關代碼"))
    desk.page.keyboard.type(desk.land.sibling.code)
    tab_to(desk.page, moving.get_by_label("原因"))
    desk.page.keyboard.type("改隸")
    for sentence in ("尚未變更", "已變更 介壽國中小"):
        tab_to(desk.page, moving.get_by_role("button", name="改列上級機關"))
        desk.page.keyboard.press("Enter")
        told = desk.page.get_by_text(sentence)
        expect(told).to_be_in_viewport()
