"""The forms of the administration pages for figures: the file, its confirmation, taking back."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin.sheet_upload import SheetField
from inventory.admin.forms import TOKEN, ReasonField
from inventory.models import FIRST_ROC_YEAR, ReportingYear


class FiguresForm(forms.Form):
    """One file; what is in it is judged by its plan."""

    file = SheetField(label=gettext_lazy("數據檔（.xlsx、.ods 或 .csv）"))

    def __init__(self, years: list[ReportingYear], data: Any = None, files: Any = None) -> None:
        super().__init__(data, files)
        self.fields["year"] = year_field(years)


class ChosenYearForm(forms.Form):
    """The year that was chosen at upload, as the address carries it."""

    def __init__(self, years: list[ReportingYear], data: Any) -> None:
        super().__init__(data)
        self.fields["year"] = year_field(years)

    @property
    def chosen(self) -> int | None:
        """The ROC year, None where none was chosen (or none that there is)."""
        self.is_valid()
        year: int | None = self.cleaned_data.get("year")
        return year


def year_field(years: list[ReportingYear]) -> forms.TypedChoiceField:
    """The year of rows that do not say theirs."""
    choices = [(str(one), f"{one} ({one.year + FIRST_ROC_YEAR})") for one in years]
    return forms.TypedChoiceField(
        label=_("年度（檔案裡沒有年度欄時）"),
        choices=[("", _("依檔案的年度欄")), *choices],
        coerce=int,
        empty_value=None,
        required=False,
    )


class TakeBackForm(forms.Form):
    """Why an import is taken back, and of which filings in which revisions."""

    batch = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["reason"] = ReasonField(_("撤回原因"), _("請填寫撤回原因。"))

    @property
    def revisions(self) -> dict[int, int]:
        """pk → revision of what was shown; what is no such pair is left out."""
        found = (TOKEN.fullmatch(one) for one in self.cleaned_data["batch"].split(","))
        return {int(match[1]): int(match[2]) for match in found if match}
