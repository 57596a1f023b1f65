"""The fields of the activity form: quantities as people type them, short texts, repeated rows."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from accounts import cleaning
from accounts.fields import NameField, TextField
from accounts.wording import labelled, with_remark
from inventory.factors.table import FactorTable
from inventory.lines import Kind, Line, Operation
from inventory.quantities import Quantity, QuantityError, is_nothing, read_quantity

ROW_PARTS: dict[Kind, tuple[str, ...]] = {
    Kind.FACILITIES: ("name", "quantity"),
    Kind.REFRIGERANTS: ("name", "quantity"),
    Kind.OTHERS: ("name", "quantity", "unit"),
}
MAX_NAME = 60  # characters, as the column holds


class QuantityField(forms.CharField):
    """A quantity or nothing. Every refusal begins with the line's name.

    unit: the symbol of the line's own; "" where the row has a field for it. The input has no
    length of its own: a browser would cut a long sum without a word.
    """

    def __init__(self, *, name: Any, unit: str, **options: Any) -> None:
        self.name, self.unit = name, unit
        super().__init__(
            label=name, required=False, strip=False, widget=quantity_input(), **options
        )

    def clean(self, value: Any) -> Quantity | None:
        typed = super().clean(value)
        if is_nothing(typed):
            return None
        try:
            return read_quantity(typed, self.unit)
        except QuantityError as error:
            message = labelled(self.name, error.message)
            raise QuantityError(message, str(error.code), error.rounded) from error


class UnitField(TextField):
    """The unit of an energy, in any width."""

    cleaned_by = cleaning.word


def row_key(operation: Operation, line: Line) -> str:
    """The name that a line's fields begin with: own-electricity."""
    return f"{operation.value}-{line.code}"


def row_field(line: Line, part: str, table: FactorTable, present: str = "") -> forms.Field:
    """One part of a repeated row: a quantity, the unit of an energy, or a name.

    `present` is what stands in the field.
    """
    if part == "quantity":
        return QuantityField(name=_("%(line)s 數量") % {"line": line.label}, unit=line.unit)
    if part == "unit":
        return UnitField(label=_("單位"), required=False, max_length=20, widget=text("units"))
    if line.kind is Kind.REFRIGERANTS:
        return forms.ChoiceField(
            choices=[("", _("請選擇")), *refrigerants(line, table, present)],
            required=False,
            label=str(line.name_label),
            widget=select(),
        )
    widget = text("energies" if line.kind is Kind.OTHERS else "")
    return NameField(label=line.name_label, required=False, max_length=MAX_NAME, widget=widget)


def refrigerants(line: Line, table: FactorTable, present: str) -> list[tuple[str, str]]:
    """What can be chosen: what the set knows, and what stands in the field already.

    A set that is in force since the filing was saved may lack its refrigerant; without the choice
    its row would come back empty, and the next save would drop it.
    """
    names = [name for name, _unit in table.names(line.code)]
    choices = [(name, name) for name in names]
    if present and present not in names and len(present) <= MAX_NAME:
        choices.append((present, with_remark(present, _("係數版本沒有這種冷媒"))))
    return choices


def quantity_input() -> forms.TextInput:
    """Numbers are typed into a text input: browsers drop what they cannot read elsewhere."""
    return forms.TextInput(
        attrs={"class": "form-control quantity", "inputmode": "decimal", "autocomplete": "off"}
    )


def text(list_id: str = "") -> forms.TextInput:
    """A line of text, with suggestions where a list is named."""
    attrs = {"class": "form-control", "autocomplete": "off"}
    return forms.TextInput(attrs={**attrs, "list": list_id} if list_id else attrs)


def select() -> forms.Select:
    """A drop-down in the site's look."""
    return forms.Select(attrs={"class": "form-select"})
