"""納入填報: a unit that came after the year was opened, looked at before it is taken in."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import cleaning
from accounts.fields import CodeField, LinesField
from accounts.models import Unit, User
from hierarchy.review.forms import MAX_REASON
from inventory import scope, workflow
from inventory.models import Filing
from inventory.workflow.previews import Preview
from inventory.workflow.taking_in import preview_of_taking_in

MAX_CODE = 20  # characters as typed; a code has at most 12


class TakeInForm(forms.Form):
    """Which unit, and below which agency of the year."""

    unit = CodeField(label=gettext_lazy("單位代碼"), max_length=MAX_CODE)
    under = CodeField(
        label=gettext_lazy("本年度的上級機關代碼"),
        max_length=MAX_CODE,
        help_text=gettext_lazy("同一縣市、本年度要填報的機關，例如 371030000A。"),
    )
    reason = LinesField(
        label=gettext_lazy("原因"),
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("會列入辦理紀錄；有公文時請一併寫明文號。"),
    )
    seen = forms.CharField(required=False, max_length=30, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, year: int, user: User, **options: Any) -> None:
        super().__init__(data, **options)
        self.year, self.user = year, user

    def clean_unit(self) -> Unit:
        _letter, code = cleaning.county_and_code(self.cleaned_data["unit"])
        try:
            return scope.units_to_take_in(self.user, self.year).get(code=code)
        except Unit.DoesNotExist as error:
            message = _("沒有代碼為「%(code)s」而本年度尚無填報的現有單位。") % {"code": code}
            raise ValidationError(message) from error

    def clean_under(self) -> Filing:
        _letter, code = cleaning.county_and_code(self.cleaned_data["under"])
        try:
            return scope.filing_to_arrange(self.user, self.year, code)
        except Filing.DoesNotExist as error:
            message = _("本年度沒有代碼為「%(code)s」的機關。") % {"code": code}
            raise ValidationError(message) from error

    @property
    def decided(self) -> dict[str, Any]:
        """What the verb is given."""
        return {name: self.cleaned_data[name] for name in ("unit", "under", "reason")}

    def preview(self) -> Preview | None:
        """What has to be looked at first; None where it was. Raises what the verb raises."""
        unit, under = self.cleaned_data["unit"], self.cleaned_data["under"]
        token = f"{unit.code} {under.unit.code}"
        if self.cleaned_data["seen"] == token:
            return None
        preview = preview_of_taking_in(by=self.user, **self.decided)
        data = QueryDict(mutable=True)
        data.update({name: self.data[name] for name in self.data} | {"seen": token})
        self.data = data
        return preview

    def carry_out(self) -> Filing:
        """Take the unit in. Raises PermissionDenied, NotAllowed."""
        return workflow.take_in(by=self.user, **self.decided)
