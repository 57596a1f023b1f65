"""What answers a request: it fetches rows through scope-like modules and renders.

A module answers if a route of the URLconf leads to it, or if one of its functions is given a
request or makes a response. Its name and its folder do not matter.
"""

import ast
import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import models
from django.urls import URLPattern, URLResolver, get_resolver

from tests.architecture.source import ROOT, modules, name, tree

SPEAKS_HTTP = ("HttpRequest", "HttpResponse", "SignedInRequest")
MANAGERS = {"objects", "_default_manager", "_base_manager"}
BY_MODEL = {"get_object_or_404", "get_list_or_404"}


def callbacks(resolver: URLResolver | None = None) -> Iterator[Any]:
    """Every view that a route leads to, without what decorators put around it."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from callbacks(pattern)
        elif isinstance(pattern, URLPattern):
            yield inspect.unwrap(getattr(pattern.callback, "view_class", pattern.callback))


def routed() -> set[Path]:
    """The modules of ours that a route leads to; an administration page by its class."""
    found = set()
    for view in callbacks():
        owner = type(getattr(view, "__self__", None))
        sources = [view] if owner is type(None) else list(owner.__mro__)
        for source in sources:
            file = getattr(sys.modules[source.__module__], "__file__", None)
            if file is not None:  # None: built into Python
                found.add(Path(file))
    return found & set(modules())


def speaks_http(path: Path) -> bool:
    functions = (node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef))
    return any(
        word in ast.unparse(annotation)
        for function in functions
        for annotation in annotations(function)
        for word in SPEAKS_HTTP
    )


def annotations(function: ast.FunctionDef) -> Iterator[ast.expr]:
    arguments = function.args
    for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        if argument.annotation is not None:
            yield argument.annotation
    if function.returns is not None:
        yield function.returns


def answering() -> list[Path]:
    return sorted({path for path in modules() if speaks_http(path)} | routed())


def test_whatever_answers_a_request_reaches_rows_through_scope() -> None:
    wrong = [
        f"{name(path)}:{node.lineno}"
        for path in answering()
        for node in ast.walk(tree(path))
        if (isinstance(node, ast.Attribute) and node.attr in MANAGERS)
        or (isinstance(node, ast.Name) and node.id in BY_MODEL)
    ]
    assert wrong == []


def test_the_guard_sees_what_it_is_for() -> None:
    """Views by any name, pages of the administration, and what only helps them."""
    seen = {path.relative_to(ROOT).as_posix() for path in answering()}
    assert {
        "accounts/views.py",
        "accounts/admin/__init__.py",
        "hierarchy/views.py",
        "inventory/admin/upload.py",
        "inventory/views.py",
        "platform/config/health.py",
        "platform/portal/disclosure/unit_views.py",
    } <= seen


def test_no_model_of_ours_decides_anything_while_it_is_saved() -> None:
    """Whatever file a model stands in: what saving means is said by verbs."""
    ours = [model for model in apps.get_models() if model.__module__.split(".")[0] in APPS]
    wrong = [
        f"{model.__name__}.{method}"
        for model in ours
        for method in ("save", "delete", "asave", "adelete")
        if getattr(model, method) is not getattr(models.Model, method)
        if getattr(model, method).__module__.split(".")[0] in APPS
    ]
    assert ours
    assert wrong == []


APPS = {"accounts", "inventory", "hierarchy", "portal", "config"}
