"""所屬機關填報確認: the years, the lists, one filing to judge, and the workbook."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.form_recovery import SignedInRequest, owner_token
from accounts.models import User
from accounts.wording import listed
from hierarchy import scope
from hierarchy.basis import EditionForm, subtree_basis
from hierarchy.deciding import Deciding
from hierarchy.excel.book import file_name, workbook_of
from hierarchy.list.bulk_confirm import Outcome, confirm_chosen
from hierarchy.list.filter import FilterForm
from hierarchy.list.listing import heading, listing_of, progress, uncounted
from hierarchy.list.page import list_page
from hierarchy.list.ranking import ranking
from hierarchy.review.forms import DecisionForm
from hierarchy.review.page import DECISIONS, review_page
from hierarchy.strict_post import NotUnderstood, check_fields, choice_of
from inventory import permissions
from inventory.models import Filing
from inventory.versions.history import Step
from inventory.versions.page import status_of, version_page
from inventory.workflow.previews import Preview

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
get_or_post = require_http_methods(["GET", "HEAD", "POST"])
View = Callable[..., HttpResponse]


def _for_units(view: View) -> View:
    """Only for accounts that look after units; others are told so."""

    @wraps(view)
    def guarded(request: SignedInRequest, *arguments: Any, **options: Any) -> HttpResponse:
        if not permissions.looks_after_units(request.user):
            return render(request, "hierarchy/no_unit.html", status=403)
        return view(request, *arguments, **options)

    return guarded


@require_safe
@_for_units
def years(request: SignedInRequest) -> HttpResponse:
    """年度選擇: the years that the unit owes a filing for, and how far those below are."""
    context = {"years": scope.years_with_progress(request.user)}
    return render(request, "hierarchy/years.html", context)


@get_or_post
@_for_units
def unit_list(request: SignedInRequest, year: int, code: str | None = None) -> HttpResponse:
    """年度列表: the units directly below the desk, or below a unit that stands there."""
    way = scope.path_to(request.user, year, code)
    if request.method == "POST":
        return _confirm_many(request, way)
    return _show_list(request, way)


def _show_list(request: SignedInRequest, way: list[Filing], status: int = 200) -> HttpResponse:
    root, form = way[-1], FilterForm(request.GET)
    listing = listing_of(root, *form.criteria)
    below = listing.below
    context = {
        "root": root,
        "way": way[:-1],
        "heading": heading(root),
        "listing": listing,
        "below": below,
        "progress": progress(below),
        "uncounted": uncounted(listing.uncounted),
        "filter": form,
        "table": list_page(listing, request.GET.get("page"), request.user),
        "back": _list_url(way[:-1]) if way[1:] else reverse("hierarchy:years"),
        "may_arrange": permissions.can_arrange_below(request.user, root),
        "basis": listing.basis(),
        "basis_page": _list_url(way) + "basis/",
        "export": _list_url(way) + "export.xlsx",
        "findings": _list_url(way) + "findings/",
    }
    return render(request, "hierarchy/list.html", context, status=status)


def _confirm_many(request: SignedInRequest, way: list[Filing]) -> HttpResponse:
    """確認勾選的機關: tells of each what became of it; 409 where one was not confirmed."""
    permissions.check_reviews_units(request.user)
    try:
        check_fields(request.POST, many={"chosen"})
        chosen = choice_of(request.POST.getlist("chosen"))
    except NotUnderstood:
        return render(request, "hierarchy/not_understood.html", status=400)
    if not chosen:
        messages.error(request, _("請先勾選要確認的機關。"))
        return _show_list(request, way, status=422)
    outcome = confirm_chosen(way[-1], chosen, request.user)
    _tell(request, outcome)
    if outcome.refused:
        return _show_list(request, way, status=409)
    return HttpResponseRedirect(request.get_full_path())


def _tell(request: SignedInRequest, outcome: Outcome) -> None:
    if outcome.confirmed:
        names = listed(filing.unit.name for filing in outcome.confirmed)
        sentence = _("已確認 %(count)s 個機關：%(names)s")
        messages.success(request, sentence % {"count": len(outcome.confirmed), "names": names})
    for filing, reason in outcome.refused:
        sentence = _("未確認 %(unit)s：%(reason)s")
        messages.error(request, sentence % {"unit": filing.unit.name, "reason": reason})


@get_or_post
@_for_units
def view_filing(request: SignedInRequest, year: int, code: str) -> HttpResponse:
    """檢視: one filing, read only, with the parent's decisions below it."""
    filing = scope.filing_for_review(request.user, year, code)
    if request.method == "POST":
        return Deciding(
            request,
            DECISIONS,
            show=partial(_show_filing, request),
            fetch=partial(scope.filing_for_review, request.user, year, code),
        ).answer(filing)
    return _show_filing(request, filing)


