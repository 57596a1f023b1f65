"""Who may know whom: config → portal, hierarchy → inventory → accounts, calculator → nobody."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, ROOTS, imports, modules, name

MAY_KNOW = {
    "config": {"config", "portal", "hierarchy", "inventory", "accounts"},
    "portal": {"portal", "inventory", "accounts"},
    "hierarchy": {"hierarchy", "inventory", "accounts"},
    "inventory": {"inventory", "accounts"},
    "accounts": {"accounts"},
}
CALCULATOR = ROOT / "inventory" / "calculator"


@pytest.mark.parametrize("app", sorted(MAY_KNOW))
def test_an_app_knows_only_what_is_below_it(app: str) -> None:
    wrong = [
        f"{name(path)}:{line} imports {module}"
        for path in modules(app)
        for module, line in imports(path)
        if module.split(".")[0] in ROOTS and module.split(".")[0] not in MAY_KNOW[app]
    ]
    assert wrong == []


def test_nobody_imports_the_tests_or_the_tools() -> None:
    wrong = [
        f"{name(path)}:{line} imports {module}"
        for path in modules()
        for module, line in imports(path)
        if module.split(".")[0] in {"tests", "tools", "benchmarks", "web"}
    ]
    assert wrong == []


def test_the_calculator_knows_only_the_standard_library() -> None:
    wrong = [
        f"{name(path)}:{line} imports {module}"
        for path in CALCULATOR.rglob("*.py")
        for module, line in imports(path)
        if module.split(".")[0] not in sys.stdlib_module_names
        and not module.startswith("inventory.calculator")
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("rule", "is_it"),
    [
        ("accounts.models", lambda path: path.name == "policies.py"),
        ("django.http", lambda path: path.name in {"policies.py", "workflow.py", "checks.py"}),
        ("openpyxl", lambda path: "views" in path.name or path.name == "models.py"),
    ],
)
def test_a_module_leaves_to_others_what_is_theirs(rule: str, is_it: Callable[[Path], bool]) -> None:
    wrong = [
        f"{name(path)}:{line} imports {module}"
        for path in filter(is_it, modules())
        for module, line in imports(path)
        if module == rule or module.startswith(f"{rule}.")
    ]
    assert wrong == []


def test_hierarchy_has_no_models() -> None:
    assert not (ROOTS["hierarchy"] / "models.py").exists()
    assert not (ROOTS["hierarchy"] / "migrations").exists()
