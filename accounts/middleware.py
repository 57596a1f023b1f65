"""Who is let in: whoever is signed in, and has changed a first password where the site asks."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from accounts import form_recovery

ALLOWED = {"accounts:password", "accounts:logout", "set_language", "health", "ready"}


class SignedInMiddleware(LoginRequiredMiddleware):
    """Every address asks to sign in, but for those marked `login_not_required`.

    A view that forgets the mark is closed, not open. What somebody had typed when the session
    ended is stashed, and given back to the same page once someone has signed in.
    """

    def process_view(
        self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        refusal = super().process_view(request, view_func, view_args, view_kwargs)
        if refusal is None and form_recovery.is_closed(view_func) and request.user.is_authenticated:
            form_recovery.recover_form(request)
        return refusal

    def handle_no_permission(  # type: ignore[override]  # htmx is redirected in its own way
        self, request: HttpRequest, view_func: Any
    ) -> HttpResponse:
        """To the sign-in page; the administration pages have one of their own."""
        match = request.resolver_match
        if match is not None and match.app_name == "admin":
            return redirect_to_login(request.get_full_path(), reverse("admin:login"))
        return form_recovery.to_sign_in(request)


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
