"""The questions about a sheet, as the page of its dry run asks them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from accounts.spreadsheets import Question, QuestionKind
from accounts.wording import Words

MAX_SHOWN = 100  # of one kind; the rest is answered as a whole, or read in the download


@dataclass
class QuestionGroup:
    """The questions of one kind: a box for the whole kind where there may be one, and each."""

    kind: QuestionKind
    count: int = 0
    as_a_whole: bool = False
    is_accepted: bool = False  # as a whole
    shown: list[tuple[Question, bool]] = field(default_factory=list)  # and whether accepted

    @property
    def sentence(self) -> Words:
        """What a tick says."""
        return self.kind.sentence

    @property
    def more(self) -> int:
        """How many are not shown one by one."""
        return self.count - len(self.shown)


def questions_by_kind(
    questions: Iterable[Question], accepted: Collection[str]
) -> list[QuestionGroup]:
    """The questions in the order in which their kinds first come up; `accepted` are answered."""
    groups: dict[QuestionKind, QuestionGroup] = {}
    for question in questions:
        group = groups.setdefault(question.kind, QuestionGroup(question.kind))
        group.count += 1
        group.as_a_whole = question.is_accepted({question.kind.value})
        group.is_accepted = question.kind.value in accepted
        if group.count <= MAX_SHOWN or not group.as_a_whole:
            group.shown.append((question, question.is_accepted(accepted)))
    return list(groups.values())
