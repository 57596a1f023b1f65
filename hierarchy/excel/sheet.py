"""Writing a workbook row by row: numbers stay numbers, text stays text, memory stays small."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from hierarchy.cells import CERTAIN_DIGITS, Format, SheetColumn, Value, is_exact

MAX_TEXT = 32_767  # of a cell in Excel
LIKE_A_FORMULA = ("=", "+", "-", "@")
# https://www.w3.org/TR/xml/#charsets; openpyxl's own filter lets U+FFFE and U+FFFF through.
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

TITLE = Font(bold=True, size=14)
NOTE = Font(color="595959")
BOLD = Font(bold=True)
HEADING_FILL = PatternFill("solid", fgColor="E3ECE8")
WRAPPED = Alignment(wrap_text=True, vertical="center", horizontal="center")
RIGHT = Alignment(horizontal="right")
UNDER = Border(top=Side("thin"), bottom=Side("double"))


def printable(text: str) -> str:
    """The text without what XML 1.0, and so a workbook, cannot hold."""
    return NOT_IN_XML.sub("", text)


def cell(sheet: Any, value: Value, number_format: Format = Format.TEXT) -> WriteOnlyCell:
    """A cell that holds exactly the value: text never becomes a formula, an error or a number.

    Characters that a workbook may not hold are left out, and a moment is told in local time.
    """
    if isinstance(value, datetime):
        value = timezone.make_naive(timezone.localtime(value))
    if not isinstance(value, str):
        number = WriteOnlyCell(sheet, value)
        number.number_format = number_format.of(value)
        return number
    text = WriteOnlyCell(sheet)
    text.value = printable(value)[:MAX_TEXT]
    text.data_type = "s"
    # Stays text when a reader goes into the cell and presses Enter, too.
    text.quotePrefix = text.value.startswith(LIKE_A_FORMULA)
    return text


class Sheet:
    """A sheet that is written from top to bottom: title, notes, heading, rows, sums."""

    def __init__(self, book: Workbook, name: str, columns: Sequence[SheetColumn]) -> None:
        self.sheet = book.create_sheet(name)
        self.columns = columns
        self.inexact = 0  # numbers that are text, for a sheet cannot hold them
        for index, column in enumerate(columns, start=1):  # has to be said before the first row
            self.sheet.column_dimensions[get_column_letter(index)].width = column.width
        self.sheet.page_setup.orientation = "landscape"
        self.sheet.page_setup.fitToHeight = 0
        self.sheet.sheet_properties.pageSetUpPr.fitToPage = True

    def preamble(
        self, title: str, notes: Iterable[str], headings: Sequence[str] | None = None
    ) -> None:
        """The title, what a reader has to know, and the heading, which stays in sight.

        `headings` stand in for those of the columns.
        """
        lines = [title, *notes]
        self.sheet.freeze_panes = f"A{len(lines) + 2}"
        self.sheet.print_title_rows = f"{len(lines) + 1}:{len(lines) + 1}"
        for index, line in enumerate(lines):
            self.sentence(line, NOTE if index else TITLE)
        if headings is None:
            headings = [str(column.heading) for column in self.columns]
        self.sheet.append([self._heading(heading) for heading in headings])

    def _heading(self, heading: str) -> WriteOnlyCell:
        heading_cell = cell(self.sheet, heading)
        heading_cell.font, heading_cell.fill = BOLD, HEADING_FILL
        heading_cell.alignment = WRAPPED
        return heading_cell

    def sentence(self, text: str, font: Font | None = None) -> None:
        """A row that holds one text."""
        text_cell = cell(self.sheet, text)
        if font is not None:
            text_cell.font = font
        self.sheet.append([text_cell])

    def row(self, values: Iterable[Value]) -> None:
        """One row; each figure in the format of its column. Nothing makes no cell."""
        self.sheet.append(
            [
                None if value is None else self._cell(value, column.format)
                for value, column in zip(values, self.columns, strict=True)
            ]
        )

    def sums(self, values: Iterable[Value]) -> None:
        """A row of sums: plain figures in bold, so that they can be compared with the page."""
        pairs = zip(values, self.columns, strict=True)
        cells = [self._cell(value, column.format) for value, column in pairs]
        for sum_cell in cells:
            sum_cell.font, sum_cell.border = BOLD, UNDER
        self.sheet.append(cells)

    def last_note(self) -> None:
        """Under the table: that some numbers are text, where some are."""
        if self.inexact:
            what = {"digits": CERTAIN_DIGITS, "number": self.inexact}
            note = _(
                "有 %(number)s 個數值超過試算表能精確存放的 %(digits)s 位數字，"
                "以文字列出全部數字；試算表的加總函數不會計入這些儲存格。"
            )
            self.sentence(note % what, NOTE)

    def _cell(self, value: Value, number_format: Format) -> WriteOnlyCell:
        """A number with more digits than a sheet can hold is text with all of them."""
        if not isinstance(value, Decimal) or is_exact(value):
            return cell(self.sheet, value, number_format)
        self.inexact += 1
        digits = cell(self.sheet, f"{value:f}")
        digits.alignment = RIGHT
        return digits
