"""A sheet of figures: one row for each figure, or one column for each energy.

Which of both it is, its headings say.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from accounts.spreadsheets import (
    Limits,
    NoHeader,
    Row,
    RowError,
    SpreadsheetError,
    Table,
    scan_table,
)
from inventory.importing.headings import Heading, is_unit, read_heading
from inventory.importing.lexicon import Lexicon, reads
from inventory.importing.statements import Cell, Statement, Subject, cell_of, subject_of
from inventory.importing.words import LONG, WIDE, read_operation

Source = Path | BinaryIO | bytes
Progress = Callable[[int, int], None]
VERBATIM = ("year", "account", "code", "operation", "line", "name", "quantity", "unit", "unit_name")
LINE_WHERE = ("account", "code")  # where whose row it is may stand


@dataclass
class Sheet:
    """What was read: every figure, and whose rows there are."""

    table: Table
    is_wide: bool
    statements: list[Statement] = field(default_factory=list)
    subjects: list[Subject] = field(default_factory=list)


def read_sheet(
    source: Source,
    file_name: str,
    lexicons: Sequence[Lexicon],
    *,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Sheet:
    """The figures of a file. Raises SpreadsheetError for one that is neither kind of table."""
    source = source if isinstance(source, Path | bytes) else source.read()
    common: dict[str, Any] = {
        "verbatim": VERBATIM,
        "codes": LINE_WHERE,
        "limits": limits,
        "progress": progress,
    }

    def is_figures(above: str, own: str) -> bool:
        heading = read_heading(above, own)
        return reads(lexicons, heading.text, heading.beside, heading.unit)

    for account in LINE_WHERE:
        try:
            required = (account, "line", "quantity")
            return _long(scan_table(source, file_name, LONG, required, **common))
        except NoHeader:
            continue
    for account in LINE_WHERE:
        try:
            return _wide(
                scan_table(source, file_name, WIDE, (account,), is_other=is_figures, **common)
            )
        except NoHeader as error:
            found = error
    raise SpreadsheetError([_neither()]) from found


def _neither() -> RowError:
    """What both kinds of table need."""
    return RowError(
        _(
            "找不到標題列。可以是「一列一項數據」：須有「帳號」（或「機關代碼」）「項目」「數量」欄，"
            "另可有「年度」「範圍」「名稱」「單位」；或「一種能源一欄」：須有「帳號」（或「機關代碼」）"
            "欄與至少一個能源欄，例如「電力(度)」「天然氣(立方公尺)」「汽油(公升)」"
            "「發電機：柴油(公升)」「冷媒R134a(公斤)」，上方可再有「自行」「委外」一列。"
            "沒有「年度」欄時，請在上傳時選擇年度。"
        )
    )


def _long(table: Table) -> Sheet:
    sheet = Sheet(table, is_wide=False)
    for row in table.rows:
        subject = subject_of(table, row)
        sheet.subjects.append(subject)
        if row.faulty:
            continue
        sheet.statements.append(
            Statement(
                subject,
                cell_of(table, row, "line"),
                cell_of(table, row, "quantity"),
                name=cell_of(table, row, "name"),
                unit=cell_of(table, row, "unit"),
            )
        )
    return sheet


def _wide(table: Table) -> Sheet:
    """The figures of every row; rows right below the headings may go on with them."""
    sheet = Sheet(table, is_wide=True)
    headings = dict(table.headings)
    units: dict[str, str] = {}
    rows = list(table.rows)
    while rows and (further := _goes_on(rows[0], headings)):
        for letter, text in further.items():
            if is_unit(text):
                units[letter] = text
            else:
                headings[letter] = (headings[letter][1], text)
        rows.pop(0)
    columns = {
        letter: _with_unit(read_heading(*heads), units.get(letter, ""))
        for letter, heads in headings.items()
    }
    for row in rows:
        subject = subject_of(table, row)
        sheet.subjects.append(subject)
        if row.faulty & {"year", "account", "code", "operation"}:
            continue
        sheet.statements += _figures(table, columns, row, subject)
    return sheet


def _goes_on(row: Row, headings: dict[str, tuple[str, str]]) -> dict[str, str]:
    """The further headings in a row that holds nothing but units, or 自行 and 委外."""
    filled = {column: text for column, text in row.values.items() if text.strip()}
    is_heading = filled.keys() <= headings.keys() and all(
        is_unit(text) or read_operation(text) is not None for text in filled.values()
    )
    return filled if is_heading else {}


def _with_unit(heading: Heading, unit: str) -> Heading:
    return replace(heading, unit=unit) if unit and not heading.unit else heading


def _figures(
    table: Table, columns: dict[str, Heading], row: Row, subject: Subject
) -> Iterator[Statement]:
    for letter, heading in columns.items():
        if letter in row.faulty:
            continue
        place = Cell(table.headings[letter][1], table.header_row, f"{letter}{table.header_row}")
        own = heading.operation
        yield Statement(
            subject,
            replace(place, text=heading.text),
            cell_of(table, row, letter),
            beside=heading.beside,
            unit=replace(place, text=heading.unit),
            operation=None if own is None else replace(place, text=own.value),
            is_column=True,
            is_contradictory=heading.is_contradictory,
        )
