"""From the fields of the activity form to answers; what is wrong is said at its field."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from inventory.entries.answers import Answer, is_kept
from inventory.entries.computing import missing_factor
from inventory.entries.naming import recognise
from inventory.form.fields import ROW_PARTS, row_key
from inventory.lines import Kind, Line, Operation, unit_label, unit_symbol

if TYPE_CHECKING:
    from inventory.form.filing_form import FilingForm


def answers_of(form: "FilingForm") -> list[Answer]:
    """What was answered and can be computed, in the form's order.

    Adds an error at the field of each answer that is not whole, that contradicts 未使用, or that
    the year's factor set cannot compute.
    """
    answering = _Answering(form)
    lines = ((operation, line) for operation in Operation for line in form.lines)
    return [answer for operation, line in lines for answer in answering.line(operation, line)]


class _Answering:
    """Reads one form, line by line."""

    def __init__(self, form: "FilingForm") -> None:
        self.form = form

    def line(self, operation: Operation, line: Line) -> list[Answer]:
        """The answers to one line; the first has the reason why it differs from last year."""
        key = row_key(operation, line)
        given = self._quantities_of(operation, line)
        if self.form.cleaned_data.get(f"{key}-unused"):
            if given:
                field = key if line.kind is Kind.SINGLE else f"{key}-{given[0].position}-quantity"
                message = _("%(line)s：已填數量，請取消勾選「未使用」，或清空數量。")
                self.form.add_error(field, message % {"line": line.label})
            given = [Answer(operation, line.code, None)]
        if not given:
            return []
        first = given[0]
        given[0] = Answer(
            first.operation,
            first.line,
            first.quantity,
            first.name,
            first.unit,
            first.position,
            reason=self.form.cleaned_data.get(f"{key}-reason", ""),
            reason_note=self.form.cleaned_data.get(f"{key}-note", ""),
        )
        return given

    def _quantities_of(self, operation: Operation, line: Line) -> list[Answer]:
        key = row_key(operation, line)
        if line.kind is Kind.SINGLE:
            quantity = self.form.cleaned_data.get(key)
            single = Answer(operation, line.code, quantity)
            return [single] if quantity is not None and self._is_computed(single, key) else []
        given: list[Answer] = []
        for index in range(self.form.rows[key]):
            answer = self._row_of(operation, line, index, len(given))
            if answer is not None:
                given.append(answer)
        return given

    def _row_of(self, operation: Operation, line: Line, index: int, position: int) -> Answer | None:
        """One repeated row: all of its parts, or nothing at all."""
        parts = ROW_PARTS[line.kind]
        names = {part: f"{row_key(operation, line)}-{index}-{part}" for part in parts}
        if any(name in self.form.errors for name in names.values()):
            return None
        values: dict[str, Any] = {
            part: self.form.cleaned_data.get(name) for part, name in names.items()
        }
        if all(value in (None, "") for value in values.values()):
            return None
        for part, value in values.items():
            if value in (None, ""):
                self.form.add_error(names[part], _("這一列尚未填完，請填寫或清空整列。"))
        if any(value in (None, "") for value in values.values()):
            return None
        unit = unit_symbol(values.get("unit") or "")
        found = recognise(values["name"], line, self.form.table)
        if found.refusal:
            self.form.add_error(names["name"], found.refusal)
            return None
        name = found.name
        if not self._fits(line, name, unit, names.get("unit", "")):
            return None
        answer = Answer(operation, line.code, values["quantity"], name, unit, position)
        field = names["name" if line.is_named else "quantity"]
        return answer if self._is_computed(answer, field) else None

    def _is_computed(self, answer: Answer, field: str) -> bool:
        """Says at the field what the year's factor set lacks for the answer.

        A draft keeps what was stored under another set; it is told among what is not counted.
        """
        message = missing_factor(answer, self.form.table)
        is_draft = not self.form.cleaned_data.get("complete")
        if message and not (is_draft and is_kept(answer, self.form.stored)):
            self.form.add_error(field, message)
            return False
        return True

    def _fits(self, line: Line, name: str, unit: str, field: str) -> bool:
        """An energy that the factor set knows is asked in that factor's unit."""
        known = self.form.table.find(line.code, name) if line.kind is Kind.OTHERS else ()
        if not known or known[0].unit == unit:
            return True
        message = _("「%(name)s」以%(unit)s計，請換算後填寫。")
        self.form.add_error(field, message % {"name": name, "unit": unit_label(known[0].unit)})
        return False
