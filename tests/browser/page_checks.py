"""What every page has to stand: a check for barriers, and a narrow screen."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import DESKTOP, PHONE

RULES = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]},
}
MOST_TABS = 120


def has_no_barriers(page: Page, what: str) -> list[str]:
    """WCAG 2.0 and 2.1, A and AA, at both widths; no scrolling sideways on a phone."""
    found = []
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        name = f"{what} at {size['width']}"
        results = Axe().run(page, options=RULES)
        if results.violations_count:
            found.append(f"{name}: {results.generate_report()}")
        if size is PHONE:
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > size["width"]:
                found.append(f"{name}: {wide} pixels wide, because of {too_wide(page)}")
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    return found


def nothing_wrong(found: list[str]) -> None:
    """Fail with everything that was found, at its full length."""
    if found:
        pytest.fail("\n".join(found))


def too_wide(page: Page) -> list[str]:
    """The elements that reach out of the window."""
    script = """() => [...document.querySelectorAll("main *, header *, footer *")]
        .filter(one => one.getBoundingClientRect().right > innerWidth + 1)
        .slice(0, 5).map(one => one.outerHTML.slice(0, 120))"""
    reaching: list[str] = page.evaluate(script)
    return reaching


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus; at every stop the focus can be seen."""
    expect(target).to_have_count(1)
    for _press in range(MOST_TABS):
        page.keyboard.press("Tab")
        focus_is_visible(page)
        if target.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"{target} cannot be reached with Tab")


def focus_is_visible(page: Page) -> None:
    """The focused element is drawn with an outline or a shadow, and nothing covers it."""
    problem = page.evaluate(
        """() => {
            const one = document.activeElement, style = getComputedStyle(one);
            if (one === document.body) return "";
            const drawn = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0)
                || style.boxShadow !== "none";
            const box = one.getBoundingClientRect();
            const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
            const seen = top && (one.contains(top) || top.contains(one));
            if (drawn && seen) return "";
            return (drawn ? "covered: " : "not drawn: ") + one.outerHTML.slice(0, 200);
        }"""
    )
    nothing_wrong([problem] if problem else [])
