"""What a reader must not decide alone: it is asked, by row, and waits for an answer."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.spreadsheets.errors import RowError, shown_text
from accounts.wording import labelled


class QuestionKind(StrEnum):
    """What is asked about; the value begins every code of its kind."""

    @property
    def sentence(self) -> Promise:
        """What accepting all of the kind says, as a sentence for people."""
        raise NotImplementedError


class Kind(QuestionKind):
    """What a reader of sheets asks about."""

    HIDDEN_ROWS = "hidden-rows"
    HIDDEN_COLUMNS = "hidden-columns"
    COLUMN = "column"
    FORMULAS = "formulas"
    ROUNDED = "rounded"
    DAMAGED = "damaged"
    CODES = "codes"
    BEYOND = "beyond"

    @property
    def sentence(self) -> Promise:
        """What accepting all of the kind says, as a sentence for people."""
        return SENTENCES[self]


SENTENCES: dict[Kind, Promise] = {
    Kind.HIDDEN_ROWS: gettext_lazy("隱藏或篩選掉的列也要讀入"),
    Kind.HIDDEN_COLUMNS: gettext_lazy("隱藏的欄也要讀入"),
    Kind.COLUMN: gettext_lazy("這些欄不讀入"),
    Kind.FORMULAS: gettext_lazy("公式以顯示的值讀入"),
    Kind.ROUNDED: gettext_lazy("數字以顯示的值讀入"),
    Kind.DAMAGED: gettext_lazy("文字沒有損壞，照樣讀入"),
    Kind.CODES: gettext_lazy("代碼沒有被改動，照樣讀入"),
    Kind.BEYOND: gettext_lazy("空白列之後的內容不讀入"),
}
# a column is data of every row: it is given up by its name, never with others
ONE_BY_ONE = frozenset({Kind.COLUMN})


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to be waved through, or put right in the file; `text` says what and what follows.

    `place` is the row, column letter, heading or cell; `row` None where it is no single row.
    """

    kind: QuestionKind
    place: str
    text: str
    row: int | None = None
    cell: str = ""
    value: str = ""

    @property
    def code(self) -> str:
        """The same for the same file every time: `hidden-rows:5`, `column:備註`."""
        return f"{self.kind}:{self.place}"

    def is_accepted(self, accepted: Collection[str]) -> bool:
        """Whether its code, or its kind where that may be answered as a whole, is in there."""
        whole_kind = self.kind not in ONE_BY_ONE and self.kind in accepted
        return whole_kind or self.code in accepted

    @property
    def shown(self) -> str:
        """The value, short and printable."""
        return shown_text(self.value)

    def as_error(self) -> RowError:
        """What it is while nobody has answered it."""
        return RowError(
            str(self) if self.row is None else self.text, self.row, self.cell, self.value
        )

    def __str__(self) -> str:
        if self.row is not None:
            return str(self.as_error())
        place = _("%(place)s「%(value)s」") % {"place": self.cell, "value": shown_text(self.value)}
        return labelled(place if self.value else self.cell, self.text)


def unanswered(questions: Iterable[Question], accepted: Collection[str]) -> list[Question]:
    """Those that wait for an answer; `accepted` has the codes and kinds that were answered."""
    return [question for question in questions if not question.is_accepted(accepted)]
