"""開放年度 pressed by several people in the same moment: one opens, the others are told so."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from io import StringIO
from threading import Barrier

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from inventory import policies
from inventory.models import FactorSet, Filing, ReportingYear
from inventory.workflow.opening import open_year
from tests.inventory.conftest import SET, County, make_year

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 4
OPENED = "105 年度：新增 4 個單位的填報。"
IS_OPEN = "105 年度先前已開放，沒有需要補建填報的單位。"


def all_at_once(press: Callable[[], str]) -> list[str]:
    """What each of four people is told, each with a connection of their own."""
    ready = Barrier(AT_ONCE)

    def one(_number: int) -> str:
        try:
            connection.ensure_connection()
            ready.wait(timeout=10)
            return press()
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return sorted(pool.map(one, range(AT_ONCE)))


def check_opened_once() -> None:
    units = Filing.objects.filter(year=105).values_list("unit", flat=True)
    assert len(units) == len(set(units)) == 4


def test_by_the_verb(county: County, factor_set: FactorSet) -> None:
    year = make_year(105, factor_set)
    said = all_at_once(lambda: str(open_year(year=year, by=county.administrator)))
    assert said == [IS_OPEN, IS_OPEN, IS_OPEN, OPENED]
    check_opened_once()


def test_on_the_page(county: County, factor_set: FactorSet) -> None:
    make_year(105, factor_set)
    backend = "django.contrib.auth.backends.ModelBackend"
    choice = {"action": "open_years", "_selected_action": ["105"]}

    def press() -> str:
        client = Client()
        client.force_login(county.administrator, backend=backend)
        page = client.post("/admin/inventory/reportingyear/", choice, follow=True).content.decode()
        return " ".join(sentence for sentence in (OPENED, IS_OPEN) if sentence in page)

    assert all_at_once(press) == [IS_OPEN, IS_OPEN, IS_OPEN, OPENED]
    check_opened_once()


def test_by_the_command_that_sets_it_up_too(county: County) -> None:
    due_on = policies.today() + timedelta(days=30)

    def press() -> str:
        out = StringIO()
        facts = {"opens_on": date(2016, 1, 1), "due_on": due_on, "factor_set": SET}
        call_command("open_year", 105, stdout=out, by="admin", **facts)
        return out.getvalue().strip()

    assert all_at_once(press) == [IS_OPEN, IS_OPEN, IS_OPEN, OPENED]
    events = ReportingYear.objects.get(year=105).events.order_by("pgh_id")
    assert [event.pgh_label for event in events] == ["insert", "opened"]
    check_opened_once()
