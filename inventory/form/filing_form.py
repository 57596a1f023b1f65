"""The activity form of one year: what was typed becomes answers, or a message at its place."""

import unicodedata
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.validators import validate_printable_lines
from inventory import lines
from inventory.entries import checks
from inventory.entries.answers import Answer, amounts, answers_from, unanswered
from inventory.factors.table import FactorTable
from inventory.figures import per_cent, plain
from inventory.form.fields import (
    ROW_PARTS,
    QuantityField,
    ShortTextField,
    quantity_input,
    row_field,
    select,
)
from inventory.lines import BY_CODE, LINES, Kind, Line, Operation
from inventory.models import Entry, Reason

MAX_ROWS, MAX_ROW_DIGITS = 50, 3
SPARE_ROWS = 1
REASONS = [("", "---------"), *Reason.choices]


def row_key(operation: Operation, line: Line) -> str:
    """The name that a line's fields begin with: own-electricity."""
    return f"{operation.value}-{line.code}"


class FilingForm(forms.Form):
    """Both operations, all lines. `answers` after validation: what was answered, in order.

    Bound, it takes the number of repeated rows from the post; unbound, from the entries.
    """

    version = forms.IntegerField(min_value=0, max_value=2_000_000_000, widget=forms.HiddenInput)
    outsourced_scope = forms.CharField(
        required=False,
        max_length=1000,
        validators=[validate_printable_lines],
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
    )
    complete = forms.BooleanField(required=False)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        table: FactorTable,
        entries: Iterable[Entry],
        last_year: Iterable[Entry],
        initial: Mapping[str, Any],
        mark_unused: bool = False,
    ) -> None:
        self.table, self.mark_unused = table, mark_unused
        self.last_year = amounts(answers_from(last_year))
        self.saved = _by_line(entries)
        self.answers: list[Answer] = []
        self.missing: list[tuple[Operation, Line]] = []
        self.rows: dict[str, int] = {}
        super().__init__(data, initial={**initial, **self._initial_values()})
        for operation in Operation:
            for line in LINES:
                self._add_line(operation, line)

    # --- fields -------------------------------------------------------------------------

    def _add_line(self, operation: Operation, line: Line) -> None:
        key = row_key(operation, line)
        label = line.label
        if line.kind is Kind.SINGLE:
            self.fields[key] = QuantityField(name=label, widget=quantity_input())
        else:
            self._add_rows(key, line)
        self.fields[f"{key}-unused"] = forms.BooleanField(required=False, label=_("未使用"))
        self.fields[f"{key}-reason"] = forms.ChoiceField(
            choices=REASONS, required=False, label=_("差異原因"), widget=select()
        )
        self.fields[f"{key}-note"] = ShortTextField(max_length=200, label=_("差異說明"))

    def _add_rows(self, key: str, line: Line) -> None:
        count = self._row_count(key)
        self.rows[key] = count
        self.fields[f"{key}-rows"] = forms.IntegerField(
            min_value=0, max_value=MAX_ROWS, widget=forms.HiddenInput, initial=count
        )
        for index in range(count):
            for part in ROW_PARTS[line.kind]:
                self.fields[f"{key}-{index}-{part}"] = row_field(line, part, self.table)

    def _row_count(self, key: str) -> int:
        if self.is_bound:
            typed = self.data.get(f"{key}-rows", "")
            is_number = typed.isascii() and typed.isdigit() and len(typed) <= MAX_ROW_DIGITS
            return min(int(typed), MAX_ROWS) if is_number else 0
        return min(len(self._saved_rows(key)) + SPARE_ROWS, MAX_ROWS)

    def _saved_rows(self, key: str) -> list[Entry]:
        return [entry for entry in self.saved.get(key, []) if entry.quantity is not None]

    def _initial_values(self) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key, entries in self.saved.items():
            first = entries[0]
            values[f"{key}-unused"] = first.quantity is None
            values[f"{key}-reason"], values[f"{key}-note"] = first.reason, first.reason_note
            if BY_CODE[first.line].kind is Kind.SINGLE:
                values[key] = "" if first.quantity is None else plain(first.quantity)
                continue
            for index, entry in enumerate(self._saved_rows(key)):
                values[f"{key}-{index}-name"] = entry.name
                values[f"{key}-{index}-unit"] = lines.unit_label(entry.unit)
                values[f"{key}-{index}-quantity"] = plain(entry.quantity or Decimal(0))
        return values

    # --- answers ------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        """Collect the answers; say what is wrong at the field that it is about."""
        cleaned = super().clean() or {}
        for operation in Operation:
            for line in LINES:
                self.answers += self._answers_of(operation, line)
        if not self.errors:
            self._note_missing()
        if cleaned.get("complete") and not self.missing:
            self._demand_reasons()
        return cleaned

    def _answers_of(self, operation: Operation, line: Line) -> list[Answer]:
        key = row_key(operation, line)
        given = self._quantities_of(operation, line)
        if self.cleaned_data.get(f"{key}-unused"):
            if given:
                field = key if line.kind is Kind.SINGLE else f"{key}-{given[0].position}-quantity"
                message = _("%(line)s：已填數量，請取消勾選「未使用」，或清空數量。")
                self.add_error(field, message % {"line": line.label})
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
            reason=self.cleaned_data.get(f"{key}-reason", ""),
            reason_note=self.cleaned_data.get(f"{key}-note", ""),
        )
        return given

    def _quantities_of(self, operation: Operation, line: Line) -> list[Answer]:
        key = row_key(operation, line)
        if line.kind is Kind.SINGLE:
            quantity = self.cleaned_data.get(key)
            return [] if quantity is None else [Answer(operation, line.code, quantity)]
        given: list[Answer] = []
        for index in range(self.rows[key]):
            answer = self._row_of(operation, line, index, len(given))
            if answer is not None:
                given.append(answer)
        return given

    def _row_of(self, operation: Operation, line: Line, index: int, position: int) -> Answer | None:
        """One repeated row: all of its parts, or nothing at all."""
        parts = ROW_PARTS[line.kind]
        names = {part: f"{row_key(operation, line)}-{index}-{part}" for part in parts}
        if any(name in self.errors for name in names.values()):
            return None
        values: dict[str, Any] = {part: self.cleaned_data.get(name) for part, name in names.items()}
        if all(value in (None, "") for value in values.values()):
            return None
        for part, value in values.items():
            if value in (None, ""):
                self.add_error(names[part], _("這一列尚未填完，請填寫或清空整列。"))
        if any(value in (None, "") for value in values.values()):
            return None
        unit = lines.unit_symbol(values.get("unit") or "")
        name = self._known_name(line, values["name"])
        if not self._fits(line, name, unit, names.get("unit", "")):
            return None
        return Answer(operation, line.code, values["quantity"], name, unit, position)

    def _known_name(self, line: Line, typed: str) -> str:
        """An energy of the factor set is meant in any width; other names stay as typed."""
        if line.kind is not Kind.OTHERS:
            return typed
        plain_name = unicodedata.normalize("NFKC", typed)
        return plain_name if self.table.find(line.code, plain_name) else typed

    def _fits(self, line: Line, name: str, unit: str, field: str) -> bool:
        """An energy that the factor set knows is asked in that factor's unit."""
        known = self.table.find(line.code, name) if line.kind is Kind.OTHERS else ()
        if not known or known[0].unit == unit:
            return True
        message = _("「%(name)s」以%(unit)s計，請換算後填寫。")
        self.add_error(field, message % {"name": name, "unit": lines.unit_label(known[0].unit)})
        return False

    def _note_missing(self) -> None:
        missing = [(operation, BY_CODE[code]) for operation, code in unanswered(self.answers)]
        if self.mark_unused:
            self.answers += [Answer(operation, line.code, None) for operation, line in missing]
            data = cast(QueryDict, self.data).copy()
            for operation, line in missing:  # the ticks stay, should something else be refused
                data[f"{row_key(operation, line)}-unused"] = "on"
            self.data = data
        elif self.cleaned_data.get("complete"):
            self.missing = missing
            if missing:
                self.add_error(
                    "complete",
                    ValidationError(_("尚有項目未填，請填寫數量或勾選「未使用」。"), "missing"),
                )

    def _demand_reasons(self) -> None:
        """A line that differs much from last year needs a reason before it is completed."""
        reasons = {(a.operation.value, a.line): a for a in reversed(self.answers)}
        for finding in checks.findings(amounts(self.answers), self.last_year):
            answer = reasons[finding.key]
            field = "-".join(finding.key)
            if not answer.reason:
                self.add_error(f"{field}-reason", self._why(finding))
            elif answer.reason == Reason.OTHER and not answer.reason_note:
                self.add_error(f"{field}-note", _("原因選「其他」時，請簡要說明。"))

    def _why(self, finding: checks.Finding) -> str:
        label = BY_CODE[finding.line].label
        if finding.oddity is checks.Deviation.APPEARED:
            return _("%(line)s：去年沒有使用，今年有數量，請選擇原因。") % {"line": label}
        if finding.oddity is checks.Deviation.VANISHED:
            return _("%(line)s：去年有數量，今年沒有使用，請選擇原因。") % {"line": label}
        change = per_cent(finding.change)
        return _("%(line)s：與去年相差 %(change)s，請選擇原因。") % {
            "line": label,
            "change": change,
        }

    @property
    def problems(self) -> list[tuple[str, str]]:
        """(id of the field, message) for the summary at the top, in the form's order."""
        found = []
        for name in self.fields:
            where = "%(error)s"
            if name.startswith(Operation.OUTSOURCED.value):
                where = _("委外－%(error)s")
            told = [where % {"error": error} for error in self.errors.get(name, [])]
            found += [(f"id_{name}", error) for error in told]
        return found

    @property
    def missing_by_operation(self) -> list[tuple[Operation, list[Line]]]:
        """The unanswered lines, apart for each operation."""
        found = [(one, [line for op, line in self.missing if op is one]) for one in Operation]
        return [(operation, missing) for operation, missing in found if missing]

    def data_with_more_rows(self, key: str) -> QueryDict:
        """What was typed, and one more empty row for a line."""
        data = cast(QueryDict, self.data).copy()
        line = BY_CODE[key.partition("-")[2]]
        index = self.rows[key]
        if index < MAX_ROWS:
            data[f"{key}-rows"] = str(index + 1)
            for part in ROW_PARTS[line.kind]:
                data[f"{key}-{index}-{part}"] = ""
        return data


def _by_line(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = {}
    for entry in sorted(entries, key=lambda entry: entry.position):
        found.setdefault(f"{entry.operation}-{entry.line}", []).append(entry)
    return found
