"""The administrators' pages: one filing put right, a unit that came late, time for many.

For a county's administrators within their county, and for platform administrators everywhere.
"""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.form_recovery import SignedInRequest, owner_token
from accounts.models import User
from hierarchy.county.extension import ExtendManyForm
from hierarchy.county.late import TakeInForm
from hierarchy.deciding import Deciding
from hierarchy.review.forms import DecisionForm
from hierarchy.review.unit_changes import ARRANGING, arranging_forms
from hierarchy.strict_post import NotUnderstood, check_fields
from inventory import permissions, scope
from inventory.models import Filing
from inventory.periods import period_notes
from inventory.policies import NotAllowed
from inventory.versions.history import Step, history_of
from inventory.workflow.previews import Preview

MAX_SHOWN = 200  # units that the page of late units lists
View = Callable[..., HttpResponse]
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def _for_arrangers(view: View) -> View:
    """Only for accounts that arrange filings."""

    @wraps(view)
    def guarded(request: SignedInRequest, *arguments: Any, **options: Any) -> HttpResponse:
        if not permissions.arranges_units(request.user):
            raise PermissionDenied("arranges_units")
        return view(request, *arguments, **options)

    return guarded


@get_or_post
@_for_arrangers
def arrange(request: SignedInRequest, year: int, code: str) -> HttpResponse:
    """更正列管: all that can be put right at one filing, and its history."""
    fetch = partial(_filing, request.user, year, code)
    filing = fetch()
    show = partial(_show_filing, request)
    if request.method == "POST":
        return Deciding(request, ARRANGING, show=show, fetch=fetch).answer(filing)
    return show(filing)


def _filing(user: User, year: int, code: str) -> Filing:
    try:
        return scope.filing_to_arrange(user, year, code)
    except Filing.DoesNotExist as error:
        raise Http404 from error


def _show_filing(
    request: SignedInRequest,
    filing: Filing,
    bound_form: DecisionForm | None = None,
    *,
    status: int = 200,
    meanwhile: list[Step] | None = None,
    preview: Preview | None = None,
) -> HttpResponse:
    sent = {} if bound_form is None else {bound_form.verb: bound_form}
    context = {
        "filing": filing,
        "period_notes": period_notes(filing),
        "steps": history_of(filing),
        "arrange_forms": [
            sent.get(form.verb, form) for form in arranging_forms(filing, request.user)
        ],
        "bound_form": bound_form,
        "preview": preview,
        "meanwhile": meanwhile,
        "owner": _owner(request.user),
        "sees_desk": permissions.looks_after_units(request.user),
    }
    return render(request, "hierarchy/arrange.html", context, status=status)


@get_or_post
@_for_arrangers
def late_units(request: SignedInRequest, year: int) -> HttpResponse:
    """納入填報: the units without a filing in a year that is open, and taking one in."""
    _check_year(request.user, year)
    if request.method == "POST":
        return _take_in(request, year)
    asked = {"unit": request.GET.get("unit", ""), "under": request.GET.get("under", "")}
    recovered = request.recovered_form
    return _show_late(
        request, year, TakeInForm(recovered, year=year, user=request.user, initial=asked)
    )


def _check_year(user: User, year: int) -> None:
    """Raises Http404 for a year in which the person arranges nothing."""
    if not scope.arranged_by(user, year).exists():
        raise Http404


def _take_in(request: SignedInRequest, year: int) -> HttpResponse:
    form = TakeInForm(request.POST, year=year, user=request.user)
    if (refused := _not_understood(request, form.fields)) is not None:
        return refused
    if not form.is_valid():
        return _show_late(request, year, form, status=422)
    try:
        if preview := form.preview():
            return _show_late(request, year, form, preview=preview)
        made = form.carry_out()
    except NotAllowed as refusal:
        form.add_error(None, str(refusal))
        return _show_late(request, year, form, status=409)
    what = {"unit": made.unit.name, "year": year}
    messages.success(request, _("已將 %(unit)s 納入 %(year)s 年度填報。") % what)
    return HttpResponseRedirect(reverse("hierarchy:arrange", args=[year, made.unit.code]))


def _show_late(
    request: SignedInRequest,
    year: int,
    form: TakeInForm,
    *,
    status: int = 200,
    preview: Preview | None = None,
) -> HttpResponse:
    units = scope.units_to_take_in(request.user, year)
    context = {
        "year": year,
        "form": form,
        "preview": preview,
        "units": units[:MAX_SHOWN],
        "count": units.count(),
        "owner": _owner(request.user),
        "sees_desk": permissions.looks_after_units(request.user),
    }
    return render(request, "hierarchy/late_units.html", context, status=status)


@get_or_post
@_for_arrangers
def extend_many(request: SignedInRequest, year: int) -> HttpResponse:
    """一次展延: a county, a branch or a category; how many filings is shown first."""
    _check_year(request.user, year)
    if request.method != "POST":
        asked = {"branch": request.GET.get("branch", _own_code(request.user))}
        form = ExtendManyForm(request.recovered_form, year=year, user=request.user, initial=asked)
        return _show_extension(request, year, form)
    form = ExtendManyForm(request.POST, year=year, user=request.user)
    if (refused := _not_understood(request, form.fields)) is not None:
        return refused
    if not form.is_valid():
        return _show_extension(request, year, form, status=422)
    try:
        number = form.preview()
        if number is not None:
            return _show_extension(request, year, form, number=number)
        done = form.carry_out()
    except NotAllowed as refusal:
        form.add_error(None, str(refusal))
        return _show_extension(request, year, form, status=409)
    messages.success(request, _("已展延 %(count)s 個單位的填報期限。") % {"count": done})
    return HttpResponseRedirect(request.path)


def _show_extension(
    request: SignedInRequest,
    year: int,
    form: ExtendManyForm,
    *,
    status: int = 200,
    number: int | None = None,
) -> HttpResponse:
    context = {
        "year": year,
        "form": form,
        "number": number,
        "categories": scope.categories_of(request.user, year),
        "owner": _owner(request.user),
        "sees_desk": permissions.looks_after_units(request.user),
    }
    return render(request, "hierarchy/extend.html", context, status=status)


def _not_understood(request: SignedInRequest, fields: Any) -> HttpResponse | None:
    try:
        check_fields(request.POST, once={*fields})
    except NotUnderstood:
        return render(request, "hierarchy/not_understood.html", status=400)
    return None


def _own_code(user: User) -> str:
    return user.unit.code if user.unit else ""


def _owner(user: User) -> str:
    return owner_token(user.unit) if user.unit is not None else ""
