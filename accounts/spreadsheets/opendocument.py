"""Sheets of an .ods file (OpenDocument 1.3, part 3, chapter 9)."""

from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from accounts.spreadsheets.cells import (
    MAX_COLUMNS,
    MAX_MERGES,
    Cell,
    MarkedCell,
    Merge,
    RowKeeper,
    Sheet,
    is_blank,
)
from accounts.spreadsheets.errors import too_large
from accounts.spreadsheets.number_formats import EXACT_DIGITS, plain, without_noise
from accounts.spreadsheets.packages import Package
from accounts.spreadsheets.xlsx_rows import date_cell

SPACE = "urn:oasis:names:tc:opendocument:xmlns:"
TABLE, TEXT, OFFICE, STYLE = (f"{SPACE}{n}:1.0 " for n in ("table", "text", "office", "style"))
CALC = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 "
CELLS = {TABLE + "table-cell", TABLE + "covered-table-cell"}
NUMBERS = {"float", "percentage", "currency"}
MAX_REPEATED = 1_048_576
CONTENT = "content.xml"


def read_document(package: Package, max_rows: int) -> tuple[list[Sheet], list[str]]:
    """The sheets that are shown, and the names of those that are hidden."""
    reader = _DocumentReader(max_rows)
    package.parse(CONTENT, reader.start, reader.end, reader.characters)
    return reader.sheets, reader.hidden


