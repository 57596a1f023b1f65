"""The activity form of one year: what was typed becomes answers, or a message at its place."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.fields import LinesField, TextField
from accounts.wording import listed, with_remark
from inventory.entries.answers import Answer, unanswered
from inventory.factors.table import FactorTable
from inventory.form.answering import answers_of
from inventory.form.fields import (
    ROW_PARTS,
    QuantityField,
    row_field,
    row_key,
    select,
    text,
)
from inventory.form.reasons import Reasons
from inventory.form.rows import (
    MAX_ROWS,
    max_rows,
    no_more_rows,
    posted_rows,
    rows_for,
    with_one_more_row,
    with_undrawn_rows,
)
from inventory.form.saved import by_line, initial_values
from inventory.lines import Kind, Line, Operation, line_of, lines_of, operation_label
from inventory.models import Entry, Reason
from inventory.models import Finding as StoredFinding
from inventory.plausibility.findings import Finding
from inventory.quantities import QuantityError

ROUND = "round:"
REASONS = [("", "---------"), *Reason.choices]


class FilingForm(forms.Form):
    """Both operations, every line of the year. `answers` after validation: what was answered and
    can be computed, in order.

    Bound, it takes the number of repeated rows from the post; unbound, from the entries. Stored
    rows that a post lacks are shown again, and nothing is saved: see `undrawn`.
    """

    revision = forms.IntegerField(min_value=0, max_value=2_000_000_000, widget=forms.HiddenInput)
    factor_set = forms.CharField(max_length=60, widget=forms.HiddenInput)
    # The findings that the page shows: a reason is for what stood beside it.
    asked = forms.CharField(max_length=4_000, required=False, widget=forms.HiddenInput)
    outsourced_scope = LinesField(
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
    )
    complete = forms.BooleanField(required=False)
    reply = LinesField(
        label=gettext_lazy("回覆退回原因"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(
            attrs={"rows": 2, "class": "form-control", "aria-describedby": "reply-hint"}
        ),
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        table: FactorTable,
        entries: Iterable[Entry],
        explained: Iterable[StoredFinding],
        judge: Callable[["FilingForm"], list[Finding]],
        initial: Mapping[str, Any],
        mark_unused: bool = False,
    ) -> None:
        self.table, self.mark_unused = table, mark_unused
        self.lines = lines_of(table.year)
        self.judge = judge
        self.findings: list[Finding] = []
        self.stored = list(entries)
        self.saved = by_line(self.stored)
        self.answers: list[Answer] = []
        self.missing: list[tuple[Operation, Line]] = []
        self.rows: dict[str, int] = {}
        self.undrawn: dict[str, str] = {}
        self.full: dict[str, str] = {}
        if data is not None:
            data, self.undrawn = with_undrawn_rows(data, self.saved, self.lines)
        self.reasons = Reasons(self.saved, explained)
        initial = {**initial, **initial_values(self.saved), **self.reasons.initial}
        super().__init__(data, initial=initial)
        for operation in Operation:
            for line in self.lines:
                self._add_line(operation, line)

    # --- fields -------------------------------------------------------------------------

    def _add_line(self, operation: Operation, line: Line) -> None:
        key = row_key(operation, line)
        label = line.label
        if line.kind is Kind.SINGLE:
            self.fields[key] = QuantityField(name=label, unit=line.unit)
        else:
            self._add_rows(key, line)
        self.fields[f"{key}-unused"] = forms.BooleanField(required=False, label=_("未使用"))
        self.fields[f"{key}-reason"] = forms.ChoiceField(
            choices=REASONS, required=False, label=_("差異原因"), widget=select()
        )
        self.fields[f"{key}-note"] = TextField(
            required=False, max_length=200, label=_("差異說明"), widget=text()
        )

    def _add_rows(self, key: str, line: Line) -> None:
        count = self._row_count(key)
        self.rows[key] = count
        self.fields[f"{key}-rows"] = forms.IntegerField(
            min_value=0,
            max_value=max_rows(self.saved, key),
            widget=forms.HiddenInput,
            initial=count,
        )
        for index in range(count):
            for part in ROW_PARTS[line.kind]:
                name = f"{key}-{index}-{part}"
                self.fields[name] = row_field(line, part, self.table, self._present(name))

    def _present(self, name: str) -> str:
        """What stands in a field before the form is read: as typed, else as stored."""
        return str((self.data if self.is_bound else self.initial).get(name, ""))

    def _row_count(self, key: str) -> int:
        if self.is_bound:
            return min(posted_rows(self.data, key) or 0, max_rows(self.saved, key))
        return rows_for(self.saved, key)

    # --- answers ------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        """Collect the answers; say what is wrong at the field that it is about."""
        cleaned = super().clean() or {}
        for key, message in self.undrawn.items():
            self.add_error(f"{key}-rows", message)
        self.answers = answers_of(self)
        if not self.errors:
            self._note_missing()
        self.findings = self.judge(self)
        self._look_at_reasons(is_demanded=bool(cleaned.get("complete") and not self.missing))
        return cleaned

    def _note_missing(self) -> None:
        codes = unanswered(self.answers, self.table.year)
        missing = [(operation, line_of(code)) for operation, code in codes]
        if self.mark_unused:
            self.answers += [Answer(operation, line.code, None) for operation, line in missing]
            data = self.posted.copy()
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

    def _look_at_reasons(self, *, is_demanded: bool) -> None:
        """A reason that was given for other figures is none; completing asks for one per line."""
        data = self.posted.copy()
        data["asked"] = self.reasons.told(self.findings)
        typed = self.cleaned_data.get("asked", "")
        for key in self.reasons.outdated(self.findings, self.answers, typed):
            self.answers = self.reasons.without(self.answers, key)
            data["-".join((*key, "reason"))] = data["-".join((*key, "note"))] = ""
        self.data = data
        if is_demanded:
            for name, message in self.reasons.demands(self.findings, self.answers):
                self.add_error(name, message)

    @property
    def problems(self) -> list[tuple[str, str]]:
        """(id of the field, message) for the summary at the top, in the form's order."""
        found = []
        for name in self.fields:
            where = "%(error)s"
            if name.startswith(Operation.OUTSOURCED.value):
                where = _("委外－%(error)s")
            told = [where % {"error": error} for error in self.errors.get(name, [])]
            # The number of rows is hidden: its line is where to look.
            field = f"row-{name.removesuffix('-rows')}" if name.endswith("-rows") else f"id_{name}"
            found += [(field, error) for error in told]
        return found

    @property
    def rounded(self) -> dict[str, str]:
        """What may be typed instead at each field that only has too many places."""
        return {
            name: error.rounded
            for name, errors in self.errors.as_data().items()
            for error in errors
            if isinstance(error, QuantityError) and error.rounded
        }

    @property
    def left_out(self) -> list[str]:
        """The lines that the totals are without, for what was typed there cannot be computed.

        Of a line with rows only those are, so they are numbered.
        """
        labels = []
        for operation in Operation:
            for line in self.lines:
                key, label = row_key(operation, line), operation_label(operation, line.label)
                rows = [str(at + 1) for at in self._refused_rows(key, line)]
                if key in self.errors or (rows and self.cleaned_data.get(f"{key}-unused")):
                    labels.append(label)
                elif rows:
                    labels.append(with_remark(label, _("第 %(rows)s 列") % {"rows": listed(rows)}))
        return labels

    def _refused_rows(self, key: str, line: Line) -> list[int]:
        return [
            index
            for index in range(self.rows.get(key, 0))
            if any(f"{key}-{index}-{part}" in self.errors for part in ROW_PARTS[line.kind])
        ]

    @property
    def missing_by_operation(self) -> list[tuple[Operation, list[Line]]]:
        """The unanswered lines, apart for each operation."""
        found = [(one, [line for op, line in self.missing if op is one]) for one in Operation]
        return [(operation, missing) for operation, missing in found if missing]

    @property
    def posted(self) -> QueryDict:
        """What was typed, and the stored rows that the post lacked."""
        return cast(QueryDict, self.data)

    def data_rounded(self, action: str) -> QueryDict:
        """What was typed, rounded where it is offered: at the field of `round:…`, or at all."""
        name = action.removeprefix(ROUND)
        data = self.posted.copy()
        data.update({one: text for one, text in self.rounded.items() if name in ("", one)})
        return data

    @property
    def roundings(self) -> set[str]:
        """The actions that take what is offered rounded."""
        names = (name for name, field in self.fields.items() if isinstance(field, QuantityField))
        return {ROUND, *(ROUND + name for name in names)}

    def data_with_more_rows(self, key: str) -> QueryDict:
        """What was typed, and one more empty row for a line that has room for one."""
        line, index = line_of(key.partition("-")[2]), self.rows[key]
        if index >= MAX_ROWS:
            return self.posted
        return with_one_more_row(self.posted, key, line, index)

    def tell_if_full(self, key: str) -> None:
        """Say at a line that 「增加一列」 could not add to it."""
        if self.rows[key] >= MAX_ROWS:
            self.full[key] = no_more_rows(line_of(key.partition("-")[2]), MAX_ROWS)
