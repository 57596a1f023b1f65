"""The procedure from end to end, told twice: with and without JavaScript."""

from pathlib import Path

import pytest
from playwright.sync_api import Page
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from tests.browser.conftest import Complaints
from tests.browser.story import administration, filing, live, people, review, sums, upkeep

UNITS = 58
ADMINISTRATOR, PASSWORD = "administrator", "wind-over-nangan"


@pytest.fixture
def county(page: Page, live_server: LiveServer, settings: Settings) -> None:
    """The county as the procedure finds it: accounts handed out, years open, 103 filled in."""
    settings.FORCE_PASSWORD_CHANGE = False  # the procedure: the password stays as it is
    User.objects.create_superuser(ADMINISTRATOR, PASSWORD)
    administration.sign_in(page, live_server.url, ADMINISTRATOR, PASSWORD)
    administration.upload_accounts(page, live_server.url, UNITS)
    administration.open_years(page, live_server.url, ADMINISTRATOR, UNITS)
    administration.import_103(ADMINISTRATOR)
    administration.sign_out(page)


@pytest.mark.story
def test_a_school_files_and_the_county_confirms(
    page: Page,
    live_server: LiveServer,
    county: None,
    complaints: Complaints,
    javascript: bool,
    tmp_path: Path,
) -> None:
    complaints.expect(r"answer: 422 .*/(inventory|accounts)/")  # what the story has refused
    school_keeps_its_account(page, live_server.url)
    school_files(page, javascript)
    county_sends_back(page)
    school_corrects(page)
    county_confirms(page, tmp_path)


def school_keeps_its_account(page: Page, site: str) -> None:
    """Steps 1 to 3."""
    people.start(page, site)
    people.sign_in(page, "371036500X", "371036500X", county="連江縣")
    people.is_signed_in(page, people.SCHOOL)
    people.sign_out(page)
    people.sign_in(page, "z371036500X", "371036500X")
    people.is_signed_in(page, people.SCHOOL)
    upkeep.keep_account(page)


def school_files(page: Page, javascript: bool) -> None:
    """Steps 4 to 8, and the end of 9: nobody is below the school."""
    people.enter_database(page)
    people.open_year(page, 104)
    if javascript:
        live.figures_come_while_typing(page)
    filing.type_104(page)
    filing.wrong_number_is_told(page)
    filing.calculate_104(page)
    filing.complete_104(page)
    filing.correct_103(page)
    filing.file_102(page)
    filing.change_104(page)
    review.has_nobody_below(page)
    people.sign_out(page)


def county_sends_back(page: Page) -> None:
    people.sign_in(page, "371030000A", "371030000A", county="連江縣")
    people.enter_database(page)
    review.open_list(page, review.HEADING)
    review.look_at_school(page, sums.total(103, filing.OWN_103), "已完成")
    review.send_back(page, filing.REASON)
    people.sign_out(page)


def school_corrects(page: Page) -> None:
    people.sign_in(page, "371036500X", "371036500X", county="連江縣")
    people.enter_database(page)
    filing.answer_return(page)
    people.sign_out(page)


def county_confirms(page: Page, folder: Path) -> None:
    people.sign_in(page, "371030000A", "371030000A", county="連江縣")
    people.enter_database(page)
    review.open_list(page, review.HEADING)
    review.look_at_school(page, sums.total(103, filing.CORRECTED_103), "已完成")
    review.confirm(page)
    review.take_workbook(page, folder)
    people.sign_out(page)
