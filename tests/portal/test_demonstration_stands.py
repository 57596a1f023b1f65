"""The demonstration: nothing moves its published totals until a newer version is confirmed."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from accounts import roles
from accounts.models import User
from inventory import workflow
from inventory.entries.answers import answers_from
from inventory.models import CountyDates, FactorSet, Filing, ReportingYear
from inventory.states import Status
from inventory.workflow.publishing import publish
from portal.models import Purpose
from tests.database import set_identity
from tests.hierarchy.county import in_days

pytestmark = [pytest.mark.django_db, pytest.mark.long]
YEAR = 102
REVISED = "tw-107-ar4-revised"


@pytest.fixture(autouse=True)
def demonstration(db: None, settings: Any, tmp_path: Path) -> Iterator[None]:
    set_identity(Purpose.DEMONSTRATION)
    settings.DEMONSTRATION = True
    settings.VAR_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    call_command("load_demo", stdout=StringIO())
    yield
    out = StringIO()
    call_command("verify_totals", stdout=out, stderr=StringIO())
    assert "全部相符" in out.getvalue()


def totals() -> list[tuple[Any, ...]]:
    """Every county and year as the public reads it: filings, own and outsourced kg CO2e."""
    groups = Client().get("/disclosure/").context["shown"].groups
    return [
        (one.county_code, one.year, one.published, one.own_kg, one.outsourced_kg) for one in groups
    ]


def confirmed() -> Filing:
    """A school's filing that was confirmed, as it is now."""
    chosen = Filing.objects.with_dates().select_related("year", "unit")
    return chosen.filter(
        year=YEAR, unit__name__contains="國", confirmed_version__isnull=False
    ).order_by("path")[0]


def boss() -> User:
    return User.objects.get(unit__code="371030000A", role=roles.COUNTY_ADMINISTRATOR.code)


def save(*, kwh: Decimal | None = None, ticked: bool = True) -> Filing:
    """What the unit has filed, with other electricity where that is said."""
    stored = confirmed()
    answers = answers_from(stored.entries.all())
    if kwh is not None:
        answers = [
            replace(one, quantity=kwh, reason="activity")
            if (one.line, one.operation) == ("electricity", "own")
            else one
            for one in answers
        ]
    return workflow.save(
        filing=stored,
        answers=answers,
        outsourced_scope=stored.outsourced_scope,
        complete=ticked,
        revision=stored.revision,
        factor_set=stored.year.factor_set_id,
        by=User.objects.get(unit=stored.unit),
        reply="已更正",
    )


def decide(verb: Any, **more: Any) -> Filing:
    stored = confirmed()
    return verb(filing=stored, revision=stored.revision, by=boss(), **more)


def recompute() -> Filing:
    administrator = User.objects.get(username="admin")
    revised = FactorSet.objects.get(pk=REVISED)
    publish(factor_set=revised, years=[YEAR], reason="試算", by=administrator)
    stored = confirmed()
    return workflow.recompute(
        filing=stored, revision=stored.revision, reason="試算", by=administrator
    )


def close() -> None:
    ReportingYear.objects.filter(year=YEAR).update(due_on=in_days(-1))
    CountyDates.objects.filter(year=YEAR).update(due_on=in_days(-1))


@pytest.mark.parametrize("is_closed", [False, True], ids=["open", "closed"])
def test_none_of_these_moves_them_and_a_confirmation_does(is_closed: bool) -> None:
    if is_closed:
        close()
    before = totals()
    assert any(year == YEAR and kg for _county, year, _number, kg, _outsourced in before)
    if not is_closed:
        revision = confirmed().revision
        save()
        assert (confirmed().revision, totals()) == (revision, before)
    recompute()
    assert totals() == before
    decide(workflow.send_back, reason="請核對電費單", lines=["own-electricity"])
    assert totals() == before
    decide(workflow.extend, to=in_days(400), reason="颱風")
    assert totals() == before
    save(kwh=Decimal("1234.5"), ticked=False)
    assert confirmed().status == Status.DRAFT
    assert totals() == before
    was = confirmed()
    save(kwh=Decimal("1234.5"))
    assert totals() == before
    now = decide(workflow.confirm)
    assert now.published_version == now.version > was.published_version
    assert totals() != before
