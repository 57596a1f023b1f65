"""The administration pages of a stored factor set: what it would do, and putting it in force."""

from collections.abc import Iterator
from decimal import Decimal

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from accounts.wording import with_remark
from inventory import scope
from inventory.admin.forms import ChosenYearsForm, PublishForm
from inventory.admin.pages import (
    SetPages,
    get_only,
    post_only,
    public_page,
    require_staff,
    set_of,
)
from inventory.entries.uncomputable import obstacles
from inventory.factors.differences import differences
from inventory.impact.charts import Chart, bar_chart, difference_chart
from inventory.impact.csv_file import as_csv
from inventory.impact.estimate import MAX_CHANGES, FilingImpact, WhatIf, what_if
from inventory.models import FactorSet, ReportingYear
from inventory.policies import NotAllowed
from inventory.read_snapshot import read_snapshot
from inventory.workflow.publishing import Obstructed, publish


class WhatIfMixin(SetPages):
    """Adds 「試算影響」 to the pages of factor sets."""

    def get_urls(self) -> list[URLPattern]:
        view, name = self.admin_site.admin_view, "inventory_factorset_"
        own = [
            path("<slug:slug>/what-if/", view(self.show_what_if), name=name + "what_if"),
            path("<slug:slug>/what-if/data.csv", view(self.data), name=name + "what_if_data"),
            path("<slug:slug>/what-if/publish/", view(self.publish_set), name=name + "publish"),
        ]
        return own + super().get_urls()

    @get_only
    def show_what_if(self, request: HttpRequest, slug: str) -> HttpResponse:
        """What the set would do to the filings of the chosen years. 400 for other years."""
        factor_set = set_of(request, slug)
        form = ChosenYearsForm(request.GET, scope.existing_years(factor_set.usable_years))
        publishing = PublishForm(None, publishable(factor_set))
        status = 200 if form.is_valid() else 400
        return self._what_if_page(request, factor_set, form, publishing, status)

    @post_only
    def publish_set(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Put the set in force for years; refused with what was typed still there."""
        by, factor_set = require_staff(request), set_of(request, slug)
        form = PublishForm(request.POST, publishable(factor_set))
        if not form.is_valid():
            return self._refused(request, factor_set, form)
        try:
            years = publish(
                factor_set=factor_set, by=by, accepted=form.accepted, **form.cleaned_data
            )
        except Obstructed:
            form.show_obstacles(obstacles(factor_set, form.cleaned_data["years"]))
            form.add_error(None, _("有填報無法以本版計算：請逐項勾選，或另備有其係數的版本。"))
            return self._refused(request, factor_set, form)
        except NotAllowed as refusal:  # somebody else published meanwhile
            form.add_error("years", str(refusal))
            return self._refused(request, factor_set, form)
        for year in years:
            text = _("%(year)s 年度已採用「%(set)s」；已填報的數字沒有變動。")
            messages.success(request, text % {"year": year, "set": factor_set})
        return redirect("admin:inventory_factorset_what_if", slug)

    @get_only
    def data(self, request: HttpRequest, slug: str) -> StreamingHttpResponse:
        """Every filing of the chosen years as CSV, streamed. 404 for other years."""
        factor_set = set_of(request, slug)
        form = ChosenYearsForm(request.GET, scope.existing_years(factor_set.usable_years))
        if not form.is_valid():
            raise Http404
        response = StreamingHttpResponse(
            as_csv(factor_set, form.chosen), content_type="text/csv; charset=utf-8"
        )
        name = f"{_('試算影響')} {slug}.csv"
        response["Content-Disposition"] = str(content_disposition_header(True, name))
        return response

    def _refused(
        self, request: HttpRequest, factor_set: FactorSet, publishing: PublishForm
    ) -> HttpResponse:
        form = ChosenYearsForm(request.GET, scope.existing_years(factor_set.usable_years))
        form.is_valid()
        return self._what_if_page(request, factor_set, form, publishing, 400)

    def _what_if_page(
        self,
        request: HttpRequest,
        factor_set: FactorSet,
        form: ChosenYearsForm,
        publishing: PublishForm,
        status: int,
    ) -> HttpResponse:
        with read_snapshot():  # a save in between would leave sums of two versions
            found = [what_if(factor_set, year) for year in form.to_compute]
        years = [year.year for year in form.chosen]
        context = {
            "title": _("試算影響"),
            "factor_set": factor_set,
            "form": form,
            "found": found,
            "totals": totals_chart(found),
            "largest_changes": largest_of(found),
            "largest_changes_chart": difference_chart(_bars(largest_of(found))),
            "differences": differences(factor_set.factors.all(), factor_set.slug, years),
            "publishing": publishing,
            "public_page": public_page(factor_set),
        }
        return self.page(request, "what_if.html", context, status)


def publishable(factor_set: FactorSet) -> list[ReportingYear]:
    """The years that the set may be used for and that use another one."""
    return [
        year
        for year in scope.existing_years(factor_set.usable_years)
        if year.factor_set_id != factor_set.slug
    ]


def largest_of(found: list[WhatIf]) -> list[FilingImpact]:
    """The filings of all chosen years that would move furthest."""
    every = [move for one in found for move in one.largest_changes]
    return sorted(every, key=lambda move: move.size, reverse=True)[:MAX_CHANGES]


def totals_chart(found: list[WhatIf]) -> Chart:
    """Two bars per year: the unit's own operations as they are and as they would be."""
    bars = []
    for one in (one for one in found if not one.is_empty):
        year = _("%(year)s 年度") % {"year": one.year}
        bars.append((with_remark(year, _("現值")), one.total.own_before))
        bars.append((with_remark(year, _("以本版計算")), one.total.own_after))
    return bar_chart(bars)


def _bars(impacts: list[FilingImpact]) -> Iterator[tuple[str, Decimal]]:
    for move in impacts:
        yield with_remark(str(move.filing.unit), str(move.filing.year_id)), move.difference
