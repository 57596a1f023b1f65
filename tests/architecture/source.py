"""The source as the guards see it: files, and what they import."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOTS = {
    "accounts": ROOT / "accounts",
    "inventory": ROOT / "inventory",
    "hierarchy": ROOT / "hierarchy",
    "portal": ROOT / "platform" / "portal",
    "config": ROOT / "platform" / "config",
}


def modules(*apps: str) -> list[Path]:
    """The Python files of these apps (of all where none is named), without migrations."""
    found = (path for app in apps or ROOTS for path in ROOTS[app].rglob("*.py"))
    return sorted(path for path in found if "migrations" not in path.parts)


def templates() -> list[Path]:
    """Every template of ours."""
    folders = [ROOT / "templates", *(folder / "templates" for folder in ROOTS.values())]
    return sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """Every module that the file imports anywhere, also inside functions, and in which line."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield absolute(path, node), node.lineno


def absolute(path: Path, node: ast.ImportFrom) -> str:
    """The full name of what `from … import` takes from."""
    if not node.level:
        return node.module or ""
    base = ROOT / "platform" if (ROOT / "platform") in path.parents else ROOT
    package = path.relative_to(base).parts[: -node.level]
    return ".".join([*package, *([node.module] if node.module else [])])


def name(path: Path) -> str:
    """The file as a message names it."""
    return path.relative_to(ROOT).as_posix()


def tracked_files() -> list[Path]:
    """What is in the repository or about to be; without git, everything but what is made."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
        files = [ROOT / line for line in listed.stdout.splitlines()]
    except (OSError, subprocess.CalledProcessError):
        made = {".venv", "var", ".git", "__pycache__", ".mypy_cache", ".ruff_cache"}
        files = [path for path in ROOT.rglob("*") if not made & set(path.parts)]
    return sorted(path for path in files if path.is_file())
