"""Any two versions of a filing side by side, for its unit and for the agencies above."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import Unit
from inventory import workflow
from tests.inventory.conftest import County, complete, number

pytestmark = pytest.mark.django_db
URL = "/inventory/104/versions/"
ABOVE = "/hierarchy/104/371036500X/versions/"


@pytest.fixture
def saved(county: County) -> County:
    for quantity, is_ticked in (("10", True), ("12.5", True), ("12.5", False)):
        filing = county.filing(county.school)
        workflow.save(
            filing=filing,
            answers=complete(number("electricity", quantity)),
            outsourced_scope="",
            complete=is_ticked,
            revision=filing.revision,
            factor_set=filing.year.factor_set_id,
            by=county.user(county.school),
        )
        if filing.version == 0:
            workflow.confirm(filing=filing, revision=1, by=county.user(county.government))
    return county


SignIn = Callable[[Unit], Client]


def test_the_newest_two_stand_side_by_side_at_first(sign_in: SignIn, saved: County) -> None:
    html = sign_in(saved.school).get(URL).content.decode()
    assert "第 2 版與第 3 版" in html
    assert "兩個版本的各項數據相同" in html
    assert html.count("確認完整並存檔") >= 2


def test_who_when_and_what_it_did_to_the_total(sign_in: SignIn, saved: County) -> None:
    html = sign_in(saved.school).get(URL, {"before": "1", "after": "2"}).content.decode()
    assert '<del class="changed">10 度</del><div>5.28 公斤CO₂e</div>' in html
    assert '<ins class="changed">12.5 度</ins><div>6.6 公斤CO₂e</div>' in html
    assert "係數 0" not in html, "only where it is another one"
    assert html.count("+1.32") == 2, "the line and the total"
    assert "z371036500X" in html
    assert "已確認" in html


def test_the_agency_above_sees_the_same(sign_in: SignIn, saved: County) -> None:
    client = sign_in(saved.government)
    assert "第 2 版與第 3 版" in client.get(ABOVE).content.decode()
    assert ABOVE in client.get("/hierarchy/104/371036500X/view/").content.decode()


def test_siblings_do_not(sign_in: SignIn, saved: County) -> None:
    assert sign_in(saved.township).get(ABOVE).status_code == 404


@pytest.mark.parametrize("query", ["before=9&after=1", "before=x", "after=1"])
def test_versions_that_are_not_there(sign_in: SignIn, saved: County, query: str) -> None:
    page = sign_in(saved.school).get(f"{URL}?{query}")
    assert page.status_code == 400
    html = page.content.decode()
    assert "field-error" in html
    assert "所有版本" in html


def test_before_the_first_save(sign_in: SignIn, county: County) -> None:
    page = sign_in(county.school).get(URL)
    assert page.status_code == 200
    assert "還沒有存過檔" in page.content.decode()
    assert sign_in(county.school).get("/inventory/99/versions/").status_code == 404


def test_few_queries(sign_in: SignIn, saved: County, django_assert_max_num_queries) -> None:
    client = sign_in(saved.school)
    with django_assert_max_num_queries(12):
        client.get(URL)
