"""A copy of the tree with one thing altered, and which tests notice it there."""

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PASSED_ON = ("PATH", "HOME", "LANG", "TMPDIR")  # nothing of this run's database
FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+?(?:::.+?)?)(?: - .*)?$", re.MULTILINE)
NAMED = 3  # noticing tests that a page names of each alteration


@dataclass(frozen=True)
class Alteration:
    """A statement `call` of a function that is left out, or a text of the module that gives way
    to `instead`; and the files with the tests that belong to it.
    """

    module: str
    function: str
    call: str
    tests: tuple[str, ...]
    instead: str = ""

    @property
    def name(self) -> str:
        return f"{self.module} {self.function} {self.call}"

    def altered(self, source: str) -> str:
        """The module with it. Raises LookupError where its place is not there exactly once."""
        if self.instead:
            if source.count(self.call) != 1:
                raise LookupError(self.name)
            return source.replace(self.call, self.instead)
        found = [
            statement
            for function in functions(ast.parse(source))
            if function.name == self.function
            for statement in ast.walk(function)
            if isinstance(statement, ast.Expr) and ast.unparse(statement) == self.call
        ]
        if len(found) != 1:
            raise LookupError(self.name)
        lines = source.splitlines(keepends=True)
        indent = " " * found[0].col_offset
        lines[found[0].lineno - 1 : found[0].end_lineno] = [f"{indent}pass\n"]
        return "".join(lines)


def functions(module: ast.Module) -> Iterator[ast.FunctionDef]:
    """Every function and method."""
    return (node for node in ast.walk(module) if isinstance(node, ast.FunctionDef))


def lay_out(place: Path) -> None:
    """A copy of what is tracked, without what this run has made."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    for name in listed.stdout.splitlines():
        target = place / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_file():
            shutil.copy2(ROOT / name, target)


def failures(place: Path, alteration: Alteration) -> list[str]:
    """The tests that fail with it; the copy is whole again afterwards."""
    path = place / alteration.module
    whole = path.read_text(encoding="utf-8")
    path.write_text(alteration.altered(whole), encoding="utf-8")
    try:
        return run_tests(place, *alteration.tests)
    finally:
        path.write_text(whole, encoding="utf-8")


def check_whole(place: Path, alterations: Iterable[Alteration]) -> None:
    """Run the tests of these on the unaltered copy: one that fails there notices nothing.

    Raises RuntimeError with the names of those that fail.
    """
    failing = run_tests(place, *sorted({test for one in alterations for test in one.tests}))
    if failing:
        raise RuntimeError("these fail without any alteration: " + ", ".join(failing))


def run_tests(place: Path, *tests: str) -> list[str]:
    """What fails of these tests. Raises RuntimeError where they could not run at all."""
    command = [sys.executable, "-m", "pytest", "-q", "-rfE", "-p", "no:cacheprovider", "--no-cov"]
    kept = {key: value for key, value in os.environ.items() if key in PASSED_ON}
    done = subprocess.run(
        [*command, "-p", "no:randomly", *tests],
        cwd=place,
        env=kept,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stdout + done.stderr)
    return sorted(FAILED.findall(done.stdout))


def table_row(alteration: Alteration, tests: list[str], what: str) -> str:
    """A row of a page: where, what, and the first tests that notice it."""
    shown = [f"`{test.removeprefix('tests/')}`" for test in tests[:NAMED]]
    more = [f"and {len(tests) - NAMED} more"] if len(tests) > NAMED else []
    where = f"`{alteration.module}`, `{alteration.function}`"
    return f"| {where} | {what} | {'<br>'.join([*shown, *more])} |"


def in_code(text: str) -> str:
    """A piece of source for a cell of a table."""
    return f"`{' '.join(text.split())}`".replace("|", "\\|")


def write(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
