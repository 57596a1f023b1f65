"""A unit saves while everything is recomputed: nobody waits for more than a batch."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest
from django.db import OperationalError, connection, transaction

from accounts.models import Unit
from inventory.impact import recompute as recomputing
from inventory.impact.estimate import FilingImpact
from inventory.impact.recompute import Batch, recompute_waiting
from inventory.models import FactorSet, Filing, FilingEvent, ReportingYear
from inventory.states import Verb
from inventory.workflow.publishing import publish
from tests.inventory.conftest import County, complete, number
from tests.inventory.factor_sets import file, keep_set, toml

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]
Result = TypeVar("Result")


@pytest.fixture
def units(county: County) -> list[Unit]:
    """Four units that have completed 104, in the order of their filings, and new factors."""
    found = [county.government, county.township, county.kindergarten, county.school]
    found.sort(key=lambda unit: county.filing(unit).pk)
    for unit in found:
        file(county, unit, complete(number("electricity", "1000")))
    new = keep_set(toml("tw-105-ar4", power_of_104="value = 0.5"))
    publish(factor_set=new, years=[104], reason="x", by=county.administrator)
    return found


def batches(county: County, size: int) -> Iterator[Batch]:
    return recompute_waiting(
        factor_set=FactorSet.objects.get(slug="new"),
        year=ReportingYear.objects.get(year=104),
        reason="修正",
        by=county.administrator,
        size=size,
    )


def elsewhere(work: Callable[[], Result]) -> Result:
    """Done by a connection of its own, which gives up where it would have to wait for a lock."""

    def alone() -> Result:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '100ms'")
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(alone).result()


def free() -> set[str]:
    """The units whose filings of 104 nobody has locked."""
    with transaction.atomic():
        unlocked = Filing.objects.filter(year=104).select_for_update(of=("self",), skip_locked=True)
        return {filing.unit.name for filing in unlocked.select_related("unit")}


def recomputed() -> int:
    return FilingEvent.objects.filter(verb=Verb.RECOMPUTE).count()


def at_the_last_of_a_batch(
    monkeypatch: pytest.MonkeyPatch, size: int, look: Callable[[], object]
) -> None:
    """`look` in the middle of each transaction, when all of its filings are locked."""
    recompute, calls = recomputing._recompute, []

    def watched(*given: object) -> FilingImpact:
        done = recompute(*given)
        calls.append(done)
        if len(calls) % size == 0:
            look()
        return done

    monkeypatch.setattr(recomputing, "_recompute", watched)


def test_only_the_batch_is_locked(county: County, units: list[Unit], monkeypatch) -> None:
    unlocked: list[set[str]] = []
    at_the_last_of_a_batch(monkeypatch, 2, lambda: unlocked.append(elsewhere(free)))
    list(batches(county, 2))
    first, last = ({unit.name for unit in part} for part in (units[:2], units[2:]))
    assert unlocked == [last, first]


def test_what_is_done_is_stored_before_the_next_is_begun(county: County, units: list[Unit]) -> None:
    seen = [elsewhere(recomputed) for _batch in batches(county, 1)]
    assert seen == [1, 2, 3, 4]
    assert elsewhere(free) == {unit.name for unit in units}


def test_who_saves_meanwhile_is_saved_and_not_set_back(
    county: County, units: list[Unit], monkeypatch
) -> None:
    """While the first two are locked, the last one saves; its turn comes, and it is left alone."""
    last, saved = units[-1], []

    def save() -> None:
        if not saved:
            answers = complete(number("electricity", "7"))
            saved.append(elsewhere(lambda: file(county, last, answers)))

    at_the_last_of_a_batch(monkeypatch, 2, save)
    found = list(batches(county, 2))
    assert [len(batch.done) for batch in found] == [2, 1]
    assert str(county.filing(last).own_kg) == "3.5000"
    assert county.filing(last).version == 2


def test_who_saves_what_is_being_recomputed_waits_for_its_batch_alone(
    county: County, units: list[Unit], monkeypatch
) -> None:
    first, refused = units[0], []

    def save() -> object:
        return elsewhere(lambda: file(county, first, complete(number("electricity", "7"))))

    def look() -> None:
        if not refused:
            with pytest.raises(OperationalError, match="lock timeout") as error:
                save()
            refused.append(error)

    at_the_last_of_a_batch(monkeypatch, 2, look)
    rest = batches(county, 2)
    next(rest)
    assert refused
    save()  # while half of the filings wait still
    assert len(next(rest).done) == 2
    assert str(county.filing(first).own_kg) == "3.5000"
