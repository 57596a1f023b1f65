"""From what a sheet states to an answer of a filing, or to what is wrong with it."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts import cleaning
from accounts.spreadsheets import Question, RowError
from inventory.entries.answers import Answer
from inventory.entries.computing import missing_factor
from inventory.entries.naming import recognise
from inventory.importing.lexicon import Found, Lexicon
from inventory.importing.questions import Kind as Asked
from inventory.importing.statements import Cell, Statement
from inventory.importing.words import ANY_FACILITY, is_unused, read_operation, read_unit
from inventory.lines import Kind, Line, Operation, unit_label
from inventory.names import key_of
from inventory.quantities import Quantity, QuantityError, is_nothing, read_quantity

MAX_LENGTHS = {"name": 60, "unit": 20}  # characters
MONEY = "費"  # how a word ends that may be of a bill in dollars


@dataclass(frozen=True, slots=True)
class Figure:
    """A statement that was read: what it answers, with no place among others yet.

    answer None: a cell of a column that is empty.
    """

    statement: Statement
    operation: Operation
    line: Line
    answer: Answer | None

    @property
    def is_unused(self) -> bool:
        """Whether it says 未使用."""
        return self.answer is not None and self.answer.quantity is None


class Problem(Exception):
    """A cell that cannot be taken; `error` says why."""

    def __init__(self, cell: Cell, reason: str) -> None:
        self.error: RowError = cell.error(reason)
        super().__init__(reason)


def read_figure(
    statement: Statement, lexicon: Lexicon, ask: Callable[[Question], None]
) -> Figure | None:
    """What a statement says to the year's form; None for an empty cell that says nothing.

    Raises Problem with the cell.
    """
    found = _found(statement, lexicon)
    is_blank = is_nothing(statement.quantity.text)
    if statement.is_column and is_blank and found.line is None:
        return None
    operation = _operation(statement)
    if found.line is None:
        raise Problem(statement.line, lexicon.why_not(statement.line.text, found))
    if statement.is_column and is_blank:
        return Figure(statement, operation, found.line, None)
    if is_unused(statement.quantity.text):
        answer = Answer(operation, found.line.code, None)
        return Figure(statement, operation, found.line, answer)
    quantity = _quantity(statement, found.line)
    answer = _answer(statement, lexicon, operation, found, quantity)
    _ask(statement, found.line, quantity, ask)
    return Figure(statement, operation, found.line, answer)


def _operation(statement: Statement) -> Operation:
    whole_row = statement.subject.operation
    of_row = read_operation(whole_row.text) if whole_row.text.strip() else None
    if whole_row.text.strip() and of_row is None:
        message = _("範圍只能是「自行」或「委外」；本單位、自有、外包、委託等說法也讀。")
        raise Problem(whole_row, message)
    if statement.is_contradictory:
        raise Problem(statement.line, _("這一欄上方同時是「自行」與「委外」。"))
    if statement.operation is None:
        return of_row or Operation.OWN
    own = Operation(statement.operation.text)
    if of_row not in (None, own):
        raise Problem(whole_row, _("這一列的範圍與欄標題的「自行」「委外」不同。"))
    return own


def _found(statement: Statement, lexicon: Lexicon) -> Found:
    """The line; 柴油 with the name 發電機 is another one than 柴油 alone."""
    text, unit = statement.line.text, statement.unit_text
    found = lexicon.find(text, statement.beside, unit)
    name = cleaning.name(statement.name_text)
    is_single = found.line is not None and found.line.kind is Kind.SINGLE
    if name and (found.line is None or is_single) and len(name) <= MAX_LENGTHS["name"]:
        narrowed = lexicon.find(text, name, unit)
        if narrowed.line is not None and narrowed.line is not found.line:
            return Found(narrowed.line, narrowed.name or name)
    return found


def _quantity(statement: Statement, line: Line) -> Quantity:
    """The quantity, in the line's own unit or in that of the row or column."""
    try:
        quantity = read_quantity(statement.quantity.text, line.unit)
    except QuantityError as error:
        raise Problem(statement.quantity, str(error.message)) from error
    unit = read_unit(statement.unit_text, line.code)
    if unit and quantity.unit not in ("", unit):
        message = _("數量後面的單位與單位欄的%(unit)s不同，請擇一填寫。")
        raise Problem(statement.quantity, message % {"unit": unit_label(unit)})
    return quantity


