"""The forms of a year and of its counties' own dates: each refusal stands at its field.

They ask the same rules as the verbs, which ask once more on the locked row.
"""

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.fields import TextField
from accounts.wording import with_remark
from inventory import policies
from inventory.models import CountyDates, ReportingYear
from inventory.workflow import years

MAX_REASON = 200


def ask(form: forms.BaseForm, field: str | None, check: Callable[..., None], *facts: Any) -> None:
    """Put what a rule says, if it refuses, at the field of the form (None: above them)."""
    try:
        check(*facts)
    except policies.NotAllowed as refusal:
        form.add_error(field, str(refusal))


class FactorSetField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A set to choose, by its title and what tells it from every other."""

    def label_from_instance(self, factor_set: Any) -> str:
        """The title with the set's identity behind it."""
        return with_remark(factor_set.title, factor_set.identity)


class YearForm(forms.ModelForm):  # type: ignore[type-arg]
    """A year that is set up or changed. Only the dates of a change need a reason."""

    reason = TextField(
        label=gettext_lazy("變更原因"),
        required=False,
        max_length=MAX_REASON,
        help_text=gettext_lazy("變更日期或取消縣市自訂期限時必填，連同舊日期保存於異動紀錄。"),
    )
    may_be_over = forms.BooleanField(
        label=gettext_lazy("截止日期已過也照樣採用"),
        required=False,
        help_text=gettext_lazy("截止日期已過時，單位只能檢視、不能填報；確定如此才勾選。"),
    )

    class Meta:
        model = ReportingYear
        fields = ("year", "opens_on", "due_on", "factor_set", "note")
        field_classes: ClassVar = {"factor_set": FactorSetField}

    def clean(self) -> None:
        """The rules of setting up or changing a year, field by field."""
        super().clean()
        day = policies.today()
        number = self.cleaned_data.get("year") or self.instance.pk
        if "year" in self.cleaned_data:
            ask(self, "year", policies.check_year, self.cleaned_data["year"], day)
        if number is None or self.errors:
            return
        self._clean_dates(number)
        if factor_set := self.cleaned_data.get("factor_set"):
            ask(self, "factor_set", policies.check_set_fits, factor_set, number)

    def _clean_dates(self, number: int) -> None:
        day, moved = policies.today(), {"opens_on", "due_on"} & set(self.changed_data)
        dates = dict(self.cleaned_data)  # a refusal takes its field out of the form's own
        for field in sorted(moved):
            ask(self, field, policies.check_date, number, dates[field], day)
        if not self.errors:
            ask(self, "due_on", policies.check_order, dates["opens_on"], dates["due_on"])
        if "due_on" in moved and not dates["may_be_over"]:
            ask(self, "may_be_over", policies.check_not_over, dates["due_on"], day)
        if moved and self.instance.pk:
            ask(self, "reason", years.check_reason, dates["reason"])


class CountyDatesForm(forms.ModelForm):  # type: ignore[type-arg]
    """One county's own dates; whose they are stays."""

    class Meta:
        model = CountyDates
        fields = ("county", "opens_on", "due_on", "reason")

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if self.instance.pk:
            self.fields["county"].disabled = True

    @property
    def is_moved(self) -> bool:
        """Whether a date is another than before."""
        return bool({"opens_on", "due_on"} & set(self.changed_data))

    def clean(self) -> None:
        """Other dates need words of their own: the old reason was for the old dates."""
        super().clean()
        if self.instance.pk and self.is_moved and "reason" not in self.changed_data:
            self.add_error("reason", _("請填寫這次變更日期的原因。"))


class CountyDatesFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    """The counties' own dates of a year, held against the year's dates beside them."""

    def clean(self) -> None:
        """What a county leaves open is the year's, as the form above says it now."""
        super().clean()
        if self.deleted_forms:
            try:
                years.check_reason(self.data.get("reason", ""))
            except policies.NotAllowed as refusal:
                raise ValidationError(str(refusal)) from refusal
        if self.instance.opens_on and self.instance.due_on and self.instance.year:
            for form in self.forms:
                if form not in self.deleted_forms and form.is_valid():
                    self._ask(form)

    def _ask(self, form: Any) -> None:
        dates = form.instance
        if not dates.pk and not form.has_changed():
            return  # a row that was left empty
        ask(form, None, years.check_county_dates, self.instance, dates)
        if dates.due_on and "due_on" in form.changed_data and "may_be_over" not in self.data:
            ask(form, "due_on", policies.check_not_over, dates.due_on, policies.today())
