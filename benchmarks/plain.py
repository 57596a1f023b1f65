"""The floor under every page: Django with one view, one query and a tiny template.

As a settings module it is the platform's database and nothing else of the platform's way.
"""

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from config.settings import *  # noqa: F403

MIDDLEWARE = list[str]()
ROOT_URLCONF = __name__
PAGE = "<!doctype html><title>{{ unit.name }}</title><p>{{ unit.name }} {{ unit.code }}"


@cache
def template() -> Any:
    return engines["django"].from_string(PAGE)


def page(request: HttpRequest) -> HttpResponse:
    """One unit's name and code."""
    from accounts.models import Unit

    return HttpResponse(template().render({"unit": Unit.objects.get(pk=1)}))


urlpatterns = [path("", page), path("health/", page)]