class _DocumentReader:
    def __init__(self, max_rows: int) -> None:
        self.max_rows = max_rows
        self.sheets: list[Sheet] = []
        self.hidden: list[str] = []
        self.hidden_styles: set[str] = set()
        self.style = ""
        self.depth = 0  # of tables: a cell may hold a table of its own
        self.remarks = 0  # notes and drawings in a cell are not its text
        self.keeper: RowKeeper | None = None
        self.number = self.column = self.header_columns = 0
        self.row: dict[str, str] = {}
        self.cell: dict[str, str] = {}
        self.cells: list[Cell] = []
        self.paragraphs: list[list[str]] = []
        self.is_paragraph = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name in CELLS and self.depth == 1:
            self.cell, self.paragraphs = attributes, []
        elif name == TABLE + "table":
            self._start_table(attributes)
        elif name in {OFFICE + "annotation", TABLE + "shapes"} or name.endswith(
            ":drawing:1.0 frame"
        ):
            self.remarks += 1
        elif self.remarks or self.depth > 1:
            return
        elif name.startswith(TEXT):
            self._start_text(name, attributes)
        elif name == TABLE + "table-row":
            self.row, self.cells, self.column = attributes, [], 0
        elif name == TABLE + "table-column":
            self._columns(attributes)
        elif name == STYLE + "style":
            self.style = attributes.get(STYLE + "name", "")
        elif name == STYLE + "table-properties" and attributes.get(TABLE + "display") == "false":
            self.hidden_styles.add(self.style)
        elif name.startswith(TABLE + "filter-condition") and self.sheets:
            self.sheets[-1].is_filtered = True

    def end(self, name: str) -> None:
        if name in {OFFICE + "annotation", TABLE + "shapes"} or name.endswith(":drawing:1.0 frame"):
            self.remarks -= 1
        elif name == TABLE + "table":
            self.depth -= 1
            self.keeper = self.keeper if self.depth else None
        elif self.remarks or self.depth != 1:
            return
        elif name in {TEXT + "p", TEXT + "h"}:
            self.is_paragraph -= 1
        elif name in CELLS:
            self._end_cell(is_covered=name == TABLE + "covered-table-cell")
        elif name == TABLE + "table-row":
            self._end_row()

    def characters(self, data: str) -> None:
        if self.is_paragraph and not self.remarks and self.depth == 1:
            self.paragraphs[-1].append(data)

    def _start_table(self, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > 1:
            return
        sheet = Sheet(attributes.get(TABLE + "name", ""))
        self.keeper = RowKeeper(sheet, self.max_rows)
        self.number = self.header_columns = 0
        if attributes.get(TABLE + "style-name") in self.hidden_styles:
            self.hidden.append(sheet.name)
        else:
            self.sheets.append(sheet)

    def _start_text(self, name: str, attributes: dict[str, str]) -> None:
        if name in {TEXT + "p", TEXT + "h"}:
            self.is_paragraph += 1
            self.paragraphs.append([])
        elif not self.is_paragraph:
            return
        elif name == TEXT + "s":
            count = int(attributes.get(TEXT + "c", "1"))
            self.paragraphs[-1].append(" " * min(count, 100))
        elif name in {TEXT + "tab", TEXT + "line-break"}:
            self.paragraphs[-1].append("\t" if name == TEXT + "tab" else "\n")

    def _columns(self, attributes: dict[str, str]) -> None:
        count = _repeated(attributes, "number-columns-repeated")
        if self.keeper and attributes.get(TABLE + "visibility", "visible") != "visible":
            last = min(self.header_columns + count, MAX_COLUMNS)
            self.keeper.sheet.hidden_columns.update(range(self.header_columns, last))
        self.header_columns += count

    def _end_cell(self, *, is_covered: bool) -> None:
        count = _repeated(self.cell, "number-columns-repeated")
        text = "\n".join("".join(paragraph) for paragraph in self.paragraphs)
        cell = "" if is_covered else _cell(self.cell, text)
        self._merge()
        if not is_blank(cell):
            missing = min(self.column, MAX_COLUMNS) - len(self.cells)
            self.cells.extend([""] * missing)
            self.cells.extend([cell] * min(count, MAX_COLUMNS - len(self.cells)))
            if self.column + count > MAX_COLUMNS and self.keeper:
                self.keeper.sheet.wide = self.keeper.sheet.wide or str(self.number + 1)
        self.column += count

    def _merge(self) -> None:
        across = int(self.cell.get(TABLE + "number-columns-spanned", "1"))
        down = int(self.cell.get(TABLE + "number-rows-spanned", "1"))
        if self.keeper is None or (across, down) <= (1, 1):
            return
        top, left = self.number + 1, self.column
        merges = self.keeper.sheet.merges
        merges.append(Merge(top, left, top + down - 1, left + across - 1))
        if len(merges) > MAX_MERGES:
            raise too_large(_("合併的儲存格過多，無法讀取。"))

    def _end_row(self) -> None:
        count = _repeated(self.row, "number-rows-repeated")
        is_hidden = self.row.get(TABLE + "visibility", "visible") != "visible"
        if self.row.get(TABLE + "visibility") == "filter" and self.keeper:
            self.keeper.sheet.is_filtered = True
        is_empty = all(is_blank(cell) for cell in self.cells)
        for number in range(self.number + 1, self.number + 1 + (0 if is_empty else count)):
            if self.keeper and not self.keeper.add(number, self.cells, is_hidden=is_hidden):
                break
        self.number += count


def _repeated(attributes: dict[str, str], name: str) -> int:
    """How often a row, a column or a cell stands there; a bomb says a number without end."""
    count = int(attributes.get(TABLE + name, "1"))
    return min(max(count, 1), MAX_REPEATED)


def _cell(attributes: dict[str, str], text: str) -> Cell:
    """What a cell shows: its text; a formula and a hidden difference are marked."""
    kind = attributes.get(OFFICE + "value-type", "")
    cell = _value(attributes, kind, text)
    formula = attributes.get(TABLE + "formula")
    if formula is None:
        return cell
    marked = cell if isinstance(cell, MarkedCell) else MarkedCell(cell)
    return MarkedCell(marked.text, marked.fault, formula, marked.stored)


def _value(attributes: dict[str, str], kind: str, text: str) -> Cell:
    if attributes.get(CALC + "value-type") == "error":
        return MarkedCell(text, fault=_("儲存格是錯誤值。"))
    if kind in {"date", "time"}:
        return date_cell(text or attributes.get(f"{OFFICE}{kind}-value", ""))
    if kind in NUMBERS:
        return _number(attributes.get(OFFICE + "value", ""), text)
    if kind == "boolean" and not text:
        return attributes.get(OFFICE + "boolean-value", "").upper()
    return text


def _number(stored: str, text: str) -> Cell:
    """The number as its text shows it; the stored one where there is no text."""
    number = Decimal(stored)
    if not number.is_finite():
        return MarkedCell(stored, fault=_("儲存格是錯誤值。"))
    if number.adjusted() >= EXACT_DIGITS:
        reason = _("數字超過 15 位，試算表已經改了尾數；請把儲存格設為文字。")
        return MarkedCell(stored, fault=reason)
    exact = without_noise(number)
    try:
        shown = Decimal(text.replace(",", "").strip())
    except InvalidOperation:  # with words, a per cent sign, or nothing
        return text.strip() or plain(exact)
    if shown != exact and "E" not in text.upper():
        return MarkedCell(plain(shown), stored=plain(exact))
    is_padded = text.startswith("0") and text.isdecimal()
    return text if is_padded else plain(exact)
