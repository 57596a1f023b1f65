"""The list of checks that are taken out one at a time: nothing is missing, everything is there."""

import ast

import altered
import pytest
import without_checks
from without_checks import CHECKS, Check

from accounts import contact_details, histories
from inventory import permissions
from tests.architecture.source import ROOT, modules, name, tree

CHECKING = {
    function
    for module in (permissions, contact_details, histories)
    for function in vars(module)
    if function.startswith("check_")
} - {"check_can_view"}  # for whoever writes a verb that only reads


def called(statement: ast.stmt) -> str:
    """The last name of the function that a statement calls; "" where it calls none."""
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        return ast.unparse(statement.value.func).rpartition(".")[2]
    return ""


def test_every_check_of_who_may_what_is_taken_out_once() -> None:
    found = {
        (name(path), function.name, ast.unparse(statement))
        for path in modules()
        for function in altered.functions(tree(path))
        for statement in ast.walk(function)
        if isinstance(statement, ast.stmt) and called(statement) in CHECKING
    }
    listed = [(check.module, check.function, check.call) for check in CHECKS if not check.instead]
    assert sorted(listed) == sorted(found)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_the_check_is_there_and_can_be_taken_out(check: Check) -> None:
    source = (ROOT / check.module).read_text(encoding="utf-8")
    without = check.altered(source)
    assert without != source
    ast.parse(without)
    assert all((ROOT / test).is_file() for test in check.tests)


def test_a_check_that_is_not_there_is_said() -> None:
    gone = Check("inventory/scope.py", "visible_to", "check_nothing(user)", ())
    with pytest.raises(LookupError):
        gone.altered("def visible_to(user):\n    return None\n")


def test_the_page_names_every_check_and_who_notices_it() -> None:
    page = without_checks.PAGE.read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    assert len(rows) == len(CHECKS)
    for check, row in zip(CHECKS, rows, strict=True):
        assert f"`{check.module}`, `{check.function}`" in row
        assert "::test_" in row or "::Test" in row