def _show_filing(
    request: SignedInRequest,
    filing: Filing,
    bound_form: DecisionForm | None = None,
    *,
    status: int = 200,
    meanwhile: list[Step] | None = None,
    preview: Preview | None = None,
) -> HttpResponse:
    user = request.user
    context = review_page(filing, user, bound_form, request.recovered_form, preview)
    context |= {"meanwhile": meanwhile, "back": _back(user, filing), "owner": _owner(user)}
    return render(request, "hierarchy/view.html", context, status=status)


@require_safe
@_for_units
def show_versions(request: SignedInRequest, year: int, code: str) -> HttpResponse:
    """Every version of a filing that the user may see, any two side by side."""
    page = version_page(scope.filing_for_review(request.user, year, code), request.GET)
    page["back"] = reverse("hierarchy:view", args=[year, code])
    return render(request, "inventory/versions.html", page, status=status_of(page))


@require_safe
@_for_units
def show_basis(request: SignedInRequest, year: int, code: str | None = None) -> HttpResponse:
    """What the total of a list is made of; 400 for an edition that does not exist."""
    way = scope.path_to(request.user, year, code)
    form = EditionForm(request.GET)
    context = {
        "heading": heading(way[-1]),
        "form": form,
        "shown": subtree_basis(way[-1], form.chosen),
        "back": _list_url(way),
    }
    return render(request, "hierarchy/basis.html", context, status=200 if form.is_valid() else 400)


@require_safe
@_for_units
def findings(request: SignedInRequest, year: int, code: str | None = None) -> HttpResponse:
    """提醒事項: everything below the heading that looks improbable, in the reviewer's order."""
    way = scope.path_to(request.user, year, code)
    rows, page = ranking(way[-1], request.GET.get("page"))
    context = {"root": way[-1], "rows": rows, "page": page, "back": _list_url(way)}
    return render(request, "hierarchy/findings.html", context)


@require_safe
@_for_units
def export(request: SignedInRequest, year: int, code: str | None = None) -> HttpResponse:
    """轉excel."""
    root = scope.path_to(request.user, year, code)[-1]
    file = workbook_of(root, request.build_absolute_uri)
    # A streaming response is none of Django's HttpResponse classes, but a view may return it.
    return FileResponse(  # type: ignore[return-value]
        file, as_attachment=True, filename=file_name(root), content_type=EXCEL
    )


def _list_url(way: list[Filing]) -> str:
    """The list of the last filing of a way; the desk's own list has no code in its address."""
    if way[1:]:
        return reverse("hierarchy:unit_list", args=[way[-1].year_id, way[-1].unit.code])
    return reverse("hierarchy:list", args=[way[-1].year_id])


def _back(user: User, filing: Filing) -> str:
    """From a filing to the list that it stands in; from the own one to the own list."""
    parent = filing.parent
    if parent is None or user.unit_id in (filing.unit_id, parent.unit_id):
        return reverse("hierarchy:list", args=[filing.year_id])
    return reverse("hierarchy:unit_list", args=[filing.year_id, parent.unit.code])


def _owner(user: User) -> str:
    return owner_token(user.unit) if user.unit is not None else ""
