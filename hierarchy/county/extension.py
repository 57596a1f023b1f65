"""一次展延: more time for a county, a branch or a category, counted before it is given."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import cleaning
from accounts.fields import CodeField, LinesField, NameField, TextField
from accounts.models import User
from hierarchy.review.forms import MAX_REASON, day_field
from inventory import policies, scope, workflow
from inventory.models import Filing
from inventory.workflow import Extension


class ExtendManyForm(forms.Form):
    """Until when, for whom, why, and by which document."""

    branch = CodeField(
        label=gettext_lazy("機關代碼"),
        max_length=20,
        help_text=gettext_lazy("該機關與其所屬全部機關；填縣市政府的代碼即為全縣市。"),
    )
    category = NameField(
        label=gettext_lazy("類別"),
        max_length=30,
        required=False,
        help_text=gettext_lazy("只展延此類別的單位；不填則不分類別。"),
        widget=forms.TextInput(attrs={"list": "categories"}),
    )
    to = day_field(gettext_lazy("展延至"))
    document = TextField(label=gettext_lazy("公文文號"), max_length=100)
    reason = LinesField(
        label=gettext_lazy("展延原因"),
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("各單位的填報頁面會顯示原因與文號。"),
    )
    seen = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, year: int, user: User, **options: Any) -> None:
        super().__init__(data, **options)
        self.year, self.user = year, user

    def clean_branch(self) -> Filing:
        _letter, code = cleaning.county_and_code(self.cleaned_data["branch"])
        try:
            return scope.filing_to_arrange(self.user, self.year, code)
        except Filing.DoesNotExist as error:
            message = _("本年度沒有代碼為「%(code)s」的機關。") % {"code": code}
            raise ValidationError(message) from error

    def clean_to(self) -> date:
        to: date = self.cleaned_data["to"]
        try:
            policies.check_extension_day(self.year, to, policies.today())
        except policies.NotAllowed as refusal:
            raise ValidationError(str(refusal)) from refusal
        return to

    @property
    def extension(self) -> Extension:
        """What is decided."""
        given = self.cleaned_data
        return Extension(
            given["branch"], given["to"], given["reason"], given["document"], given["category"]
        )

    def preview(self) -> int | None:
        """How many filings it would extend, to be looked at first; None where that was seen.

        Another number by then is shown anew. Raises NotAllowed.
        """
        self.extension.check()
        number = self.extension.filings().count()
        given = self.cleaned_data
        token = f"{number}-{given['to']}-{given['branch'].pk}-{given['category']}"
        if number and given["seen"] == token:
            return None
        data = QueryDict(mutable=True)
        data.update({name: self.data[name] for name in self.data} | {"seen": token})
        self.data = data
        return number

    def carry_out(self) -> int:
        """Extend them; return how many."""
        return workflow.extend_many(extension=self.extension, by=self.user)
