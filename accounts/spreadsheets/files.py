"""The sheets inside a file that may be anything: a workbook, a CSV, or neither."""

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

import openpyxl
from django.utils.translation import gettext as _

from accounts.spreadsheets.errors import (
    MEGABYTE,
    SHEET_ROWS,
    CellError,
    Limits,
    RowError,
    SpreadsheetError,
)

MAX_MEMBERS = 2_000
MAX_COLUMNS = 200
EXACT_DIGITS = 15  # Excel keeps no more of a number
CHUNK = 65_536
ENCODINGS = ("utf-8-sig", "cp950")
OLD_EXCEL, ZIP, PDF = b"\xd0\xcf\x11\xe0", b"PK\x03\x04", b"%PDF"


@dataclass(frozen=True)
class Sheet:
    """Rows of cells from row 1 on; `text_of` reads one cell and may raise CellError."""

    name: str
    total: int  # rows, as far as known beforehand: for progress only
    rows: Iterable[Sequence[object]]
    text_of: Callable[[Any], str]


def open_sheets(source: Path | BinaryIO | bytes, file_name: str, limits: Limits) -> list[Sheet]:
    """The file's sheets. The content decides what it is, the name only what text is.

    Raises SpreadsheetError; no bytes make it raise anything else, also while rows are read.
    """
    data = _bytes_of(source, limits)
    if data.startswith(ZIP):
        with _damage_is_a_spreadsheet_error():
            return _workbook_sheets(_safe_copy(data, limits))
    if file_name.lower().endswith((".csv", ".txt")) and not data.startswith((OLD_EXCEL, PDF)):
        return [_csv_sheet(data)]
    raise _refusal(_what_is_wrong(data))


