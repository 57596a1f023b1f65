"""The sheets inside a file that may be anything: a workbook, a text file, or neither."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _

from accounts.spreadsheets.cells import Sheet
from accounts.spreadsheets.delimited import BYTE_ORDER_MARKS, read_delimited
from accounts.spreadsheets.errors import MEGABYTE, Limits, refusal, too_large
from accounts.spreadsheets.opendocument import CONTENT, read_document
from accounts.spreadsheets.packages import Package, damage_is_a_spreadsheet_error
from accounts.spreadsheets.xlsx_parts import read_workbook
from accounts.spreadsheets.xlsx_rows import read_sheet

OLD_EXCEL, ZIP, PDF = b"\xd0\xcf\x11\xe0", b"PK\x03\x04", b"%PDF"
TEXT_NAMES = (".csv", ".txt", ".tsv", ".tab")
ROWS_ABOVE = 1_000  # titles and notes that are read besides the rows of the table


@dataclass(frozen=True)
class Book:
    """The sheets that are shown, and the names of those that are not."""

    sheets: list[Sheet]
    hidden: list[str] = field(default_factory=list)


def open_book(source: Path | BinaryIO | bytes, file_name: str, limits: Limits) -> Book:
    """The file's sheets. The content decides what it is, the name only what text is.

    Raises SpreadsheetError; no bytes make it raise anything else.
    """
    data = _bytes_of(source, limits)
    if data.startswith(ZIP):
        with damage_is_a_spreadsheet_error():
            return _read_package(Package(data, limits), limits.rows + ROWS_ABOVE)
    is_text = file_name.lower().endswith(TEXT_NAMES) or data.startswith(BYTE_ORDER_MARKS[1][0])
    if is_text and not data.startswith((OLD_EXCEL, PDF)):
        return Book([read_delimited(data, limits.rows + ROWS_ABOVE)])
    raise refusal(_what_is_wrong(data))


def _read_package(package: Package, max_rows: int) -> Book:
    if "xl/workbook.bin" in package:
        raise refusal(_("這是二進位的 .xlsb 檔；請另存成 .xlsx。"))
    workbook = read_workbook(package)
    if workbook is not None:
        sheets = [read_sheet(package, workbook, *sheet, max_rows) for sheet in workbook.sheets]
        return Book(sheets, workbook.hidden)
    if CONTENT in package:
        return Book(*read_document(package, max_rows))
    raise refusal(_("這是壓縮檔，但不是 Excel 活頁簿；請提供 .xlsx、.ods 或 .csv。"))


def _bytes_of(source: Path | BinaryIO | bytes, limits: Limits) -> bytes:
    try:
        if isinstance(source, Path):
            with source.open("rb") as file:
                data = file.read(limits.file + 1)
        else:
            data = source if isinstance(source, bytes) else source.read(limits.file + 1)
    except OSError as error:
        reason = _("檔案無法讀取：%(error)s") % {"error": error.strerror or error}
        raise refusal(reason) from error
    if len(data) > limits.file:
        raise too_large(_("檔案超過 %(size)s MB。") % {"size": limits.file // MEGABYTE})
    if not data.strip():
        raise refusal(_("檔案是空的。"))
    return data


def _what_is_wrong(data: bytes) -> str:
    if data.startswith(OLD_EXCEL):
        return _("這是舊版的 .xls 檔，或是設了密碼的活頁簿；請另存成沒有密碼的 .xlsx。")
    if data.startswith(PDF):
        return _("這是 PDF 檔，不是活頁簿；請提供 .xlsx、.ods 或 .csv。")
    return _("這不是活頁簿；請提供 .xlsx、.ods 或 .csv。")
