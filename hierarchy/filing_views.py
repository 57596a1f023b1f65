"""代填: a county's administrator fills in the form of a unit that has nobody to do it."""

from collections.abc import Callable
from functools import partial

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.form_recovery import SignedInRequest
from accounts.models import User
from hierarchy import scope
from inventory import permissions, policies, versions
from inventory.form.desk import FormDesk
from inventory.models import Filing
from inventory.scope import filing_to_fill_in
from inventory.unit_rules import has_staff
from inventory.views import form_page, receipt_page


@require_http_methods(["GET", "HEAD", "POST"])
def file_for(request: SignedInRequest, year: int, code: str) -> HttpResponse:
    """The form of another unit's year; named as filled in by whoever does."""
    fetch = partial(_filing, request.user, year, code)
    filing = fetch()
    permissions.check_can_file_for(request.user, filing)
    return form_page(request, filing, _desk(filing, fetch))


@require_safe
def show_receipt(request: SignedInRequest, year: int, code: str) -> HttpResponse:
    """The receipt of a unit below: whoever filled in the form for it prints the proof."""
    filing = scope.filing_for_review(request.user, year, code)
    return receipt_page(request, filing, _desk(filing, lambda: filing))


def _filing(user: User, year: int, code: str) -> Filing:
    """Raises Http404 for what the person does not see, as for what does not exist."""
    try:
        [filing] = versions.mark_equal([filing_to_fill_in(user, year, code)])
    except Filing.DoesNotExist as error:
        raise Http404 from error
    return filing


def _desk(filing: Filing, fetch: Callable[[], Filing]) -> FormDesk:
    place = [filing.year_id, filing.unit.code]
    return FormDesk(
        fetch,
        form=reverse("hierarchy:file", args=place),
        back=reverse("hierarchy:view", args=place),
        receipt=reverse("hierarchy:receipt", args=place),
        versions=reverse("hierarchy:versions", args=place),
        is_for_other=True,
        has_staff=has_staff(filing.unit, policies.today()),
    )
