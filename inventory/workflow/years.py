"""Years and their dates: set up once, changed only on purpose and with a reason.

Every verb locks the year's row first, so that two people who change dates come one after the
other, and so that nobody opens a year while it is being deleted.
"""

import pghistory
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from inventory.models import CountyDates, ReportingYear
from inventory.permissions import check_is_platform_administrator
from inventory.policies import (
    NotAllowed,
    check_date,
    check_not_over,
    check_order,
    check_set_fits,
    check_year,
    today,
)
from inventory.workflow.closing import keep_public


@transaction.atomic
def set_up_year(*, wanted: ReportingYear, by: User, may_be_over: bool = False) -> ReportingYear:
    """Store a year that is not there yet; one that is there must say the same, and is returned.

    `may_be_over`: a due date that has gone by is meant. Raises PermissionDenied, NotAllowed (a
    number or a date that cannot be meant, a set that is not for the year, a year that is there
    with other dates, factors or note: those never move by the way).
    """
    check_is_platform_administrator(by)
    check_year(wanted.year, today())
    if not ReportingYear.objects.filter(pk=wanted.year).exists():
        _check_dates(wanted)
        if not may_be_over:
            check_not_over(wanted.due_on, today())
        check_set_fits(wanted.factor_set, wanted.year)
        with pghistory.context(user=by.pk, verb="set_up_year"):
            # Where somebody else is just storing the year, this waits and leaves theirs.
            ReportingYear.objects.bulk_create([wanted], ignore_conflicts=True)
    stored = locked_year(wanted.year)
    _check_same(stored, wanted)
    return stored


@transaction.atomic
def change_year(
    *, wanted: ReportingYear, reason: str, by: User, may_be_over: bool = False
) -> ReportingYear:
    """Change the national dates (with a reason), the note, and the factors while none has filed.

    Raises PermissionDenied, NotAllowed (no reason for other dates, dates that cannot be meant or
    that a county's own date contradicts, other factors once the year is open).
    """
    check_is_platform_administrator(by)
    stored = locked_year(wanted.year)
    if (stored.opens_on, stored.due_on) != (wanted.opens_on, wanted.due_on):
        check_reason(reason)
        _check_dates(wanted)
        for dates in stored.county_dates.all():
            check_county_dates(wanted, dates)
    if stored.due_on != wanted.due_on and not may_be_over:
        check_not_over(wanted.due_on, today())
    if stored.factor_set_id != wanted.factor_set_id:
        check_set_fits(wanted.factor_set, wanted.year)
        if stored.filings.exists():
            raise NotAllowed(
                _("%(year)s 年度已開放，係數版本須以「發布」變更。") % {"year": stored}
            )
    moved = {"was_due": stored.due_on, "due": wanted.due_on}
    keep_public(year=stored, county=None, reason=reason.strip(), by=by, **moved)
    with pghistory.context(user=by.pk, verb="change_year", reason=reason.strip()):
        wanted.save(force_update=True)
    return wanted


@transaction.atomic
def set_county_dates(*, wanted: CountyDates, by: User, may_be_over: bool = False) -> CountyDates:
    """Let a county have dates of its own in a year, in place of those that it had.

    Raises PermissionDenied, NotAllowed (no reason, no date at all, dates that cannot be meant, a
    due date gone by unless `may_be_over`).
    """
    check_is_platform_administrator(by)
    year = locked_year(wanted.year_id)
    check_reason(wanted.reason)
    check_county_dates(year, wanted)
    before = year.county_dates.filter(county=wanted.county_id).first()
    is_moved = before is None or before.due_on != wanted.due_on
    if wanted.due_on is not None and is_moved and not may_be_over:
        check_not_over(wanted.due_on, today())
    wanted.pk = before.pk if before else None
    wanted.reason, wanted.set_by = wanted.reason.strip(), by
    keep_public(
        year=year,
        county=wanted.county,
        was_due=(before and before.due_on) or year.due_on,
        due=wanted.due_on or year.due_on,
        reason=wanted.reason,
        by=by,
    )
    with pghistory.context(user=by.pk, verb="set_county_dates", reason=wanted.reason):
        wanted.save()
    return wanted


@transaction.atomic
def drop_county_dates(*, dates: CountyDates, reason: str, by: User) -> None:
    """Let the national dates hold for the county again. Raises PermissionDenied, NotAllowed."""
    check_is_platform_administrator(by)
    year = locked_year(dates.year_id)
    check_reason(reason)
    own = year.county_dates.get(pk=dates.pk)
    moved = {"was_due": own.due_on or year.due_on, "due": year.due_on}
    keep_public(year=year, county=own.county, reason=reason.strip(), by=by, **moved)
    with pghistory.context(user=by.pk, verb="drop_county_dates", reason=reason.strip()):
        dates.delete()


@transaction.atomic
def delete_year(*, year: ReportingYear, by: User) -> None:
    """Take away a year that was never opened, with its counties' dates.

    Raises PermissionDenied, NotAllowed where units owe filings in it.
    """
    check_is_platform_administrator(by)
    year = locked_year(year.pk)
    if year.filings.exists():
        raise NotAllowed(_("%(year)s 年度已開放，不能刪除。") % {"year": year})
    with pghistory.context(user=by.pk, verb="delete_year"):
        year.delete()


def locked_year(number: int) -> ReportingYear:
    """The year's row as it is now, locked until the transaction ends. Raises NotAllowed.

    Without the key: filings that are saved meanwhile do not wait.
    """
    years = ReportingYear.objects.select_for_update(of=("self",), no_key=True)
    year = years.select_related("factor_set").filter(pk=number).first()
    if year is None:
        raise NotAllowed(_("沒有 %(years)s 年度，請先建立年度。") % {"years": number})
    return year


def check_reason(reason: str) -> None:
    """Raises NotAllowed: whoever moves a date says why."""
    if not reason.strip():
        raise NotAllowed(_("請填寫變更日期的原因。"))


def check_county_dates(year: ReportingYear, dates: CountyDates) -> None:
    """Raises NotAllowed where a county's own dates say nothing or cannot be meant.

    A date that it has not set is the year's, so the two are held against each other.
    """
    own = [one for one in (dates.opens_on, dates.due_on) if one is not None]
    if not own:
        raise NotAllowed(_("請填開放日期或截止日期，至少一項與全國不同。"))
    for one in own:
        check_date(year.year, one, today())
    check_order(dates.opens_on or year.opens_on, dates.due_on or year.due_on)


def _check_dates(year: ReportingYear) -> None:
    for one in (year.opens_on, year.due_on):
        check_date(year.year, one, today())
    check_order(year.opens_on, year.due_on)


def _check_same(stored: ReportingYear, wanted: ReportingYear) -> None:
    """Opening a year a second time moves nothing of it; raises NotAllowed with what stands."""
    facts = ("opens_on", "due_on", "factor_set_id", "note")
    if all(getattr(stored, fact) == getattr(wanted, fact) for fact in facts):
        return
    what = {
        "year": stored.year,
        "opens": stored.opens_on.isoformat(),
        "due": stored.due_on.isoformat(),
        "set": stored.factor_set,
        "note": stored.note or _("無"),
    }
    raise NotAllowed(
        _(
            "%(year)s 年度已設定為 %(opens)s 開放、%(due)s 截止、係數版本「%(set)s」、填報提示："
            "%(note)s。開放年度不變更這些設定；如需變更，請至管理頁面的「填報年度」並註明原因。"
        )
        % what
    )
