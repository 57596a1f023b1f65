"""What an import must not decide alone: it is asked, by cell, and waits for an answer."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.spreadsheets import RowError
from accounts.wording import listed


class Kind(StrEnum):
    """What is asked about; the value begins every code of its kind."""

    COLUMN = "column"
    NAMES = "names"
    MONEY = "money"
    LARGE = "large"
    LOST = "lost"

    @property
    def title(self) -> Promise:  # type: ignore[override]
        """What accepting all of the kind says, as a sentence for people."""
        return TITLES[self]


TITLES: dict[Kind, Promise] = {
    Kind.COLUMN: gettext_lazy("這些欄不讀入"),
    Kind.NAMES: gettext_lazy("單位名稱雖不同，帳號沒有填錯"),
    Kind.MONEY: gettext_lazy("這些欄是用量，不是金額"),
    Kind.LARGE: gettext_lazy("數量與單位已查證無誤"),
    Kind.LOST: gettext_lazy("先前匯入而這份檔案沒有的項目，不再保留"),
}
ONE_BY_ONE = frozenset({Kind.COLUMN})  # a column is data of every row: given up by its name


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to be waved through, or put right in the file; `text` says what and what follows.

    `place` is the heading, cell or account that it is about.
    """

    kind: Kind
    place: str
    text: str
    row: int | None = None
    cell: str = ""
    value: str = ""

    @property
    def code(self) -> str:
        """The same for the same file every time: `column:備註`, `names:B7`."""
        return f"{self.kind}:{self.place}"

    def is_accepted(self, accepted: Collection[str]) -> bool:
        """Whether its code, or its kind where that may be answered as a whole, is in there."""
        whole_kind = self.kind not in ONE_BY_ONE and self.kind in accepted
        return whole_kind or self.code in accepted

    def as_error(self) -> RowError:
        """What it is while nobody has answered it."""
        return RowError(self.text, row=self.row, cell=self.cell, value=self.value)

    def __str__(self) -> str:
        return str(self.as_error())


class QuestionsOpen(Exception):
    """Something has to be waved through first; `questions` are what nobody has answered."""

    def __init__(self, questions: Iterable[Question]) -> None:
        self.questions = list(questions)
        codes = listed(question.code for question in self.questions[:20])
        super().__init__(_("請先回答：%(codes)s") % {"codes": codes})


def check_answered(questions: Iterable[Question], accepted: Collection[str]) -> None:
    """Raises QuestionsOpen where a question is not among what was accepted, by code or kind."""
    if left := [question for question in questions if not question.is_accepted(accepted)]:
        raise QuestionsOpen(left)
