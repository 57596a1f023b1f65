"""Make docs/img/* from a demonstration county of their own, as its people would see it.

Usage: python tools/screenshots.py → home, form, list, profile, ledger, versions, what-if, doubts,
recompute-before and recompute-after; each 1280 and 390 pixels wide; and a receipt as the browser
prints it, receipt.pdf
"""

import atexit
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import browser
import demo
from playwright.sync_api import Browser, Page, sync_playwright

import web

SCHOOL, COUNTY = "371036500X", "371030000A"
REVISED = "tw-107-ar4-revised"
WIDTHS = (1280, 390)
IMAGES = web.ROOT / "docs" / "img"
CONTACT = {
    "姓名": "陳曉明",
    "連絡電話": "0836-25668",
    "傳真電話": "0836-22813",
    "Email": "office@jieshou.example.edu.tw",
}
FIGURES_102 = {"電力": "97531", "汽油": "201.25", "瓦斯": "655"}
FIGURES_104 = {"電力": "98,765", "瓦斯": "650.25", "汽油": "262", "冷媒型號R134a，補充": "0.75"}

DOUBTFUL_SET = """\
id = "tw-new"
corrects = "tw-105-ar4-corrected"
title = "示範：待查證的係數版本"
title_en = "Demonstration: a set to be looked into"
publisher = "示範"
source = "示範用，數值為虛構"
file_date = 2026-01-01
gwp_basis = "AR4"
years = [102, 103, 104]
review_by = 2030-12-31
note = "示範用，數值為虛構"
note_en = "A demonstration; its figures are made up."

[[factor]]
line = "electricity"
year = 104
gas = "CO2e"
value = 1.528
unit = "kWh"
source = "示範"
confidence = "unconfirmed"

[[gwp]]
gas = "HFC-134a"
value = 1300
source = "示範"
confidence = "unconfirmed"
"""


@contextmanager
def county() -> Iterator[str]:
    """The address of a demonstration that is gone afterwards."""
    web.VAR = Path(tempfile.mkdtemp(prefix="screenshots-"))
    web.VAR.chmod(0o755)  # the database server has an owner of its own
    atexit.register(shutil.rmtree, web.VAR, ignore_errors=True)  # after the server has left it
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    os.environ.update(VAR_DIR=str(web.VAR), HOST="127.0.0.1", PORT=port)
    demo.prepare()
    web.manage("migrate", "--verbosity", "0")
    web.manage("load_demo")
    web.collect_static()
    with web.started(web.gunicorn("--log-level", "error")) as server:
        demo.wait_for(f"http://127.0.0.1:{port}", server)
        yield f"http://127.0.0.1:{port}"


@contextmanager
def visitor(chromium: Browser, site: str, account: str = "") -> Iterator[Page]:
    """A person's browser, signed in where an account is given."""
    context = chromium.new_context(
        base_url=site, locale="zh-TW", timezone_id="Asia/Taipei", reduced_motion="reduce"
    )
    page = context.new_page()
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    page.goto("/")
    if account:
        page.get_by_label("縣市", exact=True).select_option(label="連江縣")
        page.get_by_label("帳號").fill(account)
        page.get_by_label("密碼").fill(account)
        page.get_by_role("button", name="登入").click()
    yield page
    context.close()


def shoot(page: Page, name: str, *heights: int | None, from_top: bool = True) -> None:
    """Both widths; of the window at the given height, or of the whole page where it is None."""
    for width, height in zip(WIDTHS, heights or (None, None), strict=True):
        page.set_viewport_size({"width": width, "height": height or 844})
        page.evaluate("document.activeElement.blur()")
        if from_top:
            page.evaluate("scrollTo(0, 0)")
        file = IMAGES / f"{name}-{width}.png"
        page.screenshot(path=file, full_page=height is None, animations="disabled")
        demo.say(f"{file.relative_to(web.ROOT)}  {file.stat().st_size // 1024} kB")
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})


def home(chromium: Browser, site: str) -> None:
    with visitor(chromium, site) as page:
        shoot(page, "home")


def profile(chromium: Browser, site: str) -> None:
    with visitor(chromium, site, SCHOOL) as page:
        page.goto("/accounts/profile/")
        for label, text in CONTACT.items():
            page.get_by_label(label).fill(text)
        page.get_by_role("button", name="存檔").click()
        page.goto("/accounts/profile/")
        shoot(page, "profile")


def form(chromium: Browser, site: str) -> None:
    """The years before are complete; 104 is being filled in, and one figure asks for a reason."""
    with visitor(chromium, site, SCHOOL) as page:
        complete(page, 103, {})
        complete(page, 102, FIGURES_102)
        page.goto("/inventory/104/")
        type_figures(page, FIGURES_104)
        page.get_by_role("region", name="二、").get_by_role(
            "checkbox", name="未使用 ：天然氣"
        ).check()
        page.locator("#filing").get_by_role("button", name="計算").click()
        page.get_by_label("汽油：差異原因").select_option("其他（請說明）")
        page.get_by_label("汽油：差異說明").fill("校外教學次數增加")
        page.wait_for_load_state("networkidle")
        shoot(page, "form", 1500, 1500)


