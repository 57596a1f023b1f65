"""Reading the rows below the headings, and asking about what must not be decided alone."""

from collections.abc import Iterable
from dataclasses import replace

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from accounts.spreadsheets.cells import Cell, MarkedCell, SheetRow, is_blank
from accounts.spreadsheets.covered import CoveredCells
from accounts.spreadsheets.damage import damage_of, damaged_codes
from accounts.spreadsheets.errors import CellError, RowError, SpreadsheetError
from accounts.spreadsheets.foot import OwnContent, first_text, is_sum, rows_below
from accounts.spreadsheets.headers import Header, label
from accounts.spreadsheets.questions import Kind, Question
from accounts.spreadsheets.rows import Row, Table, Wanted
from accounts.spreadsheets.texts import (
    MAX_VERBATIM,
    check_characters,
    check_length,
    clean,
    without_control,
)

PROGRESS_ROWS = 500
MAX_REMEMBERED = 50_000
MAX_HEADING = 60  # characters of a heading in a question
RUNNING_NUMBERS = {"序號", "項次", "序", "順序", "no", "no.", "#"}


def table_of(header: Header, wanted: Wanted, hidden_sheets: list[str]) -> Table:
    """The table below the headings. Raises SpreadsheetError when there are too many rows."""
    if header.sheet.is_cut:
        raise _too_many(wanted, header.sheet.rows[-1].number)
    reader = _Reader(header, wanted)
    reader.read()
    reader.leave_out_what_is_no_data()
    reader.ask_about_the_sheet()
    table = replace(reader.table, hidden_sheets=hidden_sheets)
    if len(table.rows) > wanted.limits.rows:
        raise _too_many(wanted, table.rows[wanted.limits.rows].number)
    return table


def _too_many(wanted: Wanted, row: int) -> SpreadsheetError:
    reason = _("清單超過 %(rows)s 列。") % {"rows": f"{wanted.limits.rows:,}"}
    return SpreadsheetError([RowError(reason, row=row)], is_too_large=True)


