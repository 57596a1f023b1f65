"""A year that opens again: what was public when it had closed stays public.

Until something is done to a filing after its closing, its public version is what calendar and
state say (`inventory.published`). Dates that move would take that back, so it is written down
first: one event for each filing that the new date opens again, in batches, whatever their number.
"""

from datetime import date

from django.db.models import F

from accounts.models import County, User
from inventory.models import ReportingYear
from inventory.policies import today
from inventory.published import closed_on
from inventory.states import Status, Verb
from inventory.workflow.recording import record_many


def keep_public(
    *, year: ReportingYear, was_due: date, due: date, reason: str, by: User, county: County | None
) -> int:
    """Write down what is public of the year's filings that a later due date opens again.

    `county`: whose date it is; None for the national one, which holds where a county has none of
    its own. The filings are locked until the transaction ends, which has to be open. Returns how
    many filings were written down.
    """
    day = today()
    if not was_due < day <= due:
        return 0
    closed = closed_on(day).filter(
        year=year, status=Status.COMPLETED, published_version__isnull=True
    )
    if county is None:
        own = year.county_dates.filter(due_on__isnull=False).values("county")
        closed = closed.exclude(unit__county__in=own)
    else:
        closed = closed.filter(unit__county=county)
    return record_many(
        Verb.KEEP_PUBLIC,
        closed,
        by=by,
        reason=reason,
        details=lambda filing: {"published_version": [None, filing.version]},
        published_version=F("version"),
    )