def complete(page: Page, year: int, figures: dict[str, str]) -> None:
    """File a year: what is not given is 未使用."""
    page.goto(f"/inventory/{year}/")
    type_figures(page, figures)
    page.get_by_label("我已確認完整填報各欄位").check()
    page.locator("#filing").get_by_role("button", name="存檔", exact=True).click()
    page.get_by_role("button", name="將以上項目全部標示為「未使用」並存檔").click()
    page.wait_for_url("**/receipt/")


def type_figures(page: Page, figures: dict[str, str]) -> None:
    own = page.get_by_role("region", name="二、營運活動數據")
    for line, quantity in figures.items():
        own.get_by_label(line, exact=True).fill(quantity)


def listing(chromium: Browser, site: str) -> None:
    with visitor(chromium, site, COUNTY) as page:
        page.goto("/hierarchy/102/?q=國小")
        shoot(page, "list", None, 1700)


def ledger(chromium: Browser, site: str) -> None:
    """The sums behind two lines of the form, open."""
    with visitor(chromium, site, SCHOOL) as page:
        page.goto("/inventory/104/")
        type_figures(page, FIGURES_104)
        page.locator("#filing").get_by_role("button", name="計算").click()
        page.wait_for_load_state("networkidle")
        for line in ("electricity", "lpg"):
            page.locator(f"#ledger-own-{line} summary").click()
        page.wait_for_load_state("networkidle")
        page.locator("#row-own-electricity").evaluate("row => row.scrollIntoView()")
        shoot(page, "ledger", 1100, 1500, from_top=False)


def receipt(chromium: Browser, site: str) -> None:
    """One sheet of A4, and the comparison of the two versions behind it."""
    with visitor(chromium, site, SCHOOL) as page:
        page.goto("/inventory/102/")
        type_figures(page, {"電力": "97631"})
        page.locator("#filing").get_by_role("button", name="存檔", exact=True).click()
        page.wait_for_url("**/receipt/")
        page.pdf(path=IMAGES / "receipt.pdf", format="A4", print_background=True)
        demo.say("docs/img/receipt.pdf")
        page.goto("/inventory/102/versions/")
        shoot(page, "versions")


@contextmanager
def administrator(chromium: Browser, site: str) -> Iterator[Page]:
    """The platform administrator's browser, on the first page of the administration."""
    password = (web.VAR / "demo_admin_password").read_text(encoding="ascii")
    with visitor(chromium, site) as page:
        page.goto("/admin/")
        page.get_by_label("帳號").fill("admin")
        page.get_by_label("密碼").fill(password)
        page.get_by_role("button", name="登入").click()
        yield page


def what_if(chromium: Browser, site: str) -> None:
    """What the revised electricity factors would move."""
    with administrator(chromium, site) as page:
        page.goto("/admin/inventory/factorset/tw-107-ar4-revised/what-if/")
        shoot(page, "what-if", 1700, 1700)


def doubtful_set(chromium: Browser, site: str) -> None:
    """A set that is well formed and may be wrong all the same, one of its doubts ticked."""
    with administrator(chromium, site) as page:
        page.goto("/admin/inventory/factorset/upload/")
        page.get_by_label("係數版本檔（.toml）").set_input_files(
            {"name": "tw-new.toml", "mimeType": "text/plain", "buffer": DOUBTFUL_SET.encode()}
        )
        page.get_by_role("button", name="上傳並檢查").click()
        page.get_by_label("已查證無誤").first.check()
        page.get_by_label("理由").first.fill("示範：已向發布機關查證，文號記於案卷")
        shoot(page, "doubts", 1500, 1800)


def recompute(chromium: Browser, site: str) -> None:
    """A confirmed year gets the revised set: the totals before it is agreed to, and afterwards."""
    with visitor(chromium, site, COUNTY) as page:
        page.goto("/hierarchy/102/371036500X/view/")
        page.get_by_role("button", name="確認", exact=True).click()
    with administrator(chromium, site) as page:
        page.goto(f"/admin/inventory/factorset/{REVISED}/what-if/")
        publishing = page.locator("#publish")
        publishing.get_by_label("102 (2013)").check()
        publishing.get_by_label("發布原因").fill("示範：改採回溯修正之電力係數")
        publishing.get_by_role("button", name="發布").click()
        page.goto(f"/admin/inventory/factorset/{REVISED}/what-if/102/")
        page.get_by_label("重算原因").fill("示範：改採回溯修正之電力係數")
        page.get_by_role("button", name="重算這一批").click()
        shoot(page, "recompute-before", 1300, 1500)
        page.get_by_role("button", name="確定重算").click()
        shoot(page, "recompute-after", 1300, 1500)


PICTURES: tuple[Callable[[Browser, str], None], ...] = (
    home,
    profile,
    form,
    listing,
    ledger,
    receipt,
    what_if,
    doubtful_set,
    recompute,
)


def main() -> None:
    """Make all pictures, in the order in which the county's year goes."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    executable = browser.find() or sys.exit("The screenshots need a Chromium (tools/browser.py).")
    with county() as site, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        for picture in PICTURES:
            picture(chromium, site)
        chromium.close()


if __name__ == "__main__":
    web.end_cleanly()
    try:
        main()
    except web.Asked:
        sys.exit(1)
