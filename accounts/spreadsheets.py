"""A table out of an .xlsx or .csv file that somebody else made.

`read_table` finds the header row (also under title rows, also one that spans two merged rows),
takes the named columns in any order and returns cleaned text, row by row, with the place of
every cell. What cannot be read is a `Problem` with row, cell, value and reason.
"""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from accounts.spreadsheet_files import (
    CellError,
    Limits,
    Problem,
    Sheet,
    SpreadsheetError,
    open_sheets,
)

__all__ = [
    "Limits",
    "Problem",
    "Row",
    "SpreadsheetError",
    "Table",
    "clean",
    "read_table",
    "scan_table",
]

HEADER_ROWS = 50  # how far down the header row is looked for
PROGRESS_ROWS = 500
INVISIBLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number in the sheet, the text of each column ("" where empty).

    `faulty` names the columns whose cell could not be read; their text is "".
    """

    number: int
    values: dict[str, str]
    faulty: frozenset[str] = frozenset()

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")


@dataclass(frozen=True)
class Table:
    """The rows under the header; blank rows are left out."""

    sheet: str
    letters: dict[str, str]  # column name → letter in the sheet
    ignored: list[str] = field(default_factory=list)  # headings that nobody asked for
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def cell(self, row: Row, column: str) -> str:
        """The cell's place as people say it ("C7"); "" where the column is missing."""
        letter = self.letters.get(column)
        return f"{letter}{row.number}" if letter else ""

    def problem(self, row: Row, column: str, reason: str, value: str | None = None) -> Problem:
        """What is wrong with one cell; `value` where another text than the cell's is shown."""
        shown = row[column] if value is None else value
        return Problem(reason, row=row.number, cell=self.cell(row, column), value=shown)


