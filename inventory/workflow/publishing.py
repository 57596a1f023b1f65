"""Putting a factor set in force for years: the only way in which an open year's set changes."""

from collections.abc import Collection, Iterable

import pghistory
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from accounts.wording import listed
from inventory.entries.uncomputable import Obstacle, obstacles
from inventory.models import CheckedDoubt, FactorSet, ReportingYear
from inventory.permissions import check_is_platform_administrator
from inventory.policies import NotAllowed, check_set_fits


class Obstructed(NotAllowed):
    """What filings of the years have cannot be computed with the set, and nobody accepted that."""

    def __init__(self, obstacles: list[Obstacle]) -> None:
        self.obstacles = obstacles
        super().__init__(
            _("有填報無法以本版計算，請逐項確認或另備係數：%(what)s")
            % {"what": listed(str(one) for one in obstacles)}
        )


@transaction.atomic
def publish(
    *,
    factor_set: FactorSet,
    years: Iterable[int],
    reason: str,
    by: User,
    accepted: Collection[str] = (),
) -> list[ReportingYear]:
    """Let these ROC years use the set from now on; what is filed keeps its figures.

    A filing moves when its unit saves it again or when it is recomputed. What is filed and could
    then not be computed, or not be counted, has to be accepted, each by its key; that is kept with
    who and why. Only platform administrators. All years or none: raises PermissionDenied,
    NotAllowed (no year, no reason, a year that does not exist, that the set is not for, or that
    uses the set already), Obstructed.
    """
    check_is_platform_administrator(by)
    wanted = sorted(set(years))
    if not wanted:
        raise NotAllowed(_("請選擇要採用的年度。"))
    if not reason.strip():
        raise NotAllowed(_("請填寫發布原因。"))
    with pghistory.context(
        user=by.pk, verb="publish", reason=reason.strip(), factor_set=factor_set.slug
    ):
        found = [_put_in_force(year, factor_set) for year in _locked(wanted)]
    _accept(factor_set, wanted, accepted, reason.strip(), by)
    return found


def _accept(
    factor_set: FactorSet, years: list[int], accepted: Collection[str], reason: str, by: User
) -> None:
    """Keep what was accepted of what stands against the set. Raises Obstructed for the rest."""
    with override(settings.LANGUAGE_CODE):
        standing = obstacles(factor_set, years)
        texts = [str(obstacle) for obstacle in standing]
    if not_accepted := [one for one in standing if one.key not in accepted]:
        raise Obstructed(not_accepted)
    CheckedDoubt.objects.bulk_create(
        CheckedDoubt(factor_set=factor_set, year=one.year, doubt=text, reason=reason, checked_by=by)
        for one, text in zip(standing, texts, strict=True)
    )


def _locked(wanted: list[int]) -> list[ReportingYear]:
    years = ReportingYear.objects.select_for_update(no_key=True).filter(pk__in=wanted)
    found = list(years.order_by("year"))
    missing = set(wanted) - {year.year for year in found}
    if missing:
        what = {"years": listed(str(year) for year in sorted(missing))}
        raise NotAllowed(_("沒有 %(years)s 年度，請先建立年度。") % what)
    return found


def _put_in_force(year: ReportingYear, factor_set: FactorSet) -> ReportingYear:
    check_set_fits(factor_set, year.year)
    if year.factor_set_id == factor_set.slug:
        what = {"year": year.year, "set": factor_set}
        raise NotAllowed(_("%(year)s 年度已採用「%(set)s」。") % what)
    year.factor_set = factor_set
    year.save(update_fields=["factor_set"])
    return year
