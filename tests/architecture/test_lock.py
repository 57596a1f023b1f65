"""The lock files install today, and on the day after somebody has published a new release.

They are resolved in a new environment by two pips: the one that Python brings (23.2.1 with Python
3.11.7), and the one that the lock file names.
"""

import ensurepip
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.architecture.local_index import Pin, pins, publish, run_pip
from tests.architecture.source import ROOT

FILES = ["requirements.txt", "requirements-dev.txt"]
# Until here, pip did not see that a pin without an extra is meant for the package with it too.
KNOWS_THE_PIN_WITHOUT_ITS_EXTRA = (23, 3)

PIPS = {
    "new": f"pip {ensurepip.version()}, which Python brings",
    "lock": f"pip {version('pip')}, which the lock names",
}

Resolve = Callable[..., "subprocess.CompletedProcess[str]"]


def locked(file: str) -> list[Pin]:
    return pins((ROOT / file).read_text(encoding="utf-8"))


def without_extras(file: str) -> list[Pin]:
    return [replace(pin, extras="") for pin in locked(file)]


@pytest.mark.parametrize("file", FILES)
def test_every_package_is_pinned_with_hashes(file: str) -> None:
    found = locked(file)
    assert found
    named = [line for line in (ROOT / file).read_text().splitlines() if re.match(r"[^\s#]", line)]
    assert len(found) == len(named), "a line that is no pin with hashes"
    alone = [pin for pin in found if pin.name == "psycopg2-binary" and pin.hashes < 10]
    assert alone == [], "a lock made from this machine's own wheels does not fit others"


def test_tests_agree_with_what_runs() -> None:
    everything = {(pin.name, pin.version) for pin in locked("requirements-dev.txt")}
    assert {(pin.name, pin.version) for pin in locked("requirements.txt")} <= everything


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of a new environment, with nothing in it but what Python brings."""
    place = tmp_path_factory.mktemp("environment")
    done = run_pip(sys.executable, "-m", "venv", place)
    assert done.returncode == 0, done.stdout + done.stderr
    return place / "bin" / "python"


@pytest.fixture(scope="module", params=PIPS, ids=PIPS.values())
def pip(request: pytest.FixtureRequest, environment: Path) -> list[str | Path]:
    if request.param == "new":
        return [environment, "-m", "pip"]
    return [sys.executable, "-m", "pip", "--python", environment]


@pytest.fixture
def resolve(pip: list[str | Path], tmp_path: Path) -> Resolve:
    """Let pip choose what it would install from a lock of these pins, with hashes."""

    def resolved(lock: list[Pin], *, newer: bool = True) -> "subprocess.CompletedProcess[str]":
        hashes = publish(tmp_path, lock, newer=newer)
        lines = [
            f"{pin.name}{pin.extras}=={pin.version}{pin.marker} --hash=sha256:{hashes[pin.name]}"
            for pin in lock
        ]
        (tmp_path / "lock.txt").write_text("\n".join(lines))
        options = ["--quiet", "--dry-run", "--require-hashes", "-r", tmp_path / "lock.txt"]
        return run_pip(*pip, "install", *options, index=tmp_path)

    return resolved


@pytest.mark.slow
class TestResolving:
    @pytest.mark.parametrize("file", FILES)
    def test_it_installs_while_everything_has_a_newer_release(
        self, resolve: Resolve, file: str
    ) -> None:
        done = resolve(locked(file))
        assert done.returncode == 0, done.stderr

    def test_a_pin_that_lost_its_extra_stops_an_old_pip_once_there_is_a_newer_release(
        self, resolve: Resolve, pip: list[str | Path]
    ) -> None:
        """This is the fault that the tests above are there for: they do see it."""
        done = resolve(without_extras("requirements-dev.txt"))
        if version_of(pip) < KNOWS_THE_PIN_WITHOUT_ITS_EXTRA:
            assert "coverage[toml]" in done.stderr
            assert done.returncode != 0
        else:
            assert done.returncode == 0, done.stderr

    def test_the_same_lock_installs_while_there_is_none(self, resolve: Resolve) -> None:
        """So nobody notices before that day."""
        done = resolve(without_extras("requirements-dev.txt"), newer=False)
        assert done.returncode == 0, done.stderr

    def test_a_package_that_the_lock_forgot_stops_every_pip(self, resolve: Resolve) -> None:
        lock = locked("requirements-dev.txt")
        [forgotten] = [pin for pin in lock if pin.name == "iniconfig"]
        done = resolve([pin for pin in lock if pin != forgotten])
        assert done.returncode != 0
        assert "iniconfig" in done.stderr


def version_of(pip: list[str | Path]) -> tuple[int, ...]:
    """Of a pip, its first two numbers."""
    printed = run_pip(*pip, "--version").stdout
    found = re.match(r"pip (\d+)\.(\d+)", printed)
    assert found, printed
    return int(found[1]), int(found[2])
