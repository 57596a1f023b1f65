"""The activity form of a year, by the words that stand beside its fields."""

import re

from playwright.sync_api import Locator, Page, expect

OWN, OUTSOURCED = "二、營運活動數據", "三、委外操作/營運活動數據(該單位自行負擔費用部分)"
COMPLETE = "我已確認完整填報各欄位"
OWN_TOTAL = "CO₂ 排放量(KgCO₂e)-不含委外部分"
OUTSOURCED_TOTAL = "CO₂ 排放量(KgCO₂e)-委外部分"


def field(page: Page, line: str, section: str = OWN) -> Locator:
    """The field of a line, in one of the two sections."""
    return page.get_by_role("region", name=section).get_by_label(line, exact=True)


def group(page: Page, name: str, section: str = OWN) -> Locator:
    """A group of lines: 其他設施(如發電機)."""
    return page.get_by_role("region", name=section).get_by_role("group", name=name)


def unused(page: Page, line: str, section: str = OWN) -> Locator:
    """The tick 「未使用」 of a line."""
    section_shown = page.get_by_role("region", name=section)
    return section_shown.get_by_role("checkbox", name=f"未使用 ：{line}")


def error_of(page: Page, box: Locator) -> Locator:
    """The messages that the field points at, as a screen reader finds them."""
    described_by = box.get_attribute("aria-describedby") or ""
    return page.locator(f"[id='{described_by.split()[-1]}']")


def facility(page: Page, number: int, name: str, diesel: str) -> None:
    """One row of 其他設施(如發電機), counted from 1."""
    rows = group(page, "其他設施(如發電機)")
    rows.get_by_label(f"設施名稱 {number}").fill(name)
    rows.get_by_label(f"柴油 {number}").fill(diesel)


def add_facility(page: Page, number: int) -> None:
    """Ask for one more row and see it."""
    rows = group(page, "其他設施(如發電機)")
    rows.get_by_role("button", name=re.compile("增加一列")).click()
    expect(rows.get_by_label(f"設施名稱 {number}")).to_be_visible()


def press(page: Page, button: str) -> None:
    """「計算」 or 「存檔」."""
    page.locator("#filing").get_by_role("button", name=button, exact=True).click()


def totals_are(page: Page, own: str, outsourced: str) -> None:
    """Both totals, under their labels."""
    for label, figure in ((OWN_TOTAL, own), (OUTSOURCED_TOTAL, outsourced)):
        pair = page.locator(".totals div").filter(has=page.get_by_text(label, exact=True))
        expect(pair.locator("dd")).to_have_text(figure)
