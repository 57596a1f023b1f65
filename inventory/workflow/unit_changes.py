"""A unit closes, or is merged into another, from a day on; and what undoes that.

Which part of a year a filing is of stands on the filing (`periods`). No figure moves from one unit
to another: each kilogram stays in the filing that reports it, so none counts twice.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pghistory
from django.db import transaction

from accounts.models import Unit, User
from inventory import permissions, policies, unit_rules
from inventory.models import Filing, FilingEvent
from inventory.periods import ONE_DAY, first_day, last_day
from inventory.states import Status, Verb
from inventory.workflow.arranging import check_reason
from inventory.workflow.recording import Seen, lock_rows, recorded
from inventory.workflow.writing import empty
from inventory.workflow.years import locked_year


@dataclass(frozen=True, slots=True)
class Closing:
    """From which day on the unit is no more, and who goes on.

    `is_whole`: the successor files the unit's whole year, so the unit itself owes nothing in it.
    """

    on: date
    reason: str
    document: str = ""
    into: Unit | None = None
    is_whole: bool = False

    @property
    def details(self) -> dict[str, Any]:
        """What the events tell beyond the reason."""
        told: dict[str, Any] = {"closed_on": self.on.isoformat()}
        if self.document:
            told["document"] = self.document
        if self.into is not None:
            told["into"] = self.into.code
        return told


@transaction.atomic
def close_unit(
    *,
    filing: Filing,
    on: date,
    revision: int,
    reason: str,
    by: User,
    document: str = "",
    into: Filing | None = None,
    is_whole: bool = False,
) -> Filing:
    """Close the filing's unit from a day on, or merge it into the unit of another filing.

    In the year of that day its filing covers the days before, unless the successor files the whole
    year; in later years that are open it owes nothing, and years that are opened leave it out. A
    year that is over stays as it was. Raises PermissionDenied, FilingConflict, NotAllowed (no
    reason, a day that cannot be meant, units below, a successor elsewhere or without a filing,
    confirmed figures, a whole year without a successor).
    """
    filings = _locked_filings(filing, into.unit_id if into else None)
    closing = Closing(on, reason.strip(), document.strip(), into.unit if into else None, is_whole)
    with recorded(Verb.CLOSE, filing, by=by, seen=Seen(revision), reason=reason) as deed:
        permissions.check_can_arrange(by, deed.filing)
        unit_rules.check_can_close(deed.filing, into, on, policies.today())
        unit_rules.check_whole_year(into, is_whole=is_whole)
        check_reason(deed.reason)
        for open_filing in filings:
            unit_rules.check_nobody_owes_below(open_filing)
        deed.details |= closing.details
        _close(deed.filing, closing)
    for other in filings:
        if other.pk != filing.pk and _is_touched(other, closing):
            with recorded(Verb.CLOSE, other, by=by, reason=reason) as more:
                more.details |= closing.details
                _close(more.filing, closing)
        _excuse_and_hand_over(other, closing, by)
    _keep_closed(filing.unit_id, closing, by)
    return Filing.objects.select_related("unit", "year").get(pk=filing.pk)


def _locked_filings(filing: Filing, successor: int | None) -> list[Filing]:
    """The unit's filings in the years that are open, their years, units and rows locked.

    In the order of the years and of the keys, as everybody does who locks several: nobody moves a
    unit below the closing one, or opens a year with it, meanwhile, and who saves one of its years
    or of the successor's waits or is waited for.
    """
    day = policies.today()
    own = Filing.objects.filter(unit=filing.unit_id).with_dates().select_related("year", "unit")
    filings = [one for one in own.order_by("year") if not policies.is_year_over(one, day)]
    for one in filings:
        locked_year(one.year_id)
    Unit.objects.select_for_update(no_key=True).get(pk=filing.unit_id)
    lock_rows(Filing.objects.filter(unit__in=(filing.unit_id, successor)))
    return filings


def _is_touched(filing: Filing, closing: Closing) -> bool:
    """Whether the closing means something to a filing: not to a whole year before it."""
    return closing.on <= last_day(filing.year_id) and filing.status != Status.EXCUSED


def _owes_nothing(filing: Filing, closing: Closing) -> bool:
    """Whether the unit owes nothing in the year: it is gone before, or the successor files all."""
    return closing.on <= first_day(filing.year_id) or closing.is_whole


def _close(filing: Filing, closing: Closing) -> None:
    """Say on the filing which part of the year it is of."""
    if not _is_touched(filing, closing):
        return
    if not _owes_nothing(filing, closing):
        unit_rules.check_may_change_part(filing)
        filing.covers_until = closing.on - ONE_DAY
    filing.successor = closing.into


def _excuse_and_hand_over(filing: Filing, closing: Closing, by: User) -> None:
    """The events that follow from a closing: nothing owed any more, and who goes on."""
    if not _is_touched(filing, closing):
        return
    if _owes_nothing(filing, closing):
        with recorded(Verb.EXCUSE, filing, by=by, reason=closing.reason) as deed:
            policies.check_can_excuse(deed.filing, policies.today())
            deed.details |= closing.details
            empty(deed, by)
    if closing.into is None:
        return
    successor = Filing.objects.filter(year=filing.year_id, unit=closing.into).first()
    unit_rules.check_can_take_over(successor, closing.into, filing.year_id)
    assert successor is not None  # noqa: S101 - checked above
    with recorded(Verb.TAKE_OVER, successor, by=by, reason=closing.reason) as deed:
        unit_rules.check_may_change_part(deed.filing)
        deed.details |= {**closing.details, "from": filing.unit.code}


def _keep_closed(unit: int, closing: Closing, by: User) -> None:
    """Write it on the unit, which every year that is opened from now on asks."""
    stored = Unit.objects.get(pk=unit)
    stored.closed_on, stored.merged_into = closing.on, closing.into
    with pghistory.context(user=by.pk, verb="close_unit", reason=closing.reason):
        stored.save(update_fields=["closed_on", "merged_into"])


@transaction.atomic
def reopen_unit(*, filing: Filing, revision: int, reason: str, by: User) -> Filing:
    """Undo a closing while its year is open: the unit owes its filings as if it had not closed.

    What a closing had emptied stays empty; its versions are still there. Raises PermissionDenied,
    FilingConflict, NotAllowed (no reason, not closed, told in a year that is over by now, a filing
    that was confirmed with its part of the year).
    """
    filings = _locked_filings(filing, filing.unit.merged_into_id)
    with recorded(Verb.REOPEN, filing, by=by, seen=Seen(revision), reason=reason) as deed:
        permissions.check_can_arrange(by, deed.filing)
        unit_rules.check_can_reopen(deed.filing, policies.today())
        check_reason(deed.reason)
        unit_rules.check_closing_is_not_over(_told_elsewhere(filings))
        successors = _successors(filings)
        _reopen(deed.filing)
    for other in filings:
        if other.pk != filing.pk and _is_told_in(other):
            with recorded(Verb.REOPEN, other, by=by, reason=reason) as more:
                _reopen(more.filing)
        _reinstate(other, by, reason)
    for successor in successors:
        with recorded(Verb.REOPEN, successor, by=by, reason=reason) as more:
            unit_rules.check_may_change_part(more.filing)
            more.details["from"] = filing.unit.code
    unit = Unit.objects.get(pk=filing.unit_id)
    unit.closed_on = unit.merged_into = None
    with pghistory.context(user=by.pk, verb="reopen_unit", reason=reason.strip()):
        unit.save(update_fields=["closed_on", "merged_into"])
    return Filing.objects.select_related("unit", "year").get(pk=filing.pk)


def _is_told_in(filing: Filing) -> bool:
    return filing.covers_until is not None or filing.successor_id is not None


def _told_elsewhere(filings: list[Filing]) -> list[Filing]:
    """The unit's other filings, of years that are over, in which the closing stands."""
    unit = filings[0].unit_id if filings else None
    elsewhere = Filing.objects.filter(unit=unit).exclude(pk__in=[one.pk for one in filings])
    found = elsewhere.select_related("unit").order_by("year")
    return [one for one in found if _is_told_in(one)]


def _successors(filings: list[Filing]) -> list[Filing]:
    """The filings that were told to go on for one of these."""
    found: list[Filing] = []
    for one in filings:
        if one.successor_id is not None:
            found += Filing.objects.filter(year=one.year_id, unit=one.successor_id)
    return found


def _reopen(filing: Filing) -> None:
    if _is_told_in(filing):
        unit_rules.check_may_change_part(filing)
    filing.covers_until = filing.successor = None


def _reinstate(filing: Filing, by: User, reason: str) -> None:
    """What only the closing had excused is owed again."""
    if filing.status != Status.EXCUSED:
        return
    events = FilingEvent.objects.filter(filing=filing, verb=Verb.EXCUSE)
    last = events.order_by("-revision").first()
    if last is not None and "closed_on" in last.details:
        with recorded(Verb.REINSTATE, filing, by=by, reason=reason):
            pass
