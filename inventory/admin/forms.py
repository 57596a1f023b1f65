"""The forms of the administration pages for stored factor sets: years, reasons, filings."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.fields import LinesField, TextField
from accounts.searching import MAX_SEARCH, named
from inventory.entries.uncomputable import Obstacle
from inventory.impact.estimate import STATUSES, with_figures
from inventory.models import FIRST_ROC_YEAR, Filing, FilingQuerySet, ReportingYear

MAX_REASON = 1000
MAX_UNASKED = 5_000  # filings that are computed without anybody choosing a year
TOKEN = re.compile(r"([0-9]{1,18}):([0-9]{1,9})", re.ASCII)


class YearsField(forms.TypedMultipleChoiceField):
    """Some of the years that a set may be used for."""

    def __init__(self, years: Iterable[ReportingYear], **options: Any) -> None:
        choices = [(year.year, f"{year.year} ({year.year + FIRST_ROC_YEAR})") for year in years]
        super().__init__(
            choices=choices,
            coerce=int,
            widget=forms.CheckboxSelectMultiple,
            error_messages={"invalid_choice": _("沒有 %(value)s 年度，或本版不適用於該年度。")},
            **options,
        )


class ChosenYearsForm(forms.Form):
    """For which years to ask what if; none chosen: all, while that does not take long."""

    def __init__(self, data: Any, years: list[ReportingYear]) -> None:
        super().__init__(data)
        self.years = years
        self.fields["years"] = YearsField(years, label=_("年度"), required=False)

    @property
    def chosen(self) -> list[ReportingYear]:
        """The years that were ticked, else all; none where the form is not valid."""
        if not self.is_valid():
            return []
        numbers = self.cleaned_data["years"]
        return [year for year in self.years if not numbers or year.year in numbers]

    @property
    def to_compute(self) -> list[ReportingYear]:
        """The chosen years; nothing where nobody chose and all of them would take long."""
        chosen = self.chosen
        if not chosen or self.cleaned_data["years"]:
            return chosen
        is_much = sum(with_figures(year).count() for year in chosen) > MAX_UNASKED
        return [] if is_much else chosen


class ReasonField(LinesField):
    """Why; it goes into the history."""

    def __init__(self, label: str, missing: str) -> None:
        super().__init__(
            label=label,
            max_length=MAX_REASON,
            widget=forms.Textarea(attrs={"rows": 3}),
            error_messages={"required": missing},
        )


class PublishForm(forms.Form):
    """For which years the set shall be in force, and why."""

    def __init__(self, data: Any, years: list[ReportingYear]) -> None:
        super().__init__(data, prefix="publish")
        missing = {"required": _("請選擇要採用的年度。")}
        self.fields["years"] = YearsField(years, label=_("採用年度"))
        self.fields["years"].error_messages.update(missing)
        self.fields["reason"] = ReasonField(_("發布原因"), _("請填寫發布原因。"))
        self.obstacles: list[tuple[Obstacle, bool]] = []

    @property
    def accepted(self) -> list[str]:
        """The keys of what was ticked: filings that the set cannot compute."""
        return cast(QueryDict, self.data).getlist(self.add_prefix("accepted"))

    def show_obstacles(self, obstacles: list[Obstacle]) -> None:
        """Let each be ticked by name; what was ticked stays so."""
        self.obstacles = [(one, one.key in self.accepted) for one in obstacles]


class UnitsForm(forms.Form):
    """Which filings of the year to show."""

    status = forms.ChoiceField(label=gettext_lazy("登錄狀況"), required=False)
    search = TextField(label=gettext_lazy("單位名稱或代碼"), required=False, max_length=MAX_SEARCH)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        labels = [(status.value, status.label) for status in STATUSES]
        field = cast(forms.ChoiceField, self.fields["status"])
        field.choices = [("", _("全部")), *labels]

    def narrow(self, filings: FilingQuerySet) -> FilingQuerySet:
        """Those of the filings that were asked for; what is not valid is not heeded."""
        self.is_valid()
        status, search = (self.cleaned_data.get(name) for name in ("status", "search"))
        if status:
            filings = filings.filter(status=status)
        if search:
            account = ("unit__county_id", "unit__code")
            filings = filings.filter(named(search, "unit__name", account=account))
        return filings


class RecomputeForm(forms.Form):
    """Which filings, each in the revision that was looked at, and why."""

    CHOSEN, BATCH = "chosen", "batch"

    what = forms.ChoiceField(choices=[(CHOSEN, CHOSEN), (BATCH, BATCH)])
    batch = forms.CharField(required=False)
    agreed = forms.BooleanField(required=False)  # who pressed has seen what it does to the totals

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.fields["reason"] = ReasonField(_("重算原因"), _("請填寫重算原因。"))

    @property
    def chosen(self) -> list[str]:
        """The ticked filings, as they were sent."""
        return cast(QueryDict, self.data).getlist("chosen") if self.is_bound else []

    @property
    def revisions(self) -> dict[int, int]:
        """pk → revision of what the pressed button stands for; what is no such pair is left out."""
        if self.cleaned_data["what"] == self.BATCH:
            tokens = self.cleaned_data["batch"].split(",")
        else:
            tokens = self.chosen
        found = (TOKEN.fullmatch(token) for token in tokens)
        return {int(match[1]): int(match[2]) for match in found if match}


def tokens(revisions: Mapping[int, int]) -> str:
    """Filings, given as pk → revision, as one field of a form."""
    return ",".join(f"{pk}:{revision}" for pk, revision in revisions.items())


def token(filing: Filing) -> str:
    """A filing in the revision that is being looked at."""
    return f"{filing.pk}:{filing.revision}"
