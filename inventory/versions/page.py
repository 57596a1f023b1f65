"""The page of a filing's versions: the list, and any two of them side by side."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from inventory import versions
from inventory.models import Filing, FilingVersion
from inventory.versions.formats import UnreadableVersion
from inventory.versions.history import Step, history_of


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version, and what was done to the filing while it was the current one, oldest first."""

    version: FilingVersion
    steps: list[Step]


class PairForm(forms.Form):
    """Which two versions: `before` and `after`; the newest two where nothing is asked."""

    before = forms.TypedChoiceField(coerce=int)
    after = forms.TypedChoiceField(coerce=int)

    def __init__(self, data: QueryDict, found: list[FilingVersion]) -> None:
        newest, *older = [one.number for one in found] or [0]
        super().__init__(data or {"before": str((older or [newest])[0]), "after": str(newest)})
        choices = [(one.number, _("第 %(version)s 版") % {"version": one.number}) for one in found]
        for name, label in (("before", _("比較版次")), ("after", _("對照版次"))):
            field = self.fields[name]
            field.choices, field.label = choices, label  # type: ignore[attr-defined]
            field.widget.attrs["class"] = "form-select"


def version_page(filing: Filing, query: QueryDict) -> dict[str, Any]:
    """The page's context; without a comparison where a version was asked that is not there."""
    found = versions.versions_of(filing)
    form = PairForm(query, found)
    comparison = None
    if found and form.is_valid():
        by_number = {one.number: one for one in found}
        before, after = (by_number[form.cleaned_data[name]] for name in ("before", "after"))
        try:
            comparison = versions.compare(before, after, found)
        except UnreadableVersion as error:  # of a later release, or not the platform's
            form.add_error(None, _("無法讀取：%(why)s") % {"why": error})
    return {
        "filing": filing,
        "rows": _rows(filing, found),
        "form": form,
        "comparison": comparison,
    }


def _rows(filing: Filing, found: list[FilingVersion]) -> list[VersionRow]:
    steps: dict[int, list[Step]] = {one.number: [] for one in found}
    for step in reversed(history_of(filing)):
        if step.version in steps:  # what was done before the first save is in 檢視 alone
            steps[step.version].append(step)
    return [VersionRow(one, steps[one.number]) for one in found]


def status_of(page: dict[str, Any]) -> int:
    """400 where versions were asked for that the filing does not have, or that nobody can read."""
    return 400 if page["rows"] and page["comparison"] is None else 200
