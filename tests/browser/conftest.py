"""A real browser on a running site; whatever it complains of fails the test."""

import os
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response
from pytest_django import Settings

from inventory.models import ReportingYear
from tests.browser.chromium import find_chromium
from tests.hierarchy import county as filings
from tests.hierarchy.county import County, county, opened

# Playwright runs its own event loop in this thread; Django's database calls are not in it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {
        **browser_type_launch_args,
        "executable_path": find_chromium(),
        "args": ARGUMENTS,
    }


@pytest.fixture(params=["with JavaScript", "without JavaScript"])
def javascript(request: pytest.FixtureRequest) -> bool:
    """Tells a story twice: ask for this fixture and it runs with and without scripts."""
    return bool(request.param == "with JavaScript")


@pytest.fixture
def browser_context_args(
    browser_context_args: dict[str, Any], request: pytest.FixtureRequest
) -> dict[str, Any]:
    told_twice = "javascript" in request.fixturenames
    return {
        **browser_context_args,
        "locale": "zh-TW",
        "timezone_id": "Asia/Taipei",
        "viewport": DESKTOP,
        "accept_downloads": True,
        "java_script_enabled": request.getfixturevalue("javascript") if told_twice else True,
    }


class Complaints:
    """What the browser found wrong: errors on the console or in scripts, failed requests.

    A page that is expected to be refused (a 4xx) is announced with `expect`.
    """

    def __init__(self) -> None:
        self.found: list[str] = []
        self.expected: list[str] = []

    def expect(self, pattern: str) -> None:
        """Do not fail for complaints in which the pattern is found."""
        self.expected.append(pattern)

    def watch(self, context: BrowserContext) -> None:
        context.on("console", self._console)
        context.on("weberror", lambda error: self.found.append(f"script: {error.error}"))
        context.on("requestfailed", self._failed)
        context.on("response", self._answered)

    def unexpected(self) -> list[str]:
        return [
            text
            for text in self.found
            if not any(re.search(pattern, text) for pattern in self.expected)
        ]

    def _console(self, message: ConsoleMessage) -> None:
        # A refused request is told by `_answered`, with its address.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.found.append(f"console: {message.text}")

    def _failed(self, request: Request) -> None:
        # Leaving a page ends its requests, and a download is not a page: neither is an error.
        if request.failure not in (None, "net::ERR_ABORTED"):
            self.found.append(f"request: {request.url} {request.failure}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self.found.append(f"answer: {response.status} {response.url}")


@pytest.fixture
def complaints(context: BrowserContext) -> Iterator[Complaints]:
    watcher = Complaints()
    watcher.watch(context)
    yield watcher
    if watcher.unexpected():
        pytest.fail("\n".join(watcher.unexpected()))


@pytest.fixture
def page(complaints: Complaints, page: Page) -> Page:
    """Playwright's page, watched."""
    page.set_default_timeout(10_000)
    return page


@pytest.fixture
def land(transactional_db: None, settings: Settings) -> County:
    """A county with public content; 103 filed and closed, 104 open and filed in part."""
    settings.FORCE_PASSWORD_CHANGE = False
    call_command("load_content", verbosity=0)
    land = county()
    for year in (103, 104):
        opened(year)
    for unit in land.units:
        filings.file(unit, "100", year=103)
    ReportingYear.objects.filter(pk=103).update(due_on=filings.in_days(-1))
    filings.file(land.township, "200", complete=False)
    filings.file(land.sibling, "105")
    filings.file(land.school, "110", outsourced="20")
    return land
