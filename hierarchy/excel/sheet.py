"""Writing a workbook row by row: numbers stay numbers, text stays text, memory stays small."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from hierarchy.formats import Format

MAX_TEXT = 32_767  # of a cell in Excel
LIKE_A_FORMULA = ("=", "+", "-", "@")
# https://www.w3.org/TR/xml/#charsets; openpyxl's own filter lets U+FFFE and U+FFFF through.
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Value = str | int | Decimal | datetime | date | None


TITLE = Font(bold=True, size=14)
NOTE = Font(color="595959")
BOLD = Font(bold=True)
HEADING_FILL = PatternFill("solid", fgColor="E3ECE8")
WRAPPED = Alignment(wrap_text=True, vertical="center", horizontal="center")
TOP = Alignment(vertical="top", wrap_text=True)
UNDER = Border(top=Side("thin"), bottom=Side("double"))


def printable(text: str) -> str:
    """The text without what XML 1.0, and so a workbook, cannot hold."""
    return NOT_IN_XML.sub("", text)


def cell(sheet: Any, value: Value, form: Format = Format.TEXT) -> WriteOnlyCell:
    """A cell that holds exactly the value: text never becomes a formula, an error or a number.

    Characters that a workbook may not hold are left out, and a moment is told in local time.
    """
    if isinstance(value, datetime):
        value = timezone.make_naive(timezone.localtime(value))
    if not isinstance(value, str):
        made = WriteOnlyCell(sheet, value)
        made.number_format = form.value
        return made
    text = printable(value)[:MAX_TEXT]
    made = WriteOnlyCell(sheet)
    made.value = text
    made.data_type = "s"
    # Stays text when a reader goes into the cell and presses Enter, too.
    made.quotePrefix = text.startswith(LIKE_A_FORMULA)
    return made


class Sheet:
    """A sheet that is written from top to bottom: title, notes, heading, rows, sums."""

    def __init__(self, book: Workbook, name: str, widths: Sequence[int]) -> None:
        self.sheet = book.create_sheet(name)
        for index, width in enumerate(widths, start=1):  # has to be said before the first row
            self.sheet.column_dimensions[get_column_letter(index)].width = width
        self.sheet.page_setup.orientation = "landscape"
        self.sheet.page_setup.fitToHeight = 0
        self.sheet.sheet_properties.pageSetUpPr.fitToPage = True

    def preamble(self, title: str, notes: Iterable[str], headings: Sequence[str]) -> None:
        """The title, what a reader has to know, and the heading, which stays in sight."""
        lines = [title, *notes]
        self.sheet.freeze_panes = f"A{len(lines) + 2}"
        self.sheet.print_title_rows = f"{len(lines) + 1}:{len(lines) + 1}"
        for index, line in enumerate(lines):
            made = cell(self.sheet, line)
            made.font = NOTE if index else TITLE
            self.sheet.append([made])
        self.sheet.append([self._heading(heading) for heading in headings])

    def _heading(self, heading: str) -> WriteOnlyCell:
        made = cell(self.sheet, heading)
        made.font, made.fill, made.alignment = BOLD, HEADING_FILL, WRAPPED
        return made

    def row(self, values: Sequence[Value], forms: Sequence[Format]) -> None:
        """One row; each figure in the format of its column."""
        self.sheet.append(
            [cell(self.sheet, value, form) for value, form in zip(values, forms, strict=True)]
        )

    def sums(self, values: Sequence[Value], forms: Sequence[Format]) -> None:
        """A row of sums: plain figures in bold, so that they can be compared with the page."""
        made = [cell(self.sheet, value, form) for value, form in zip(values, forms, strict=True)]
        for one in made:
            one.font, one.border = BOLD, UNDER
        self.sheet.append(made)
