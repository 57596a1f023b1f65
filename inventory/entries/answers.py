"""The answers of a filing, apart from how they are typed, stored or shown."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from inventory.lines import Operation, codes_of, line_of, lines_of
from inventory.models import Entry


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: a quantity, or None for 未使用.

    name: the facility, refrigerant or other energy; unit: the symbol it is counted in.
    """

    operation: Operation
    line: str
    quantity: Decimal | None
    name: str = ""
    unit: str = ""
    position: int = 0
    reason: str = ""
    reason_note: str = ""

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
        )
        for entry in entries
    ]


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
