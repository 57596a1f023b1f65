"""Where JavaScript runs: figures come without a page load, and nothing typed is lost."""

from playwright.sync_api import Page, expect

from tests.browser.story import form, sums
from tests.browser.story.form import field


def figures_come_while_typing(page: Page) -> None:
    """A changed field brings its kilograms and the totals; 「計算」 does so on demand."""
    page.evaluate("document.body.dataset.same = 'page'")
    field(page, "電力").fill("1,000")
    field(page, "汽油").focus()  # leaving a field is what tells of its change
    page.keyboard.type("12.")
    expect(page.locator("#kg-own-electricity")).to_have_text("528")
    expect(field(page, "汽油")).to_have_value("12.")
    expect(field(page, "汽油")).to_be_focused()

    page.keyboard.type("5")
    form.press(page, "計算")
    expect(page.locator("#kg-own-gasoline")).to_have_text(sums.shown(sums.kg(104, "汽油", "12.5")))
    total = sums.total(104, [("電力", "1000"), ("汽油", "12.5")])
    form.totals_are(page, sums.shown(total), "0")
    expect(field(page, "電力")).to_have_value("1,000")
    expect(field(page, "汽油")).to_have_value("12.5")
    expect(page.locator("body")).to_have_attribute("data-same", "page")
