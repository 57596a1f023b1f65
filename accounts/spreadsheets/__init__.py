"""A table out of an .xlsx, .ods or text file that somebody else made.

`read_table` finds the header row (also under title rows, also one that spans two merged rows),
takes the named columns in any order and returns cleaned text, row by row, with the place of
every cell. A sheet means what a spreadsheet program shows: merged cells cover rows, a number is
the displayed one, hidden sheets are none. What cannot be read is a `RowError` with row, cell,
value and reason; what must not be decided alone is a `Question` that somebody waves through.
"""

from accounts.spreadsheets.errors import (
    MEGABYTE,
    CellError,
    Limits,
    RowError,
    SpreadsheetError,
)
from accounts.spreadsheets.headers import NoHeader
from accounts.spreadsheets.questions import Kind, Question, QuestionKind, unanswered
from accounts.spreadsheets.rows import Row, Table
from accounts.spreadsheets.tables import read_table, scan_table
from accounts.spreadsheets.texts import clean

__all__ = [
    "MEGABYTE",
    "CellError",
    "Kind",
    "Limits",
    "NoHeader",
    "Question",
    "QuestionKind",
    "Row",
    "RowError",
    "SpreadsheetError",
    "Table",
    "clean",
    "read_table",
    "scan_table",
    "unanswered",
]
