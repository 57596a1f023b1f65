"""The administration page of a factor set and a year, unit by unit: recompute what is chosen."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from inventory import scope
from inventory.admin.forms import RecomputeForm, UnitsForm, token, tokens
from inventory.admin.pages import SetPages, get_only, get_or_post, require_staff, set_of
from inventory.figures import figure, signed
from inventory.impact.estimate import FilingImpact, ImpactTotals, moves, with_figures
from inventory.impact.recompute import (
    MAX_AT_ONCE,
    ManyConflicts,
    look_at,
    named,
    next_batch,
    recompute_many,
    waiting,
)
from inventory.impact.runs import Run, runs_of, totals_of
from inventory.impact.totals import totals_after
from inventory.models import FactorSet, ReportingYear
from inventory.policies import NotAllowed
from inventory.read_snapshot import read_snapshot

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Row:
    """One filing on the page. `token` is empty where there is nothing to recompute."""

    move: FilingImpact
    token: str
    is_chosen: bool


class RecomputeMixin(SetPages):
    """Adds the page of one year to the pages of a factor set."""

    def get_urls(self) -> list[URLPattern]:
        view, name = self.admin_site.admin_view, "inventory_factorset_"
        one_year = "<slug:slug>/what-if/<int:year>/"
        own = [
            path(one_year, view(self.units), name=name + "units"),
            path(one_year + "recomputed/", view(self.recomputed), name=name + "recomputed"),
        ]
        return own + super().get_urls()

    @get_or_post
    def units(self, request: HttpRequest, slug: str, year: int) -> HttpResponse:
        """Unit by unit; by POST, ask about what was chosen, then recompute it."""
        require_staff(request)
        factor_set = set_of(request, slug)
        found = year_of(factor_set, year)
        if request.method != "POST":
            return self._units_page(request, factor_set, found, RecomputeForm(None), 200)
        form = RecomputeForm(request.POST)
        if not form.is_valid():
            return self._units_page(request, factor_set, found, form, 400)
        return self._recompute(request, factor_set, found, form)

    def _recompute(
        self, request: HttpRequest, factor_set: FactorSet, year: ReportingYear, form: RecomputeForm
    ) -> HttpResponse:
        """Ask with the totals before and after; do it where that was agreed to."""
        by = require_staff(request)
        reason = form.cleaned_data["reason"]
        try:
            if not form.cleaned_data["agreed"]:
                return self._ask(request, reason, factor_set, year, form.revisions)
            done = recompute_many(
                factor_set=factor_set,
                year=year,
                revisions=form.revisions,
                reason=reason,
                by=by,
            )
        except ManyConflicts as refusal:
            text = _(
                "下列單位的填報在您檢視之後有異動，整批都沒有重算；請看過現況再重算：%(units)s"
            )
            form.add_error(None, text % {"units": named(refusal.filings)})
            return self._units_page(request, factor_set, year, form, 409)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
            return self._units_page(request, factor_set, year, form, 400)
        messages.success(request, outcome(done))
        return redirect("admin:inventory_factorset_recomputed", factor_set.slug, year.year)

    def _ask(
        self,
        request: HttpRequest,
        reason: str,
        factor_set: FactorSet,
        year: ReportingYear,
        revisions: dict[int, int],
    ) -> HttpResponse:
        with read_snapshot():
            impacts = look_at(factor_set=factor_set, year=year, revisions=revisions, reason=reason)
            totals = totals_after(year, impacts)
        context = {
            "title": _("%(year)s 年度重算前確認") % {"year": year},
            "factor_set": factor_set,
            "year": year,
            "totals": totals,
            "reason": reason,
            "batch": tokens(revisions),
        }
        return self.page(request, "recompute.html", context)

    @get_only
    def recomputed(self, request: HttpRequest, slug: str, year: int) -> HttpResponse:
        """What recomputes of the year did, by their events: the newest, or the one of `?run=`."""
        factor_set = set_of(request, slug)
        found = year_of(factor_set, year)
        with read_snapshot():
            runs = runs_of(factor_set, found)
            run = _chosen_run(runs, request.GET.get("run"))
            totals = totals_of(run, factor_set, found) if run else None
        context = {
            "title": _("%(year)s 年度重算結果") % {"year": found},
            "factor_set": factor_set,
            "year": found,
            "runs": runs,
            "run": run,
            "totals": totals,
        }
        return self.page(request, "recomputed.html", context)

    def _units_page(
        self,
        request: HttpRequest,
        factor_set: FactorSet,
        year: ReportingYear,
        recomputing: RecomputeForm,
        status: int,
    ) -> HttpResponse:
        form = UnitsForm(request.GET)
        with read_snapshot():  # a figure and the revision that the button sends belong together
            computed = {
                **_rows(factor_set, year, form, set(recomputing.chosen)),
                **_batch(factor_set, year),
            }
        context = {
            "title": _("%(year)s 年度逐單位試算") % {"year": year},
            "factor_set": factor_set,
            "year": year,
            "form": form,
            "recomputing": recomputing,
            "most_at_once": MAX_AT_ONCE,
            **computed,
        }
        return self.page(request, "units.html", context, status)


def year_of(factor_set: FactorSet, number: int) -> ReportingYear:
    """A year that the set may be used for. Raises Http404."""
    years = {year.year: year for year in scope.existing_years(factor_set.usable_years)}
    if number not in years:
        raise Http404
    return years[number]


def _chosen_run(runs: list[Run], asked: str | None) -> Run | None:
    """The run that the address names, else the newest. Raises Http404 for one that is not there."""
    if asked is None:
        return runs[0] if runs else None
    found = next((run for run in runs if str(run.number) == asked), None)
    if found is None:
        raise Http404
    return found


def _rows(
    factor_set: FactorSet, year: ReportingYear, form: UnitsForm, chosen: set[str]
) -> dict[str, Any]:
    """One page of filings, each computed with the set."""
    filings = form.narrow(with_figures(year))
    page = Paginator(filings, PER_PAGE).get_page(form.data.get("page"))
    first = (page.number - 1) * PER_PAGE
    in_force = year.factor_set_id == factor_set.slug
    rows = []
    for move in moves(factor_set, year, filings[first : first + PER_PAGE]):
        is_old = move.filing.factor_set_id != factor_set.slug
        one = token(move.filing) if in_force and is_old and not move.problem else ""
        rows.append(Row(move, one, one in chosen))
    return {"page": page, "rows": rows, "can_choose": any(row.token for row in rows)}


def _batch(factor_set: FactorSet, year: ReportingYear) -> dict[str, Any]:
    """What one press of 「重算這一批」 does; nothing where the set is not in force."""
    if year.factor_set_id != factor_set.slug:
        return {"in_force": False}
    batch, sums = next_batch(factor_set, year), ImpactTotals()
    for move in batch:
        sums.add(move)
    number = waiting(factor_set, year).count()
    return {
        "in_force": True,
        "waiting": number,
        "is_more": number > MAX_AT_ONCE,
        "batch": tokens({move.filing.pk: move.filing.revision for move in batch}),
        "batch_sums": sums,
    }


def outcome(done: ImpactTotals) -> str:
    """What a recompute did, in words."""
    text = _(
        "已重算 %(filings)s 份：不含委外 %(own_before)s → %(own_after)s（%(own)s），"
        "委外 %(outsourced_before)s → %(outsourced_after)s（%(outsourced)s）公斤 CO₂e。"
    )
    return text % {
        "filings": done.filings,
        "own_before": figure(done.own_before),
        "own_after": figure(done.own_after),
        "own": signed(done.own_difference),
        "outsourced_before": figure(done.outsourced_before),
        "outsourced_after": figure(done.outsourced_after),
        "outsourced": signed(done.outsourced_difference),
    }
