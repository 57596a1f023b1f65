"""What an administrator of the county puts right at 檢視: a place, an import, a filing not owed."""

import hashlib
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
from inventory.workflow.arranging import preview_of_excusing, preview_of_move
from inventory.workflow.previews import Preview


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

    def filing_with_code(self, code: str) -> Filing:
        """The filing of the year with this unit's code. Raises ValidationError."""
        _letter, cleaned = cleaning.county_and_code(code)
        try:
            filings = scope.arranged_by(self.user, self.filing.year_id)
            return filings.with_dates().select_related("unit", "year").get(unit__code=cleaned)
        except Filing.DoesNotExist as error:
            message = _("本年度沒有代碼為「%(code)s」的機關。") % {"code": cleaned}
            raise ValidationError(message) from error


class PreviewedForm(ArrangingForm):
    """Looked at before it is done, for it moves what agencies add up.

    `seen` stands for what the person was shown: another day or agency is shown anew, another
    wording of the reason is not.
    """

    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    @property
    def decided(self) -> dict[str, Any]:
        """What the verb is given."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}

    @property
    def token(self) -> str:
        """Stands for what is decided, the reason left out."""
        shown = {name: value for name, value in self.decided.items() if name != "reason"}
        plain = {
            name: value.pk if isinstance(value, Filing) else str(value)
            for name, value in shown.items()
        }
        return hashlib.sha256(repr(sorted(plain.items())).encode()).hexdigest()

    def preview(self) -> Preview | None:
        if self.cleaned_data["seen"] == self.token:
            return None
        preview = self.look()
        data = QueryDict(mutable=True)
        data.update({name: self.data[name] for name in self.data} | {"seen": self.token})
        self.data = data
        return preview

    def look(self) -> Preview:
        """What it would change. Raises what the verb raises."""
        raise NotImplementedError


class MoveForm(PreviewedForm):
    """改列上級機關."""

    verb = "move"
    title = gettext_lazy("改列上級機關")
    explanation = gettext_lazy("連同所屬機關一起改列；其他已開放的年度不受影響。")
    success_message = gettext_lazy("已變更 %(unit)s 本年度的上級機關。")
    under = CodeField(
        label=gettext_lazy("新的上級機關代碼"),
        max_length=30,
        help_text=gettext_lazy("同一縣市、本年度要填報的機關，例如 371030000A。"),
    )
    in_later_years = forms.BooleanField(
        label=gettext_lazy("以後的年度也照此（變更目前的組織）"), required=False
    )
    field_order = ("revision", "under", "in_later_years", "reason", "seen")

    def clean_under(self) -> Filing:
        under = self.filing_with_code(self.cleaned_data["under"])
        try:
            policies.check_can_move(self.filing, under, policies.today())
        except policies.NotAllowed as refusal:
            raise ValidationError(str(refusal)) from refusal
        return under

    def look(self) -> Preview:
        return preview_of_move(filing=self.filing, by=self.user, **self.decided)

    def carry_out(self, by: User) -> None:
        workflow.move(filing=self.filing, by=by, **self.decided)


class ExcuseForm(PreviewedForm):
    """免填報."""

    verb = "excuse"
    title = gettext_lazy("免填報")
    explanation = gettext_lazy(
        "本年度不必填報，也不計入應填報數；已填的草稿會清空，仍可查歷次版本。"
    )
    success_message = gettext_lazy("%(unit)s 本年度已改為免填報。")

    def look(self) -> Preview:
        return preview_of_excusing(filing=self.filing, by=self.user, **self.decided)

    def carry_out(self, by: User) -> None:
        workflow.excuse(filing=self.filing, by=by, **self.decided)


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
