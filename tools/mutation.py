"""`make mutation`: whether the calculator's tests notice when the calculator is wrong.

Each mutant is the calculator with one small error; its tests have to fail. The work is done on a
copy, for the mutants are written into the files, and without Django or a database, which the
calculator does not know. Fails where fewer than LEAST of the mutants are noticed, or where one
that is not noticed is not accounted for in docs/mutation.md.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
ACCOUNTED_FOR = ROOT / "docs" / "mutation.md"
LEAST = 0.95
SOURCES = ("inventory/__init__.py", "inventory/calculator")
TESTS = ("test_calculator.py", "test_comparison.py", "test_worked_cases.py", "cases")
SETTINGS = """
[cosmic-ray]
module-path = "inventory/calculator"
timeout = 60.0
excluded-modules = []
test-command = "{python} -m pytest -x -q -p no:django -p no:randomly -p no:cacheprovider tests"
[cosmic-ray.distributor]
name = "local"
"""
NOTICED = "killed"


def main() -> None:
    """Make the mutants, test each, and report."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        lay_out(place)
        run(place, sys.executable, "-m", "pytest", "-q", "-p", "no:django", "tests")
        cosmic_ray = str(Path(sys.executable).parent / "cosmic-ray")
        run(place, cosmic_ray, "init", "settings.toml", "session.sqlite")
        run(place, cosmic_ray, "exec", "settings.toml", "session.sqlite")
        dump = run(place, cosmic_ray, "dump", "session.sqlite")
    report([json.loads(line) for line in dump.splitlines()])


def lay_out(place: Path) -> None:
    """The calculator and its tests, alone."""
    for name in SOURCES:
        copy(ROOT / name, place / name)
    for name in TESTS:
        copy(ROOT / "tests" / "inventory" / name, place / "tests" / name)
    (place / "pytest.ini").write_text("[pytest]\npythonpath = .\n", encoding="ascii")
    settings = SETTINGS.format(python=sys.executable)
    (place / "settings.toml").write_text(settings, encoding="utf-8")


def copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copyfile(source, target)


def run(place: Path, *command: str) -> str:
    """What a command prints; where it fails, that is shown and everything ends."""
    done = subprocess.run(command, cwd=place, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{done.stdout}{done.stderr}{command[0]} failed")
    return done.stdout


def report(results: list[tuple[dict[str, Any], dict[str, Any] | None]]) -> None:
    """The share of mutants that were noticed, and each that was not. Exits with 1 on failure."""
    missed = [result or {} for _work, result in results if outcome(result) != NOTICED]
    share = 1 - len(missed) / len(results) if results else 0.0
    known = ACCOUNTED_FOR.read_text(encoding="utf-8")
    strangers = 0
    for result in missed:
        change = changed_line(str(result.get("diff", "")))
        is_known = bool(change) and f"`{change}`" in known
        strangers += not is_known
        write(f"not noticed{'' if is_known else ', NOT ACCOUNTED FOR'}: {change or result}")
    write(f"{len(results) - len(missed)} of {len(results)} mutants noticed: {share:.1%}")
    if share < LEAST or strangers:
        sys.exit(f"at least {LEAST:.0%} have to be noticed, the others be in {ACCOUNTED_FOR.name}")


def outcome(result: dict[str, Any] | None) -> str:
    return str((result or {}).get("test_outcome"))


def changed_line(diff: str) -> str:
    """The line of the source as the mutant has it."""
    added = [line[1:] for line in diff.splitlines() if line.startswith("+") and line[:3] != "+++"]
    return added[0].strip() if added else ""


def write(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
