"""What an administrator of the county puts right at 檢視: a place, an import, a filing not owed."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import cleaning
from accounts.fields import CodeField, LinesField
from accounts.models import User
from hierarchy.review.forms import MAX_REASON, DecisionForm
from inventory import permissions, policies, scope, workflow
from inventory.models import Filing
from inventory.workflow.arranging import MovePreview, preview_of_move


class ArrangingForm(DecisionForm):
    """A decision with a reason, for whoever arranges the county's filings."""

    title: str | Promise = ""
    explanation: str | Promise = ""

    reason = LinesField(
        label=gettext_lazy("原因"),
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("會列入辦理紀錄；有公文時請一併寫明文號。"),
    )

    @staticmethod
    def check_allowed(user: User, filing: Filing) -> None:
        permissions.check_can_arrange(user, filing)


class MoveForm(ArrangingForm):
    """改列上級機關: looked at before it is done, for it moves what agencies add up."""

    verb = "move"
    title = gettext_lazy("改列上級機關")
    explanation = gettext_lazy("連同所屬機關一起改列；其他年度與目前的組織不受影響。")
    success_message = gettext_lazy("已變更 %(unit)s 本年度的上級機關。")
    under = CodeField(
        label=gettext_lazy("新的上級機關代碼"),
        max_length=30,
        help_text=gettext_lazy("同一縣市、本年度要填報的機關，例如 371030000A。"),
    )
    seen = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)
    field_order = ("revision", "under", "reason", "seen")

    def clean_under(self) -> Filing:
        _letter, code = cleaning.county_and_code(self.cleaned_data["under"])
        try:
            under = scope.visible_to(self.user, self.filing.year_id).get(unit__code=code)
            policies.check_can_move(self.filing, under, policies.today())
        except Filing.DoesNotExist as error:
            message = _("本年度沒有代碼為「%(code)s」的機關。") % {"code": code}
            raise ValidationError(message) from error
        except policies.NotAllowed as refusal:
            raise ValidationError(str(refusal)) from refusal
        return under

    def preview(self) -> MovePreview | None:
        under: Filing = self.cleaned_data["under"]
        code = under.unit.code
        if self.cleaned_data["seen"] == code:
            return None
        data = QueryDict(mutable=True)
        data.update({name: self.data[name] for name in self.data} | {"seen": code})
        self.data = data
        return preview_of_move(self.filing, under)

    def carry_out(self, by: User) -> None:
        decided = {key: value for key, value in self.cleaned_data.items() if key != "seen"}
        workflow.move(filing=self.filing, by=by, **decided)


class ExcuseForm(ArrangingForm):
    """免填報."""

    verb = "excuse"
    title = gettext_lazy("免填報")
    explanation = gettext_lazy(
        "本年度不必填報，也不計入應填報數；已填的草稿會清空，仍可查歷次版本。"
    )
    success_message = gettext_lazy("%(unit)s 本年度已改為免填報。")

    def carry_out(self, by: User) -> None:
        workflow.excuse(filing=self.filing, by=by, **self.cleaned_data)


class ReinstateForm(ArrangingForm):
    """恢復填報."""

    verb = "reinstate"
    title = gettext_lazy("恢復填報")
    explanation = gettext_lazy("本年度重新列為應填報，由單位從頭填寫。")
    success_message = gettext_lazy("%(unit)s 本年度已恢復填報。")

    def carry_out(self, by: User) -> None:
        workflow.reinstate(filing=self.filing, by=by, **self.cleaned_data)


class TakeBackForm(ArrangingForm):
    """撤回匯入."""

    verb = "take_back"
    title = gettext_lazy("撤回匯入")
    explanation = gettext_lazy("單位尚未存檔前，可以撤回匯入的數據；匯入的版次仍可查。")
    success_message = gettext_lazy("已撤回 %(unit)s 的匯入，恢復為未登錄。")

    def carry_out(self, by: User) -> None:
        workflow.take_back(filing=self.filing, by=by, **self.cleaned_data)


def arranging_forms(filing: Filing, user: User, **initial: Any) -> list[ArrangingForm]:
    """What this user may put right at this filing as it stands."""
    if not permissions.can_arrange(user, filing):
        return []
    day = policies.today()
    possible = {
        TakeBackForm: policies.can_take_back(filing),
        MoveForm: policies.can_move(filing, day),
        ExcuseForm: policies.can_excuse(filing, day),
        ReinstateForm: policies.is_excused(filing),
    }
    return [
        form(filing=filing, user=user, initial=initial) for form, may in possible.items() if may
    ]
