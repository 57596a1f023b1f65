"""Confirming several rows of the list in one go: which may be, and what became of each."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from accounts.models import User
from hierarchy import scope
from inventory import permissions, policies, workflow
from inventory.models import Filing, Judgement
from inventory.plausibility.refreshing import judgements_of
from inventory.versions.history import steps_since


@dataclass
class Outcome:
    """What became of each chosen filing; a refused one with its reason."""

    confirmed: list[Filing] = field(default_factory=list)
    refused: list[tuple[Filing, str]] = field(default_factory=list)


def why_look_into(filing: Filing, judgement: Judgement | None) -> str:
    """Why a filing is not confirmed without looking into it; "" where nothing speaks against it.

    What was explained is looked at too, for anything can be given as a reason; so is what could be
    held against nothing, and what is reported and in no sum.
    """
    if judgement is None or judgement.version != filing.version:
        return _("尚未檢核")
    if judgement.unexplained:
        return _("%(count)s 項提醒未說明") % {"count": judgement.unexplained}
    if judgement.asked:
        return _("%(count)s 項提醒，請看說明") % {"count": judgement.asked}
    if not judgement.was_compared:
        return _("沒有鄰近年度或同類單位可以比較")
    if filing.uncounted:
        return _("%(count)s 項未計入") % {"count": filing.uncounted}
    return ""


def can_be_chosen(filing: Filing, judgement: Judgement | None) -> bool:
    """Only a completed filing without warnings is confirmed without looking into it."""
    return policies.can_confirm(filing) and not why_look_into(filing, judgement)


def confirm_chosen(root: Filing, chosen: dict[int, int], by: User) -> Outcome:
    """Confirm the chosen units directly below the heading, and tell of each why not.

    Raises Http404 if one is not there, PermissionDenied if one may not be judged by the user.
    """
    filings = scope.children_by_pk(root, chosen)
    judgements = judgements_of(filings)
    outcome = Outcome()
    ready = []
    for filing in filings:
        permissions.check_can_review(by, filing)
        if reason := _why_not(filing, chosen[filing.pk], judgements.get(filing.pk), by):
            outcome.refused.append((filing, reason))
        else:
            ready.append(filing)
    try:
        revisions = {filing.pk: chosen[filing.pk] for filing in ready}
        workflow.confirm_many(revisions=revisions, by=by)
        outcome.confirmed = ready
    except (workflow.FilingConflict, policies.NotAllowed):
        # Something was done between the look above and the lock: then none of them was confirmed.
        reason = _("同時有機關異動，這一批均未確認，請重新勾選。")
        outcome.refused += [(filing, reason) for filing in ready]
    return outcome


def _why_not(filing: Filing, revision: int, judgement: Judgement | None, by: User) -> str:
    if filing.revision != revision:
        steps = " ".join(step.sentence for step in steps_since(filing, revision))
        return _("在您開啟列表後有異動，請檢視後再確認。%(steps)s") % {"steps": steps}
    try:
        policies.check_can_confirm(filing)
        permissions.check_did_not_complete(by, filing)
    except policies.NotAllowed as refusal:
        return str(refusal)
    if why := why_look_into(filing, judgement):
        return _("有提醒事項，請進入「檢視」後個別確認：%(why)s。") % {"why": why}
    return ""
