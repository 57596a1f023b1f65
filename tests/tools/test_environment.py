"""Finding a Python, and knowing whether an environment is the one that the lock describes."""

import ast
import sys
from pathlib import Path

import pytest

from tests.architecture.source import ROOT
from tests.tools.programs import program
from tools import environment
from tools.environment import Environment

VERSION = "3.12"


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, the only one on the PATH."""
    folder = tmp_path / "manager" / "shims"
    folder.mkdir(parents=True)
    monkeypatch.setenv("PATH", str(folder))
    return folder


class TestFinding:
    def test_a_version_that_is_on_the_path(self, path: Path) -> None:
        python = program(path / "python3.12", "exit 0")
        assert environment.find(VERSION) == str(python)

    def test_none(self, path: Path) -> None:
        program(path / "python3.11", "exit 0")
        assert environment.find(VERSION) is None

    def test_a_stub_that_starts_nothing_is_none(self, path: Path) -> None:
        program(path / "python3.12", "echo not chosen for this folder >&2", "exit 127")
        assert environment.find(VERSION) is None

    def test_a_version_that_stands_beside_its_stub(self, path: Path) -> None:
        program(path / "python3.12", "exit 127")
        python = program(path.parent / "versions" / "3.12.1" / "bin" / "python3.12", "exit 0")
        assert environment.find(VERSION) == str(python)

    def test_the_next_one_on_the_path(
        self, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        program(path / "python3.12", "exit 127")
        python = program(tmp_path / "bin" / "python3.12", "exit 0")
        monkeypatch.setenv("PATH", f"{path}:{tmp_path / 'bin'}")
        assert environment.find(VERSION) == str(python)


class TestKnowing:
    @pytest.fixture
    def made(self, tmp_path: Path) -> Environment:
        """An environment with a Python and nothing else."""
        made = Environment(tmp_path)
        made.python.parent.mkdir()
        made.python.symlink_to(sys.executable)
        return made

    def test_a_new_one_has_nothing(self, made: Environment) -> None:
        assert not made.has("runtime")
        assert not made.has("tests")

    def test_what_the_tests_need_is_more_than_what_runs(self, made: Environment) -> None:
        made.stamp("tests").write_text(environment.wanted("tests"))
        assert made.has("runtime")
        assert made.has("tests")

    def test_what_runs_is_not_enough_for_the_tests(self, made: Environment) -> None:
        made.stamp("runtime").write_text(environment.wanted("runtime"))
        assert made.has("runtime")
        assert not made.has("tests")

    def test_another_lock_is_another_environment(self, made: Environment) -> None:
        made.stamp("tests").write_text("0" * 64)
        assert not made.has("tests")

    def test_its_python_has_gone(self, made: Environment) -> None:
        made.stamp("tests").write_text(environment.wanted("tests"))
        made.python.unlink()
        made.python.symlink_to(made.folder / "gone")
        assert not made.has("tests")


def test_what_builds_is_taken_from_the_lock_with_its_hashes() -> None:
    taken = environment.entry("setuptools", (ROOT / "requirements-dev.txt").read_text())
    first, *hashes = taken.splitlines()
    assert first.startswith("setuptools==")
    assert hashes
    assert all(line.strip().startswith("--hash=sha256:") for line in hashes)


def test_nothing_is_built_to_run() -> None:
    assert environment.entry("setuptools", (ROOT / "requirements.txt").read_text()) == ""


def test_an_old_python_can_read_it_and_gets_its_sentence() -> None:
    ast.parse((ROOT / "tools" / "environment.py").read_text(), feature_version=(3, 7))
