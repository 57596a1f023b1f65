"""The unit's own pages: the years, the form of a year, the receipt."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, wraps
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.form_recovery import SignedInRequest, owner_token
from accounts.models import Unit
from inventory import permissions, policies, scope, versions, workflow
from inventory.basis.breakdown import breakdown_of
from inventory.entries.statement import read_statement
from inventory.form.desk import FormDesk, own_desk
from inventory.form.filing_form import FilingForm
from inventory.form.layout import filing_helper, row_contexts
from inventory.form.other_set import other_set
from inventory.form.page import FilingPage
from inventory.form.shape import shape_problems
from inventory.form.tick import taken_back_by_a_save
from inventory.models import Filing
from inventory.periods import period_notes
from inventory.states import Verb
from inventory.versions.history import Step, filled_in_by, steps_since
from inventory.versions.page import status_of, version_page

EXTRA_FIELDS = {"csrfmiddlewaretoken", "owner", "action"}
SAVES = {Verb.SAVE, Verb.COMPLETE}
ACTIONS = {"calculate", "save", "save_unused"}


View = Callable[..., HttpResponse]


def _for_filers(view: View) -> View:
    """Only for accounts that file for a unit; others are told so."""

    @wraps(view)
    def guarded(request: SignedInRequest, *arguments: Any, **options: Any) -> HttpResponse:
        if not permissions.files_for_unit(request.user):
            return render(request, "inventory/no_filing.html", status=403)
        return view(request, *arguments, **options)

    return guarded


@require_safe
@_for_filers
def years(request: SignedInRequest) -> HttpResponse:
    """The years that the unit owes a filing for, with how far each is."""
    filings = versions.mark_equal(scope.years_of(request.user))
    day = policies.today()
    rows = [{"filing": filing, "is_open": policies.is_open(filing, day)} for filing in filings]
    context: dict[str, Any] = {"rows": rows}
    if not_in := scope.open_years_without_filing(request.user, day):
        context |= {"not_in": not_in, "asked": scope.government_of(cast(Unit, request.user.unit))}
    return render(request, "inventory/years.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@_for_filers
def year_form(request: SignedInRequest, year: int) -> HttpResponse:
    """The activity form of one year; read only before its opening and after its due date."""
    fetch = partial(scope.filing_of, request.user, year)
    return form_page(request, _own_filing(request, year), own_desk(year, fetch))


def form_page(request: SignedInRequest, filing: Filing, desk: FormDesk) -> HttpResponse:
    """The form of a filing that may be filled in from this desk."""
    if request.method == "POST":
        return _Submission(request, filing, desk).answer()
    page = FilingPage(filing)
    try:
        policies.check_open(filing, policies.today())
    except policies.NotAllowed as closed:
        if request.recovered_form:  # typed before the year closed: nothing is lost silently
            form = page.form(request.recovered_form)
            return _show(request, page, form, desk, status=409, refusal=str(closed))
        context = {"filing": filing, "statement": read_statement(filing), "closed": str(closed)}
        context |= {"desk": desk, "extender": scope.who_extends(filing)}
        context["period_notes"] = period_notes(filing)
        return render(request, "inventory/closed.html", context)
    return _show(request, page, page.form(request.recovered_form), desk)


@require_safe
@_for_filers
def show_receipt(request: SignedInRequest, year: int) -> HttpResponse:
    """The proof of a completed filing, on one A4 page."""
    return receipt_page(request, _own_filing(request, year))


def receipt_page(
    request: SignedInRequest, filing: Filing, desk: FormDesk | None = None
) -> HttpResponse:
    """The receipt of a filing that the person may see. Raises Http404 before it is completed."""
    if filing.completed_at is None:
        raise Http404
    statement = read_statement(filing)
    context = {
        "filing": filing,
        "desk": desk or own_desk(filing.year_id, lambda: filing),
        "statement": statement,
        "breakdown": breakdown_of(one.entry for row in statement.rows for one in row.shown),
        "version": versions.current_version(filing),
        "period_notes": period_notes(filing),
        "filled_in_by": filled_in_by(filing),
        "check_address": request.build_absolute_uri(reverse("portal:check")),
    }
    return render(request, "inventory/receipt.html", context)


@require_safe
@_for_filers
def show_versions(request: SignedInRequest, year: int) -> HttpResponse:
    """Every version of the unit's own filing, any two side by side."""
    page = version_page(_own_filing(request, year), request.GET)
    page["back"] = reverse("inventory:form", args=[year])
    return render(request, "inventory/versions.html", page, status=status_of(page))