def _answer(
    statement: Statement,
    lexicon: Lexicon,
    operation: Operation,
    found: Found,
    quantity: Quantity,
) -> Answer:
    assert found.line is not None  # noqa: S101 - asked before
    line, table = found.line, lexicon.table
    where = statement.name if statement.name is not None else statement.line
    name = recognise(_name(statement, found, lexicon), line, table)
    if name.refusal:
        raise Problem(where, name.refusal)
    if len(name.name) > MAX_LENGTHS["name"]:
        raise Problem(where, _("最多 %(most)s 個字。") % {"most": MAX_LENGTHS["name"]})
    known = table.find(line.code, name.name)
    demanded = known[0].unit if line.kind is Kind.OTHERS and known else line.unit
    unit = _unit(statement, line, name.name, demanded) or quantity.unit
    if line.kind is Kind.OTHERS and not unit:
        raise Problem(statement.unit or statement.line, _("請填單位。"))
    answer = Answer(
        operation,
        line.code,
        quantity.value,
        name.name,
        unit if line.kind is Kind.OTHERS else "",
        parts=quantity.parts,
    )
    if message := missing_factor(answer, table):
        raise Problem(where if line.is_named else statement.line, message)
    return answer


def _name(statement: Statement, found: Found, lexicon: Lexicon) -> str:
    """The name of a row: from its own cell, or out of the words for the line. Raises Problem."""
    assert found.line is not None  # noqa: S101 - asked before
    typed = cleaning.name(statement.name_text)
    where = statement.name if statement.name is not None else statement.line
    if found.line.kind is Kind.SINGLE:
        if typed:
            raise Problem(where, _("這個項目不填名稱。"))
        return ""
    if found.name and typed and found.line.is_named:
        both = (recognise(one, found.line, lexicon.table).name for one in (typed, found.name))
        if len(set(map(key_of, both))) > 1:
            raise Problem(where, _("名稱與項目所說的「%(name)s」不同。") % {"name": found.name})
    name = typed or found.name
    if not name and statement.is_column and found.line.kind is Kind.FACILITIES:
        return ANY_FACILITY
    if not name:
        raise Problem(where, _("請填名稱。"))
    return name


def _unit(statement: Statement, line: Line, name: str, demanded: str) -> str:
    """The unit's symbol, "" for none. Raises Problem where it is not that of the line or energy."""
    text = cleaning.word(statement.unit_text)
    cell = statement.unit if statement.unit is not None else statement.line
    if len(text) > MAX_LENGTHS["unit"]:
        raise Problem(cell, _("最多 %(most)s 個字。") % {"most": MAX_LENGTHS["unit"]})
    unit = read_unit(text, line.code)
    if unit and demanded and unit != demanded:
        what = {"name": name or line.label, "unit": unit_label(demanded)}
        raise Problem(cell, _("「%(name)s」以%(unit)s計，請換算後填寫。") % what)
    return unit


def _ask(
    statement: Statement, line: Line, quantity: Quantity, ask: Callable[[Question], None]
) -> None:
    """Ask about what may be dollars, and about more than a unit uses in a year."""
    text, where = statement.line, statement.quantity
    if not (statement.unit_text or quantity.unit) and key_of(text.text).endswith(MONEY):
        message = _("看起來是金額；若是%(unit)s數，請確認。") % {"unit": unit_label(line.unit)}
        ask(Question(Asked.MONEY, text.cell, message, text.row, text.cell, text.text))
    if line.most is not None and quantity.value > Decimal(line.most):
        what = {"line": line.label, "most": f"{line.most:,}", "unit": unit_label(line.unit)}
        message = _("「%(line)s」一年很少超過 %(most)s %(unit)s；請核對數量與單位。") % what
        ask(Question(Asked.LARGE, where.cell, message, where.row, where.cell, where.text))
