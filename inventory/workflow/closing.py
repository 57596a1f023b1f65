"""A year that opens again: what was public when it had closed stays public.

Until something is done to a filing after its closing, its public version is what calendar and
state say (`inventory.published`). Dates that move would take that back, so it is written down
first: one event for each filing that the new date opens again, in batches, whatever their number.
"""

from datetime import date

from django.db.models import F
from django.utils import timezone

from accounts.models import County, User
from inventory.models import Filing, FilingEvent, ReportingYear
from inventory.policies import today
from inventory.published import closed_on
from inventory.states import Status, Verb

BATCH = 2_000


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
    # Locked in the order of their keys, as everybody does who locks several.
    locked = closed.select_for_update(of=("self",)).order_by("pk")
    filings = list(locked.only("version", "revision"))
    for start in range(0, len(filings), BATCH):
        _write_down(filings[start : start + BATCH], reason, by)
    return len(filings)


def _write_down(filings: list[Filing], reason: str, by: User) -> None:
    chosen = Filing.objects.filter(pk__in=[filing.pk for filing in filings])
    chosen.update(published_version=F("version"), revision=F("revision") + 1)
    at = timezone.now()
    FilingEvent.objects.bulk_create(
        FilingEvent(
            filing=filing,
            revision=filing.revision + 1,
            verb=Verb.KEEP_PUBLIC,
            by=by,
            at=at,
            version=filing.version,
            reason=reason,
            details={"published_version": [None, filing.version]},
        )
        for filing in filings
    )
