"""Figures of a sheet, gathered by filing: what fits together, what stands there twice."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from django.utils.translation import gettext as _

from accounts import cleaning
from accounts.account_lists.progress import Progress, with_progress
from accounts.spreadsheets import Question, RowError
from accounts.wording import labelled
from inventory.entries.answers import MAX_ROWS, Answer, count_rows, too_many_rows
from inventory.importing.lexicon import Lexicon
from inventory.importing.owners import Owner, Owners
from inventory.importing.questions import Kind as Asked
from inventory.importing.reading import Figure, Problem, read_figure
from inventory.importing.sheet import Sheet
from inventory.importing.statements import Statement, Subject
from inventory.lines import Kind
from inventory.models import Filing
from inventory.policies import can_import

Answered = tuple[str, str]  # operation and line


class Gathering:
    """Everything that a sheet says, by filing."""

    def __init__(self, sheet: Sheet, lexicons: dict[int, Lexicon], owners: Owners) -> None:
        self.sheet = sheet
        self.lexicons = lexicons
        self.rows: list[tuple[Subject, Owner]] = []
        self.problems: list[RowError] = []
        self.left: dict[int, Filing] = {}
        self.owners: dict[int, Owner] = {}
        self.found: dict[int, Filing] = {}
        self.figures: dict[int, list[Figure]] = defaultdict(list)
        self._questions: dict[str, Question] = {}
        for subject in sheet.subjects:
            self._take_owner(subject, owners.of(subject))

    @property
    def questions(self) -> list[Question]:
        """What has to be asked, each once."""
        return list(self._questions.values())

    def gather(self, progress: Progress) -> None:
        """Read every figure; one that cannot be read is a problem."""
        for statement in with_progress(self.sheet.statements, _("檢查數據"), progress):
            filing = self.owners[statement.subject.row].filing
            if filing is None or filing.pk in self.left:
                continue
            try:
                figure = read_figure(statement, self.lexicons[filing.year_id], self._ask)
            except Problem as problem:
                self.problems.append(problem.error)
                continue
            if figure is not None:
                self.figures[filing.pk].append(figure)

    def filings(self) -> Iterator[tuple[Filing, list[Answer]]]:
        """Every filing that would be filled in, with its answers; what is double is a problem."""
        for pk, figures in self.figures.items():
            lines: dict[Answered, list[Figure]] = defaultdict(list)
            for figure in figures:
                lines[figure.operation.value, figure.line.code].append(figure)
            answers = [answer for same in lines.values() for answer in self._answers(same)]
            if count_rows(answers) > MAX_ROWS:
                self._refuse_rows(self.found[pk], figures)
            elif answers:
                yield self.found[pk], answers

    def _take_owner(self, subject: Subject, owner: Owner) -> None:
        self.rows.append((subject, owner))
        self.owners[subject.row] = owner
        if owner.problem is not None:
            self.problems.append(owner.problem)
        if (filing := owner.filing) is None:
            return
        if can_import(filing):
            self.found[filing.pk] = filing
        else:
            self.left[filing.pk] = filing
        self._compare_name(subject, filing)

    def _compare_name(self, subject: Subject, filing: Filing) -> None:
        """Ask where the name beside an account is that of another unit: rows may have shifted."""
        said = cleaning.key(subject.unit_name.text)
        name = cleaning.key(filing.unit.name)
        if not said or said in name or name in said:
            return
        where = subject.unit_name
        text = _("這個帳號是「%(unit)s」。") % {"unit": filing.unit.name}
        self._ask(Question(Asked.NAMES, where.cell, text, where.row, where.cell, where.text))

    def _ask(self, question: Question) -> None:
        self._questions.setdefault(question.code, question)

    def _answers(self, same: list[Figure]) -> list[Answer]:
        """The answers to one line of one filing, in the order of the sheet."""
        given = [figure for figure in same if figure.answer is not None]
        self.problems += _doubled(given)
        used = [figure for figure in given if not figure.is_unused]
        if not used and len(given) < len(same) and same[0].line.kind is not Kind.SINGLE:
            return []  # 無 in one of several columns: the others say nothing yet
        return [
            replace(figure.answer, position=position)
            for position, figure in enumerate(used or given[:1])
            if figure.answer is not None
        ]

    def _refuse_rows(self, filing: Filing, figures: list[Figure]) -> None:
        """More named rows than a filing holds: said once, at the first row too many."""
        named = [figure for figure in figures if figure.line.kind is not Kind.SINGLE]
        named = [figure for figure in named if figure.answer and not figure.is_unused]
        where = named[MAX_ROWS].statement.line
        self.problems.append(where.error(labelled(str(filing), too_many_rows())))


def _doubled(given: list[Figure]) -> list[RowError]:
    """What does not go with the first answer to the same line."""
    if len(given) < 2:
        return []
    first, *rest = given
    is_single = first.line.kind is Kind.SINGLE
    if first.statement.is_column and len({one.statement.subject.row for one in given}) == 1:
        if not is_single:  # 無 in one of several columns is said of that one
            return []
        message = _("有兩欄是同一個項目，請合併或刪去一欄。")
        return [one.statement.line.error(message) for one in rest]
    wrong = rest if is_single or first.is_unused else [one for one in rest if one.is_unused]
    return [_twice(figure.statement) for figure in wrong]


def _twice(statement: Statement) -> RowError:
    """A second row with what the unit has said before."""
    subject = statement.subject
    where = statement.line
    if statement.is_column:
        where = subject.account if subject.account.text.strip() else subject.code
    return where.error(_("這個單位的這個項目出現兩次。"))
