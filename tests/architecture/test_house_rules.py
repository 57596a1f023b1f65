"""What the house's style asks of every module, model and migration."""

import ast
from collections.abc import Iterable
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models

from tests.architecture.source import ROOT, ROOTS, imports, modules, name, tree

MAX_MODULE_LINES, MAX_FUNCTION_LINES = 300, 40
OURS = [
    model
    for app in ("accounts", "inventory", "portal")
    for model in apps.get_app_config(app).get_models()
]
WRITTEN = [model for model in OURS if not model.__name__.endswith("Event")]  # not pghistory's


def test_there_are_no_signals() -> None:
    wrong = [
        f"{name(path)}:{line} imports {module}"
        for path in modules()
        for module, line in imports(path)
        if module in {"django.dispatch", "django.db.models.signals", "django.core.signals"}
    ]
    assert wrong == []


def test_no_module_is_a_drawer_for_everything() -> None:
    drawers = {"services.py", "utils.py", "helpers.py", "common.py", "misc.py"}
    assert [name(path) for path in modules() if path.name in drawers] == []


def written() -> list[Path]:
    """All of our code that is no test and no migration, tools and benchmarks included."""
    beside = (path for folder in ("tools", "benchmarks") for path in (ROOT / folder).rglob("*.py"))
    return [*modules(), *beside, ROOT / "manage.py", ROOT / "gunicorn.conf.py"]


def test_no_module_grows_beyond_what_one_can_read() -> None:
    long = {
        name(path): lines
        for path in written()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > MAX_MODULE_LINES
    }
    assert long == {}


def test_no_function_grows_beyond_what_one_can_read() -> None:
    long = {
        f"{name(path)}:{node.lineno} {node.name}": lines
        for path in written()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef)
        if (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > MAX_FUNCTION_LINES
    }
    assert long == {}


def test_there_is_as_much_test_as_code() -> None:
    def lines(paths: Iterable[Path]) -> int:
        return sum(len(path.read_text(encoding="utf-8").splitlines()) for path in paths)

    assert lines((ROOT / "tests").rglob("*.py")) >= lines(modules())


def test_every_module_says_what_it_is_for() -> None:
    plain = {"__init__.py", "apps.py", "urls.py"}
    silent = [
        name(path)
        for path in modules()
        if path.name not in plain and not ast.get_docstring(tree(path))
    ]
    assert silent == []


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


@pytest.mark.parametrize("model", WRITTEN, ids=lambda model: model.__name__)
def test_models_have_names_for_people(model: type[models.Model]) -> None:
    assert has_chinese(model._meta.verbose_name), "verbose_name"
    assert has_chinese(model._meta.verbose_name_plural), "verbose_name_plural"
    silent = [
        field.name
        for field in model._meta.local_fields
        if not field.primary_key or not field.auto_created
        if not has_chinese(field.verbose_name) and field.name not in STANDARD_FIELDS
    ]
    assert silent == []


# From Django's own user model, or the same in every language.
STANDARD_FIELDS = {"password", "last_login", "is_superuser", "id", "contact_email", "gwp", "slug"}


def has_chinese(text: object) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in str(text))


def test_on_delete_is_a_decision_and_protects_what_was_filed() -> None:
    """Only what is a part of something else goes with it."""
    parts = {
        ("Entry", "filing"),
        ("CountyDates", "year"),
        ("Finding", "filing"),
        ("Judgement", "filing"),
    }
    cascading = {
        (model.__name__, field.name)
        for model in WRITTEN
        if model._meta.app_label in {"accounts", "inventory"}
        for field in model._meta.local_fields
        if field.remote_field and field.remote_field.on_delete is models.CASCADE
        if not field.remote_field.parent_link
    }
    assert cascading <= parts


def test_the_guards_see_every_app() -> None:
    assert all(modules(app) for app in ROOTS)
