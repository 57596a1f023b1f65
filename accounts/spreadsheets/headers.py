"""Where the headings of a sheet are."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from accounts.spreadsheets.errors import CellError, RowError, SpreadsheetError
from accounts.spreadsheets.files import Sheet
from accounts.wording import listed, quoted

HEADER_ROWS = 50  # how far down the header row is looked for


def label(text: str) -> str:
    """A heading as it is compared: no white space, one width, one case, no asterisk."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(folded.split()).strip("*:")


class Header:
    """Where the headings of one sheet are, and the rows that follow."""

    def __init__(self, sheet: Sheet, known: Mapping[str, str], needed: Mapping[str, str]) -> None:
        self.sheet = sheet
        self.known = known
        self.needed = needed
        self.row = 0
        self.places: dict[str, list[int]] = {}
        self.labels: list[str] = []
        self.rows = iter(enumerate(sheet.rows, start=1))
        self._find()

    @property
    def is_complete(self) -> bool:
        return self.needed.keys() <= self.places.keys()

    def _find(self) -> None:
        above: list[str] = []
        for number, cells in islice(self.rows, HEADER_ROWS):
            texts = [self._heading(cell) for cell in cells]
            for labels in (texts, self._over(above, texts)):
                places = self._match(labels)
                if len(places) > len(self.places):
                    self.row, self.places, self.labels = number, places, labels
                if self.is_complete:
                    return
            above = texts

    def _heading(self, cell: object) -> str:
        try:
            return self.sheet.text_of(cell)
        except CellError:
            return ""

    def _name_of(self, heading: str) -> str | None:
        text = label(heading)
        return self.known.get(text) or self.known.get(text.split("(")[0])

    def _over(self, above: list[str], below: list[str]) -> list[str]:
        """One row of two: a heading merged over both rows stands in the upper one only."""
        width = max(len(above), len(below))
        pairs = zip(_padded(above, width), _padded(below, width), strict=True)
        return [low if self._name_of(low) or not high else high for high, low in pairs]

    def _match(self, labels: list[str]) -> dict[str, list[int]]:
        places: dict[str, list[int]] = {}
        for index, text in enumerate(labels):
            name = self._name_of(text)
            if name:
                places.setdefault(name, []).append(index)
        return places


def _padded(texts: list[str], width: int) -> Iterator[str]:
    return chain(texts, [""] * (width - len(texts)))


def the_only(headers: Sequence[Header], needed: Mapping[str, str]) -> Header:
    """The sheet with the table. Raises SpreadsheetError for none, several, or doubled columns."""
    complete = [header for header in headers if header.is_complete]
    if not complete:
        raise SpreadsheetError([_no_header(headers, needed)])
    if len(complete) > 1:
        names = listed(header.sheet.name for header in complete)
        reason = _("活頁簿裡有好幾張工作表都是清單（%(names)s），請只留一張。") % {"names": names}
        raise SpreadsheetError([RowError(reason)])
    header = complete[0]
    double = [
        RowError(
            _("這一欄的標題出現兩次，不知道該讀哪一欄。"),
            row=header.row,
            cell=f"{get_column_letter(indexes[1] + 1)}{header.row}",
            value=header.labels[indexes[1]],
        )
        for indexes in header.places.values()
        if len(indexes) > 1
    ]
    if double:
        raise SpreadsheetError(double)
    return header


def _no_header(headers: Sequence[Header], needed: Mapping[str, str]) -> RowError:
    best = max(headers, key=lambda header: len(header.places), default=None)
    if best is None or not best.places:
        titles = listed(quoted(title) for title in needed.values())
        return RowError(_("找不到標題列：清單須有%(titles)s等欄。") % {"titles": titles})
    missing = [title for name, title in needed.items() if name not in best.places]
    titles = listed(quoted(title) for title in missing)
    return RowError(_("標題列缺少%(titles)s欄。") % {"titles": titles}, row=best.row)
