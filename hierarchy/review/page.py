"""The page 檢視: one filing with all that a parent needs to decide, and the forms to do so."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.http import QueryDict

from accounts.models import User
from hierarchy.review.arranging import (
    ExcuseForm,
    MoveForm,
    ReinstateForm,
    TakeBackForm,
    arranging_forms,
)
from hierarchy.review.forms import ConfirmForm, DecisionForm, ExtendForm, SendBackForm
from inventory import permissions, policies, scope
from inventory.entries.statement import read_statement
from inventory.models import Filing
from inventory.versions.history import history_of
from inventory.versions.reading import compare_for_review
from inventory.workflow.arranging import MovePreview

DECISIONS: dict[str, type[DecisionForm]] = {
    form.verb: form
    for form in (
        ConfirmForm,
        SendBackForm,
        ExtendForm,
        TakeBackForm,
        MoveForm,
        ExcuseForm,
        ReinstateForm,
    )
}


def judging_page(
    filing: Filing,
    user: User,
    bound_form: DecisionForm | None = None,
    kept: QueryDict | None = None,
    preview: MovePreview | None = None,
) -> dict[str, Any]:
    """The context of the page. `tried` is a form that was sent and refused; it is shown again.

    `kept` are fields typed before a session ended; they fill the unsent forms.
    """
    may_review = permissions.can_review(user, filing)
    comparison = compare_for_review(filing)
    filing.equals_confirmed = (
        filing.was_changed_after_confirmation and comparison is not None and not comparison.changes
    )
    shown = {form.verb: form for form in _forms(filing, user, kept, may_review=may_review)}
    if bound_form is not None:
        shown[bound_form.verb] = bound_form
    return {
        "filing": filing,
        "statement": read_statement(filing),
        "comparison": comparison,
        "steps": history_of(filing),
        "may_review": may_review,
        "confirm_form": shown.get("confirm"),
        "return_form": shown.get("return"),
        "extend_form": shown.get("extend"),
        "extender": scope.who_extends(filing) if _needs_extension(filing, shown) else None,
        "arrange_forms": _arranging(filing, user, kept, bound_form),
        "preview": preview,
        "bound_form": bound_form,
    }


def _arranging(
    filing: Filing, user: User, kept: QueryDict | None, bound_form: DecisionForm | None
) -> list[DecisionForm]:
    """What the user may put right; a form that was sent stands in its place."""
    typed = {} if kept is None else {"reason": kept.get("reason"), "under": kept.get("under")}
    verb = "" if bound_form is None else bound_form.verb
    forms: list[DecisionForm] = []
    for form in arranging_forms(filing, user, **typed):
        is_sent = bound_form is not None and form.verb == verb
        forms.append(bound_form if is_sent and bound_form is not None else form)
    return forms


def _needs_extension(filing: Filing, shown: Mapping[str, DecisionForm]) -> bool:
    """Whether the person can send back what only somebody else can let the unit correct."""
    return (
        "return" in shown
        and not policies.is_open(filing, policies.today())
        and ("extend" not in shown)
    )


def _forms(
    filing: Filing, user: User, kept: QueryDict | None, *, may_review: bool
) -> Iterator[DecisionForm]:
    """The decisions that this user may take on this filing as it stands."""
    if may_review and policies.can_confirm(filing):
        yield ConfirmForm(filing=filing, user=user)
    if may_review and policies.can_send_back(filing):
        yield SendBackForm(filing=filing, user=user, initial=_typed(kept, "return"))
    if permissions.can_extend(user, filing):
        yield ExtendForm(filing=filing, user=user, initial=_typed(kept, "extend"))


def _typed(kept: QueryDict | None, verb: str) -> dict[str, Any]:
    if kept is None or kept.get("action") != verb:
        return {}
    return {"reason": kept.get("reason"), "to": kept.get("to"), "lines": kept.getlist("lines")}
