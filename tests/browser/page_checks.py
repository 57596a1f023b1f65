"""What every page has to stand: a check for barriers, and a narrow screen."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as site
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts import roles
from accounts.models import User
from tests.browser.conftest import DESKTOP, PHONE
from tests.hierarchy.county import County, administrator

RULES = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]},
}
MOST_TABS = 120
NARROW = {"width": 320, "height": 640}  # what WCAG's reflow asks for
LEAST_FIELD = 96  # pixels: a quantity of eight digits can be read while it is typed


def has_no_barriers(page: Page, what: str) -> list[str]:
    """WCAG 2.0 and 2.1, A and AA, at both widths; on a phone nothing reaches out or is tiny."""
    found = []
    for size in (DESKTOP, PHONE, NARROW):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        name = f"{what} at {size['width']}"
        if size is not NARROW:
            results = Axe().run(page, options=RULES)
            if results.violations_count:
                found.append(f"{name}: {results.generate_report()}")
        if size is not DESKTOP:
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > size["width"]:
                found.append(f"{name}: {wide} pixels wide, because of {too_wide(page)}")
            found += [f"{name}: too small to type in: {one}" for one in too_small(page)]
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


def too_small(page: Page) -> list[str]:
    """The text fields in which nobody sees what is typed."""
    script = """least => [...document.querySelectorAll(
            "main input[type=text], main input:not([type]), main select, main textarea")]
        .filter(one => one.getClientRects().length && one.offsetWidth < least)
        .slice(0, 5).map(one => one.offsetWidth + " " + one.name)"""
    tiny: list[str] = page.evaluate(script, LEAST_FIELD)
    return tiny


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


def come_in(page: Page, live_server: LiveServer, user: User) -> None:
    """Start signed in: signing in by the form has its own tests."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    cookie = {"name": site.SESSION_COOKIE_NAME, "value": str(session.session_key)}
    page.context.add_cookies([{**cookie, "url": live_server.url}])  # type: ignore[list-item]


def look_at(page: Page, live_server: LiveServer, *addresses: str) -> list[str]:
    """Go to each page and collect what is wrong with it."""
    found = []
    for address in addresses:
        page.goto(live_server.url + address)
        found += has_no_barriers(page, address)
    return found


def administrator_of(land: County) -> User:
    """The one who opened the years, or a new one."""
    return User.objects.filter(role=roles.PLATFORM_ADMINISTRATOR.code).first() or administrator()
