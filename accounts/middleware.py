"""A first password has to be changed before anything else, where the site wants that."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from accounts import form_recovery

ALLOWED = {"accounts:password", "accounts:logout", "set_language", "health", "ready"}


class FirstPasswordMiddleware:
    """Sends whoever has an initial password to the page that changes it (FORCE_PASSWORD_CHANGE)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if not settings.FORCE_PASSWORD_CHANGE or not request.user.is_authenticated:
            return None
        if not request.user.must_change_password:
            return None
        match = request.resolver_match
        if match is not None and match.view_name in ALLOWED:
            return None
        query = urlencode({"next": form_recovery.originating_page(request)})
        return form_recovery.redirect(request, f"{reverse('accounts:password')}?{query}")
