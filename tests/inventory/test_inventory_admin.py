"""Platform administrators open years and look at filings; they do not edit figures."""

from datetime import date

import pytest
from django.test import Client

from inventory import workflow
from inventory.models import Filing, ReportingYear
from tests.inventory.conftest import SET, County, number
from tests.inventory.test_publication import GOOD, keep

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def admin(county: County, client: Client) -> Client:
    client.force_login(county.administrator, backend=BACKEND)
    return client


def test_a_year_is_made_and_opened(admin: Client, county: County) -> None:
    admin.post(
        "/admin/inventory/reportingyear/add/",
        {
            "year": "105",
            "opens_on": "2016-01-01",
            "due_on": "2099-06-30",
            "factor_set": "tw-105-ar4",
            "note": "",
        },
    )
    page = admin.post(
        "/admin/inventory/reportingyear/",
        {"action": "open_years", "_selected_action": ["105"]},
        follow=True,
    )
    assert "105 年度：新增 4 個單位的填報" in page.content.decode()
    assert Filing.objects.filter(year=105).count() == 4


def test_a_year_that_the_set_is_not_for_is_not_opened(admin: Client, county: County) -> None:
    keep(GOOD)
    ReportingYear.objects.create(
        year=110, opens_on=date(2016, 1, 1), due_on=date(2099, 1, 1), factor_set_id="test"
    )
    page = admin.post(
        "/admin/inventory/reportingyear/",
        {"action": "open_years", "_selected_action": ["110"]},
        follow=True,
    )
    assert "不適用於 110 年度" in page.content.decode()


def test_an_open_year_keeps_its_factors(admin: Client, county: County) -> None:
    html = admin.get("/admin/inventory/reportingyear/104/change/").content.decode()
    assert 'name="due_on"' in html
    assert 'name="factor_set"' not in html


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
