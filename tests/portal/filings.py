"""Filings in any state, with made-up amounts, for what the public may and may not see."""

from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from accounts.models import County, User
from inventory.lines import Operation
from inventory.models import (
    AnswerKind,
    Entry,
    FactorSet,
    Filing,
    FilingEvent,
    ReportingYear,
    SavedAs,
)
from inventory.states import Status, Verb
from tests.factories import UnitFactory, UserFactory

YESTERDAY, TOMORROW = timedelta(days=-1), timedelta(days=1)
Amounts = dict[tuple[Operation, str], str | None]


def factor_set() -> FactorSet:
    return FactorSet.objects.get_or_create(
        slug="for-tests",
        defaults={
            "title": "測試用係數",
            "publisher": "測試",
            "source": "made up",
            "published": date(2016, 1, 1),
            "gwp_basis": "AR4",
            "usable_years": [102, 103, 104],
            "review_by": date(2099, 1, 1),
            "checksum": "0" * 64,
        },
    )[0]


def reporting_year(year: int, due: timedelta) -> ReportingYear:
    """A year whose due date is so far from today."""
    day = timezone.localdate() + due
    return ReportingYear.objects.create(
        year=year, opens_on=day - timedelta(days=30), due_on=day, factor_set=factor_set()
    )


def filing(
    year: ReportingYear, status: Status, amounts: Amounts, *, county: County | None = None
) -> Filing:
    """A filing of a new unit. An amount of None is an answer that no factor exists for."""
    unit = UnitFactory(**({"county": county} if county else {}))
    by: User = UserFactory(unit=unit)
    made = Filing.objects.create(year=year, unit=unit, path=f"{unit.pk:05d}", level=1)
    Entry.objects.bulk_create(
        Entry(
            filing=made,
            operation=operation,
            line=line,
            answer=AnswerKind.NUMBER,
            quantity=1,
            kg=None if kg is None else Decimal(kg),
            factor_set=None if kg is None else factor_set(),
        )
        for (operation, line), kg in amounts.items()
    )
    if status != Status.NOT_STARTED:
        _mark(made, status, by)
        made.own_kg = _total(amounts, Operation.OWN)
        made.outsourced_kg = _total(amounts, Operation.OUTSOURCED)
        made.uncounted = list(amounts.values()).count(None)
        made.save()  # after its entries: this is when the database writes the version down
        FilingEvent.objects.create(
            filing=made, revision=1, version=1, verb=Verb.SAVE, by=by, at=made.saved_at
        )
    return made


def _mark(filing: Filing, status: Status, by: User) -> None:
    now = timezone.now()
    filing.status, filing.version, filing.revision = status, 1, 1
    filing.saved_at, filing.saved_by = now, by
    filing.saved_as, filing.factor_set = SavedAs.DRAFT, factor_set()
    if status in (Status.COMPLETED, Status.CONFIRMED):
        filing.completed_at, filing.completed_by = now, by
    if status == Status.CONFIRMED:
        filing.confirmed_at, filing.confirmed_by = now, by
        filing.confirmed_version = filing.published_version = 1
    if status == Status.RETURNED:
        filing.returned_at, filing.returned_by, filing.return_reason = now, by, "請核對電費單"


def _total(amounts: Amounts, operation: Operation) -> Decimal:
    return sum(
        (Decimal(kg) for (of, _line), kg in amounts.items() if of == operation and kg), Decimal(0)
    )
