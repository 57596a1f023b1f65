"""Make docs/img/* from a demonstration county of their own, as its people would see it.

Usage: python tools/screenshots.py → home, form, list, profile, ledger, versions, what-if, doubts,
recompute-before and recompute-after, then the stories of screenshot_stories.py; each 1280 and 390
pixels wide; and a receipt as the browser prints it, receipt.pdf
       python tools/screenshots.py stories → only the stories
"""

import sys
from collections.abc import Callable

import browser
import demo
import screenshot_stories
from playwright.sync_api import Browser, sync_playwright
from screenshot_scene import (
    COUNTY,
    IMAGES,
    SCHOOL,
    administrator,
    complete,
    county,
    shoot,
    type_figures,
    visitor,
)

import web

REVISED = "tw-107-ar4-revised"
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
    *screenshot_stories.STORIES,
)


def main() -> None:
    """Make all pictures, in the order in which the county's year goes."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    executable = browser.find() or sys.exit("The screenshots need a Chromium (tools/browser.py).")
    with county() as site, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        for picture in screenshot_stories.STORIES if sys.argv[1:] == ["stories"] else PICTURES:
            picture(chromium, site)
        chromium.close()


if __name__ == "__main__":
    web.end_cleanly()
    try:
        main()
    except web.Asked:
        sys.exit(1)
