"""What `make test-versions` says of each Python, and whether it fails."""

import sys
from pathlib import Path

from tests.tools.programs import program, run_tool
from tools.environment import VERSIONS

HERE = f"{sys.version_info.major}.{sys.version_info.minor}"
OTHERS = [version for version in VERSIONS if version != HERE]
MISSING = [f"Python {version}: NOT INSTALLED HERE, nothing was tested on it" for version in OTHERS]


def test_a_version_that_is_not_here_is_named(tmp_path: Path) -> None:
    done = run_tool("versions", PATH=str(tmp_path))
    assert done.stdout.splitlines() == MISSING
    assert done.returncode == 0


def test_each_version_is_tested_in_an_environment_of_its_own(tmp_path: Path) -> None:
    program(tmp_path / "make", 'echo "$@"')
    pythons = {version: program(tmp_path / f"python{version}", "exit 0") for version in OTHERS}
    done = run_tool("versions", PATH=str(tmp_path))
    for version, python in pythons.items():
        assert (
            f"test-fast FAST=not (external or slow) PYTHON={python} VENV=var/python-{version}"
            in done.stdout
        )
    assert done.stdout.splitlines()[-2:] == [f"Python {version}: passed" for version in OTHERS]
    assert done.returncode == 0


def test_a_failure_on_one_version_fails_and_the_others_are_told(tmp_path: Path) -> None:
    program(tmp_path / "make", "exit 2")
    program(tmp_path / f"python{OTHERS[0]}", "exit 0")
    done = run_tool("versions", PATH=str(tmp_path))
    assert done.stdout.splitlines()[-2:] == [f"Python {OTHERS[0]}: FAILED", MISSING[1]]
    assert done.returncode == 1


def test_make_test_only_names_them(tmp_path: Path) -> None:
    program(tmp_path / "make", "exit 2")
    program(tmp_path / f"python{OTHERS[1]}", "exit 0")
    done = run_tool("versions", "--name", PATH=str(tmp_path))
    assert done.stdout.splitlines() == [
        MISSING[0],
        f"Python {OTHERS[1]}: not tested by this command; make test-versions does it",
    ]
    assert done.returncode == 0
