"""Reads the table of addresses: who is let in where, and what becomes of what is sent.

`table.txt` has sections of lines; cells stand at least two spaces apart. The columns are people:
every role of accounts/roles.py by its code, and those of EXTRA. `others` stands for all people
whom a section does not name. A role may have a file roles/CODE.txt instead of columns: its first
line says whom it is like, the others in which cells it differs.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from accounts.roles import ROLES

HERE = Path(__file__).parent
OPEN_SECTION = "Open"
EXTRA = ("anonymous", "no_unit", "agency", "other_unit", "other_county")
ANSWERS = {"ok", "done", "sign-in", "400", "403", "404", "405", "409", "422"}

Step = tuple[str, str, str]  # address, of which unit, what is sent


@dataclass(frozen=True)
class Table:
    """`expected[step][person]` is an answer; `open_reasons` has the addresses without sign-in."""

    expected: Mapping[Step, Mapping[str, str]]
    open_reasons: Mapping[str, str]


def people() -> list[str]:
    """Everybody who has to have a column."""
    return [*EXTRA, *ROLES]


def read_table() -> Table:
    """The table with everybody's columns. Raises ValueError for what cannot be meant."""
    expected: dict[Step, dict[str, str]] = {}
    reasons: dict[str, str] = {}
    like = dict(_likenesses())
    for section, lines in _sections((HERE / "table.txt").read_text(encoding="utf-8")):
        if section == OPEN_SECTION:
            reasons |= dict(map(_cells, lines))
            continue
        heading, *rows = map(_cells, lines)
        columns = heading[3:]
        for row in rows:
            step = (row[0], row[1], row[2])
            if step in expected or len(row) != len(heading):
                raise ValueError(f"{section}: {row}")
            expected[step] = _row(dict(zip(columns, row[3:], strict=True)), like)
    for role, (_model, differences) in like.items():
        for step, answer in differences.items():
            if expected[step][role] == answer:
                raise ValueError(f"{role} is no exception: {step}")
            expected[step][role] = answer
    unknown = {answer for row in expected.values() for answer in row.values()} - ANSWERS
    if unknown:
        raise ValueError(f"no such answers: {unknown}")
    return Table(expected, reasons)


def _row(given: dict[str, str], like: Mapping[str, tuple[str, object]]) -> dict[str, str]:
    others = given.pop("others", None)
    strangers = given.keys() - set(people())
    if strangers:
        raise ValueError(f"nobody is called {strangers}")
    row = given | {person: others for person in people() if others and person not in given}
    for role, (model, _differences) in like.items():
        row[role] = row[model]
    return row


def _likenesses() -> Iterator[tuple[str, tuple[str, dict[Step, str]]]]:
    for path in sorted((HERE / "roles").glob("*.txt")):
        first, *rows = [line for line in path.read_text(encoding="utf-8").splitlines() if line]
        cells = [_cells(row) for row in rows]
        differences = {(row[0], row[1], row[2]): row[3] for row in cells}
        yield path.stem, (first.removeprefix("like "), differences)


def _sections(text: str) -> Iterator[tuple[str, list[str]]]:
    for part in re.split(r"(?m)^== ", text)[1:]:
        title, *lines = [line for line in part.splitlines() if line and not line.startswith("#")]
        yield title.partition(":")[0], lines


def _cells(line: str) -> list[str]:
    return re.split(r"\s{2,}", line.strip())
