"""What holds for every request: what is not read at all, the language, and who may keep it."""

import codecs
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import TO_FIELD_VAR
from django.core.exceptions import BadRequest, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.urls import resolve
from django.utils import translation

LANGUAGES = frozenset(code for code, _name in settings.LANGUAGES)
SESSION_KEY = re.compile(r"[a-z0-9]+")
NUL = "\0"
PROBES = frozenset({"/health/", "/health/ready/"})


class ProbeMiddleware:
    """Answers a load balancer, which asks by IP address and over plain http.

    It stands before everything that looks at the Host header, redirects to https or opens a
    session; these two pages say nothing about anybody, so no name of the site guards them.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info in PROBES:
            response: HttpResponse = resolve(request.path_info).func(request)
            return response
        return self.get_response(request)


class SessionCookieMiddleware:
    """Drops a session cookie that this site cannot have given: no database is asked for it.

    A quoted cookie may stand for any character, NUL among them, which PostgreSQL refuses.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
        if not SESSION_KEY.fullmatch(given):
            request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
        return self.get_response(request)


class AdminAddressMiddleware:
    """Stops at addresses that Django's administration pages fail on.

    A NUL anywhere in the address, an empty name of the field to refer to and chosen rows that
    can be none are refused (400); the other pages say themselves what is wrong with what they
    are asked. The redirect to an
    object's own page, which no model has, is not found (404): it would look for the object
    first, and fail on models without a table.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        match = request.resolver_match
        if match is None or match.app_name != "admin":
            return
        if NUL in request.path or NUL in unquote(request.META.get("QUERY_STRING", "")):
            raise BadRequest("The address has a NUL.")
        if request.POST.get(TO_FIELD_VAR, request.GET.get(TO_FIELD_VAR)) == "":
            raise BadRequest("The field to refer to has no name.")
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if chosen and hasattr(view, "model_admin"):
            _check_keys(view.model_admin.opts.pk, chosen)
        if match.view_name == "admin:view_on_site" and request.user.is_authenticated:
            raise Http404


def _check_keys(field: Any, chosen: list[str]) -> None:
    try:
        for key in chosen:
            field.clean(key, None)
    except ValidationError as error:
        raise BadRequest("A row that is chosen is none.") from error


class PrivatePagesMiddleware:
    """What was made for someone signed in is kept by no browser and no proxy.

    On a shared computer, Back after signing out shows nothing. A view may say otherwise itself.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response


class ChosenLanguageMiddleware:
    """Traditional Chinese, unless the visitor chose another language on the page.

    Django's own middleware obeys the browser's Accept-Language header; a county office with
    a browser set up in English would then be given a form in English that nobody asked for.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in LANGUAGES else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class Utf8OnlyMiddleware:
    """Refuses (400) a request that says it is written in anything but UTF-8.

    Our pages are UTF-8, so browsers send that. Django would decode a form by any codec of Python
    that the request names, some of which fail or let through what no database can store.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        charset = (request.content_params or {}).get("charset", "utf-8")
        if not _is_utf8(charset):
            return HttpResponseBadRequest("charset must be utf-8\n", content_type="text/plain")
        return self.get_response(request)


def _is_utf8(charset: str) -> bool:
    try:
        return codecs.lookup(charset).name == "utf-8"
    except (LookupError, ValueError):  # ValueError: a NUL in the name
        return False