def read_table(  # noqa: PLR0913 - what is read, what is wanted, and two options
    source: Path | BinaryIO | bytes,
    file_name: str,
    columns: Mapping[str, Sequence[str]],
    required: Iterable[str],
    *,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Table:
    """The table under the headings in `columns` (name → headings that mean it).

    Headings are compared without white space, in any case and width. `progress` is told how
    many rows of how many are read.

    Raises SpreadsheetError with every problem: not a workbook, a required column missing, a
    formula or an error value in a cell, control characters, beyond the limits.
    """
    table = scan_table(source, file_name, columns, required, limits=limits, progress=progress)
    if table.problems:
        raise SpreadsheetError(table.problems)
    return table


def scan_table(  # noqa: PLR0913 - as read_table
    source: Path | BinaryIO | bytes,
    file_name: str,
    columns: Mapping[str, Sequence[str]],
    required: Iterable[str],
    *,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Table:
    """Like `read_table`, but single bad cells stand in `Table.problems` instead of raising.

    For readers that go on to check the values and want to report everything at once.
    """
    limits = limits or Limits()
    known = {label(text): name for name, texts in columns.items() for text in texts}
    needed = {name: columns[name][0] for name in required}
    headers = [_Header(sheet, known, needed) for sheet in open_sheets(source, file_name, limits)]
    return _the_only(headers, needed).table(limits, progress or _silent)


def _silent(done: int, total: int) -> None:
    """Tell nobody."""


def clean(text: str) -> str:
    """Full-width characters become ASCII (NFKC); white space at the ends goes.

    Raises CellError for control characters and other invisible ones, line breaks among them.
    """
    cleaned = unicodedata.normalize("NFKC", text).strip("\ufeff \t\r\n\u3000")
    if not cleaned.isprintable() and any(unicodedata.category(c) in INVISIBLE for c in cleaned):
        raise CellError(_("含有換行、控制字元或看不見的字元。"), cleaned)
    return cleaned.strip()


def label(text: str) -> str:
    """A heading as it is compared: no white space, one width, one case, no asterisk."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(folded.split()).strip("*:")


class _Header:
    """Where the headings of one sheet are, and the rows that follow."""

    def __init__(self, sheet: Sheet, known: Mapping[str, str], needed: Mapping[str, str]) -> None:
        self.sheet = sheet
        self.known = known
        self.needed = needed
        self.row = 0
        self.places: dict[str, list[int]] = {}
        self.labels: list[str] = []
        self._rows = iter(enumerate(sheet.rows, start=1))
        self._find()

    @property
    def is_complete(self) -> bool:
        return self.needed.keys() <= self.places.keys()

    def _find(self) -> None:
        above: list[str] = []
        for number, cells in islice(self._rows, HEADER_ROWS):
            texts = [self._heading(cell) for cell in cells]
            for labels in (texts, self._over(above, texts)):
                places = self._match(labels)
                if len(places) > len(self.places):
                    self.row, self.places, self.labels = number, places, labels
                if self.is_complete:
                    return
            above = texts

    def _heading(self, cell: object) -> str:
        try:
            return self.sheet.text_of(cell)
        except CellError:
            return ""

    def _name_of(self, heading: str) -> str | None:
        text = label(heading)
        return self.known.get(text) or self.known.get(text.split("(")[0])

    def _over(self, above: list[str], below: list[str]) -> list[str]:
        """One row of two: a heading merged over both rows stands in the upper one only."""
        width = max(len(above), len(below))
        pairs = zip(_padded(above, width), _padded(below, width), strict=True)
        return [low if self._name_of(low) or not high else high for high, low in pairs]

    def _match(self, labels: list[str]) -> dict[str, list[int]]:
        places: dict[str, list[int]] = {}
        for index, text in enumerate(labels):
            name = self._name_of(text)
            if name:
                places.setdefault(name, []).append(index)
        return places

    def table(self, limits: Limits, progress: Progress) -> Table:
        """Read the rows below. Raises SpreadsheetError when there are too many."""
        taken = {name: indexes[0] for name, indexes in self.places.items()}
        ignored = [t for i, t in enumerate(self.labels) if t and i not in taken.values()]
        letters = {name: get_column_letter(index + 1) for name, index in taken.items()}
        table = Table(self.sheet.name, letters, ignored)
        total = max(self.sheet.total - self.row, 0)
        for number, cells in self._rows:
            row = self._read(table, taken, number, cells)
            if row.faulty or any(row.values.values()):
                table.rows.append(row)
            if len(table.rows) > limits.rows:
                reason = _("清單超過 %(rows)s 列。") % {"rows": f"{limits.rows:,}"}
                raise SpreadsheetError([Problem(reason, row=number)], is_too_large=True)
            if number % PROGRESS_ROWS == 0:
                progress(min(number - self.row, total), total)
        progress(total, total)
        return table

    def _read(
        self, table: Table, taken: Mapping[str, int], number: int, cells: Sequence[object]
    ) -> Row:
        values: dict[str, str] = {}
        faulty: set[str] = set()
        for name, index in taken.items():
            try:
                text = self.sheet.text_of(cells[index]) if index < len(cells) else ""
                values[name] = clean(text) if text else ""
            except CellError as error:
                values[name] = ""
                faulty.add(name)
                place = f"{table.letters[name]}{number}"
                problem = Problem(error.reason, row=number, cell=place, value=error.value)
                table.problems.append(problem)
        return Row(number, values, frozenset(faulty))


def _padded(texts: list[str], width: int) -> Iterator[str]:
    return chain(texts, [""] * (width - len(texts)))


def _the_only(headers: Sequence[_Header], needed: Mapping[str, str]) -> _Header:
    """The sheet with the table. Raises SpreadsheetError for none, several, or doubled columns."""
    complete = [header for header in headers if header.is_complete]
    if not complete:
        raise SpreadsheetError([_no_header(headers, needed)])
    if len(complete) > 1:
        names = "、".join(header.sheet.name for header in complete)
        reason = _("活頁簿裡有好幾張工作表都是清單（%(names)s），請只留一張。") % {"names": names}
        raise SpreadsheetError([Problem(reason)])
    header = complete[0]
    double = [
        Problem(
            _("這一欄的標題出現兩次，不知道該讀哪一欄。"),
            row=header.row,
            cell=f"{get_column_letter(indexes[1] + 1)}{header.row}",
            value=header.labels[indexes[1]],
        )
        for indexes in header.places.values()
        if len(indexes) > 1
    ]
    if double:
        raise SpreadsheetError(double)
    return header


def _no_header(headers: Sequence[_Header], needed: Mapping[str, str]) -> Problem:
    best = max(headers, key=lambda header: len(header.places), default=None)
    if best is None or not best.places:
        titles = "、".join(f"「{title}」" for title in needed.values())
        return Problem(_("找不到標題列：清單須有%(titles)s等欄。") % {"titles": titles})
    missing = [title for name, title in needed.items() if name not in best.places]
    titles = "、".join(f"「{title}」" for title in missing)
    return Problem(_("標題列缺少%(titles)s欄。") % {"titles": titles}, row=best.row)
