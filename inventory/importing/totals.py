"""What the planned answers of a filing come to, and what of an earlier import they leave out."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.spreadsheets import Question
from accounts.wording import listed
from inventory.calculator import total
from inventory.entries.answers import Answer
from inventory.entries.computing import entry_for
from inventory.factors.table import FactorTable
from inventory.importing.questions import Kind
from inventory.lines import Operation, line_of, lines_of, operation_label
from inventory.models import Entry, Filing


@dataclass(frozen=True, slots=True)
class Totals:
    """kg CO2e of a filing as it would be, and how many lines of how many are answered."""

    own_kg: Decimal
    outsourced_kg: Decimal
    uncounted: int
    answered: int
    asked: int


def totals_of(filing: Filing, answers: Iterable[Answer], table: FactorTable) -> Totals:
    """Computed as a save would compute it; nothing is stored."""
    entries = [entry_for(answer, table) for answer in answers]
    kilograms = {
        operation: total(
            entry.kg for entry in entries if entry.operation == operation and entry.kg is not None
        )
        for operation in Operation
    }
    return Totals(
        kilograms[Operation.OWN],
        kilograms[Operation.OUTSOURCED],
        sum(entry.is_uncounted for entry in entries),
        len({(entry.operation, entry.line) for entry in entries}),
        len(lines_of(filing.year_id)) * len(Operation),
    )


def lost_questions(replaced: Iterable[tuple[Filing, list[Answer]]]) -> list[Question]:
    """What earlier imports filled in and this file does not name: it would be gone."""
    planned = {filing.pk: (filing, answers) for filing, answers in replaced}
    stored: dict[int, dict[tuple[str, str], None]] = {}
    for entry in Entry.objects.filter(filing__in=planned).order_by("filing", "pk"):
        stored.setdefault(entry.filing_id, {})[entry.operation, entry.line] = None
    questions = []
    for pk, lines in stored.items():
        filing, answers = planned[pk]
        given = {(answer.operation.value, answer.line) for answer in answers}
        if gone := [line for line in lines if line not in given]:
            questions.append(_lost(filing, gone))
    return questions


def _lost(filing: Filing, gone: list[tuple[str, str]]) -> Question:
    labels = listed(operation_label(operation, line_of(code).label) for operation, code in gone)
    what = {"filing": str(filing), "lines": labels}
    text = _("%(filing)s 先前匯入的 %(lines)s 不在這份檔案裡，將隨之移除。") % what
    return Question(Kind.LOST, f"{filing.unit.code}-{filing.year_id}", text)
