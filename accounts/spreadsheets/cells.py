"""What is common to all kinds of sheets: cells, rows, merged ranges."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from openpyxl.utils import get_column_letter

from accounts.spreadsheets.errors import MAX_ROWS

MAX_COLUMNS = 200
BLANK_ROWS = 500  # so many in a row end the sheet; what stands beyond is told, not read
MAX_MERGES = 200_000
RANGE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7}):\$?([A-Z]{1,3})\$?([0-9]{1,7})", re.ASCII)


@dataclass(frozen=True, slots=True)
class MarkedCell:
    """A cell that is more than its text.

    `fault` says why it cannot be read; `formula` is its formula, `stored` the number in the
    file, where `text` is what the sheet shows for it.
    """

    text: str
    fault: str = ""
    formula: str = ""
    stored: str = ""


Cell = str | MarkedCell


def text_of(cell: Cell) -> str:
    """What the sheet shows, whatever stands behind it."""
    return cell if isinstance(cell, str) else cell.text


class SheetRow(NamedTuple):
    """A row in which something stands: its number in the sheet, its cells from column A on."""

    number: int
    cells: Sequence[Cell]
    is_hidden: bool = False


class Merge(NamedTuple):
    """A merged range: rows from 1 on, columns from 0 on, both ends included."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def name(self) -> str:
        """The range as people say it: D2:D4."""
        first = f"{get_column_letter(self.left + 1)}{self.top}"
        return f"{first}:{get_column_letter(self.right + 1)}{self.bottom}"


@dataclass
class Sheet:
    """One sheet that is shown. Blank rows are left out; cells beyond MAX_COLUMNS too.

    `beyond` is the first cell with content behind BLANK_ROWS blank rows, with its text;
    `wide` the first one beyond MAX_COLUMNS; `is_cut` is set where more rows stand than are read;
    `doubtful` has characters that were read by guess, with what stood in the file.
    """

    name: str
    rows: list[SheetRow] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    hidden_columns: set[int] = field(default_factory=set)
    is_filtered: bool = False
    beyond: tuple[str, str] | None = None
    wide: str = ""
    is_cut: bool = False
    doubtful: Mapping[str, str] = field(default_factory=dict)


def merge_of(reference: str) -> Merge | None:
    """The range of `D2:D4`; None for a single cell. Raises ValueError for what is no range."""
    if ":" not in reference:
        return None
    match = RANGE.fullmatch(reference)
    if match is None:
        raise ValueError(reference)
    left, top, right, bottom = match.groups()
    merge = Merge(int(top), column_index(left), int(bottom), column_index(right))
    if merge.top > merge.bottom or merge.left > merge.right:
        raise ValueError(reference)
    return None if merge[:2] == merge[2:] else merge


def column_index(letters: str) -> int:
    """0 for A, 25 for Z, 26 for AA."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


class RowKeeper:
    """Keeps the rows of one sheet in which something stands, and knows when to stop."""

    def __init__(self, sheet: Sheet, max_rows: int) -> None:
        self.sheet = sheet
        self.max_rows = max_rows
        self.last = 0

    def add(self, number: int, cells: list[Cell], *, is_hidden: bool) -> bool:
        """Take one row; False when no further row is wanted."""
        first = next((i for i, cell in enumerate(cells) if not is_blank(cell)), None)
        if first is None:
            return True
        if self.sheet.beyond is not None:
            return True
        if number - self.last > BLANK_ROWS or number > MAX_ROWS:
            place = f"{get_column_letter(first + 1)}{number}"
            self.sheet.beyond = (place, text_of(cells[first]))
            return True
        self.last = number
        if len(self.sheet.rows) >= self.max_rows:
            self.sheet.is_cut = True
            return False
        self.sheet.rows.append(SheetRow(number, cells, is_hidden))
        return True


def is_blank(cell: Cell) -> bool:
    """Nothing is shown, and nothing is wrong with it."""
    if isinstance(cell, str):
        return not cell or cell.isspace()
    return not (cell.text.strip() or cell.fault or cell.formula)
