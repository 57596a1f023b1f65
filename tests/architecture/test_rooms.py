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
        {"account_names", "edit_conflict", "hashers", "lockouts", "validators", "wording"},
        {"models", "platform_administrators", "spreadsheets"},
        {"account_lists", "contact_details", "form_recovery", "forms", "unit_tree"},
        {"admin", "management", "middleware", "views"},
        {"apps", "urls"},
    ],
    "portal": [
        {"models", "templatetags"},
        {"content", "context", "disclosure", "loading"},
        {"admin", "management", "views"},
        {"apps", "urls"},
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
