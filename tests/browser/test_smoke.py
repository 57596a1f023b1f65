"""The first thing that anybody sees."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer


@pytest.mark.story
def test_home_page_invites_to_sign_in(
    page: Page, live_server: LiveServer, javascript: bool
) -> None:
    page.goto(live_server.url)
    expect(page.get_by_role("button", name="登入")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "zh-hant")
