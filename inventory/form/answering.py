"""From the fields of the activity form to answers; what is wrong is said at its field."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from inventory.entries.answers import Answer, is_kept, with_stored_parts
from inventory.entries.computing import missing_factor
from inventory.entries.naming import recognise
from inventory.form.fields import ROW_PARTS, row_key
from inventory.lines import Kind, Line, Operation, unit_label, unit_symbol
from inventory.quantities import Quantity

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
        given[0] = replace(
            given[0],
            reason=self.form.cleaned_data.get(f"{key}-reason", ""),
            reason_note=self.form.cleaned_data.get(f"{key}-note", ""),
        )
        return given

    def _quantities_of(self, operation: Operation, line: Line) -> list[Answer]:
        key = row_key(operation, line)
        if line.kind is Kind.SINGLE:
            quantity: Quantity | None = self.form.cleaned_data.get(key)
            if quantity is None:
                return []
            single = self._answer(operation, line, quantity)
            return [single] if self._is_computed(single, key) else []
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
        values = self._values_of(names)
        if values is None:
            return None
        quantity: Quantity = values["quantity"]
        unit = unit_symbol(values.get("unit") or "")
        if quantity.unit and unit and quantity.unit != unit:
            message = _("數量後面的單位與單位欄的%(unit)s不同，請擇一填寫。")
            self.form.add_error(names["quantity"], message % {"unit": unit_label(unit)})
            return None
        found = recognise(values["name"], line, self.form.table)
        if found.refusal:
            self.form.add_error(names["name"], found.refusal)
            return None
        name = found.name
        if not self._fits(line, name, unit, names.get("unit", "")):
            return None
        answer = self._answer(operation, line, quantity, name, unit, position)
        field = names["name" if line.is_named else "quantity"]
        return answer if self._is_computed(answer, field) else None

    def _values_of(self, names: dict[str, str]) -> dict[str, Any] | None:
        """What stands in the fields of one row; None where it is empty or something is wrong.

        The unit may stand behind the quantity instead of in its own field.
        """
        if any(name in self.form.errors for name in names.values()):
            return None
        values: dict[str, Any] = {
            part: self.form.cleaned_data.get(name) for part, name in names.items()
        }
        if all(value in (None, "") for value in values.values()):
            return None
        if values.get("unit") == "" and values["quantity"] is not None:
            values["unit"] = values["quantity"].unit
        empty = [part for part, value in values.items() if value in (None, "")]
        for part in empty:
            self.form.add_error(names[part], _("這一列尚未填完，請填寫或清空整列。"))
        return None if empty else values

    def _answer(
        self,
        operation: Operation,
        line: Line,
        quantity: Quantity,
        name: str = "",
        unit: str = "",
        position: int = 0,
    ) -> Answer:
        value, parts = quantity.value, quantity.parts
        answer = Answer(operation, line.code, value, name, unit, position, parts=parts)
        return with_stored_parts(answer, self.form.stored)

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