def _bytes_of(source: Path | BinaryIO | bytes, limits: Limits) -> bytes:
    try:
        if isinstance(source, Path):
            with source.open("rb") as file:
                data = file.read(limits.file + 1)
        else:
            data = source if isinstance(source, bytes) else source.read(limits.file + 1)
    except OSError as error:
        reason = _("檔案無法讀取：%(error)s") % {"error": error.strerror or error}
        raise _refusal(reason) from error
    if len(data) > limits.file:
        raise _too_large(_("檔案超過 %(size)s MB。") % {"size": limits.file // MEGABYTE})
    if not data.strip():
        raise _refusal(_("檔案是空的。"))
    return data


def _what_is_wrong(data: bytes) -> str:
    if data.startswith(OLD_EXCEL):
        return _("這是舊版的 .xls 檔，或是設了密碼的活頁簿；請另存成沒有密碼的 .xlsx。")
    if data.startswith(PDF):
        return _("這是 PDF 檔，不是活頁簿；請提供 .xlsx 或 .csv。")
    return _("這不是活頁簿；請提供 .xlsx 或 .csv。")


def _refusal(reason: str) -> SpreadsheetError:
    return SpreadsheetError([RowError(reason)])


def _too_large(reason: str) -> SpreadsheetError:
    return SpreadsheetError([RowError(reason)], is_too_large=True)


@contextmanager
def _damage_is_a_spreadsheet_error() -> Iterator[None]:
    """zipfile, the XML parsers and openpyxl raise almost anything on damaged files."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of parts that it leaves out
            yield
    except SpreadsheetError:
        raise
    except Exception as error:
        raise _refusal(_("活頁簿已損壞，無法讀取；請用 Excel 開啟後另存新檔。")) from error


def _safe_copy(data: bytes, limits: Limits) -> io.BytesIO:
    """The workbook's XML parts, unpacked piece by piece and never beyond the limit.

    A zip may lie about its sizes, so what it declares is not believed: openpyxl is given only
    what has been counted.
    """
    copy, size = io.BytesIO(), 0
    with zipfile.ZipFile(io.BytesIO(data)) as packed, zipfile.ZipFile(copy, "w") as plain:
        members = {member.filename: member for member in packed.infolist()}
        if not any(name.startswith("xl/") for name in members):
            raise _refusal(_("這是壓縮檔，但不是 Excel 活頁簿；請提供 .xlsx 或 .csv。"))
        if len(members) > MAX_MEMBERS:
            raise _too_large(_("活頁簿的內容過多，無法讀取。"))
        for name, member in members.items():
            if not name.endswith((".xml", ".rels")) or name.startswith("docProps/"):
                continue
            with packed.open(member) as part, plain.open(name, "w") as copied:
                while chunk := part.read(CHUNK):
                    size += len(chunk)
                    if size > limits.unpacked:
                        megabytes = limits.unpacked // MEGABYTE
                        raise _too_large(_("活頁簿解開後超過 %(size)s MB。") % {"size": megabytes})
                    copied.write(chunk)
    copy.seek(0)
    return copy


def _workbook_sheets(copy: io.BytesIO) -> list[Sheet]:
    with zipfile.ZipFile(copy) as parts:
        names = [name for name in parts.namelist() if name.startswith("xl/worksheets/")]
        total = sum(parts.read(name).count(b"<row ") for name in names)
    copy.seek(0)
    workbook = openpyxl.load_workbook(copy, read_only=True, keep_links=False)
    return [Sheet(s.title, total, _sheet_rows(s), _cell_text) for s in workbook.worksheets]


def _sheet_rows(sheet: Any) -> Iterator[Sequence[object]]:
    sheet.reset_dimensions()  # what a sheet says about its size may be anything
    rows = iter(sheet.iter_rows())
    for _number in range(SHEET_ROWS):
        with _damage_is_a_spreadsheet_error():
            cells = next(rows, None)
        if cells is None:
            return
        yield cells[:MAX_COLUMNS]
    raise _too_large(_("清單超過 %(rows)s 列。") % {"rows": f"{SHEET_ROWS:,}"})


def _cell_text(cell: Any) -> str:
    """What the cell shows: a number without .0, a date as ISO 8601. Raises CellError."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        formula = value if isinstance(value, str) else getattr(value, "text", None) or "="
        raise CellError(_("儲存格是公式，請改成值。"), formula)
    if cell.data_type == "e":
        raise CellError(_("儲存格是 Excel 的錯誤值。"), str(value))
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return _number_text(value, _number_format(cell))
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


def _number_format(cell: Any) -> str:
    try:
        return cell.number_format or ""
    except LookupError:  # a style that the workbook does not have
        return ""


def _number_text(value: int | float, number_format: str) -> str:
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not number.is_finite():
        raise CellError(_("儲存格是 Excel 的錯誤值。"), str(value))
    if number == number.to_integral_value():
        digits = str(int(number))
        if len(digits.lstrip("-")) > EXACT_DIGITS:
            raise CellError(_("數字超過 15 位，Excel 已經改了尾數；請把儲存格設為文字。"), digits)
        # a code with leading zeros, kept as a number and shown through a format like 000000
        return digits.zfill(len(number_format)) if re.fullmatch("0+", number_format) else digits
    return format(number, "f")


def _csv_sheet(data: bytes) -> Sheet:
    text = _decoded(data)
    head = text[:CHUNK]
    delimiter = "\t" if "\t" in head and "," not in head else ","
    rows: list[list[str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            rows.append(row[:MAX_COLUMNS])
    except csv.Error as error:
        reason = _("從這一列起引號沒有成對，或儲存格過長。")
        raise SpreadsheetError([RowError(reason, row=len(rows) + 1)]) from error
    return Sheet("CSV", len(rows), rows, _csv_text)


def _decoded(data: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _refusal(_("CSV 的文字編碼既不是 UTF-8 也不是 Big5，無法讀取。"))


def _csv_text(text: str) -> str:
    if text.lstrip().startswith("="):
        raise CellError(_("儲存格是公式，請改成值。"), text)
    return text
