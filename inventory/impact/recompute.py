"""Recomputing many filings of a year with the set that is in force: all of a batch or none."""

from collections.abc import Iterable, Mapping
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
from inventory.policies import NotAllowed
from inventory.states import FILED

MAX_AT_ONCE = 500  # filings in one transaction: a request must end


class ManyConflicts(EditConflict):
    """Filings to which anything was done since they were looked at; nothing was written."""

    def __init__(self, filings: list[Filing]) -> None:
        super().__init__(filings[0])
        self.filings = filings


def waiting(factor_set: FactorSet, year: ReportingYear) -> FilingQuerySet:
    """Completed and confirmed filings of the year that another set was used for."""
    return with_figures(year).filter(status__in=FILED).exclude(factor_set=factor_set)


def next_batch(factor_set: FactorSet, year: ReportingYear) -> list[FilingImpact]:
    """The first waiting filings that can be computed, as many as one transaction takes.

    Raises NotAllowed where the set is not for the year.
    """
    found = moves(factor_set, year, waiting(factor_set, year))
    return list(islice((move for move in found if not move.problem), MAX_AT_ONCE))


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
    if len(found) != len(revisions):
        raise NotAllowed(_("所選的填報不屬於這個年度。"))
    changed = [filing for filing in found if filing.revision != revisions[filing.pk]]
    if changed:
        raise ManyConflicts(changed)
    done = ImpactTotals()
    for filing in found:
        done.add(_recompute(filing, reason, by))
    return done


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
    in_force = years.select_related("factor_set").get(pk=year.pk).factor_set
    if in_force != factor_set:
        raise NotAllowed(
            _("%(year)s 年度採用的是「%(set)s」；要以本版重算，請先為該年度發布本版。")
            % {"year": year, "set": in_force}
        )


def _recompute(filing: Filing, reason: str, by: User) -> FilingImpact:
    try:
        after = workflow.recompute(filing=filing, revision=filing.revision, reason=reason, by=by)
    except MissingFactor as error:
        [move] = moves(filing.year.factor_set, filing.year, Filing.objects.filter(pk=filing.pk))
        what = {"unit": filing.unit, "why": move.problem}
        raise NotAllowed(_("%(unit)s 無法計算：%(why)s") % what) from error
    return FilingImpact(filing, after.own_kg, after.outsourced_kg)


def named(filings: Iterable[Filing]) -> str:
    """The units of these filings, for a message."""
    return listed(str(filing.unit) for filing in filings)
