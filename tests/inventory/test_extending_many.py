"""一次展延: a county, a branch or a category gets more time, each filing with its own event."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Unit
from inventory import policies, workflow
from inventory.models import Filing, FilingEvent
from inventory.policies import NotAllowed
from inventory.states import Verb
from inventory.versions.history import history_of
from inventory.workflow import Extension, extending
from tests.inventory.conftest import SET, County, close, complete, number

DOCUMENT = "府環字第 1050002 號"
pytestmark = pytest.mark.django_db


def in_days(days: int) -> date:
    return policies.today() + timedelta(days=days)


def extend(county: County, top: Unit, days: int = 60, **given) -> int:
    by = given.pop("by", county.user(county.government))
    told = {"to": in_days(days), "reason": "颱風停班", "document": DOCUMENT}
    extension = Extension(top=county.filing(top), **(told | given))
    return workflow.extend_many(extension=extension, by=by)


def extended(year: int = 104) -> set[str]:
    filings = Filing.objects.filter(year=year, extended_to__isnull=False)
    return set(filings.values_list("unit__code", flat=True))


def test_a_branch_and_nobody_else(county: County) -> None:
    assert extend(county, county.township) == 2
    assert extended() == {county.township.code, county.kindergarten.code}
    filing = county.filing(county.kindergarten)
    assert (filing.due_on, filing.extension_reason) == (in_days(60), "颱風停班")
    assert filing.extension_document == DOCUMENT
    [step] = history_of(filing)
    assert (step.what, step.reason) == (f"展延期限至 {in_days(60)}", "颱風停班")
    assert f"公文文號：{DOCUMENT}" in step.moved
    assert step.by == county.user(county.government)


def test_a_category_of_the_county(county: County) -> None:
    Unit.objects.filter(pk=county.school.pk).update(category="學校")
    assert extend(county, county.government, category="學校") == 1
    assert extended() == {county.school.code}


def test_later_days_and_excused_units_stay(county: County) -> None:
    boss = county.user(county.government)
    school = county.filing(county.school)
    later = in_days(90)
    workflow.extend(filing=school, revision=0, to=later, reason="火災", by=boss)
    kindergarten = county.filing(county.kindergarten)
    workflow.excuse(filing=kindergarten, revision=0, reason="名冊誤植", by=boss)
    assert extend(county, county.government) == 2
    assert county.filing(county.school).extended_to == later
    assert county.filing(county.school).extension_reason == "火災"
    assert county.filing(county.kindergarten).extended_to is None
    assert extend(county, county.government) == 0


def test_what_was_public_when_its_year_closed_stays_public(county: County) -> None:
    workflow.save(
        filing=county.filing(county.school),
        answers=complete(number("electricity", "1000")),
        outsourced_scope="",
        complete=True,
        revision=0,
        factor_set=SET,
        by=county.user(county.school),
    )
    close(104)
    assert extend(county, county.government) == 4
    filing = county.filing(county.school)
    assert (filing.published_version, filing.own_kg) == (1, Decimal("528.0000"))
    assert history_of(filing)[0].event.details["published_version"] == [None, 1]
    assert county.filing(county.township).published_version is None


def test_in_small_transactions_and_again_after_a_stop(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped on the way, doing it again extends the others, and each has one event."""
    monkeypatch.setattr(extending, "AT_ONCE", 1)
    few, done = extending._extend_few, []

    def stopped(*arguments) -> int:
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(few(*arguments))
        return done[-1]

    monkeypatch.setattr(extending, "_extend_few", stopped)
    with pytest.raises(KeyboardInterrupt):
        extend(county, county.government)
    assert len(extended()) == 2
    monkeypatch.setattr(extending, "_extend_few", few)
    assert extend(county, county.government) == 2
    events = FilingEvent.objects.filter(verb=Verb.EXTEND)
    assert events.count() == len(extended()) == 4


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"document": " "}, "公文文號"),
        ({"reason": ""}, "原因"),
        ({"days": -1}, "不能早於今天"),
        ({"days": 5_000}, "日期須在"),
    ],
)
def test_what_cannot_be_meant(county: County, wrong, why: str) -> None:
    with pytest.raises(NotAllowed, match=why):
        extend(county, county.government, **wrong)
    assert extended() == set()


def test_only_the_county_and_the_platform(county: County) -> None:
    for unit in (county.township, county.school):
        with pytest.raises(PermissionDenied):
            extend(county, unit, by=county.user(unit))
    assert extend(county, county.school, by=county.administrator) == 1
