"""What the pages that take a sheet have in common: the field, the limits, what is wrong with it."""

from django import forms

from accounts.spreadsheets import MEGABYTE, Limits, SpreadsheetError

MAX_SHOWN = 500  # of each kind on one page


class SheetField(forms.FileField):
    """One file; what is in it is judged by its plan."""

    widget = forms.ClearableFileInput(attrs={"accept": ".xlsx,.ods,.csv,.tsv,.txt"})


def web_limits(rows: int) -> Limits:
    """How much of a file one request may read."""
    return Limits(file=5 * MEGABYTE, unpacked=16 * MEGABYTE, rows=rows)


def explain(form: forms.Form, error: SpreadsheetError, hint: str) -> None:
    """Say beside the field `file` why it is not taken; `hint` where a larger one would be."""
    for row_error in error.row_errors[:MAX_SHOWN]:
        form.add_error("file", str(row_error))
    if error.is_too_large:
        form.add_error("file", hint)
