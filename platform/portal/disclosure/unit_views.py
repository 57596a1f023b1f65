"""The published units of a county and year, and the sheet of one of them."""

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from inventory.models import Filing
from inventory.policies import today
from inventory.read_snapshot import read_snapshot
from portal.disclosure.units import CountyUnits, unit_of, units_of

UNITS_ON_A_PAGE = 50


@require_safe
@login_not_required
def units(request: HttpRequest, year: int, county: str) -> HttpResponse:
    """Every unit behind a county's published total of a year; 404 where nothing is public."""
    try:
        with read_snapshot():
            shown = units_of(today(), year, county)
            page = _page(shown, request.GET.get("page"))
    except Filing.DoesNotExist as error:
        raise Http404 from error
    return render(request, "portal/disclosure/units.html", {"shown": shown, "page": page})


def _page(shown: CountyUnits, number: str | None) -> Page[Filing]:
    """One portion of the units, read now: at the same moment as the totals."""
    paginator = Paginator(shown.filings, UNITS_ON_A_PAGE)
    paginator.count = shown.number  # counted already
    page = paginator.get_page(number)
    page.object_list = list(page.object_list)
    return page


@require_safe
@login_not_required
def unit(request: HttpRequest, year: int, code: str) -> HttpResponse:
    """A unit's filing with every sum open; 404 for what is not public, as for what is not there."""
    try:
        with read_snapshot():
            shown = unit_of(today(), year, code)
    except Filing.DoesNotExist as error:
        raise Http404 from error
    return render(request, "portal/disclosure/unit.html", {"shown": shown, "filing": shown.filing})
