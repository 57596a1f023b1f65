"""Which rows of a sheet are no data: sums, and notes below the table."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from accounts.spreadsheets.cells import SheetRow, is_blank, text_of
from accounts.spreadsheets.headers import label

SUM = re.compile(r"(?:合計|總計|小計|共計|總和|累計|total|subtotal)(?:$|[:(0-9,共計].*)", re.DOTALL)
NOTE = re.compile(
    r"(?:附?註|備註|備考|附?說明|注意|資料來源|來源|填表|製表|承辦|聯絡|經辦|覆核|複核|審核|主管"
    r"|科長|處長|校長|機關首長|單位主管|主辦|核章|以下空白|第\d+頁|共\d+|note|source)",
)
NOTE_MARKS = ("※", "*", "＊")  # `label` takes them off, as it must from a heading


@dataclass(frozen=True, slots=True)
class OwnContent:
    """What stands in one row itself, and not in a merged cell that covers it."""

    number: int
    first: str  # the first text of the row, in whatever column
    filled: frozenset[str] = field(default_factory=frozenset)  # the columns that are read


def first_text(row: SheetRow) -> str:
    """The first text that stands in a row."""
    return next((text_of(cell).strip() for cell in row.cells if not is_blank(cell)), "")


def is_sum(text: str) -> bool:
    """Whether a row that begins with this is a sum of others."""
    return SUM.match(label(text)) is not None


def is_note(text: str) -> bool:
    """Whether a row that begins with this may be a note, if nothing else speaks against it."""
    return text.startswith(NOTE_MARKS) or NOTE.match(label(text)) is not None


def rows_below(rows: Sequence[OwnContent], required: Collection[str]) -> set[int]:
    """The numbers of the rows from the first note below the table on.

    Only rows that lack a required column, and that no complete row follows, can be notes: the
    first of them says so by its word or stands apart.
    """
    end = len(rows)
    while end and not rows[end - 1].filled.issuperset(required):
        end -= 1
    for index in range(end, len(rows)):
        stands_apart = index > 0 and rows[index].number > rows[index - 1].number + 1
        if stands_apart or is_note(rows[index].first):
            return {row.number for row in rows[index:]}
    return set()
