"""公開資訊 as a page and as a data file, both of one choice of county and year."""

from collections.abc import Iterator
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
from inventory.factors.editions import editions
from inventory.impact.charts import Chart, bar_chart
from inventory.models import FIRST_ROC_YEAR
from inventory.policies import today
from inventory.read_snapshot import read_snapshot
from portal.disclosure import files, reading
from portal.disclosure.totals import Disclosure


class ChoiceForm(forms.Form):
    """Which county and which year; only such as have something published."""

    county = forms.ChoiceField(label=gettext_lazy("縣市"), required=False)
    year = forms.TypedChoiceField(
        label=gettext_lazy("年度"), required=False, coerce=int, empty_value=None
    )
    edition = forms.ChoiceField(label=gettext_lazy("GWP 版本"), required=False)

    def __init__(self, data: QueryDict, counties: list[County], years: list[int]) -> None:
        super().__init__(data)
        named = [(county.letter, county.label) for county in counties]
        self._offer("county", [("", _("全部縣市")), *named])
        both = [(str(year), f"{year} ({year + FIRST_ROC_YEAR})") for year in years]
        self._offer("year", [("", _("全部年度")), *both])
        named = [
            (name.lower(), _("全部以 %(edition)s 計算") % {"edition": name}) for name in editions()
        ]
        self._offer("edition", [("", _("依各填報採用的版本")), *named])

    def clean_edition(self) -> str:
        """The edition by its name; "" for figures as they were filed."""
        return str(self.cleaned_data["edition"]).upper()

    @property
    def is_narrow(self) -> bool:
        """Whether a county or a year is chosen: gases are added up entry by entry."""
        return bool(self.cleaned_data.get("county") or self.cleaned_data.get("year"))

    def clean(self) -> None:
        """Another edition is computed for a county or for a year, not for all of both."""
        if self.cleaned_data.get("edition") and not self.is_narrow:
            self.add_error("edition", _("請先選擇縣市或年度，再以單一 GWP 版本計算。"))

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
        form = ChoiceForm(request.GET, *reading.choices(day))
        if not form.is_valid():
            return form, None
        return form, reading.read(day, **form.cleaned_data, with_gases=form.is_narrow)


def _chart(shown: Disclosure | None) -> Chart | None:
    """Of one year: the newest that is shown."""
    return bar_chart(shown.years[0].by_source()) if shown and shown.groups else None


@require_safe
@login_not_required
def page(request: HttpRequest) -> HttpResponse:
    """The table, its chart and its totals. 400 for a county or year that is not offered."""
    form, shown = _chosen(request)
    context = {
        "form": form,
        "shown": shown,
        "chart": _chart(shown),
        "licence": files.LICENCE,
        "licence_address": files.LICENCE_ADDRESS,
    }
    return render(request, "portal/disclosure/totals.html", context, status=200 if shown else 400)


@require_safe
@login_not_required
def data(request: HttpRequest) -> StreamingHttpResponse:
    """The same rows as CSV (UTF-8). 404 for a choice that does not exist."""
    _form, shown = _chosen(request)
    if shown is None:
        raise Http404
    return _file(files.as_csv(shown), _("公開資訊"))


@require_safe
@login_not_required
def gases(request: HttpRequest) -> StreamingHttpResponse:
    """Every line by gas as CSV (UTF-8). 404 without a county or a year, and as above."""
    day = today()
    with read_snapshot():
        form = ChoiceForm(request.GET, *reading.choices(day))
        if not form.is_valid() or not form.is_narrow:
            raise Http404
        sums = list(reading.line_sums(day, **form.cleaned_data))
    return _file(files.gases_as_csv(sums, form.cleaned_data["edition"]), _("公開資訊－依氣體"))


def _file(lines: Iterator[str], name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = str(
        content_disposition_header(as_attachment=True, filename=f"{name}.csv")
    )
    return response
