"""The changes that the domain will ask for, each kept as a patch that touches few files.

Every patch is applied to a copy of the tree as it is today; what it may touch is listed, and in
the copy the tests that belong to the change have to pass. A patch that does not apply any more
is made anew (CONTRIBUTING.md says how): if it then needs another file, that is the finding.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, name, tracked_files
from tests.config.catalogue import MO, PO, compiled

HERE = Path(__file__).parent
PASSED_ON = ("PATH", "HOME", "LANG", "TMPDIR")  # nothing of this run's database, workers, coverage


@dataclass(frozen=True)
class Change:
    """A patch: the only files it may touch, and what is tested in a copy that has it."""

    patch: str
    may_touch: tuple[str, ...]
    tests: tuple[str, ...]


CATALOGUE = "locale/en/LC_MESSAGES/django.po"
CHANGES = (
    Change(
        "line.patch",
        ("inventory/lines.py", "inventory/factors/data/*.toml", CATALOGUE, "tests/*"),
        (
            "tests/inventory/test_aviation_fuel.py",
            "tests/inventory/test_editions.py",
            "tests/inventory/test_publication.py",
            "tests/inventory/test_factor_meaning.py",
            "tests/inventory/test_factor_admin.py",
            "tests/inventory/test_corrections.py",
            "tests/inventory/test_form_page.py::TestPage",
            "tests/config/test_catalogue.py",
        ),
    ),
    Change(
        "column.patch",
        ("hierarchy/list/columns.py", CATALOGUE, "tests/*"),
        (
            "tests/hierarchy/test_average_column.py",
            "tests/hierarchy/test_columns.py",
            "tests/hierarchy/test_list.py",
            "tests/hierarchy/test_export.py",
            "tests/config/test_catalogue.py",
        ),
    ),
    Change(
        "role.patch",
        ("accounts/roles.py", CATALOGUE, "tests/*"),
        (
            "tests/accounts/test_county_auditor.py",
            "tests/accounts/test_roles.py",
            "tests/architecture/test_addresses.py",
            "tests/config/test_catalogue.py",
        ),
    ),
)


EACH = [pytest.param(change, id=change.patch) for change in CHANGES]


def git(*arguments: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    if shutil.which("git") is None:
        pytest.skip("git is not installed here: no patch was applied")
    command = ["git", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def apply(change: Change, folder: Path) -> None:
    """Copy the tree, apply the patch to it and compile the copy's catalogue."""
    for path in tracked_files():
        target = folder / name(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)
    done = git("apply", str(HERE / change.patch), folder=folder)
    assert done.returncode == 0, done.stderr
    (folder / name(MO)).write_bytes(compiled(folder / name(PO)))


def run_tests(folder: Path, *tests: str) -> "subprocess.CompletedProcess[str]":
    """Test the copy alone, on an embedded database of its own."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--no-cov", *tests]
    kept = {key: value for key, value in os.environ.items() if key in PASSED_ON}
    return subprocess.run(
        command, cwd=folder, env=kept, capture_output=True, text=True, check=False
    )


def test_every_patch_that_is_kept_is_tried() -> None:
    kept = {path.name for path in HERE.glob("*.patch")}
    assert kept == {change.patch for change in CHANGES}


@pytest.mark.parametrize("change", EACH)
def test_a_change_touches_what_is_named_and_nothing_else(change: Change) -> None:
    done = git("apply", "--numstat", str(HERE / change.patch), folder=ROOT)
    assert done.returncode == 0, done.stderr
    touched = [line.split("\t")[2] for line in done.stdout.splitlines()]
    others = [
        path for path in touched if not any(fnmatch(path, pattern) for pattern in change.may_touch)
    ]
    assert touched
    assert others == []


@pytest.mark.parametrize("change", EACH)
def test_a_change_applies_to_the_tree_of_today(change: Change) -> None:
    done = git("apply", "--check", str(HERE / change.patch), folder=ROOT)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("change", EACH)
def test_with_the_change_its_tests_pass(change: Change) -> None:
    # Not pytest's own folder: the pytest of the copy would shut it to the copy's PostgreSQL.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as made:
        apply(change, Path(made))
        done = run_tests(Path(made), *change.tests)
    assert done.returncode == 0, done.stdout + done.stderr
