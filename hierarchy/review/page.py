"""The page 檢視: one filing with all that a parent needs to decide, and the forms to do so."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.http import QueryDict

from accounts.models import User
from hierarchy.review.forms import ConfirmForm, DecisionForm, ExtendForm, SendBackForm
from hierarchy.review.unit_changes import ARRANGING, arranging_forms
from inventory import permissions, policies, scope
from inventory.entries.statement import read_statement
from inventory.models import Filing
from inventory.periods import period_notes
from inventory.plausibility.refreshing import judgements_of
from inventory.versions.history import filled_in_by, history_of
from inventory.versions.reading import compare_for_review
from inventory.workflow.previews import Preview

DECISIONS: dict[str, type[DecisionForm]] = {
    **{form.verb: form for form in (ConfirmForm, SendBackForm, ExtendForm)},
    **ARRANGING,
}
RECOVERED = ("reason", "under", "on", "into", "is_whole", "document")


def review_page(
    filing: Filing,
    user: User,
    bound_form: DecisionForm | None = None,
    recovered: QueryDict | None = None,
    preview: Preview | None = None,
) -> dict[str, Any]:
    """The context of the page. `bound_form` is one that was sent; it is shown again.

    `recovered` are fields typed before a session ended; they fill the unsent forms.
    """
    may_review = permissions.can_review(user, filing)
    comparison = compare_for_review(filing)
    filing.equals_confirmed = (
        filing.was_changed_after_confirmation and comparison is not None and not comparison.changes
    )
    shown = {form.verb: form for form in _forms(filing, user, recovered, may_review=may_review)}
    if bound_form is not None:
        shown[bound_form.verb] = bound_form
    steps = history_of(filing)
    return {
        "filing": filing,
        "statement": read_statement(filing),
        "comparison": comparison,
        "not_compared": _was_compared_with_nothing(filing),
        "steps": steps,
        "may_review": may_review,
        "confirm_form": shown.get("confirm"),
        "return_form": shown.get("return"),
        "extend_form": shown.get("extend"),
        "extender": scope.who_extends(filing) if _needs_extension(filing, shown) else None,
        "arrange_forms": _arranging(filing, user, recovered, bound_form),
        "arranger": None if permissions.can_arrange(user, filing) else scope.who_extends(filing),
        "period_notes": period_notes(filing),
        "filled_in_by": filled_in_by(filing, steps),
        "completed_it": permissions.did_complete(user, filing),
        "may_file_for": permissions.can_file_for(user, filing),
        "preview": preview,
        "bound_form": bound_form,
    }


def _was_compared_with_nothing(filing: Filing) -> bool:
    """Whether it has figures that could be held against no other year and no siblings."""
    judgement = judgements_of([filing]).get(filing.pk)
    return judgement is not None and not judgement.was_compared


def _arranging(
    filing: Filing, user: User, recovered: QueryDict | None, bound_form: DecisionForm | None
) -> list[DecisionForm]:
    """What the user may put right; a form that was sent stands in its place."""
    typed = {} if recovered is None else {key: recovered.get(key) for key in RECOVERED}
    sent = {} if bound_form is None else {bound_form.verb: bound_form}
    return [sent.get(form.verb, form) for form in arranging_forms(filing, user, **typed)]


def _needs_extension(filing: Filing, shown: Mapping[str, DecisionForm]) -> bool:
    """Whether the person can send back what only somebody else can let the unit correct."""
    return (
        "return" in shown
        and not policies.is_open(filing, policies.today())
        and ("extend" not in shown)
    )


def _forms(
    filing: Filing, user: User, recovered: QueryDict | None, *, may_review: bool
) -> Iterator[DecisionForm]:
    """The decisions that this user may take on this filing as it stands."""
    if may_review and policies.can_confirm(filing) and not permissions.did_complete(user, filing):
        yield ConfirmForm(filing=filing, user=user)
    if may_review and policies.can_send_back(filing):
        yield SendBackForm(filing=filing, user=user, initial=_typed(recovered, "return"))
    if permissions.can_extend(user, filing):
        yield ExtendForm(filing=filing, user=user, initial=_typed(recovered, "extend"))


def _typed(recovered: QueryDict | None, verb: str) -> dict[str, Any]:
    if recovered is None or recovered.get("action") != verb:
        return {}
    return {
        "reason": recovered.get("reason"),
        "to": recovered.get("to"),
        "lines": recovered.getlist("lines"),
    }
