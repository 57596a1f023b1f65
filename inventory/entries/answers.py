"""The answers of a filing, apart from how they are typed, stored or shown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext as _

from inventory.lines import Kind, Operation, codes_of, line_of, lines_of
from inventory.models import Entry

Amounts = Mapping[tuple[str, str], Decimal]  # by operation and line

# Repeated rows of one filing, of all lines together. With up to three fields a row its form has to
# fit into one post, and into what is kept of it when a session ends (1,000 fields); and the guards
# of the database, which look at the whole filing for every row, need a second or two for as many.
MAX_ROWS = 250


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: a quantity, or None for 未使用.

    name: the facility, refrigerant or other energy; unit: the symbol it is counted in;
    parts: what the quantity was added up from, "" for one number.
    """

    operation: Operation
    line: str
    quantity: Decimal | None
    name: str = ""
    unit: str = ""
    position: int = 0
    reason: str = ""
    reason_note: str = ""
    parts: str = ""

    @property
    def key(self) -> tuple[str, str, int]:
        """Where the answer stands in its filing."""
        return (self.operation.value, self.line, self.position)


def answers_from(entries: Iterable[Entry]) -> list[Answer]:
    """Stored entries as answers again."""
    return [
        Answer(
            operation=Operation(entry.operation),
            line=entry.line,
            quantity=entry.quantity,
            name=entry.name,
            unit=entry.unit,
            position=entry.position,
            reason=entry.reason,
            reason_note=entry.reason_note,
            parts=entry.parts,
        )
        for entry in entries
    ]


def is_kept(answer: Answer, stored: Iterable[Entry]) -> bool:
    """Whether a draft may hold an answer that today's factor set cannot compute.

    It was stored, with this name, when another set was in force: the draft keeps it, uncounted,
    until it is computed again or taken out.
    """
    what = (answer.operation, answer.line, answer.name)
    return any((one.operation, one.line, one.name) == what for one in stored)


def with_stored_parts(answer: Answer, stored: Iterable[Entry]) -> Answer:
    """The answer with what its quantity was added up from, where it still is the quantity stored.

    The form shows a sum as one number; saving it again does not forget where it comes from.
    """
    if answer.parts or answer.quantity is None:
        return answer
    what = (answer.operation, answer.line, answer.name, answer.quantity)
    same = [one for one in stored if (one.operation, one.line, one.name, one.quantity) == what]
    same.sort(key=lambda one: one.position != answer.position)
    return replace(answer, parts=same[0].parts) if same else answer


def count_rows(answers: Iterable[Answer | Entry]) -> int:
    """How many repeated rows there are: quantities of lines that take several."""
    return sum(
        answer.quantity is not None and line_of(answer.line).kind is not Kind.SINGLE
        for answer in answers
    )


def too_many_rows() -> str:
    """Why one more repeated row is refused."""
    return _("一份填報的設施、冷媒與能源資源合計最多 %(limit)s 列，請合併後填寫。") % {
        "limit": MAX_ROWS
    }


def unanswered(answers: Iterable[Answer], year: int) -> list[tuple[Operation, str]]:
    """What the form of a ROC year asks and has no answer yet, of both operations, in its order."""
    answered = {(answer.operation, answer.line) for answer in answers}
    return [
        (operation, line.code)
        for operation in Operation
        for line in lines_of(year)
        if (operation, line.code) not in answered
    ]


def not_on_form(entries: Iterable[Entry], year: int) -> list[Entry]:
    """The entries of lines that the form of a ROC year does not ask, or that no form knows.

    Their figures stay as they were frozen, whoever saves or recomputes the filing.
    """
    asked = codes_of(year)
    return [entry for entry in entries if entry.line not in asked]


def amounts(answers: Iterable[Answer]) -> dict[tuple[str, str], Decimal]:
    """The quantity per operation and line; 未使用 is 0, a line without an answer is absent.

    Other energies have several units: their line counts its entries that are not zero.
    """
    found: dict[tuple[str, str], Decimal] = {}
    for answer in answers:
        key = (answer.operation.value, answer.line)
        quantity = answer.quantity or Decimal(0)
        if not line_of(answer.line).is_summable:
            quantity = Decimal(1 if quantity else 0)
        found[key] = found.get(key, Decimal(0)) + quantity
    return found
