"""Every kind of page: without barriers, on a phone, by the keyboard alone."""

from pathlib import Path

from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts import roles
from tests.browser.conftest import Complaints
from tests.browser.page_checks import (
    administrator_of,
    come_in,
    has_no_barriers,
    look_at,
    nothing_wrong,
    tab_to,
)
from tests.factories import PASSWORD
from tests.hierarchy.county import County, person

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
OWN = "二、營運活動數據"


# --- without barriers, at 1280 and 390 pixels ------------------------------------------------


def test_public_pages(
    page: Page, live_server: LiveServer, land: County, complaints: Complaints
) -> None:
    names = ("glossary", "international", "cases", "downloads", "faq", "notices", "accessibility")
    found = look_at(page, live_server, "/", *(f"/{name}/" for name in names), "/disclosure/")
    page.goto(f"{live_server.url}/accounts/login/")
    page.locator("main").get_by_role("button", name="登入").click()
    expect(page.get_by_label("帳號")).to_have_attribute("aria-invalid", "true")
    found += has_no_barriers(page, "signing in, refused")
    complaints.expect("answer: 404")
    found += look_at(page, live_server, "/nowhere/")
    nothing_wrong(found)


def test_public_pages_behind_a_published_figure(
    page: Page, live_server: LiveServer, land: County, complaints: Complaints
) -> None:
    complaints.expect("answer: 4(04|22)")
    found = look_at(
        page,
        live_server,
        "/disclosure/?year=103",
        "/disclosure/?year=103&edition=ar5",
        "/disclosure/103/county/z/",
        "/disclosure/factors/",
        "/disclosure/factors/tw-105-ar4/",
        "/disclosure/check/",
        f"/disclosure/check/?value={'0' * 20}",
        "/disclosure/check/?value=",
    )
    page.goto(f"{live_server.url}/disclosure/103/{land.school.code}/")
    page.locator("summary", has_text="電力的計算式").click()
    found += has_no_barriers(page, "a unit with a ledger open")
    page.get_by_role("term").filter(has_text="檢核碼").locator("+ dd a").click()
    expect(page.get_by_role("status")).to_contain_text("這是這份填報最新的一版。")
    found += has_no_barriers(page, "a check value found")
    nothing_wrong(found)


def test_pages_of_a_unit(
    page: Page, live_server: LiveServer, land: County, complaints: Complaints
) -> None:
    complaints.expect("answer: 422")
    come_in(page, live_server, person(land.school))
    found = look_at(page, live_server, "/", "/inventory/", "/inventory/103/")
    found += look_at(page, live_server, "/inventory/104/receipt/", "/accounts/password/")
    page.goto(f"{live_server.url}/accounts/profile/")
    page.get_by_label("Email").fill("nobody")
    page.get_by_role("button", name="存檔").click()
    expect(page.get_by_label("Email")).to_have_attribute("aria-invalid", "true")
    found += has_no_barriers(page, "upkeep, refused")
    nothing_wrong(found)


def test_the_form_of_a_year(
    page: Page, live_server: LiveServer, land: County, complaints: Complaints
) -> None:
    complaints.expect("answer: 422")
    come_in(page, live_server, person(land.government))
    found = look_at(page, live_server, "/inventory/104/")
    own = page.get_by_role("region", name=OWN)
    own.get_by_label("電力", exact=True).fill("900")
    own.get_by_label("汽油", exact=True).fill("-3")
    page.get_by_label("我已確認完整填報各欄位").check()
    page.get_by_role("button", name="存檔").click()
    expect(page.get_by_role("alert")).to_contain_text("汽油：數量不能是負數。")
    expect(own.get_by_label("電力：差異原因")).to_be_visible()
    own.locator("summary", has_text="電力的計算式").click()
    found += has_no_barriers(page, "the form with an error and a warning")
    nothing_wrong(found)


def test_pages_of_the_parents_desk(page: Page, live_server: LiveServer, land: County) -> None:
    come_in(page, live_server, person(land.government, role=roles.COUNTY_ADMINISTRATOR))
    found = look_at(
        page,
        live_server,
        "/hierarchy/",
        "/hierarchy/104/",
        "/hierarchy/104/basis/",
        "/hierarchy/104/basis/?edition=ar6",
        f"/hierarchy/104/{land.branch.code}/",
        f"/hierarchy/104/{land.school.code}/view/",
    )
    nothing_wrong(found)


def test_pages_for_account_lists(
    page: Page, live_server: LiveServer, land: County, complaints: Complaints
) -> None:
    complaints.expect("Applying inline style")  # by the checker; the story comes here without it
    come_in(page, live_server, administrator_of(land))
    found = look_at(page, live_server, "/admin/accounts/user/account-list/")
    page.get_by_label("帳號清單").set_input_files(FIXTURES / "lienchiang_accounts.xlsx")
    page.get_by_role("button", name="上傳並試算").click()
    expect(page.get_by_role("button", name="確認並寫入")).to_be_visible()
    found += has_no_barriers(page, "the dry run of an account list")
    nothing_wrong(found)


# --- by the keyboard alone -------------------------------------------------------------------


def test_filing_without_a_mouse(page: Page, live_server: LiveServer, land: County) -> None:
    page.emulate_media(reduced_motion="reduce")  # what is measured must not be scrolling yet
    page.goto(live_server.url)
    tab_to(page, page.get_by_role("link", name="跳到主要內容"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("帳號"))
    page.keyboard.type(f"z{land.government.code}")
    tab_to(page, page.get_by_label("密碼"))
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("link", name="CO2 資料庫入口"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("link", name="填報 104"))
    page.keyboard.press("Enter")

    own = page.get_by_role("region", name=OWN)
    tab_to(page, own.get_by_label("電力", exact=True))
    page.keyboard.type("12,345")
    unused = own.get_by_role("checkbox", name="未使用 ：天然氣")
    tab_to(page, unused)
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("button", name="存檔"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("草稿已存檔（第 1 版）。")
    expect(own.get_by_label("電力", exact=True)).to_have_value("12345")
    expect(unused).to_be_checked()


def test_the_summary_of_errors_leads_to_the_fields(
    page: Page, live_server: LiveServer, land: County, complaints: Complaints
) -> None:
    complaints.expect("answer: 422")
    come_in(page, live_server, person(land.government))
    page.goto(f"{live_server.url}/inventory/104/")
    wrong = page.get_by_role("region", name=OWN).get_by_label("柴油", exact=True)
    wrong.fill("1e9")
    page.get_by_role("button", name="存檔").click()
    page.get_by_role("alert").get_by_role("link").click()
    expect(wrong).to_be_focused()
    expect(wrong).to_be_in_viewport()

    page.goto(f"{live_server.url}/accounts/profile/")
    page.get_by_label("連絡電話").fill("ask the office")
    page.get_by_role("button", name="存檔").click()
    page.get_by_role("alert").get_by_role("link").click()
    expect(page.get_by_label("連絡電話")).to_be_focused()
