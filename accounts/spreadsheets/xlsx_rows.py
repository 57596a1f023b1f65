"""One pass over the XML of an .xlsx sheet: its rows, and all that decides what is shown."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from accounts.spreadsheets.cells import (
    MAX_COLUMNS,
    MAX_MERGES,
    Cell,
    MarkedCell,
    RowKeeper,
    Sheet,
    column_index,
    is_blank,
    merge_of,
)
from accounts.spreadsheets.errors import too_large
from accounts.spreadsheets.number_formats import (
    EXACT_DIGITS,
    is_date_format,
    plain,
    shown_number,
    without_noise,
)
from accounts.spreadsheets.packages import Package
from accounts.spreadsheets.xlsx_parts import TRUE, Workbook, main_names, unescaped

NAMES = main_names(
    "row c v f is t rPh col mergeCell autoFilter filterColumn sheetFormatPr sheetData"
)
MAX_REMEMBERED = 50_000
EXCEL_COLUMNS = 16_384
DIGITS = "0123456789"


class _EnoughError(Exception):
    """No further row is wanted."""


def read_sheet(package: Package, workbook: Workbook, name: str, part: str, max_rows: int) -> Sheet:
    """The sheet; at most `max_rows` rows in which something stands."""
    sheet = Sheet(name)
    reader = _SheetReader(sheet, workbook, max_rows)
    try:
        package.parse(part, reader.start, reader.end, reader.characters)
    except _EnoughError:
        sheet.is_cut = True
    return sheet


class _SheetReader:
    def __init__(self, sheet: Sheet, workbook: Workbook, max_rows: int) -> None:
        self.sheet = sheet
        self.values = CellValues(workbook)
        self.keeper = RowKeeper(sheet, max_rows)
        self.columns: dict[str, int] = {}
        self.rows_are_hidden = False
        self.number = self.column = 0
        self.cells: list[Cell] = []
        self.is_hidden = False
        self.kind, self.style = "n", ""
        self.value: list[str] = []
        self.formula: list[str] | None = None
        self.into: list[str] | None = None
        self.is_phonetic = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        element = NAMES.get(name)
        if element == "c":
            self._start_cell(attributes)
        elif element == "v":
            self.into = self.value
        elif element == "t":
            self.into = None if self.is_phonetic else self.value
        elif element == "f":
            self.into = self.formula = []
        elif element == "row":
            self._start_row(attributes)
        elif element == "rPh":
            self.is_phonetic = True
        elif element is not None:
            self._start_other(element, attributes)

    def end(self, name: str) -> None:
        element = NAMES.get(name)
        if element in {"v", "t", "f"}:
            self.into = None
        elif element == "c":
            self._end_cell()
        elif element == "rPh":
            self.is_phonetic = False
        elif element == "row" and not self.keeper.add(
            self.number, self.cells, is_hidden=self.is_hidden
        ):
            raise _EnoughError

    def characters(self, data: str) -> None:
        if self.into is not None:
            self.into.append(data)

    def _start_row(self, attributes: dict[str, str]) -> None:
        number = int(attributes.get("r", self.number + 1))
        if number <= self.number:
            raise ValueError(number)
        self.number, self.column, self.cells = number, 0, []
        hidden = attributes.get("hidden")
        is_flat = "ht" in attributes and float(attributes["ht"]) == 0
        self.is_hidden = is_flat or (self.rows_are_hidden if hidden is None else hidden in TRUE)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        if reference is not None:
            letters = reference.rstrip(DIGITS)
            index = self.columns.get(letters)
            if index is None:
                index = self.columns[letters] = column_index(letters.upper())
            if not self.column <= index < EXCEL_COLUMNS:
                raise ValueError(reference)
            self.column = index
        self.kind, self.style = attributes.get("t", "n"), attributes.get("s", "")
        if self.value:
            self.value = []
        self.formula = None

    def _end_cell(self) -> None:
        if self.value or self.formula is not None:
            raw = self.value[0] if len(self.value) == 1 else "".join(self.value)
            formula = None if self.formula is None else "=" + "".join(self.formula)
            cell = self.values.cell(raw, self.kind, self.style, formula)
            if self.column < MAX_COLUMNS:
                missing = self.column - len(self.cells)
                if missing:
                    self.cells.extend([""] * missing)
                self.cells.append(cell)
            elif not self.sheet.wide and not is_blank(cell):
                self.sheet.wide = str(self.number)
        self.column += 1

    def _start_other(self, element: str, attributes: dict[str, str]) -> None:
        if element == "mergeCell":
            merge = merge_of(attributes["ref"])
            if merge is not None:
                self.sheet.merges.append(merge)
            if len(self.sheet.merges) > MAX_MERGES:
                raise too_large(_("合併的儲存格過多，無法讀取。"))
        elif element == "filterColumn":
            self.sheet.is_filtered = True
        elif element == "sheetFormatPr":
            self.rows_are_hidden = attributes.get("zeroHeight") in TRUE
        elif element == "col":
            is_flat = "width" in attributes and float(attributes["width"]) == 0
            if attributes.get("hidden") in TRUE or is_flat:
                last = min(int(attributes["max"]), MAX_COLUMNS)
                self.sheet.hidden_columns.update(range(int(attributes["min"]) - 1, last))


class CellValues:
    """What the cells of one workbook show."""

    def __init__(self, workbook: Workbook) -> None:
        self.workbook = workbook
        self.remembered: dict[tuple[str, str], Cell] = {}

    def cell(self, raw: str, kind: str, style: str, formula: str | None) -> Cell:
        """The cell for what stands in the file, its type and its style."""
        if formula is not None:
            return self._of_formula(self.cell(raw, kind, style, None), formula, bool(raw))
        if kind == "s":
            return self.workbook.texts[int(raw)]
        if kind in {"inlineStr", "str"}:
            return unescaped(raw)
        if kind in {"b", "e", "d"}:
            return self._other(raw, kind)
        key = (raw, style)
        if key not in self.remembered:
            if len(self.remembered) >= MAX_REMEMBERED:
                self.remembered.clear()
            self.remembered[key] = self._number(raw.strip(), style)
        return self.remembered[key]

    def _other(self, raw: str, kind: str) -> Cell:
        if kind == "b":
            return "TRUE" if raw.strip() in TRUE else "FALSE"
        if kind == "d":
            return date_cell(raw)
        return MarkedCell(raw, fault=_("儲存格是 Excel 的錯誤值。"))

    def _of_formula(self, cell: Cell, formula: str, has_value: bool) -> Cell:
        if not has_value:
            reason = _("儲存格是公式，檔案裡沒有算好的值；請改成值，或用 Excel 開啟後存檔。")
            return MarkedCell(formula, fault=reason, formula=formula)
        if isinstance(cell, MarkedCell):
            return MarkedCell(cell.text, cell.fault, formula, cell.stored)
        return MarkedCell(cell, formula=formula)

    def _number(self, raw: str, style: str) -> Cell:
        if not raw:
            return ""
        return number_cell(raw, self._format(style), is_1904=self.workbook.is_1904)

    def _format(self, style: str) -> str:
        index = int(style) if style.isdecimal() else 0
        formats = self.workbook.formats  # a style may be one that the workbook does not have
        return formats[index] if index < len(formats) else "General"


def number_cell(raw: str, number_format: str, *, is_1904: bool = False) -> Cell:
    """What is shown for a number; a date is told from a number by its format alone."""
    error = MarkedCell(raw, fault=_("儲存格是 Excel 的錯誤值。"))
    try:
        number = Decimal(raw)
    except InvalidOperation:
        return error
    if not number.is_finite() or number.adjusted() > 308:
        return error
    if is_date_format(number_format):
        return date_cell(_as_date(number, is_1904))
    if number.adjusted() >= EXACT_DIGITS:
        reason = _("數字超過 15 位，Excel 已經改了尾數；請把儲存格設為文字。")
        return MarkedCell(plain(number), fault=reason)
    text, is_exact = shown_number(number, number_format)
    return text if is_exact else MarkedCell(text, stored=plain(without_noise(number)))


def date_cell(shown: str) -> MarkedCell:
    """No list has a column of dates: a date is what a sheet made of something else."""
    return MarkedCell(shown, fault=_("儲存格是日期；請把儲存格設為文字，再填一次。"))


def _as_date(number: Decimal, is_1904: bool) -> str:
    begin = datetime(1904, 1, 1, tzinfo=UTC) if is_1904 else datetime(1899, 12, 30, tzinfo=UTC)
    try:
        moment = begin + timedelta(days=float(number))
    except (OverflowError, ValueError):
        return plain(number)
    if 0 <= number < 1:
        return moment.strftime("%H:%M:%S")
    return moment.strftime("%Y-%m-%d" if number % 1 == 0 else "%Y-%m-%d %H:%M:%S")
