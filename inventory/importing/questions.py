"""What an import must not decide alone: it is asked, by cell, and waits for an answer."""

from collections.abc import Collection, Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.spreadsheets import Question, QuestionKind, unanswered
from accounts.wording import listed

MAX_CODES = 20  # named in one message


class Kind(QuestionKind):
    """What is asked about figures, beside what is asked about every sheet."""

    NAMES = "names"
    MONEY = "money"
    LARGE = "large"
    LOST = "lost"

    @property
    def sentence(self) -> Promise:
        """What accepting all of the kind says, as a sentence for people."""
        return SENTENCES[self]


SENTENCES: dict[Kind, Promise] = {
    Kind.NAMES: gettext_lazy("單位名稱雖不同，帳號沒有填錯"),
    Kind.MONEY: gettext_lazy("這些欄是用量，不是金額"),
    Kind.LARGE: gettext_lazy("數量與單位已查證無誤"),
    Kind.LOST: gettext_lazy("先前匯入而這份檔案沒有的項目，不再保留"),
}


class QuestionsOpen(Exception):
    """Something has to be waved through first; `questions` are what nobody has answered."""

    def __init__(self, questions: Iterable[Question]) -> None:
        self.questions = list(questions)
        codes = listed(question.code for question in self.questions[:MAX_CODES])
        super().__init__(_("請先回答：%(codes)s") % {"codes": codes})


def check_answered(questions: Iterable[Question], accepted: Collection[str]) -> None:
    """Raises QuestionsOpen where a question is not among what was accepted, by code or kind."""
    if left := unanswered(questions, accepted):
        raise QuestionsOpen(left)
