"""Two people press a button in the same moment: one is served, the other is told."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from accounts.models import Unit
from inventory import workflow
from inventory.models import Entry
from inventory.policies import NotAllowed
from inventory.workflow import FilingConflict
from tests.inventory.conftest import County, number


@pytest.mark.django_db(transaction=True)
def test_one_is_saved_and_the_others_are_told(county: County) -> None:
    writers = 4
    ready = Barrier(writers)
    user = county.user(county.school)

    def save(quantity: int) -> str:
        try:
            filing = county.filing(county.school)
            ready.wait(timeout=10)
            workflow.save(
                filing=filing,
                answers=[number("electricity", str(quantity))],
                outsourced_scope="",
                complete=False,
                revision=filing.revision,
                factor_set=filing.year.factor_set_id,
                by=user,
            )
            return "saved"
        except FilingConflict:
            return "told"
        finally:
            connection.close()

    with ThreadPoolExecutor(writers) as pool:
        outcomes = sorted(pool.map(save, range(1, writers + 1)))
    assert outcomes == ["saved", "told", "told", "told"]
    filing = county.filing(county.school)
    assert filing.version == 1
    assert Entry.objects.get().kg == filing.own_kg


@pytest.mark.django_db(transaction=True)
def test_two_moves_that_cross_make_no_circle(county: County) -> None:
    ready = Barrier(2)
    user = county.user(county.government)

    def move(pair: tuple[Unit, Unit]) -> str:
        filing, under = (county.filing(unit) for unit in pair)
        try:
            ready.wait(timeout=10)
            workflow.move(
                filing=filing, under=under, revision=filing.revision, reason="名冊誤植", by=user
            )
            return "moved"
        except (NotAllowed, FilingConflict):
            return "told"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        pairs = [(county.township, county.school), (county.school, county.township)]
        assert sorted(pool.map(move, pairs)) == ["moved", "told"]
    for unit in (county.township, county.school, county.kindergarten):
        filing = county.filing(unit)
        assert filing.parent is not None
        assert filing.path[:-5] == filing.parent.path
