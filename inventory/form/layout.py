"""How crispy-forms lays out the activity form: sections, groups, a row per line."""

from dataclasses import dataclass
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, LayoutObject
from django.forms import BoundField
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from inventory.entries.statement import EntryLine, FilingStatement, Row, Section
from inventory.form.fields import ROW_PARTS
from inventory.form.filing_form import FilingForm
from inventory.lines import Kind
from inventory.quantities import is_nothing


@dataclass(frozen=True)
class Part:
    """One field of a row: its input with everything that describes it, and its errors."""

    bound: BoundField
    described_by: str = ""
    rounded: str = ""  # what to type instead, where only the places are too many

    @property
    def input(self) -> SafeString:
        """The input; a refused one is marked for the eye and for screen readers."""
        attrs: dict[str, str | bool] = {
            "aria-describedby": f"{self.described_by} {self.error_id}".strip()
        }
        if self.bound.errors:
            css = self.bound.field.widget.attrs.get("class", "")
            attrs["class"] = f"{css} is-invalid"
        return self.bound.as_widget(attrs=attrs)

    @property
    def error_id(self) -> str:
        """Where the field's errors stand in the page."""
        return f"error-{self.bound.html_name}"


@dataclass(frozen=True)
class RepeatedRow:
    """The fields of one facility, refrigerant or other energy, and what it came to."""

    index: int
    parts: dict[str, Part]
    shown: EntryLine | None


class LineRow(LayoutObject):  # type: ignore[misc]
    """One line: label, quantity with its unit, 未使用, last year, change, kg CO2e."""

    def __init__(self, row: Row, group_id: str = "") -> None:
        self.row, self.group_id = row, group_id

    def context(self, form: FilingForm) -> dict[str, Any]:
        """What the row's template needs."""
        key = self.row.key
        single = self.row.line.kind is Kind.SINGLE
        return {
            "row": self.row,
            "form": form,
            "group_id": self.group_id,
            "quantity": self._part(form, key, f"unit-{key} parts-{key}") if single else None,
            "count": None if single else form[f"{key}-rows"],
            "repeated": [] if single else self._repeated(form),
            "row_errors": [] if single else [*form[f"{key}-rows"].errors, *self._full(form)],
            "unused": form[f"{key}-unused"],
            "is_asked": f"{key}-reason" in form.data,
            "asks": bool(form[f"{key}-reason"].value() or form[f"{key}-note"].value()),
            "reason": Part(form[f"{key}-reason"]),
            "note": Part(form[f"{key}-note"]),
            "is_missing": any(
                (operation, line.code) == (self.row.operation, self.row.line.code)
                for operation, line in form.missing
            ),
        }

    def render(self, form: FilingForm, context: Any, **kwargs: Any) -> str:
        return render_to_string("inventory/line_row.html", self.context(form))

    @staticmethod
    def _part(form: FilingForm, name: str, described_by: str = "") -> Part:
        return Part(form[name], described_by, form.rounded.get(name, ""))

    def _full(self, form: FilingForm) -> list[str]:
        """That no row could be added, where one was asked for."""
        return [message for key, message in form.full.items() if key == self.row.key]

    def _repeated(self, form: FilingForm) -> list[RepeatedRow]:
        key = self.row.key
        shown = {one.entry.position: one for one in self.row.shown}
        filled = 0
        rows = []
        for index in range(form.rows[key]):
            parts = {
                part: self._part(form, f"{key}-{index}-{part}")
                for part in ROW_PARTS[self.row.line.kind]
            }
            typed = str(parts["quantity"].bound.value() or "")
            is_filled = not is_nothing(typed) and not any(p.bound.errors for p in parts.values())
            result = shown.get(filled) if is_filled and not self.row.is_unused else None
            filled += is_filled
            rows.append(RepeatedRow(index, parts, result))
        return rows


class UnaskedRow(LayoutObject):  # type: ignore[misc]
    """What is stored of a line that the year's form does not ask: to be read, not changed."""

    def __init__(self, row: Row) -> None:
        self.row = row

    def render(self, form: FilingForm, context: Any, **kwargs: Any) -> str:
        return render_to_string("inventory/_unasked_row.html", {"row": self.row})


class SectionFieldset(LayoutObject):  # type: ignore[misc]
    """二、營運活動數據 or 三、委外操作/營運活動數據, group by group."""

    def __init__(self, section: Section) -> None:
        self.section = section

    def render(self, form: FilingForm, context: Any, **kwargs: Any) -> str:
        groups = [
            {
                "label": group.label,
                "id": f"group-{group.rows[0].key}",
                "rows": [
                    self._line(row, f"group-{group.rows[0].key}").render(form, context)
                    for row in group.rows
                ],
            }
            for group in self.section.groups
        ]
        return render_to_string(
            "inventory/section.html",
            {"section": self.section, "groups": groups, "form": form},
        )

    @staticmethod
    def _line(row: Row, group_id: str) -> LayoutObject:
        return LineRow(row, group_id) if row.is_on_form else UnaskedRow(row)


def filing_helper(statement: FilingStatement) -> FormHelper:
    """The layout of the form with the statement's figures beside the fields."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.layout = Layout(*(SectionFieldset(section) for section in statement.sections))
    return helper


def row_contexts(form: FilingForm, statement: FilingStatement) -> list[dict[str, Any]]:
    """What every row shows, for an answer that brings the rows' figures only."""
    return [LineRow(row).context(form) for row in statement.rows if row.is_on_form]
