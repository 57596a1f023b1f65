"""CSV and its relatives: commas, semicolons or tabs, in UTF-8, UTF-16 or Big5.

Big5 is code page 950 as Windows writes it, and what Taiwan's and Hong Kong's systems put into
its gaps: the ETEN characters, the HKSCS ones, and characters that users drew themselves.
"""

import csv
import io
import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from accounts.spreadsheets.cells import MAX_COLUMNS, Cell, MarkedCell, RowKeeper, Sheet
from accounts.spreadsheets.errors import RowError, SpreadsheetError, refusal

CHUNK = 65_536
MAX_NAMED = 20  # rows of another encoding
BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
CJK = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+")
BIG5_PAIR = re.compile(rb"[\x81-\xfe][\x40-\x7e\xa1-\xfe]|[\x00-\x7f]+|.", re.DOTALL)
ETEN = (0xC6A1, 0xC8D3)
ETEN_LEAD = re.compile(rb"[\xc6-\xc8][\xa1-\xfe]|[\xc7\xc8][\x40-\x7e]")


def read_delimited(data: bytes, max_rows: int) -> Sheet:
    """The one sheet of a text file. Raises SpreadsheetError where text or quotes are broken."""
    sheet = Sheet("CSV")
    text, doubtful = _decoded(data)
    sheet.doubtful = doubtful
    keeper = RowKeeper(sheet, max_rows)
    for number, record in enumerate(_records(text, _delimiter(text)), start=1):
        if any(record[MAX_COLUMNS:]) and not sheet.wide:
            sheet.wide = str(number)
        cells = [_cell(value) for value in record[:MAX_COLUMNS]]
        if not keeper.add(number, cells, is_hidden=False):
            break
    return sheet


def _cell(text: str) -> Cell:
    """A formula written out as text stays one: Excel would compute it."""
    if text.startswith("=") and (code := re.fullmatch(r'="([^"]*)"', text)):
        return code[1]  # how zeros in front are kept from Excel: ="014302"
    if text.lstrip().startswith("="):
        return MarkedCell(text, fault=_("儲存格是公式，請改成值。"), formula=text)
    return text


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    number = 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for number, record in enumerate(reader, start=1):  # noqa: B007 - told in the refusal
            yield record
    except csv.Error as error:
        reason = _("從這一列起引號沒有成對，或儲存格過長。")
        raise SpreadsheetError([RowError(reason, row=number + 1)]) from error


def _delimiter(text: str) -> str:
    """The mark that most lines of the beginning have, outside quotes; a comma in doubt."""
    lines = re.sub(r'"[^"]*"', "", text[:CHUNK]).splitlines()[:200]
    marks = {mark: sum(mark in line for line in lines) for mark in ",\t;"}
    return max(marks, key=lambda mark: marks[mark])


def _decoded(data: bytes) -> tuple[str, dict[str, str]]:
    """The text, and the characters that were read by guess with their bytes."""
    for mark, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _by_mark(data.removeprefix(mark), encoding), {}
    try:
        return data.decode("utf-8"), {}
    except UnicodeDecodeError:
        if b"\0" not in data[:200] or _is_chinese_utf8(data.split(b"\n", 1)[0]):
            return _by_rows(data)
    little = data[1:200:2].count(0) >= data[0:200:2].count(0)
    return _by_mark(data, "utf-16-le" if little else "utf-16-be"), {}


def _by_mark(data: bytes, encoding: str) -> str:
    """Text of which the encoding is said; the row of what does not belong is named."""
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        row = data[: error.start].decode(encoding, "replace").count("\n") + 1
        reason = _("這一列的文字編碼不是 %(encoding)s，無法讀取。")
        told = RowError(reason % {"encoding": encoding.upper()[:6].rstrip("-")}, row=row)
        raise SpreadsheetError([told]) from error


def _by_rows(data: bytes) -> tuple[str, dict[str, str]]:
    """Text that is not UTF-8 as a whole: Big5, or a mixture, which is refused by its rows."""
    lines = data.split(b"\n")
    utf8 = [n for n, line in enumerate(lines, start=1) if _is_chinese_utf8(line)]
    other = [n for n, line in enumerate(lines, start=1) if not _is_utf8(line)]
    decoder = Big5()
    texts = [decoder.text_of(line) for line in lines]
    if not utf8:
        if decoder.broken and not decoder.pairs:
            raise refusal(_("CSV 的文字編碼既不是 UTF-8、UTF-16 也不是 Big5，無法讀取。"))
        return "\n".join(texts), decoder.doubtful
    few, reason = (
        (utf8, _("這一列是 UTF-8，其他列是 Big5；請把整個檔案存成同一種編碼。"))
        if len(utf8) <= len(other)
        else (other, _("這一列是 Big5，其他列是 UTF-8；請把整個檔案存成同一種編碼。"))
    )
    raise SpreadsheetError([RowError(reason, row=number) for number in few[:MAX_NAMED]])


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_chinese_utf8(line: bytes) -> bool:
    """Whether the line is Chinese in UTF-8; Big5 looks like that once in thousands of lines."""
    if line.isascii() or not _is_utf8(line):
        return False
    beyond_ascii = "".join(character for character in line.decode() if character > "\x7f")
    return CJK.fullmatch(beyond_ascii) is not None


class Big5:
    """Reads code page 950 with its extensions, and remembers what it had to guess."""

    def __init__(self) -> None:
        self.doubtful: dict[str, str] = {}
        self.pairs = 0
        self.broken = 0

    def text_of(self, line: bytes) -> str:
        """The line's text; a character that users drew stands as one of private use."""
        try:
            text = line.decode("cp950")
        except UnicodeDecodeError:
            return self._by_pairs(line)
        self.pairs += not line.isascii()
        return text if ETEN_LEAD.search(line) is None else self._by_pairs(line)

    def _by_pairs(self, line: bytes) -> str:
        return "".join(self._piece(piece) for piece in BIG5_PAIR.findall(line))

    def _piece(self, piece: bytes) -> str:
        if len(piece) == 2 and ETEN[0] <= int.from_bytes(piece) <= ETEN[1]:
            # Python has an order of its own here, which no program in Taiwan ever wrote
            return self._extension(piece)
        try:
            text = piece.decode("cp950")
        except UnicodeDecodeError:
            return self._extension(piece)
        self.pairs += not piece.isascii()
        return text

    def _extension(self, piece: bytes) -> str:
        if len(piece) == 1:
            self.broken += 1
            return "\N{REPLACEMENT CHARACTER}"
        code = int.from_bytes(piece)
        try:
            text = piece.decode("big5hkscs")
        except UnicodeDecodeError:
            text = private_use(code)
        if not ETEN[0] <= code <= ETEN[1]:
            self.doubtful |= dict.fromkeys(text, piece.hex().upper())
        return text


def private_use(code: int) -> str:
    """Where Windows puts the user-defined characters of code page 950; U+FFFD for the rest."""
    lead, trail = divmod(code, 256)
    place = trail - (0x40 if trail < 0x7F else 0x62)
    for first, last, base in ((0xFA, 0xFE, 0xE000), (0x8E, 0xA0, 0xE311), (0x81, 0x8D, 0xEEB8)):
        if first <= lead <= last:
            return chr(base + (lead - first) * 157 + place)
    return "\N{REPLACEMENT CHARACTER}"
