"""Recomputing filings of a year with the set that is in force: those that were looked at, all or
none; or all that wait, in small batches, so that nobody who saves waits for the whole.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.edit_conflict import EditConflict
from accounts.models import User
from accounts.wording import listed
from inventory import workflow
from inventory.calculator import MissingFactor
from inventory.impact.estimate import FilingImpact, ImpactTotals, moves, with_figures
from inventory.models import FactorSet, Filing, FilingQuerySet, ReportingYear
from inventory.permissions import check_is_platform_administrator
from inventory.policies import NotAllowed, check_can_recompute
from inventory.states import FILED

MAX_AT_ONCE = 100  # filings in one transaction: a request must end, and who saves waits for it
BATCH = 20  # filings that a command locks at once


class ManyConflicts(EditConflict):
    """Filings to which anything was done since they were looked at; nothing was written."""

    def __init__(self, filings: list[Filing]) -> None:
        super().__init__(filings[0])
        self.filings = filings


@dataclass(frozen=True, slots=True)
class Batch:
    """Filings that were recomputed in one transaction, and those that the set cannot compute.

    seen: how many were taken up, those included that did not wait any more when it was their turn.
    """

    seen: int
    done: tuple[FilingImpact, ...]
    unable: tuple[FilingImpact, ...]


def waiting(factor_set: FactorSet, year: ReportingYear, county: str = "") -> FilingQuerySet:
    """Completed and confirmed filings of the year (of a county) that another set was used for."""
    filings = with_figures(year).filter(status__in=FILED).exclude(factor_set=factor_set)
    return filings.filter(unit__county=county) if county else filings


def next_batch(factor_set: FactorSet, year: ReportingYear) -> list[FilingImpact]:
    """The first waiting filings that can be computed, as many as one transaction takes.

    Raises NotAllowed where the set is not for the year.
    """
    found = moves(factor_set, year, waiting(factor_set, year))
    return list(islice((move for move in found if not move.problem), MAX_AT_ONCE))


def look_at(
    *, factor_set: FactorSet, year: ReportingYear, revisions: Mapping[int, int], reason: str
) -> list[FilingImpact]:
    """What `recompute_many` would do, for whoever is asked before it is done. Nothing is written.

    Raises what it raises, and lets the same through.
    """
    _check_request(revisions, reason)
    check_is_set_of(factor_set, ReportingYear.objects.get(pk=year.pk))
    filings = list(Filing.objects.filter(year=year, pk__in=revisions).select_related("unit"))
    _check_unchanged(filings, revisions)
    for filing in filings:
        check_can_recompute(filing)
    found = list(moves(factor_set, year, with_figures(year).filter(pk__in=revisions)))
    for move in found:
        _check_computed(move)
    return found


@transaction.atomic
def recompute_many(
    *,
    factor_set: FactorSet,
    year: ReportingYear,
    revisions: Mapping[int, int],
    reason: str,
    by: User,
) -> ImpactTotals:
    """Recompute filings of the year, given as pk → the revision that was looked at; all or none.

    Returns what it did to their totals. Only platform administrators. Raises PermissionDenied,
    ManyConflicts, NotAllowed (nothing chosen, too many, no reason, a filing that is not of
    the year, the set not in force any more, a filing that cannot be computed).
    """
    check_is_platform_administrator(by)
    _check_request(revisions, reason)
    _check_in_force(factor_set, year)
    filings = Filing.objects.select_for_update(of=("self",)).filter(year=year, pk__in=revisions)
    found = list(filings.select_related("unit", "year__factor_set").order_by("pk"))
    _check_unchanged(found, revisions)
    done = ImpactTotals()
    for filing in found:
        impact = _recompute(filing, factor_set, reason, by)
        _check_computed(impact)
        done.add(impact)
    return done


def recompute_waiting(
    *,
    factor_set: FactorSet,
    year: ReportingYear,
    reason: str,
    by: User,
    county: str = "",
    size: int = BATCH,
) -> Iterator[Batch]:
    """Recompute all filings that wait, batch by batch: each is stored before the next is locked.

    Whoever stops it loses nothing; another call goes on with what waits still. A filing that
    cannot be computed is told and passed over. Only platform administrators. Raises
    PermissionDenied and NotAllowed (no reason, the set not in force) at once, NotAllowed also
    later, where somebody publishes another set meanwhile.
    """
    check_is_platform_administrator(by)
    if not reason.strip():
        raise NotAllowed(_("請填寫重算原因。"))
    check_is_set_of(factor_set, ReportingYear.objects.get(pk=year.pk))
    return _batches(factor_set, year, reason, by, county, size)


def _batches(
    factor_set: FactorSet, year: ReportingYear, reason: str, by: User, county: str, size: int
) -> Iterator[Batch]:
    last = 0  # what cannot be computed waits for ever, so the way goes on behind it
    while True:
        rest = waiting(factor_set, year, county).filter(pk__gt=last).order_by("pk")
        pks = list(rest.values_list("pk", flat=True)[:size])
        if not pks:
            return
        last = pks[-1]
        yield _recompute_batch(factor_set, year, pks, reason, by)


@transaction.atomic
def _recompute_batch(
    factor_set: FactorSet, year: ReportingYear, pks: list[int], reason: str, by: User
) -> Batch:
    """Lock these filings and recompute, as they are now, those of them that wait still."""
    _check_in_force(factor_set, year)
    locked = waiting(factor_set, year).select_for_update(of=("self",)).filter(pk__in=pks)
    found = [_recompute(filing, factor_set, reason, by) for filing in locked.order_by("pk")]
    done = tuple(move for move in found if not move.problem)
    return Batch(len(pks), done, tuple(move for move in found if move.problem))


def _check_request(revisions: Mapping[int, int], reason: str) -> None:
    if not revisions:
        raise NotAllowed(_("請選擇要重算的填報。"))
    if len(revisions) > MAX_AT_ONCE:
        raise NotAllowed(_("一次最多重算 %(most)s 份。") % {"most": MAX_AT_ONCE})
    if not reason.strip():
        raise NotAllowed(_("請填寫重算原因。"))


def _check_in_force(factor_set: FactorSet, year: ReportingYear) -> None:
    """Nobody publishes another set for the year until this transaction ends."""
    years = ReportingYear.objects.select_for_update(of=("self",), no_key=True)
    check_is_set_of(factor_set, years.get(pk=year.pk))


def check_is_set_of(factor_set: FactorSet, year: ReportingYear) -> None:
    """Raises NotAllowed where the year uses another set."""
    if year.factor_set_id != factor_set.pk:
        raise NotAllowed(
            _("%(year)s 年度採用的是「%(set)s」；要以本版重算，請先為該年度發布本版。")
            % {"year": year, "set": year.factor_set}
        )


def _check_unchanged(found: list[Filing], revisions: Mapping[int, int]) -> None:
    if len(found) != len(revisions):
        raise NotAllowed(_("所選的填報不屬於這個年度。"))
    changed = [filing for filing in found if filing.revision != revisions[filing.pk]]
    if changed:
        raise ManyConflicts(changed)


def _check_computed(impact: FilingImpact) -> None:
    if impact.problem:
        what = {"unit": impact.filing.unit, "why": impact.problem}
        raise NotAllowed(_("%(unit)s 無法計算：%(why)s") % what)


def _recompute(filing: Filing, factor_set: FactorSet, reason: str, by: User) -> FilingImpact:
    """Recompute a filing that is locked. One that the set cannot compute stays as it is."""
    try:
        after = workflow.recompute(filing=filing, revision=filing.revision, reason=reason, by=by)
    except MissingFactor:
        [impact] = moves(factor_set, filing.year, with_figures(filing.year).filter(pk=filing.pk))
        return impact
    return FilingImpact(filing, after.own_kg, after.outsourced_kg)


def named(filings: Iterable[Filing]) -> str:
    """The units of these filings, for a message."""
    return listed(str(filing.unit) for filing in filings)
