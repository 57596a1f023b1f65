"""Signing in and out, contact details, the password."""

from copy import copy
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import form_recovery
from accounts.account_names import username_of_attempt
from accounts.client_address import address_of
from accounts.contact_details import (
    can_save_contacts,
    changes_of,
    check_can_save_contacts,
    differences,
    save_contacts,
    version_token,
)
from accounts.edit_conflict import EditConflict
from accounts.form_recovery import SignedInRequest
from accounts.forms import ContactForm, HistoryForm, PasswordForm, SignInForm
from accounts.histories import FieldChange, history_page
from accounts.lockouts import Lockout, lockout_of
from accounts.models import Unit, User

form_page = require_http_methods(["GET", "HEAD", "POST"])


@form_page
@login_not_required
@never_cache
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    """「系統登入」. Answers 429 while the account is locked for this address."""
    if request.user.is_authenticated:
        return redirect(_onward(request))
    form = SignInForm(request.POST, request=request) if request.method == "POST" else SignInForm()
    if form.is_bound and form.is_valid():
        login(request, cast(User, form.user))
        return redirect(_onward(request))
    context = {"sign_in_form": form, "next": _next_of(request)}
    response = render(request, "accounts/login.html", context)
    return _throttled(response, form.lockout) if form.lockout else response


@require_POST
@login_not_required
def sign_out(request: HttpRequest) -> HttpResponse:
    """「登出」: by POST only, so that no link on another site can do it."""
    logout(request)
    messages.success(request, _("您已登出。"))
    return redirect("portal:home")


@form_page
def profile(request: SignedInRequest) -> HttpResponse:
    """「帳號維護」 of the own unit; 403 for an account that has none.

    Whose role does not keep the details reads them.
    """
    unit = request.user.unit
    if unit is None:
        return render(request, "accounts/no_unit.html", status=403)
    if request.method == "POST":
        check_can_save_contacts(request.user, unit)
        return _save_profile(request, unit)
    recovered = request.recovered_form
    if recovered is None:
        return _profile_page(request, ContactForm(instance=unit), version_token(unit))
    messages.warning(request, _("以下是您登入逾時前填寫的內容，尚未存檔；請確認後按「存檔」。"))
    # a copy: validating a form writes into its instance
    form = ContactForm(recovered, instance=copy(unit))
    return _profile_page(request, form, recovered.get("seen", ""))


def _save_profile(request: SignedInRequest, unit: Unit) -> HttpResponse:
    form, seen = ContactForm(request.POST, instance=copy(unit)), request.POST.get("seen", "")
    if not form.is_valid():
        return _profile_page(request, form, seen)
    values = form.cleaned_data
    try:
        is_changed = save_contacts(unit=unit, values=values, seen=seen, by=request.user)
    except EditConflict as conflict:
        current = cast(Unit, conflict.current)
        seen_now, both = version_token(current), differences(current, values)
        return _profile_page(request, form, seen_now, conflict=both, status=409)
    messages.success(request, _("已存檔。") if is_changed else _("資料沒有變更。"))
    return redirect("accounts:profile")


def _profile_page(
    request: SignedInRequest,
    form: ContactForm,
    seen: str,
    *,
    conflict: list[FieldChange] | None = None,
    status: int = 200,
) -> HttpResponse:
    unit = cast(Unit, request.user.unit)
    context = {
        "form": form,
        "seen": seen,
        "owner": form_recovery.owner_token(unit),
        "conflict": conflict,
        "changes": changes_of(unit),
        "may_save": can_save_contacts(request.user, unit),
        **_password_advice(),
    }
    return render(request, "accounts/profile.html", context, status=status)


@form_page
@sensitive_post_parameters()
def password(request: SignedInRequest) -> HttpResponse:
    """Change the own password; the session goes on, all others of the account end."""
    form = PasswordForm(request.user, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        update_session_auth_hash(request, form.save())
        messages.success(request, _("密碼已變更，下次請以新密碼登入。"))
        return redirect(_onward(request))
    context = {"form": form, "next": _next_of(request), **_password_advice()}
    return render(request, "accounts/password.html", context)


@require_safe
def history(request: SignedInRequest) -> HttpResponse:
    """「帳號異動紀錄」: who changed which account or unit, as far as the reader's role goes."""
    form = HistoryForm(request.GET)
    page = history_page(request.user, *form.asked)
    return render(request, "accounts/history.html", {"form": form, "page": page})


def _password_advice() -> dict[str, Any]:
    """Whether the procedure's advice holds here: the password stays as it was handed out."""
    return {"may_keep_password": settings.DEMONSTRATION or not settings.FORCE_PASSWORD_CHANGE}


def locked_out(
    request: HttpRequest, response: HttpResponse, credentials: dict[str, Any] | None
) -> HttpResponse:
    """What django-axes answers to a locked pair: our own page's answer, or one for other pages.

    The administration pages have a sign-in form of their own.
    """
    if response.status_code == 429:
        return response
    lockout = lockout_of(username_of_attempt(request, credentials), address_of(request))
    page = render(request, "accounts/locked_out.html", {"lockout": lockout})
    return _throttled(page, lockout)


def _throttled(response: HttpResponse, lockout: Lockout) -> HttpResponse:
    response.status_code = 429
    response["Retry-After"] = str(lockout.minutes * 60)
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without a valid token: mostly a page that was open since before the last sign-in.

    It is not carried out. But a form whose `owner` this site has signed is shown again with
    what was typed. A request from another site (its Origin or Referer tells) is only refused.
    """
    match = request.resolver_match
    if match is not None and reason.startswith("CSRF "):
        if match.view_name == "accounts:login" and request.user.is_authenticated:
            return redirect(_onward(request))
        if form_recovery.is_closed(match.func):
            again = form_recovery.redisplay(request)
            if again is not None:
                return again
    return render(request, "403_csrf.html", status=403)


def _next_of(request: HttpRequest) -> str:
    """Where to go on to: `next` as it was given, or nothing where it may lead astray."""
    url = request.POST.get("next") or request.GET.get("next", "")
    return url if form_recovery.is_safe_next(request, url) else ""


def _onward(request: HttpRequest) -> str:
    return _next_of(request) or reverse("portal:home")