@dataclass
class _Submission:
    """One post of the form: what was asked for, and the page that answers it."""

    request: SignedInRequest
    filing: Filing
    desk: FormDesk

    def answer(self) -> HttpResponse:
        """Compute, add a row or save; every refusal keeps what was typed."""
        page, data = FilingPage(self.filing), self.request.POST
        action = data.get("action", "")
        form = page.form(data, mark_unused=action == "save_unused")
        problems = shape_problems(form, form.posted, self._extra_fields)
        addable = {f"add:{key}" for key in form.rows}
        if action not in ACTIONS | addable | form.roundings:
            problems.append(f"action {action[:60]}")
        if problems:
            return _show(self.request, page, form, self.desk, status=400, problems=problems)
        if action in addable:
            return self._with_another_row(page, form, action.removeprefix("add:"))
        if action in form.roundings:
            form = page.form(form.data_rounded(action))
            return _show(self.request, page, form, self.desk, calculated=True)
        if action == "calculate":
            return self._calculated(page, form)
        return self._saved(page, form)

    @property
    def _extra_fields(self) -> set[str]:
        return EXTRA_FIELDS | ({"why"} if self.desk.is_for_other else set())

    def _with_another_row(self, page: FilingPage, form: FilingForm, key: str) -> HttpResponse:
        more = page.form(form.data_with_more_rows(key))
        if more.rows[key] == form.rows[key]:
            more.tell_if_full(key)
        return _show(self.request, page, more, self.desk)

    def _calculated(self, page: FilingPage, form: FilingForm) -> HttpResponse:
        if self.request.htmx:
            statement = page.statement(form)
            context = {"statement": statement, "form": form, "rows": row_contexts(form, statement)}
            context["other_set"] = other_set(page, form)
            return render(self.request, "inventory/_calculated.html", context)
        return _show(self.request, page, form, self.desk, calculated=True)

    def _saved(self, page: FilingPage, form: FilingForm) -> HttpResponse:
        cleaned = form.cleaned_data if form.is_valid() else None
        try:
            if cleaned is None:
                self._check_seen(form)
                return _show(self.request, page, form, self.desk, status=422)
            filing = workflow.save(
                filing=self.filing,
                answers=form.answers,
                outsourced_scope=cleaned["outsourced_scope"],
                complete=cleaned["complete"],
                revision=cleaned["revision"],
                factor_set=cleaned["factor_set"],
                by=self.request.user,
                reply=cleaned["reply"],
                filed_for=self.request.POST.get("why", "") if self.desk.is_for_other else None,
            )
        except workflow.ReplyNeeded as needed:
            form.add_error("reply", str(needed))
            return _show(self.request, page, form, self.desk, status=422)
        except policies.NotAllowed as refusal:
            return _show(self.request, page, form, self.desk, status=409, refusal=str(refusal))
        except workflow.FilingConflict as conflict:
            return self._conflict(conflict)
        return self._thank(filing, is_changed=filing.revision != cleaned["revision"])

    def _check_seen(self, form: FilingForm) -> None:
        """What happened meanwhile is told before mistakes are: they may come from it."""
        revision = form.cleaned_data.get("revision", self.filing.revision)
        workflow.Seen(revision, form.cleaned_data.get("factor_set", "")).check(self.filing)

    def _conflict(self, conflict: workflow.FilingConflict) -> HttpResponse:
        """Something was done meanwhile: what, both states side by side, and the person chooses."""
        current = self.desk.fetch()
        page, meanwhile = FilingPage(current), steps_since(current, conflict.seen)
        data = self.request.POST.copy()
        data.update({name: str(value) for name, value in page.seen.items()})
        # Rows that were stored meanwhile stand among the differences, so nothing else says it.
        form = page.form(page.form(data).posted)
        differences = page.changes_by(form) if form.is_valid() else None
        if differences == [] and self._was_sent_twice(conflict, meanwhile):
            return self._thank(current)
        context = {"meanwhile": meanwhile, "conflict": differences}
        drawn_with = conflict.factor_set
        return _show(
            self.request, page, form, self.desk, status=409, drawn_with=drawn_with, **context
        )

    def _was_sent_twice(self, conflict: workflow.FilingConflict, meanwhile: list[Step]) -> bool:
        """Whether all that happened is that the same person saved the same."""
        return not conflict.factor_set and all(
            step.event.verb in SAVES and step.by == self.request.user for step in meanwhile
        )

    def _thank(self, filing: Filing, *, is_changed: bool = True) -> HttpResponse:
        if not is_changed:
            messages.info(
                self.request,
                _("內容沒有變更，仍是第 %(version)s 版，登錄狀況不變。")
                % {"version": filing.version},
            )
            return redirect(self.desk.form)
        if filing.completed_at is None:
            messages.success(
                self.request, _("草稿已存檔（第 %(version)s 版）。") % {"version": filing.version}
            )
            return redirect(self.desk.form)
        messages.success(
            self.request,
            _("%(year)s 年度填報完成（第 %(version)s 版）。期限內如需更新，可再登錄修改。")
            % {"year": filing.year_id, "version": filing.version},
        )
        return redirect(self.desk.receipt)


def _own_filing(request: SignedInRequest, year: int) -> Filing:
    try:
        [filing] = versions.mark_equal([scope.filing_of(request.user, year)])
    except Filing.DoesNotExist as error:
        raise Http404 from error
    return filing


def _show(
    request: SignedInRequest,
    page: FilingPage,
    form: FilingForm,
    desk: FormDesk,
    *,
    status: int = 200,
    drawn_with: str = "",
    **more: Any,
) -> HttpResponse:
    statement = page.statement(form)
    context = {
        "filing": page.filing,
        "form": form,
        "other_set": other_set(page, form, drawn_with),
        "statement": statement,
        "helper": filing_helper(statement),
        "owner": owner_token(request.user.unit or page.filing.unit),
        "desk": desk,
        "extender": scope.who_extends(page.filing),
        "why": (request.recovered_form or request.POST).get("why", ""),
        "period_notes": period_notes(page.filing),
        "energies": page.energies,
        "taken_back": taken_back_by_a_save(page.filing),
        "restored": bool(request.recovered_form),
        **more,
    }
    return render(request, "inventory/form.html", context, status=status)
