"""Platform administrators look at filings and factors; they do not edit figures."""

import pytest
from django.test import Client

from inventory import workflow
from tests.inventory.conftest import SET, County, number

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def admin(county: County, client: Client) -> Client:
    client.force_login(county.administrator, backend=BACKEND)
    return client


def test_filings_and_factors_are_for_looking(admin: Client, county: County) -> None:
    filing = workflow.save(
        filing=county.filing(county.school),
        answers=[number("electricity", "10")],
        outsourced_scope="",
        complete=False,
        revision=0,
        factor_set=SET,
        by=county.user(county.school),
    )
    for url in (
        "/admin/inventory/filing/",
        f"/admin/inventory/filing/{filing.pk}/change/",
        "/admin/inventory/factorset/",
        "/admin/inventory/factorset/tw-105-ar4/change/",
    ):
        page = admin.get(url)
        assert page.status_code == 200
        assert "_save" not in page.content.decode()
    assert admin.get("/admin/inventory/filing/add/").status_code == 403
    assert admin.post(f"/admin/inventory/filing/{filing.pk}/delete/").status_code == 403


def test_a_filing_leads_to_the_page_that_puts_it_right(admin: Client, county: County) -> None:
    """Platform administrators have no desk, and find the page of one filing from here."""
    filing = county.filing(county.school)
    page = admin.get(f"/admin/inventory/filing/{filing.pk}/change/").content.decode()
    assert "/hierarchy/104/371036500X/arrange/" in page
