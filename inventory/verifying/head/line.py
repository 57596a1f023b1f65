"""The head as one line of text, written and read."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext as _

from inventory.verifying.columns import HEAD_FORMAT, TABLES
from inventory.verifying.head.marks import Marks
from inventory.verifying.head.rows import PARTS

NAME = "ghg-head"
SHORT = 16  # hex digits of a table's hash in the line
PART = 6  # hex digits of a part's
CHECK = 8  # hex digits over the line itself, for slips in copying
TABLE = re.compile(rf"([A-Za-z.]+)=([0-9]+)@([0-9]+):([0-9a-f]{{{SHORT}}})")
SHAPE = re.compile(
    rf"{NAME} ([0-9]+) site:([0-9a-f]{{16}}) at:(\S+) ([A-Za-z0-9.=@: ]+?)"
    rf" parts:([0-9a-f]+) all:([0-9a-f]{{64}}) check:([0-9a-f]{{{CHECK}}})"
)


class NotAHead(ValueError):
    """What was given is no head, or no head of this site; the message says why."""


class TableHead(NamedTuple):
    """How many rows of a table there were, up to which number, and the beginning of their hash."""

    rows: int
    mark: int
    hash: str


@dataclass(frozen=True, slots=True)
class Head:
    """What a head says. parts: for each part of the filings, the beginning of its hash."""

    number: int
    site: str
    at: datetime
    tables: dict[str, TableHead]
    parts: tuple[str, ...]
    all: str

    @property
    def marks(self) -> Marks:
        """Up to which row it goes in each table."""
        return {label: table.mark for label, table in self.tables.items()}

    def __str__(self) -> str:
        text = " ".join(self._words())
        return f"{text} check:{_check(text)}"

    def _words(self) -> Iterator[str]:
        yield f"{NAME} {self.number} site:{self.site} at:{self.at.isoformat()}"
        for label, table in self.tables.items():
            yield f"{label}={table.rows}@{table.mark}:{table.hash}"
        yield f"parts:{''.join(self.parts)} all:{self.all}"


def _check(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:CHECK]


def read_line(text: str) -> Head:
    """The head in a line. Raises NotAHead, saying what is wrong with it."""
    line = " ".join(text.split())
    if not line.startswith(f"{NAME} "):
        raise NotAHead(_("這不是 verify_totals --head 印出的一行。"))
    body, _space, check = line.rpartition(" check:")
    if _check(body) != check:
        raise NotAHead(_("這一行有缺漏或被改動，與行末的檢查碼不符；請完整複製。"))
    found = SHAPE.fullmatch(line)
    if found is None or int(found[1]) > HEAD_FORMAT:
        raise NotAHead(_("這一行的格式是本版平台不認得的；請用印出它的版本或更新的版本比對。"))
    number, site, at, tables, parts, digest, _check_digits = found.groups()
    try:
        return Head(
            int(number), site, _moment(at), _tables(tables, int(number)), _parts(parts), digest
        )
    except ValueError as error:
        raise NotAHead(_("這一行的內容不完整。")) from error


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment


def _tables(text: str, number: int) -> dict[str, TableHead]:
    """Exactly the tables of the format, in its order."""
    found = {}
    for word in text.split(" "):
        table = TABLE.fullmatch(word)
        if table is None:
            raise ValueError(word)
        found[table[1]] = TableHead(int(table[2]), int(table[3]), table[4])
    if list(found) != [label for label, table in TABLES.items() if table.head_columns(number)]:
        raise ValueError(text)
    return found


def _parts(text: str) -> tuple[str, ...]:
    if len(text) != PARTS * PART:
        raise ValueError(text)
    return tuple(text[start : start + PART] for start in range(0, len(text), PART))
