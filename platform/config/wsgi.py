"""The entry point for web servers."""

import codecs
import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.core.wsgi import get_wsgi_application
from django.utils.http import parse_header_parameters

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

django = get_wsgi_application()


def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """Django; but a Content-Type that it fails on, before any middleware, is answered with 400."""
    if _can_be_read(environ.get("CONTENT_TYPE", "")):
        return django(environ, start_response)
    body = b"charset must be utf-8\n"
    headers = [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))]
    start_response("400 Bad Request", headers)
    return [body]


def _can_be_read(content_type: str) -> bool:
    try:
        _type, parameters = parse_header_parameters(content_type)
        codecs.lookup(parameters.get("charset", "utf-8"))
    except (LookupError, ValueError):
        return False
    return True
