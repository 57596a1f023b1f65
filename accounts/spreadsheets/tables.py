"""The rows under the headings, as cleaned text."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from accounts import cleaning
from accounts.spreadsheets.errors import CellError, Limits, RowError, SpreadsheetError
from accounts.spreadsheets.files import open_sheets
from accounts.spreadsheets.headers import Header, IsOther, label, the_only
from accounts.validators import is_printable

PROGRESS_ROWS = 500

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
    row_errors: list[RowError] = field(default_factory=list)
    header_row: int = 0
    # letter of a column that `is_other` takes → what stands over it: the row above, its own
    headings: dict[str, tuple[str, str]] = field(default_factory=dict)

    def cell(self, row: Row, column: str) -> str:
        """The cell's place as people say it ("C7"); "" where the column is missing."""
        letter = self.letters.get(column)
        return f"{letter}{row.number}" if letter else ""

    def row_error(self, row: Row, column: str, reason: str, value: str | None = None) -> RowError:
        """What is wrong with one cell; `value` where another text than the cell's is shown."""
        shown = row[column] if value is None else value
        return RowError(reason, row=row.number, cell=self.cell(row, column), value=shown)


def read_table(
    source: Path | BinaryIO | bytes,
    file_name: str,
    columns: Mapping[str, Sequence[str]],
    required: Iterable[str],
    *,
    verbatim: Collection[str] = (),
    is_other: IsOther | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Table:
    """The table under the headings in `columns` (name → headings that mean it).

    Headings are compared without white space, in any case and width. The text of `verbatim`
    columns is handed on as it stands, for whoever reads numbers: NFKC makes 102 of 10².
    `is_other` is asked about every further column; those that it takes, at least one, are read
    verbatim under their letters. `progress` is called with how many rows of how many are read.

    Raises SpreadsheetError with every row error: not a workbook, a required column missing
    (NoHeader), a formula or an error value in a cell, control characters, beyond the limits.
    """
    table = scan_table(
        source,
        file_name,
        columns,
        required,
        verbatim=verbatim,
        is_other=is_other,
        limits=limits,
        progress=progress,
    )
    if table.row_errors:
        raise SpreadsheetError(table.row_errors)
    return table


def scan_table(
    source: Path | BinaryIO | bytes,
    file_name: str,
    columns: Mapping[str, Sequence[str]],
    required: Iterable[str],
    *,
    verbatim: Collection[str] = (),
    is_other: IsOther | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Table:
    """Like `read_table`, but single bad cells stand in `Table.row_errors` instead of raising.

    For readers that go on to check the values and want to report everything at once.
    """
    limits = limits or Limits()
    known = {label(text): name for name, texts in columns.items() for text in texts}
    needed = {name: columns[name][0] for name in required}
    sheets = open_sheets(source, file_name, limits)
    headers = [Header(sheet, known, needed, is_other) for sheet in sheets]
    header = the_only(headers, needed)
    return _table(header, frozenset(verbatim), limits, progress or _no_progress)


def _table(header: Header, verbatim: Collection[str], limits: Limits, progress: Progress) -> Table:
    """Read the rows below the headings. Raises SpreadsheetError when there are too many."""
    taken = {name: indexes[0] for name, indexes in header.places.items()}
    headings = {get_column_letter(index + 1): heads for index, heads in header.others.items()}
    taken |= {get_column_letter(index + 1): index for index in header.others}
    verbatim = frozenset(verbatim) | headings.keys()
    ignored = [t for i, t in enumerate(header.labels) if t and i not in taken.values()]
    letters = {name: get_column_letter(index + 1) for name, index in taken.items()}
    table = Table(header.sheet.name, letters, ignored, header_row=header.row, headings=headings)
    total = max(header.sheet.total - header.row, 0)
    for number, cells in header.rows:
        row = _read_row(header, table, taken, verbatim, number, cells)
        if row.faulty or any(row.values.values()):
            table.rows.append(row)
        if len(table.rows) > limits.rows:
            reason = _("清單超過 %(rows)s 列。") % {"rows": f"{limits.rows:,}"}
            raise SpreadsheetError([RowError(reason, row=number)], is_too_large=True)
        done = number - header.row
        if done % PROGRESS_ROWS == 0:
            progress(min(done, total), total)
    progress(total, total)
    return table


def _read_row(
    header: Header,
    table: Table,
    taken: Mapping[str, int],
    verbatim: Collection[str],
    number: int,
    cells: Sequence[object],
) -> Row:
    values: dict[str, str] = {}
    faulty: set[str] = set()
    for name, index in taken.items():
        try:
            text = header.sheet.text_of(cells[index]) if index < len(cells) else ""
            values[name] = clean(text) if text and name not in verbatim else text
        except CellError as error:
            values[name] = ""
            faulty.add(name)
            cell = f"{table.letters[name]}{number}"
            row_error = RowError(error.reason, row=number, cell=cell, value=error.value)
            table.row_errors.append(row_error)
    return Row(number, values, frozenset(faulty))


def _no_progress(done: int, total: int) -> None:
    """The progress of what nobody follows."""


def clean(text: str) -> str:
    """The text of a cell, before anybody knows what kind of datum it is: see `cleaning.text`.

    Raises CellError for control characters; line breaks are kept, for cells are broken by hand.
    """
    cleaned = cleaning.text(text)
    if not cleaned.isprintable() and not all(map(is_printable, " ".join(cleaned.split()))):
        raise CellError(_("含有無法列印的字元。"), cleaned)
    return cleaned
