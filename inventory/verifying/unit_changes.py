"""Which part of the year a filing is of, against the events that said so and the unit's own day."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Unit
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
    until, into = _as_told(filing, "covers_until"), _as_told(filing, "successor")
    if filing.covers_until != until:
        yield _cell(filing, "covers_until", as_text(filing.covers_until), as_text(until))
    if filing.successor_id != into:
        yield _cell(filing, "successor", _code(filing.successor_id), _code(into))
    elif filing.successor_id is not None and not _owed_by(filing.successor_id, filing):
        yield _cell(filing, "successor", _code(into), _("本年度沒有填報"))


def _code(unit: int | None) -> str:
    """The unit's agency code, which people know; its key where no such unit is left."""
    found = Unit.objects.filter(pk__in=[] if unit is None else [unit])
    return found.values_list("code", flat=True).first() or as_text(unit)


def _owed_by(unit: int, filing: Filing) -> bool:
    others = Filing.objects.filter(year=filing.year_id, unit=unit)
    return others.exclude(pk=filing.pk).exists()


def _as_told(filing: Filing, name: str) -> Any:
    """The last day or the successor as the last event moved it; before any, as the unit's closing
    did when the year was opened.
    """
    events = filing.events.filter(verb__in=SAY_SO)
    last = events.filter(details__has_key=name).order_by("-revision").first()
    if last is not None:
        now = last.details[name][1]
        return date.fromisoformat(now) if now and name == "covers_until" else now
    first = events.order_by("revision").first()
    closed_on = filing.unit.closed_on
    if first is not None or closed_on is None:
        return None
    if not first_day(filing.year_id) < closed_on <= last_day(filing.year_id):
        return None
    return closed_on - ONE_DAY if name == "covers_until" else filing.unit.merged_into_id


def _cell(filing: Filing, field: str, stored: str, wanted: str) -> Difference:
    name = field_name(Filing, field)
    return Difference(filing.unit.code, filing.year_id, name, stored, wanted)
