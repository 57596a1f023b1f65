"""A table out of an .xlsx or .csv file that somebody else made.

`read_table` finds the header row (also under title rows, also one that spans two merged rows),
takes the named columns in any order and returns cleaned text, row by row, with the place of
every cell. What cannot be read is a `Problem` with row, cell, value and reason.
"""

from accounts.spreadsheets.problems import (
    MEGABYTE,
    CellError,
    Limits,
    Problem,
    SpreadsheetError,
)
from accounts.spreadsheets.tables import Row, Table, clean, read_table, scan_table

__all__ = [
    "MEGABYTE",
    "CellError",
    "Limits",
    "Problem",
    "Row",
    "SpreadsheetError",
    "Table",
    "clean",
    "read_table",
    "scan_table",
]