class _Reader:
    def __init__(self, header: Header, wanted: Wanted) -> None:
        self.header = header
        self.sheet = header.sheet
        self.wanted = wanted
        others = {get_column_letter(index + 1): index for index in header.others}
        self.taken = header.places | others
        self.verbatim = wanted.verbatim | others.keys()
        letters = {name: get_column_letter(index + 1) for name, index in self.taken.items()}
        unread = [t for i, t in enumerate(header.labels) if t and i not in self.taken.values()]
        self.table = Table(
            self.sheet.name,
            letters,
            unread,
            accepted=wanted.accepted,
            header_row=header.row,
            headings={letter: _heads(*header.others[index]) for letter, index in others.items()},
        )
        self.covered = CoveredCells(self.sheet.merges, header.row, list(self.taken.values()))
        self.own: list[OwnContent] = []
        self.hidden: set[int] = set()
        self.across: dict[int, str] = {}
        self.unread: dict[int, int] = {}  # column → first row in which something stands
        self.cleaned: dict[str, str] = {}
        self.shapes: dict[frozenset[str], frozenset[str]] = {}

    def read(self) -> None:
        """Read every row in which something of its own stands in a column that is read."""
        total = self.sheet.rows[-1].number - self.header.row
        for row in self.sheet.rows:
            if row.number <= self.header.row:
                continue
            self._take(row)
            done = row.number - self.header.row
            if done % PROGRESS_ROWS == 0:
                self.wanted.progress(done, total)
        self.wanted.progress(total, total)

    def _take(self, row: SheetRow) -> None:
        covered = self.covered.at(row)
        read = self.taken.values()
        for index, cell in enumerate(row.cells):
            if index not in self.unread and index not in read and not is_blank(cell):
                self.unread[index] = row.number
        filled = frozenset(
            name
            for name, index in self.taken.items()
            if index < len(row.cells) and not is_blank(row.cells[index])
        )
        if not filled:
            return
        filled = self.shapes.setdefault(filled, filled)  # one set for all rows that are alike
        self.own.append(OwnContent(row.number, first_text(row), filled))
        if row.is_hidden:
            self.hidden.add(row.number)
        if (merge := self.covered.across(row.number)) is not None:
            self.across[row.number] = merge.name
        self.table.rows.append(self._read_row(row, covered))

    def _read_row(self, row: SheetRow, covered: dict[int, Cell]) -> Row:
        values: dict[str, str] = {}
        faulty: list[str] = []
        for name, index in self.taken.items():
            cell = covered.get(index)
            if cell is None:
                cell = row.cells[index] if index < len(row.cells) else ""
            try:
                values[name] = self._text(name, cell, row.number)
            except CellError as error:
                values[name] = ""
                faulty.append(name)
                value = "" if name in self.wanted.secret else error.value
                self.table.row_errors.append(
                    RowError(error.reason, row.number, self._place(name, row.number), value)
                )
        return Row(row.number, values, frozenset(faulty))

    def _text(self, name: str, cell: Cell, number: int) -> str:
        """The text of one cell; what is odd about it becomes a question."""
        if isinstance(cell, MarkedCell):
            if cell.fault:
                raise CellError(cell.fault, cell.text)
            self._ask_about_cell(name, cell, number)
            cell = cell.text
        if not cell:
            return ""
        if name in self.verbatim:
            check_length(cell, MAX_VERBATIM)
            check_characters(cell)
            return cell
        text = self.cleaned.get(cell)
        if text is None:
            check_length(cell)
            text = clean(cell)
            if len(self.cleaned) < MAX_REMEMBERED:
                self.cleaned[cell] = text
        is_plain = text.isascii() or name in self.wanted.secret
        if not is_plain and (reason := damage_of(text, self.sheet.doubtful)):
            self._ask(Kind.DAMAGED, name, number, reason, text)
        return text

    def _ask_about_cell(self, name: str, cell: MarkedCell, number: int) -> None:
        is_secret = name in self.wanted.secret
        if cell.formula:
            formula = "" if is_secret else cell.formula
            reason = _("儲存格是公式（%(formula)s），以顯示的值讀入。") % {"formula": formula[:60]}
            self._ask(Kind.FORMULAS, name, number, reason, cell.text)
        if cell.stored:
            stored = "" if is_secret else cell.stored
            reason = _("存的是 %(stored)s，顯示的是另一個數字，以顯示的讀入。") % {"stored": stored}
            self._ask(Kind.ROUNDED, name, number, reason, cell.text)

    def _ask(self, kind: Kind, name: str, number: int, reason: str, value: str) -> None:
        place = self._place(name, number)
        shown = "" if name in self.wanted.secret else value
        self.table.questions.append(Question(kind, place, reason, number, place, shown))

    def _place(self, name: str, number: int) -> str:
        return f"{self.table.letters[name]}{number}"

    def leave_out_what_is_no_data(self) -> None:
        """Take sums and notes out again, with all that was said about them."""
        table = self.table
        texts = {own.number: own.first for own in self.own}
        sums = {own.number for own in self.own if is_sum(own.first)}
        kept = [own for own in self.own if own.number not in sums]
        notes = rows_below(kept, self.wanted.columns.required)
        out = sums | notes
        table.left_out.extend(
            RowError(_("合計或說明，不是資料，不讀入。"), row=number, value=texts[number])
            for number in sorted(out)
        )
        table.rows[:] = [row for row in table.rows if row.number not in out]
        table.row_errors[:] = [error for error in table.row_errors if error.row not in out]
        table.questions[:] = [question for question in table.questions if question.row not in out]
        self.hidden -= out
        table.row_errors.extend(
            RowError(_("合併的儲存格橫跨好幾欄，不知道屬於哪一欄。"), row=number, cell=cell)
            for number, cell in self.across.items()
            if number not in out
        )

    def ask_about_the_sheet(self) -> None:
        """Ask about hidden rows, columns that are hidden or not read, and codes."""
        self.table.questions.extend(self._about_columns())
        self.table.questions.extend(self._about_rows())
        for name in sorted(self.wanted.codes & self.taken.keys()):
            rows = self.table.rows
            for index, reason in damaged_codes([row[name] for row in rows]):
                self._ask(Kind.CODES, name, rows[index].number, reason, rows[index][name])
        if self.sheet.wide:
            reason = _("右邊第 200 欄之後還有內容；請刪除不用的欄。")
            self.table.row_errors.append(RowError(reason, row=int(self.sheet.wide)))

    def _about_columns(self) -> Iterable[Question]:
        letters = {index: get_column_letter(index + 1) for index in self.unread}
        headings = [_heading(self.header.labels[index]) for index in self.unread]
        for index, heading in sorted(zip(self.unread, headings, strict=True)):
            if label(heading) in RUNNING_NUMBERS:
                continue
            letter, row = letters[index], self.unread[index]
            is_only = heading and headings.count(heading) == 1
            place = heading if is_only else f"{heading} {letter}".strip()
            if heading:
                reason = _("%(letter)s 欄不會讀入。") % {"letter": letter}
            else:
                reason = _("%(letter)s 欄沒有標題，不會讀入。") % {"letter": letter}
            yield Question(Kind.COLUMN, place, reason, None, f"{letter}{row}", heading)
        for name, index in self.taken.items():
            if index in self.sheet.hidden_columns:
                letter = self.table.letters[name]
                reason = _("%(letter)s 欄是隱藏的，仍會讀入。") % {"letter": letter}
                heading = self.header.labels[index]
                yield Question(Kind.HIDDEN_COLUMNS, letter, reason, None, letter, heading)

    def _about_rows(self) -> Iterable[Question]:
        reason = _("這一列是隱藏的，仍會讀入。")
        if self.sheet.is_filtered:
            reason = _("這一列被篩選隱藏，仍會讀入。")
        first = next(iter(self.wanted.columns.required), "")
        for row in self.table.rows:
            if row.number in self.hidden:
                yield Question(
                    Kind.HIDDEN_ROWS, str(row.number), reason, row.number, "", row[first]
                )
        if self.sheet.beyond is not None:
            cell, value = self.sheet.beyond
            reason = _("隔了很多空白列之後還有內容，從這裡起不會讀入。")
            yield Question(Kind.BEYOND, cell, reason, None, cell, value)


def _heads(above: str, own: str) -> tuple[str, str]:
    """What stands over a column, for whoever makes names of it."""
    return without_control(above), without_control(own)


def _heading(text: str) -> str:
    """A heading as it can stand in a code that somebody types."""
    short = text[:MAX_HEADING]
    visible = "".join(character if character.isprintable() else " " for character in short)
    return " ".join(visible.split())
