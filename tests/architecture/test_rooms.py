"""The rooms inside an app have an order: who stands lower never knows who stands above.

A room is the first part of a module's path below its app: `accounts/admin/lists.py` stands in
`admin`, `accounts/views.py` in `views`. Rooms of one floor do not know each other.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import ROOTS, absolute, modules, name, tree

# app → its floors, from the ground up
FLOORS: dict[str, list[set[str]]] = {
    "accounts": [
        {"cleaning"},
        {
            "account_names",
            "client_address",
            "edit_conflict",
            "guards",
            "hashers",
            "lockouts",
            "roles",
            "validators",
            "wording",
        },
        {"fields", "platform_administrators", "searching", "spreadsheets", "tracking"},
        {"models"},
        {"histories", "scope", "unit_codes"},
        {"account_lists", "contact_details", "form_recovery", "forms", "unit_tree"},
        {"admin", "management", "middleware", "views"},
        {"apps", "urls"},
    ],
    "inventory": [
        {"calculator", "figures", "lines", "names", "read_snapshot", "states"},
        {"models", "quantities"},
        {"factors", "periods", "policies", "scope", "templatetags", "versions"},
        {"plausibility", "published", "unit_rules"},
        {"basis"},
        {"entries", "permissions", "verifying"},
        {"form"},
        {"workflow"},
        {"impact", "importing", "views"},
        {"admin", "management"},
        {"apps", "urls"},
    ],
    "hierarchy": [
        {"cells", "review", "strict_post", "totals"},
        {"scope"},
        {"basis", "county", "deciding", "list"},
        {"excel"},
        {"arranging_views", "filing_views", "views"},
        {"apps", "urls"},
    ],
    "portal": [
        {"models", "templatetags"},
        {"content", "context", "database_identity", "disclosure", "loading"},
        {"admin", "management", "views"},
        {"apps", "urls"},
    ],
    "config": [
        {"commands", "env", "health", "middleware", "postgres"},
        {"web_server"},
        {"settings", "urls"},
        {"wsgi"},
    ],
}


def room_of(path: Path, app: str) -> str:
    """The room of a file; "" for the app's own `__init__.py`."""
    first = path.relative_to(ROOTS[app]).parts[0].removesuffix(".py")
    return "" if first == "__init__" else first


def rooms_known_by(path: Path, app: str) -> Iterator[tuple[str, int]]:
    """Every room of the same app that the file imports from, and in which line."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            wanted = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            module = absolute(path, node)
            wanted = [f"{module}.{alias.name}" for alias in node.names]
        else:
            continue
        for parts in (full_name.split(".") for full_name in wanted):
            if parts[0] == app and len(parts) > 1:
                yield parts[1], node.lineno


@pytest.mark.parametrize("app", FLOORS)
def test_every_room_has_one_floor(app: str) -> None:
    listed = sorted(room for floor in FLOORS[app] for room in floor)
    assert listed == sorted({room_of(path, app) for path in modules(app)} - {""})


@pytest.mark.parametrize("app", FLOORS)
def test_a_room_knows_only_rooms_on_lower_floors(app: str) -> None:
    floor_of = {room: number for number, floor in enumerate(FLOORS[app]) for room in floor}
    wrong = [
        f"{name(path)}:{line} imports {app}.{known}"
        for path in modules(app)
        for known, line in rooms_known_by(path, app)
        if known != room_of(path, app)
        if floor_of.get(known, 0) >= floor_of.get(room_of(path, app), -1)
    ]
    assert wrong == []


def test_no_module_comes_back_to_itself() -> None:
    """No circle of imports anywhere, inside a room either."""
    files = {dotted(path): path for path in modules()}
    waiting = {
        module: {known for known in known_modules(path, files) if known != module}
        for module, path in files.items()
    }
    while free := [module for module, known in waiting.items() if not known & waiting.keys()]:
        for module in free:
            del waiting[module]
    assert waiting == {}


def dotted(path: Path) -> str:
    """The module's full name; a package goes by its own."""
    app = next(app for app, root in ROOTS.items() if root in path.parents)
    parts = [app, *path.relative_to(ROOTS[app]).with_suffix("").parts]
    return ".".join(part for part in parts if part != "__init__")


def known_modules(path: Path, files: dict[str, Path]) -> Iterator[str]:
    """The modules of ours that a file imports; what only type checkers import is left out."""
    for_types = {
        id(child)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for child in ast.walk(node)
    }
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and id(node) not in for_types:
            module = absolute(path, node)
            for alias in node.names:
                wanted = f"{module}.{alias.name}"
                if known := next(
                    (full_name for full_name in (wanted, module) if full_name in files), None
                ):
                    yield known
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in files)
