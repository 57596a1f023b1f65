"""A table out of an .xlsx or .csv file that somebody else made.

`read_table` finds the header row (also under title rows, also one that spans two merged rows),
takes the named columns in any order and returns cleaned text, row by row, with the place of
every cell. What cannot be read is a `RowError` with row, cell, value and reason.
"""

from accounts.spreadsheets.errors import (
    MEGABYTE,
    CellError,
    Limits,
    RowError,
    SpreadsheetError,
)
from accounts.spreadsheets.headers import NoHeader
from accounts.spreadsheets.tables import Row, Table, clean, read_table, scan_table

__all__ = [
    "MEGABYTE",
    "CellError",
    "Limits",
    "NoHeader",
    "Row",
    "RowError",
    "SpreadsheetError",
    "Table",
    "clean",
    "read_table",
    "scan_table",
]
