"""What everybody does in a browser: come, sign in, leave."""

import re

from playwright.sync_api import Locator, Page, expect

SCHOOL = "連江縣介壽國中小"


def start(page: Page, site: str) -> None:
    """Step 1: the address of the platform."""
    page.goto(site)
    expect(page.get_by_role("heading", name="系統登入")).to_be_visible()


def sign_in(page: Page, account: str, password: str, county: str = "") -> None:
    """Step 2: on the home page, with or without the county."""
    form = page.get_by_role("region", name="系統登入")
    form.get_by_label("縣市").select_option(label=county or "請選擇")
    form.get_by_label("帳號").fill(account)
    form.get_by_label("密碼").fill(password)
    form.get_by_role("button", name="登入").click()


def sign_out(page: Page) -> None:
    """「登出」 stands on every page; afterwards the home page asks to sign in."""
    menu(page).get_by_role("button", name="登出").click()
    expect(page.get_by_role("status")).to_contain_text("您已登出。")
    expect(page.get_by_role("heading", name="系統登入")).to_be_visible()


def is_signed_in(page: Page, unit: str) -> None:
    """The page says for whom it works."""
    expect(page.locator(".site-account")).to_have_text(unit)


def menu(page: Page) -> Locator:
    """The menu as it stands on a wide screen."""
    return page.get_by_role("navigation", name="主要選單").locator(".menu-wide")


def go(page: Page, entry: str) -> None:
    """Choose an entry of the menu."""
    menu(page).get_by_role("link", name=entry, exact=True).click()


def stands(page: Page, *words: str) -> None:
    """The words stand on the page, in its main part."""
    for text in words:
        expect(page.locator("main")).to_contain_text(text)


def enter_database(page: Page) -> None:
    """Steps 4 and 5: 「CO2 資料庫入口」 lower right on the home page, then the three years."""
    go(page, "首頁")
    entry = page.get_by_role("link", name="CO2 資料庫入口")
    expect(entry).to_be_visible()
    page.wait_for_load_state("load")  # places are measured with the styles there
    place, size = entry.bounding_box(), page.locator("main").bounding_box()
    assert place is not None
    assert size is not None
    assert place["x"] > size["x"] + size["width"] / 2
    assert place["y"] > size["y"] + size["height"] / 2
    entry.click()
    for year in ("104", "103", "102"):
        expect(page.get_by_role("link", name=re.compile(rf"^{year} 年"))).to_be_visible()


def open_year(page: Page, year: int) -> None:
    """Step 5: the way into one year, from the list of years."""
    page.get_by_role("link", name=re.compile(rf"^{year} 年")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"{year} 年")
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"({year + 1911})")
