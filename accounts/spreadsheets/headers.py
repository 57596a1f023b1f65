"""Where the headings of a sheet are."""

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain, islice

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from accounts.spreadsheets.errors import CellError, RowError, SpreadsheetError
from accounts.spreadsheets.files import Sheet
from accounts.wording import listed, quoted

HEADER_ROWS = 50  # how far down the header row is looked for

# Whether a column is one of those that cannot be listed beforehand, by what stands over it: the
# heading of the row above ("" for none; a merged one counts for all that it covers), and its own.
IsOther = Callable[[str, str], bool]


class NoHeader(SpreadsheetError):
    """No sheet has the headings that are needed; in another arrangement it may be a table."""


def label(text: str) -> str:
    """A heading as it is compared: no white space, one width, one case, no asterisk."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(folded.split()).strip("*:")


class Header:
    """Where the headings of one sheet are, and the rows that follow.

    `others` are the columns that `is_other` takes, each with the headings over it; where it is
    asked, a header row has at least one of them.
    """

    def __init__(
        self,
        sheet: Sheet,
        known: Mapping[str, str],
        needed: Mapping[str, str],
        is_other: IsOther | None = None,
    ) -> None:
        self.sheet = sheet
        self.known = known
        self.needed = needed
        self.is_other = is_other
        self.row = 0
        self.places: dict[str, list[int]] = {}
        self.others: dict[int, tuple[str, str]] = {}
        self.labels: list[str] = []
        self.rows = iter(enumerate(sheet.rows, start=1))
        self._find()

    @property
    def is_complete(self) -> bool:
        has_others = self.is_other is None or bool(self.others)
        return has_others and self.needed.keys() <= self.places.keys()

    def _find(self) -> None:
        above: list[str] = []
        for number, cells in islice(self.rows, HEADER_ROWS):
            texts = [self._heading(cell) for cell in cells]
            for labels in (texts, self._over(above, texts)):
                places, others = self._match(labels), self._other(above, labels)
                if len(places) + len(others) > len(self.places) + len(self.others):
                    self.row, self.places, self.labels = number, places, labels
                    self.others = others
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
        filled = _filled(list(_padded(above, width)))
        rows = zip(_padded(above, width), _padded(below, width), filled, strict=True)
        return [
            low if self._name_of(low) or self._is_other(over, low) or not high else high
            for high, low, over in rows
        ]

    def _is_other(self, above: str, own: str) -> bool:
        return bool(own) and self.is_other is not None and self.is_other(above, own)

    def _other(self, above: list[str], labels: list[str]) -> dict[int, tuple[str, str]]:
        over = _filled(list(_padded(above, max(len(above), len(labels)))))
        return {
            index: (over[index], text)
            for index, text in enumerate(labels)
            if not self._name_of(text) and self._is_other(over[index], text)
        }

    def _match(self, labels: list[str]) -> dict[str, list[int]]:
        places: dict[str, list[int]] = {}
        for index, text in enumerate(labels):
            name = self._name_of(text)
            if name:
                places.setdefault(name, []).append(index)
        return places


def _filled(texts: list[str]) -> list[str]:
    """Every heading goes on to the right until the next one: so a merged one reads."""
    last, filled = "", []
    for text in texts:
        last = text or last
        filled.append(last)
    return filled


def _padded(texts: list[str], width: int) -> Iterator[str]:
    return chain(texts, [""] * (width - len(texts)))


def the_only(headers: Sequence[Header], needed: Mapping[str, str]) -> Header:
    """The sheet with the table. Raises SpreadsheetError for none, several, or doubled columns."""
    complete = [header for header in headers if header.is_complete]
    if not complete:
        raise NoHeader([_no_header(headers, needed)])
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
