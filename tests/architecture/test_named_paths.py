"""Every path and module that a gate names is there: a rename shall not quietly empty the gate.

A coverage threshold, a strict type check or a linter's exception that names what no longer exists
passes without a word. What is named is read from the files themselves.
"""

import re
import tomllib
from collections.abc import Iterable
from fnmatch import fnmatch
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.architecture.source import ROOT, modules, name, tracked_files
from tools import mutation

PATH = re.compile(r"[\w.*-]*(?:/[\w.*-]*)+|[\w*-]+\.(?:py|txt|in|md|toml)")
AFTER_AN_OPTION = re.compile(r"(?:-i|--lint|--ignore)[ =](\S+)")


def text(file: str) -> str:
    return (ROOT / file).read_text(encoding="utf-8")


def paths_in_commands(commands: str) -> set[str]:
    """What is a path of ours among the words of recipes: no variable, no address, nothing made."""
    words = {word for word in re.split(r"[\s\"',=]+", commands) if PATH.fullmatch(word)}
    words |= set(AFTER_AN_OPTION.findall(commands))
    return {word for word in words if word[0] not in "/$" and not is_made(word)}


def is_made(path: str) -> bool:
    """Whether the repository ignores it: what commands make need not be there."""
    ignored = [line.rstrip("/") for line in text(".gitignore").splitlines()]
    parts = Path(path).parts
    return any(fnmatch(part, pattern) for part in parts for pattern in ignored)


def paths_in_settings(settings: dict[str, Any]) -> set[str]:
    """The paths by which pyproject.toml chooses what is tested, measured, linted and typed."""
    tool = settings["tool"]
    return {
        *settings["project"]["license-files"],
        *tool["setuptools"]["packages"]["find"]["where"],
        *tool["pytest"]["ini_options"]["pythonpath"],
        *tool["pytest"]["ini_options"]["testpaths"],
        *tool["coverage"]["run"]["source"],
        *tool["coverage"]["run"]["omit"],
        *tool["ruff"]["src"],
        *tool["ruff"]["extend-exclude"],
        *tool["ruff"]["lint"]["per-file-ignores"],
        *tool["mypy"]["files"],
        *tool["mypy"]["mypy_path"].split(":"),
    }


def missing(paths: Iterable[str]) -> list[str]:
    """Those that no file of the repository matches, as it is or below."""
    files = [name(path) for path in tracked_files()]
    return sorted(path for path in paths if path != "." and not any_matches(path, files))


def any_matches(path: str, files: list[str]) -> bool:
    pattern = path.rstrip("/")
    return any(fnmatch(file, pattern) or fnmatch(file, f"{pattern}/*") for file in files)


def patterns_of_modules(settings: dict[str, Any]) -> set[str]:
    """The modules for which mypy.overrides asks for more, or for less."""
    named = [override["module"] for override in settings["tool"]["mypy"]["overrides"]]
    return {pattern for one in named for pattern in ([one] if isinstance(one, str) else one)}


def missing_modules(patterns: Iterable[str]) -> list[str]:
    """Patterns that neither a module of ours nor an installed package matches."""
    ours = {module_name(path) for path in modules()}
    return sorted(pattern for pattern in patterns if not is_there(pattern, ours))


def is_there(pattern: str, ours: set[str]) -> bool:
    top = pattern.partition(".")[0]
    if top == "*" or any(module.partition(".")[0] == top for module in ours):
        return any(fnmatch(module, pattern) or f"{module}.*" == pattern for module in ours)
    return find_spec(top) is not None


def module_name(path: Path) -> str:
    relative = path.relative_to(ROOT / "platform" if "platform" in path.parts else ROOT)
    return ".".join(relative.with_suffix("").parts).removesuffix(".__init__")


@pytest.mark.parametrize("file", ["Makefile", ".ci/run"])
def test_in_commands(file: str) -> None:
    assert missing(paths_in_commands(text(file))) == []


def test_continuous_integration_asks_for_targets_that_are_there() -> None:
    targets = set(re.findall(r"^([a-z-]+):", text("Makefile"), re.M))
    asked = set(re.findall(r"\bmake ([a-z-]+)", text(".ci/run").partition("set -")[2]))
    assert asked
    assert asked <= targets


def test_in_the_settings_of_tools() -> None:
    assert missing(paths_in_settings(tomllib.loads(text("pyproject.toml")))) == []


def test_modules_with_rules_of_their_own_for_types() -> None:
    assert missing_modules(patterns_of_modules(tomllib.loads(text("pyproject.toml")))) == []


def test_packages_and_names_of_ours() -> None:
    """What the build collects, and what imports are sorted by."""
    settings = tomllib.loads(text("pyproject.toml"))["tool"]
    found = settings["setuptools"]["packages"]["find"]
    folders = [path.name for place in found["where"] for path in (ROOT / place).iterdir()]
    assert [one for one in found["include"] if not any(fnmatch(a, one) for a in folders)] == []
    tools = [path.stem for path in (ROOT / "tools").iterdir()]
    ours = settings["ruff"]["lint"]["isort"]["known-first-party"]
    assert set(ours) <= {*folders, *tools}


def test_what_mutation_changes_and_by_what_it_is_judged(tmp_path: Path) -> None:
    mutation.lay_out(tmp_path)  # fails where one of its sources or tests is gone
    settings = tomllib.loads((tmp_path / "settings.toml").read_text(encoding="utf-8"))
    assert list((tmp_path / settings["cosmic-ray"]["module-path"]).glob("*.py"))
    assert list((tmp_path / "tests").glob("test_*.py"))
    assert mutation.ACCOUNTED_FOR.exists()


@pytest.mark.parametrize(
    ("named", "instead"),
    [
        ("inventory/calculator/*", "inventory/gone/*"),
        ("tools/lock.py", "tools/gone.py"),
        ("--lint templates", "--lint gone"),
        ("tests/architecture", "tests/gone"),
    ],
)
def test_a_path_that_is_gone_is_noticed_in_a_recipe(named: str, instead: str) -> None:
    recipes = text("Makefile")
    assert named in recipes
    changed = paths_in_commands(recipes.replace(named, instead))
    assert missing(changed) == [instead.rpartition(" ")[2]]


def test_what_is_gone_is_noticed_in_the_settings() -> None:
    settings = tomllib.loads(text("pyproject.toml"))
    settings["tool"]["ruff"]["lint"]["per-file-ignores"]["gone/**"] = ["S"]
    settings["tool"]["mypy"]["overrides"].append({"module": ["inventory.gone.*", "*.gone"]})
    settings["tool"]["mypy"]["overrides"].append({"module": "gone.*"})
    assert missing(paths_in_settings(settings)) == ["gone/**"]
    patterns = patterns_of_modules(settings)
    assert missing_modules(patterns) == ["*.gone", "gone.*", "inventory.gone.*"]
