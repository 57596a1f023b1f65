"""What recomputes have done, told by their events: a run is what one person did for one reason."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, DecimalField, F, Max, Min, Q, QuerySet, Sum
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast, Coalesce

from accounts.models import User
from inventory.impact.totals import ZERO, CountyTotals, Totals, as_they_stand, by_county
from inventory.models import FactorSet, Filing, FilingEvent, ReportingYear
from inventory.policies import today
from inventory.published import public_filings, with_public_figures
from inventory.states import Status, Verb

MAX_RUNS = 20  # the newest
KG = DecimalField(max_digits=24, decimal_places=4)


@dataclass(frozen=True, slots=True)
class Run:
    """Filings of a year that one person recomputed with one set for one reason.

    number: of its first event; it names the run. filings: a filing counts once, however often.
    """

    number: int
    by: User
    reason: str
    began_at: datetime
    ended_at: datetime
    filings: int


def runs_of(factor_set: FactorSet, year: ReportingYear) -> list[Run]:
    """The runs that made figures of the set, the newest first, at most MAX_RUNS. Two queries."""
    rows = (
        _events(factor_set, year)
        .values("by", "reason")
        .annotate(
            number=Min("pk"),
            began_at=Min("at"),
            ended_at=Max("at"),
            filings=Count("filing", distinct=True),
        )
        .order_by("-ended_at", "-number")[:MAX_RUNS]
    )
    found: list[dict[str, Any]] = [dict(row) for row in rows]
    people = User.objects.in_bulk({row["by"] for row in found})
    return [Run(**row | {"by": people[row["by"]]}) for row in found]


def totals_of(run: Run, factor_set: FactorSet, year: ReportingYear) -> Totals:
    """What a run did, by its events, beside the totals as they stand now.

    `desk_before` is the desk's total of now without the run: what was saved since is in both.
    Six queries, however many filings.
    """
    found = as_they_stand(year)
    done = _events(factor_set, year).filter(by=run.by, reason=run.reason)
    for county, figures in _differences(done):
        _tell(found[county], figures)
    for county, (own, outsourced) in _to_publish(year, done):
        for amounts, kg in zip(found[county].both, (own, outsourced), strict=True):
            amounts.to_publish += kg
    return Totals(tuple(found.values()))


def _events(factor_set: FactorSet, year: ReportingYear) -> QuerySet[FilingEvent]:
    """The recomputes of the year whose version has the figures of the set."""
    made = Q(filing__versions__number=F("version"), filing__versions__factor_set=factor_set)
    return FilingEvent.objects.filter(made, verb=Verb.RECOMPUTE, filing__year=year).order_by()


def _differences(events: QuerySet[FilingEvent]) -> list[tuple[str, dict[str, Any]]]:
    """By county: what the events say that moved, and how many filings had been confirmed."""
    rows = events.values("filing__unit__county").annotate(
        filings=Count("filing", distinct=True),
        confirmed=Count("filing", distinct=True, filter=Q(details__status__0=Status.CONFIRMED)),
        own=Sum(_moved("own_kg")),
        outsourced=Sum(_moved("outsourced_kg")),
    )
    return [(row["filing__unit__county"], dict(row)) for row in rows]


def _moved(name: str) -> Any:
    """After less before, as an event has them; what it does not tell did not move."""

    def told(place: int) -> Cast:
        return Cast(KeyTextTransform(place, KeyTransform(name, "details")), KG)

    return Coalesce(told(1) - told(0), ZERO, output_field=KG)


def _tell(county: CountyTotals, figures: dict[str, Any]) -> None:
    county.filings, county.confirmed = figures["filings"], figures["confirmed"]
    for amounts, moved in zip(county.both, (figures["own"], figures["outsourced"]), strict=True):
        amounts.difference = moved
        amounts.desk_before -= moved


def _to_publish(
    year: ReportingYear, events: QuerySet[FilingEvent]
) -> list[tuple[str, tuple[Decimal, Decimal]]]:
    """By county: what confirming the filings of these events, as they are now, would publish."""
    waiting = Filing.objects.filter(
        year=year, status=Status.COMPLETED, pk__in=events.values("filing")
    )
    shown = public_filings(today()).filter(pk__in=waiting.values("pk"))
    newer = with_public_figures(shown)
    own = Sum(F("own_kg") - F("public_own_kg"))
    outsourced = Sum(F("outsourced_kg") - F("public_outsourced_kg"))
    unseen = waiting.exclude(pk__in=shown.values("pk"))
    return [
        *by_county(newer, own, outsourced),
        *by_county(unseen, Sum("own_kg"), Sum("outsourced_kg")),
    ]
