"""Which part of the year a filing is of, against the events that said so and the unit's own day."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from inventory.models import Filing, FilingEvent
from inventory.periods import ONE_DAY, first_day, last_day
from inventory.states import Verb
from inventory.verifying.differences import Difference, as_text, field_name

SAY_SO = (Verb.CLOSE, Verb.REOPEN)


def wrong_parts() -> Iterator[Difference]:
    """Every cell of a filing's part of the year that is not as it was told. Two queries and one
    for each filing that was told of, which are few.
    """
    told = FilingEvent.objects.filter(verb__in=SAY_SO).values("filing")
    has_part = Q(covers_until__isnull=False) | Q(successor__isnull=False)
    filings = Filing.objects.filter(has_part | Q(pk__in=told))
    filings = filings.select_related("unit", "successor")
    for filing in filings.order_by("year", "path"):
        yield from _of_filing(filing)


def _of_filing(filing: Filing) -> Iterator[Difference]:
    wanted = _day_as_told(filing)
    if filing.covers_until != wanted:
        yield _cell(filing, "covers_until", as_text(filing.covers_until), as_text(wanted))
    into = filing.successor
    if into is None:
        return
    if not Filing.objects.filter(year=filing.year_id, unit=into).exclude(pk=filing.pk).exists():
        yield _cell(filing, "successor", into.code, _("本年度沒有填報"))


def _day_as_told(filing: Filing) -> date | None:
    """The last day as the last event said it; before any, as the unit's closing did at opening."""
    events = filing.events.filter(verb__in=SAY_SO, details__has_key="covers_until")
    last = events.order_by("-revision").first()
    if last is not None:
        day = last.details["covers_until"][1]
        return date.fromisoformat(day) if day else None
    closed_on = filing.unit.closed_on
    if closed_on is None or filing.events.filter(verb__in=SAY_SO).exists():
        return None
    is_within = first_day(filing.year_id) < closed_on <= last_day(filing.year_id)
    return closed_on - ONE_DAY if is_within else None


def _cell(filing: Filing, field: str, stored: str, wanted: str) -> Difference:
    name = field_name(Filing, field)
    return Difference(filing.unit.code, filing.year_id, name, stored, wanted)
