"""Where the headings of a sheet are, and which column each of them names."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from accounts.spreadsheets.cells import MAX_COLUMNS, Merge, Sheet, text_of
from accounts.spreadsheets.errors import RowError, SpreadsheetError
from accounts.wording import listed, quoted

HEADER_ROWS = 50  # how far down the header row is looked for
MAX_HEADING = 200  # characters; what is longer is no heading

# Whether a column is one of those that cannot be listed beforehand, by what stands over it: the
# heading of the row above ("" for none; a merged one counts for all that it covers), and its own.
IsOther = Callable[[str, str], bool]


class NoHeader(SpreadsheetError):
    """No sheet has the headings that are needed; in another arrangement it may be a table."""


def label(text: str) -> str:
    """A heading as it is compared: no white space, one width, one case, no asterisk."""
    folded = unicodedata.normalize("NFKC", text[:MAX_HEADING]).casefold()
    return "".join(re.sub(r"[\u200b-\u200f\u2060\ufeff]", "", folded).split()).strip("*:※")


@dataclass(frozen=True)
class Columns:
    """What a reader looks for: name → the headings that mean it, the best one first."""

    headings: Mapping[str, Sequence[str]]
    required: Sequence[str]

    def known(self) -> dict[str, tuple[str, int]]:
        """Heading as it is compared → column and rank."""
        return {
            label(text): (name, rank)
            for name, texts in self.headings.items()
            for rank, text in enumerate(texts)
        }


class Header:
    """The headings of one sheet. `first` and `row` are the first and last of their rows.

    `places` says in which column each name stands, `doubled` where another one claims it;
    `others` are the columns that `is_other` takes, each with the headings over it. Where it is
    asked, a header row has at least one of them.
    """

    def __init__(self, sheet: Sheet, columns: Columns, is_other: IsOther | None = None) -> None:
        self.sheet = sheet
        self.is_other = is_other
        self.others: dict[int, tuple[str, str]] = {}
        self.required = columns.required
        self.known = columns.known()
        self.first = self.row = 0
        self.places: dict[str, int] = {}
        self.doubled: dict[str, int] = {}
        self.labels: list[str] = []
        self.top = [row for row in sheet.rows[:HEADER_ROWS] if row.number <= 2 * HEADER_ROWS]
        self.merges = [m for m in sheet.merges if self.top and m.top <= self.top[-1].number]
        self._find()

    @property
    def is_complete(self) -> bool:
        has_others = self.is_other is None or bool(self.others)
        return has_others and all(name in self.places for name in self.required)

    def _find(self) -> None:
        above: list[str] = []
        number_above = 0
        for number, cells, _is_hidden in self.top:
            texts = self._spread(number, [text_of(cell) for cell in cells])
            self._try(number, number, texts, [], above)
            if above and (not self.is_complete or self.doubled):
                self._try(number_above, number, texts, above)
            if self.is_complete:
                self._take_lower_row(number, texts)
                return
            above, number_above = texts, number

    def _spread(self, number: int, texts: list[str]) -> list[str]:
        """The texts of a row, each merged one over all the columns that it covers."""
        texts = texts + [""] * (MAX_COLUMNS - len(texts))
        for merge in self.merges:
            if merge.top <= number <= merge.bottom:
                text = self._origin(merge)
                width = min(merge.right + 1, MAX_COLUMNS) - merge.left
                texts[merge.left : merge.left + max(width, 0)] = [text] * max(width, 0)
        return texts

    def _origin(self, merge: Merge) -> str:
        row = next((row for row in self.top if row.number == merge.top), None)
        has_it = row is not None and merge.left < len(row.cells)
        return text_of(row.cells[merge.left]) if row is not None and has_it else ""

    def _try(
        self,
        first: int,
        row: int,
        texts: list[str],
        above: list[str],
        group: Sequence[str] = (),
    ) -> None:
        """Take these headings where they name more columns than those taken so far.

        `group` is the row above where no column has its own heading there.
        """
        others: dict[int, tuple[str, str]] = {}
        places: dict[str, tuple[int, int]] = {}
        doubled: dict[str, int] = {}
        labels = list(texts)
        for index, low in enumerate(texts):
            high = above[index] if above else ""
            labels[index], found = self._meaning(high, low)
            if found is None:
                heads = ((above or group or [""] * len(texts))[index], labels[index])
                if heads[1] and self.is_other is not None and self.is_other(*heads):
                    others[index] = heads
                continue
            name, rank = found
            other = places.get(name)
            if other is None or rank < other[0]:
                places[name] = (rank, index)
                doubled.pop(name, None)
            elif rank == other[0] and not self._same_merge(row, other[1], index):
                doubled.setdefault(name, index)
        number, so_far = len(places) + len(others), len(self.places) + len(self.others)
        if number > so_far or (number == so_far and len(doubled) < len(self.doubled)):
            self.others = others
            self.first, self.row, self.labels, self.doubled = first, row, labels, doubled
            self.places = {name: index for name, (_rank, index) in places.items()}

    def _meaning(self, high: str, low: str) -> tuple[str, tuple[str, int] | None]:
        """The heading of one column, which may be written over two rows, and what it names."""
        for text in (high + low if high and low else "", low, high):
            folded = label(text)
            found = self.known.get(folded) or self.known.get(folded.split("(")[0])
            if found is not None:
                return text, found
        return low or high, None

    def _same_merge(self, number: int, left: int, right: int) -> bool:
        return any(
            m.left <= left and right <= m.right and m.top <= number <= m.bottom for m in self.merges
        )

    def _take_lower_row(self, number: int, texts: list[str]) -> None:
        """Headings that are merged downwards have a second row of headings beside them."""
        below = [m for m in self.merges if self._is_heading_merge(m) and m.bottom > self.row]
        if not below:
            return
        last = min(merge.bottom for merge in below)
        row = next((row for row in self.top if row.number == last), None)
        if row is not None:
            lower = self._spread(last, [text_of(cell) for cell in row.cells])
            if not self._all_are_headings(lower, texts):
                raise SpreadsheetError([self._straddles(merge) for merge in below])
            self.places, self.doubled, self.others = {}, {}, {}
            self._try(number, last, lower, texts)
        self.row = last
        straddling = [self._straddles(merge) for merge in below if merge.bottom > last]
        if straddling:
            raise SpreadsheetError(straddling)

    def _is_heading_merge(self, merge: Merge) -> bool:
        taken = (*self.places.values(), *self.others)
        is_taken = any(merge.left <= index <= merge.right for index in taken)
        return self.first <= merge.top <= self.row and is_taken

    def _all_are_headings(self, lower: list[str], upper: list[str]) -> bool:
        """Whether under each heading stands a heading again, or nothing."""
        return all(
            not lower[index].strip() or self._meaning(upper[index], lower[index])[1] is not None
            if lower[index] == upper[index] or label(lower[index]) in self.known
            else not lower[index].strip()
            for index in self.places.values()
        )

    def _straddles(self, merge: Merge) -> RowError:
        reason = _("合併的儲存格跨過標題列與資料列；請取消合併後再上傳。")
        return RowError(reason, row=merge.top, cell=merge.name, value=self._origin(merge))


def the_only(headers: Sequence[Header], columns: Columns, hidden: Iterable[str]) -> Header:
    """The sheet with the table. Raises SpreadsheetError for none, several, or doubled columns."""
    complete = [header for header in headers if header.is_complete]
    if not complete:
        raise NoHeader([_no_header(headers, columns, listed(hidden))])
    if len(complete) > 1:
        names = listed(header.sheet.name for header in complete)
        reason = _("活頁簿裡有好幾張工作表都是清單（%(names)s），請只留一張。") % {"names": names}
        raise SpreadsheetError([RowError(reason)])
    header = complete[0]
    reason = _("這一欄的標題出現兩次，不知道該讀哪一欄。")
    double = [
        RowError(
            reason,
            row=header.row,
            cell=f"{get_column_letter(index + 1)}{header.row}",
            value=header.labels[index],
        )
        for index in header.doubled.values()
    ]
    if double:
        raise SpreadsheetError(double)
    return header


def _no_header(headers: Sequence[Header], columns: Columns, hidden: str) -> RowError:
    best = max(headers, key=lambda header: len(header.places), default=None)
    titles = {name: columns.headings[name][0] for name in columns.required}
    remark = _("隱藏的工作表不讀（%(names)s）。") % {"names": hidden} if hidden else ""
    if best is None or not best.places:
        shown = listed(quoted(title) for title in titles.values())
        reason = _("找不到標題列：清單須有%(titles)s等欄。") % {"titles": shown}
        return RowError(reason + remark)
    missing = [title for name, title in titles.items() if name not in best.places]
    shown = listed(quoted(title) for title in missing)
    return RowError(_("標題列缺少%(titles)s欄。") % {"titles": shown} + remark, row=best.row)
