"""The receipt on paper: one sheet of A4, whatever the filing has to tell."""

import unicodedata
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO

from playwright.sync_api import Page
from pypdf import PdfReader
from pytest_django.live_server_helper import LiveServer

from inventory import workflow
from inventory.entries.answers import Answer
from inventory.lines import Kind, Operation, lines_of
from inventory.models import Filing
from tests.browser.page_checks import come_in
from tests.hierarchy import county as filings
from tests.hierarchy.county import County, person

NAMES = {
    Kind.FACILITIES: ("行政大樓緊急發電機", "學生宿舍緊急發電機", "游泳池鍋爐"),
    Kind.REFRIGERANTS: ("R404A", "R407C"),
    Kind.OTHERS: ("木炭", "酒精"),
}


def full_answers() -> list[Answer]:
    """Every line a number; three facilities, two refrigerants and two other energies."""
    return [
        Answer(operation, line.code, Decimal("1234.5678"), name, line.unit or "kg", position)
        for operation in Operation
        for line in lines_of(filings.YEAR)
        for position, name in enumerate(NAMES.get(line.kind, ("",)))
    ]


def explained() -> list[Answer]:
    """The same, each figure with a reason, a twelfth of the year in each of its parts."""
    parts = "+".join(["102.88"] * 11 + ["102.8878"])
    return [
        replace(
            one, reason="other", reason_note="校舍改建期間增加使用，並補計委外廠商", parts=parts
        )
        for one in full_answers()
    ]


def save(filing: Filing, answers: list[Answer], **more: object) -> None:
    workflow.save(
        filing=filing,
        answers=answers,
        outsourced_scope="營養午餐廚房、清潔維護與校車接送委外，由本單位負擔能源費用。" * 3,
        complete=True,
        revision=filing.revision,
        factor_set=filing.year.factor_set_id,
        **more,  # type: ignore[arg-type]
    )


def printed(page: Page, address: str) -> PdfReader:
    page.goto(address)
    return PdfReader(BytesIO(page.pdf(format="A4", prefer_css_page_size=True)))


def text_of(paper: PdfReader) -> str:
    """As it reads: a font may draw a character by the one that looks like it."""
    return unicodedata.normalize("NFKC", paper.pages[0].extract_text().replace("\n", ""))


def test_a_receipt_is_one_sheet_of_paper(page: Page, live_server: LiveServer, land: County) -> None:
    clerk = person(land.government)
    save(filings.filing(land.government), full_answers(), by=clerk)
    come_in(page, live_server, clerk)
    paper = printed(page, f"{live_server.url}/inventory/104/receipt/")
    assert len(paper.pages) == 1
    text = text_of(paper)
    assert "游泳池鍋爐" in text
    assert land.government.code in text


def test_with_findings_parts_of_a_year_and_sums_it_still_is(
    page: Page, live_server: LiveServer, land: County
) -> None:
    clerk = person(land.government)
    school = filings.filing(land.branch)
    workflow.close_unit(
        filing=school,
        on=date(2015, 8, 1),
        into=filings.filing(land.sibling),
        revision=school.revision,
        reason="整併",
        by=clerk,
    )
    save(filings.filing(land.branch), explained(), by=clerk, filed_for="該單位已無承辦人")
    come_in(page, live_server, clerk)
    paper = printed(page, f"{live_server.url}/hierarchy/104/{land.branch.code}/receipt/")
    text = text_of(paper)
    assert "提醒事項" in text
    assert "本填報涵蓋 2015-01-01 至 2015-07-31" in text
    assert clerk.username in text
    assert len(paper.pages) == 1
