"""公開資訊 as a page and as a data file, both of one choice of county and year."""

from typing import cast

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.models import County
from inventory.impact.charts import bar_chart
from inventory.models import FIRST_ROC_YEAR
from inventory.policies import today
from inventory.read_snapshot import read_snapshot
from portal.disclosure import totals
from portal.disclosure.totals import Disclosure


class ChoiceForm(forms.Form):
    """Which county and which year; only such as have something published."""

    county = forms.ChoiceField(label=gettext_lazy("縣市"), required=False)
    year = forms.TypedChoiceField(
        label=gettext_lazy("年度"), required=False, coerce=int, empty_value=None
    )

    def __init__(self, data: QueryDict, counties: list[County], years: list[int]) -> None:
        super().__init__(data)
        named = [(county.letter, county.label) for county in counties]
        self._offer("county", [("", _("全部縣市")), *named])
        both = [(str(year), f"{year} ({year + FIRST_ROC_YEAR})") for year in years]
        self._offer("year", [("", _("全部年度")), *both])

    def _offer(self, name: str, options: list[tuple[str, str]]) -> None:
        field = cast(forms.ChoiceField, self.fields[name])
        field.choices = options
        field.widget.attrs["class"] = "form-select"


def _chosen(request: HttpRequest) -> tuple[ChoiceForm, Disclosure | None]:
    """The form as sent, and what it shows; nothing where the choice does not exist.

    All of it is of one moment, so what is offered is there.
    """
    day = today()
    with read_snapshot():
        form = ChoiceForm(request.GET, *totals.choices(day))
        return form, totals.read(day, **form.cleaned_data) if form.is_valid() else None


@require_safe
@login_not_required
def page(request: HttpRequest) -> HttpResponse:
    """The table, its chart and its totals. 400 for a county or year that is not offered."""
    form, shown = _chosen(request)
    context = {
        "form": form,
        "shown": shown,
        "chart": bar_chart(shown.by_source()) if shown else None,
        "licence": totals.LICENCE,
        "licence_address": totals.LICENCE_ADDRESS,
    }
    return render(request, "portal/disclosure/totals.html", context, status=200 if shown else 400)


@require_safe
@login_not_required
def data(request: HttpRequest) -> StreamingHttpResponse:
    """The same rows as CSV (UTF-8). 404 for a choice that does not exist."""
    _form, shown = _chosen(request)
    if shown is None:
        raise Http404
    response = StreamingHttpResponse(totals.as_csv(shown), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = str(
        content_disposition_header(as_attachment=True, filename=_("公開資訊") + ".csv")
    )
    return response
