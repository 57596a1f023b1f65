"""What holds for every request: the encoding it is read in and the language of the answer."""

import codecs
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.utils import translation

LANGUAGES = frozenset(code for code, _name in settings.LANGUAGES)


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
    except LookupError:
        return False
