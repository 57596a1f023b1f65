"""The filter of the list."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.fields import TextField
from accounts.searching import MAX_SEARCH
from inventory.states import Status


class FilterForm(forms.Form):
    """By 登錄狀況 and by name or code. What is wrong is told at its field and filters nothing."""

    status = forms.ChoiceField(
        label=_("登錄狀況"),
        required=False,
        choices=[("", _("全部")), *Status.choices],
        error_messages={"invalid_choice": _("沒有這種登錄狀況，已顯示全部。")},
    )
    q = TextField(label=_("機關名稱或代碼"), required=False, max_length=MAX_SEARCH)

    @property
    def criteria(self) -> tuple[str, str]:
        """Status and search to filter by; empty where nothing valid was given."""
        self.is_valid()
        return self.cleaned_data.get("status", ""), self.cleaned_data.get("q", "")
