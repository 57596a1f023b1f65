"""The factor sets for everybody: the list, a page per set, and its file to take home."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header, http_date
from django.views.decorators.http import conditional_page, require_safe

from inventory.models import FactorSet
from inventory.policies import today
from inventory.templatetags.factors import CONFIDENCE_LABELS
from portal.disclosure import factor_sets


@require_safe
@login_not_required
def index(request: HttpRequest) -> HttpResponse:
    """Every set: what it is, where it comes from, which years use it, when to look again."""
    return render(
        request, "portal/disclosure/factor_sets.html", {"sets": factor_sets.listed(today())}
    )


@require_safe
@login_not_required
def factor_set(request: HttpRequest, slug: str) -> HttpResponse:
    """Each factor of a set with derivation, value, GWP, product, source and confidence."""
    try:
        shown = factor_sets.read(slug, today())
    except FactorSet.DoesNotExist as error:
        raise Http404 from error
    context = {"shown": shown, "marks": list(CONFIDENCE_LABELS)}
    return render(request, "portal/disclosure/factor_set.html", context)


@require_safe
@login_not_required
@conditional_page
def as_toml(request: HttpRequest, slug: str) -> HttpResponse:
    """The file as it was published, byte for byte: its SHA-256 is the set's checksum."""
    try:
        published = factor_sets.find(slug)
    except FactorSet.DoesNotExist as error:
        raise Http404 from error
    return _file(published, published.content, "toml", "application/toml; charset=utf-8")


@require_safe
@login_not_required
@conditional_page
def as_json(request: HttpRequest, slug: str) -> HttpResponse:
    """The same set as JSON, decimals as text."""
    try:
        published, text = factor_sets.as_json(slug)
    except FactorSet.DoesNotExist as error:
        raise Http404 from error
    return _file(published, text, "json", "application/json")


def _file(factor_set: FactorSet, text: str, ending: str, content_type: str) -> HttpResponse:
    """A set never changes, so a browser that has the file is told so instead of sent it again."""
    response = HttpResponse(text.encode(), content_type=content_type)
    name = f"{factor_set.slug}.{ending}"
    response["Content-Disposition"] = str(content_disposition_header(True, name))
    response["Last-Modified"] = http_date(factor_set.loaded_at.timestamp())
    return response
