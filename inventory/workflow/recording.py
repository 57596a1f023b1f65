"""How every verb is done: on the locked row, in one transaction, told by one event.

A form that was drawn before somebody else's decision is stopped here, before anything is looked
at: without that, a unit's save would set aside a return whose reason it never saw.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.account_lists.progress import batches
from accounts.edit_conflict import EditConflict
from accounts.models import User
from inventory import states
from inventory.models import Filing, FilingEvent, FilingQuerySet
from inventory.plausibility.refreshing import judge_around, years_around
from inventory.policies import today
from inventory.published import public_version_of
from inventory.states import Verb

BATCH = 2_000  # filings that one statement changes

# What moves figures, and with them what is found at the years beside.
MOVES_FIGURES = (
    Verb.SAVE,
    Verb.COMPLETE,
    Verb.IMPORT,
    Verb.RECOMPUTE,
    Verb.TAKE_BACK,
    Verb.EXCUSE,
)
# What a verb may move beyond its own words: told in the event as [before, after].
TOLD = (
    "status",
    "factor_set_id",
    "own_kg",
    "outsourced_kg",
    "extended_to",
    "covers_until",
    "successor_id",
    "published_version",
)


class FilingConflict(EditConflict):
    """Something was done to the filing, or to its year's factors, since the form was drawn.

    Nothing was written. `current` is the filing as it is now; `seen` the revision that the form
    had; `factor_set` the set that it was drawn with, where the year uses another one by now.
    """

    current: Filing

    def __init__(self, current: Filing, *, seen: int, factor_set: str = "") -> None:
        super().__init__(current)
        self.seen, self.factor_set = seen, factor_set


@dataclass(frozen=True, slots=True)
class Seen:
    """What a form was drawn with: the filing's revision and the year's factor set."""

    revision: int
    factor_set: str = ""

    def check(self, filing: Filing) -> None:
        """Raises FilingConflict where either is another by now; "" is no set at all."""
        in_force = filing.year.factor_set_id
        outdated = self.factor_set if self.factor_set not in ("", in_force) else ""
        if filing.revision != self.revision or outdated:
            raise FilingConflict(filing, seen=self.revision, factor_set=outdated)


@dataclass(slots=True)
class Deed:
    """One verb while it is done: the locked filing, and what the event will say.

    is_nothing: the verb found nothing to change, so nothing is stored and nothing is told.
    """

    filing: Filing
    at: datetime
    reason: str = ""
    lines: list[str] = field(default_factory=list)
    details: dict[str, Any] = field(default_factory=dict)  # beyond what TOLD says has moved
    is_nothing: bool = False


@contextmanager
def recorded(
    verb: Verb, filing: Filing, *, by: User, seen: Seen | None = None, reason: str = ""
) -> Iterator[Deed]:
    """Do a verb: what the block makes of the locked row is stored with its event, or not at all.

    The one place that moves a status. What stood completed when its year closed is written down
    as public before the verb changes anything. Where it made a version, what is improbable
    is judged anew, here and at the years around. Raises FilingConflict where the filing is not as
    `seen`, WrongState where the verb is not for its state.
    """
    with transaction.atomic():
        filing = _locked(filing, verb)
        if seen is not None:
            seen.check(filing)
        before, version = _told(filing), filing.version
        deed = Deed(filing, timezone.now(), reason.strip())
        filing.published_version = public_version_of(filing, today())
        yield deed
        if deed.is_nothing:
            return
        filing.status = states.after(verb, filing.status)
        filing.revision += 1
        filing.save()
        FilingEvent.objects.create(
            filing=filing,
            revision=filing.revision,
            verb=verb,
            by=by,
            at=deed.at,
            version=filing.version,
            reason=deed.reason,
            lines=deed.lines,
            details=dict(_moved(before, _told(filing))) | deed.details,
        )
        if filing.version != version:
            judge_around(filing, answers=verb in (Verb.SAVE, Verb.COMPLETE))


def record_many(
    verb: Verb,
    filings: FilingQuerySet,
    *,
    by: User,
    reason: str,
    details: Callable[[Filing], dict[str, Any]],
    at: datetime | None = None,
    **changes: Any,
) -> int:
    """Do to many filings what a verb does to each alike; status and version stay.

    `changes` are what the columns become, `details` what each event says has moved, `at` when it is
    done (now, where nothing else says it too). The rows are
    locked in the order of their keys, as everybody does who locks several, until the transaction
    ends, which has to be open. Returns how many there were.
    """
    locked = list(filings.select_for_update(of=("self",)).order_by("pk"))
    at = at or timezone.now()
    for few in batches(locked, BATCH):
        chosen = Filing.objects.filter(pk__in=[filing.pk for filing in few])
        chosen.update(**changes, revision=F("revision") + 1)
        FilingEvent.objects.bulk_create(
            FilingEvent(
                filing=filing,
                revision=filing.revision + 1,
                verb=verb,
                by=by,
                at=at,
                version=filing.version,
                reason=reason,
                details=details(filing),
            )
            for filing in few
        )
    return len(locked)


def _locked(filing: Filing, verb: Verb) -> Filing:
    """The filing's row as it is now, locked until the transaction ends.

    Whoever moves figures locks the unit's neighbouring years first, in the order of their keys:
    what is found there is written too, and two years that are saved at once wait for each other.
    """
    if verb in MOVES_FIGURES:
        around = years_around(filing.year_id)
        lock_rows(Filing.objects.filter(unit_id=filing.unit_id, year_id__in=around))
    filings = Filing.objects.with_dates().select_for_update(of=("self",))
    return filings.select_related("year", "unit").get(pk=filing.pk)


def lock_rows(filings: FilingQuerySet) -> None:
    """Lock filings until the transaction ends, in the order of their keys.

    A verb that writes at several filings begins with all of them: two that take the same rows in
    different orders would wait for each other for ever.
    """
    list(filings.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))


def _told(filing: Filing) -> dict[str, Any]:
    return {name: getattr(filing, name) for name in TOLD}


def _moved(before: dict[str, Any], after: dict[str, Any]) -> Iterable[tuple[str, list[Any]]]:
    for name, was in before.items():
        if was != after[name]:
            yield name.removesuffix("_id"), [_plain(was), _plain(after[name])]


def _plain(value: Any) -> Any:
    """A value as JSON can have it, without losing a digit."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else value
