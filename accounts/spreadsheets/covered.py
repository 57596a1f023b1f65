"""Merged cells below the headings: each gives its value to every row that it covers."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from accounts.spreadsheets.cells import MAX_COLUMNS, Cell, Merge, SheetRow, text_of
from accounts.spreadsheets.errors import RowError, SpreadsheetError


class CoveredCells:
    """Follows the rows of a sheet downwards and knows which merged cells cover them."""

    def __init__(self, merges: Collection[Merge], after: int, taken: Collection[int]) -> None:
        self.waiting = sorted(
            (m for m in merges if m.bottom > after and m.left < MAX_COLUMNS), reverse=True
        )
        self.after = after
        self.taken = taken
        self.active: list[tuple[Merge, Cell]] = []

    def at(self, row: SheetRow) -> dict[int, Cell]:
        """Column → value, for the cells of this row that a merged cell begun above covers.

        Raises SpreadsheetError, with their ranges, where two merged cells overlap, or one
        reaches down from the headings.
        """
        if not self.waiting and not self.active:
            return {}
        self.active = [pair for pair in self.active if pair[0].bottom >= row.number]
        while self.waiting and self.waiting[-1].top <= row.number:
            self._begin(self.waiting.pop(), row)
        return {merge.left: cell for merge, cell in self.active if merge.top < row.number}

    def across(self, number: int) -> Merge | None:
        """A merged cell in this row that lies over two columns which are both read."""
        for merge, cell in self.active:
            if merge.top <= number and text_of(cell).strip():
                columns = [i for i in self.taken if merge.left <= i <= merge.right]
                if len(columns) > 1:
                    return merge
        return None

    def _begin(self, merge: Merge, row: SheetRow) -> None:
        if merge.top <= self.after and any(merge.left <= i <= merge.right for i in self.taken):
            reason = _("合併的儲存格跨過標題列與資料列；請取消合併後再上傳。")
            raise SpreadsheetError([RowError(reason, row=merge.top, cell=merge.name)])
        if merge.bottom < row.number:
            return
        for other, _cell in self.active:
            if other.left <= merge.right and merge.left <= other.right:
                reason = _("合併的儲存格 %(one)s 與 %(other)s 重疊，不知道該讀哪一個。")
                what = {"one": other.name, "other": merge.name}
                raise SpreadsheetError([RowError(reason % what, row=merge.top, cell=merge.name)])
        is_here = merge.top == row.number and merge.left < len(row.cells)
        self.active.append((merge, row.cells[merge.left] if is_here else ""))
