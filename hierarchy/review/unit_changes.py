"""裁撤與整併 at 檢視, what undoes them, and all that can be put right at one filing."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.fields import CodeField, TextField
from accounts.models import User
from hierarchy.review.arranging import (
    ArrangingForm,
    ExcuseForm,
    MoveForm,
    PreviewedForm,
    ReinstateForm,
    TakeBackForm,
)
from hierarchy.review.forms import day_field
from inventory import permissions, policies, unit_rules, workflow
from inventory.models import Filing
from inventory.workflow.previews import Preview
from inventory.workflow.unit_previews import preview_of_closing, preview_of_reopening


class CloseForm(PreviewedForm):
    """裁撤或整併: from which day on, into which unit, and who files for which part of the year."""

    verb = "close"
    title = gettext_lazy("裁撤或整併")
    explanation = gettext_lazy(
        "單位自某日起裁撤，或併入同縣市的另一單位：該年度的填報涵蓋至前一日，之後開放的年度不再填報；"
        "已截止的年度維持原狀。年度截止前可以撤銷。"
    )
    success_message = gettext_lazy("已登錄 %(unit)s 的裁撤或整併。")
    on = day_field(
        gettext_lazy("裁撤或整併日"),
        help_text=gettext_lazy("西元日期，例如 2015-08-01；自這一天起不再有這個單位。"),
    )
    into = CodeField(
        label=gettext_lazy("承接單位代碼（整併時填寫）"), max_length=20, required=False
    )
    is_whole = forms.BooleanField(
        label=gettext_lazy("該年度全年都由承接單位填報"),
        required=False,
        help_text=gettext_lazy("未勾選時，本單位填報至前一日，承接單位自當日起併入填報。"),
    )
    document = TextField(label=gettext_lazy("公文文號"), max_length=100, required=False)
    field_order = ("revision", "on", "into", "is_whole", "document", "reason", "seen")

    def clean_into(self) -> Filing | None:
        code = self.cleaned_data["into"]
        return self.filing_with_code(code) if code else None

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data
        if cleaned.get("is_whole") and "into" in cleaned and cleaned["into"] is None:
            self.add_error("into", ValidationError(_("由承接單位填報全年時，請填承接單位。")))
        return cleaned

    def look(self) -> Preview:
        return preview_of_closing(filing=self.filing, by=self.user, **self.decided)

    def carry_out(self, by: User) -> None:
        workflow.close_unit(filing=self.filing, by=by, **self.decided)


class ReopenForm(PreviewedForm):
    """撤銷裁撤或整併."""

    verb = "reopen"
    title = gettext_lazy("撤銷裁撤或整併")
    explanation = gettext_lazy(
        "單位恢復為現有單位，未截止的年度照常填報；已清空的草稿仍可查歷次版本。"
    )
    success_message = gettext_lazy("已撤銷 %(unit)s 的裁撤或整併。")

    def look(self) -> Preview:
        return preview_of_reopening(filing=self.filing, by=self.user, **self.decided)

    def carry_out(self, by: User) -> None:
        workflow.reopen_unit(filing=self.filing, by=by, **self.decided)


def arranging_forms(filing: Filing, user: User, **initial: Any) -> list[ArrangingForm]:
    """What this user may put right at this filing as it stands."""
    if not permissions.can_arrange(user, filing):
        return []
    day = policies.today()
    possible: dict[type[ArrangingForm], bool] = {
        TakeBackForm: policies.can_take_back(filing),
        MoveForm: policies.can_move(filing, day),
        ExcuseForm: policies.can_excuse(filing, day),
        ReinstateForm: policies.can_reinstate(filing),
        CloseForm: unit_rules.can_close(filing, day),
        ReopenForm: unit_rules.can_reopen(filing, day),
    }
    return [
        form(filing=filing, user=user, initial=dict(initial))
        for form, may in possible.items()
        if may
    ]


ARRANGING: dict[str, type[ArrangingForm]] = {
    form.verb: form
    for form in (TakeBackForm, MoveForm, ExcuseForm, ReinstateForm, CloseForm, ReopenForm)
}
