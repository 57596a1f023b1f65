"""What the makers of pictures share: a demonstration of their own, its people, and a camera."""

import atexit
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import demo
from playwright.sync_api import Browser, Page

import web

SCHOOL, COUNTY = "371036500X", "371030000A"
WIDTHS = (1280, 390)
IMAGES = web.ROOT / "docs" / "img"


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


def shoot(
    page: Page, name: str, *heights: int | None, at: str = "body", from_top: bool = True
) -> None:
    """Both widths; of the window at the given height, or of the whole page where it is None.

    The window begins at the element that `at` selects, or stays where it is.
    """
    page.wait_for_load_state()
    for width, height in zip(WIDTHS, heights or (None, None), strict=True):
        page.set_viewport_size({"width": width, "height": height or 844})
        page.evaluate("document.activeElement?.blur()")
        if from_top:
            page.locator(at).first.evaluate("one => one.scrollIntoView()")
        file = IMAGES / f"{name}-{width}.png"
        page.screenshot(path=file, full_page=height is None, animations="disabled")
        demo.say(f"{file.relative_to(web.ROOT)}  {file.stat().st_size // 1024} kB")
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})


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
