"""What a parent agency decides on one filing: confirm, return, extend."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.fields import LinesField
from accounts.models import User
from inventory import permissions, policies, workflow
from inventory.lines import Operation, lines_of
from inventory.models import Filing

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MAX_REASON = 1_000
MAX_REVISION = 2_147_483_647


class DecisionForm(forms.Form):
    """A decision on the filing as the page showed it: nothing was done to it since."""

    verb = ""
    success_message: str | Promise = ""
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=MAX_REVISION)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        filing: Filing,
        user: User,
        **options: Any,
    ) -> None:
        self.filing, self.user = filing, user
        options.setdefault("initial", {}).update(revision=filing.revision)
        super().__init__(data, auto_id=f"{self.verb}_%s", **options)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True  # the page's <form> has it already

    @classmethod
    def single_fields(cls) -> set[str]:
        """The fields that are sent exactly once."""
        return {"action", *cls.base_fields} - {"lines"}

    @staticmethod
    def check_allowed(user: User, filing: Filing) -> None:
        """Raises PermissionDenied unless the user may decide this."""
        permissions.check_can_review(user, filing)

    def carry_out(self, by: User) -> None:
        """Do what was decided. Raises what the verb of the workflow raises."""
        raise NotImplementedError

    def preview(self) -> Any:
        """What the person has to look at before it is done; None where that was seen."""
        return None

    def done(self) -> str:
        """What to tell the person afterwards."""
        return str(self.success_message) % {"unit": self.filing.unit.name}


class ConfirmForm(DecisionForm):
    """確認."""

    verb = "confirm"
    success_message = _("已確認 %(unit)s 的填報。")

    def carry_out(self, by: User) -> None:
        workflow.confirm(filing=self.filing, by=by, **self.cleaned_data)


def _day(label: "StrOrPromise", **options: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        input_formats=["%Y-%m-%d", "%Y/%m/%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("西元日期，例如 2016-07-31；當日仍可填報。"),
        **options,
    )


def _check_extension(filing: Filing, to: date) -> date:
    """Raises ValidationError for a day to which the filing cannot be extended."""
    try:
        policies.check_extension(filing, to, policies.today())
    except policies.NotAllowed as refusal:
        raise ValidationError(str(refusal)) from refusal
    return to


class SendBackForm(DecisionForm):
    """退回, with a reason that may point at lines.

    After the due date the unit could correct nothing: whoever may extend gives the day until
    which it can, in the same step.
    """

    verb = "return"
    success_message = _("已將填報退回 %(unit)s 修正。")
    reason = LinesField(
        label=_("退回原因"),
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("填報單位會看到這段文字，請寫明要修正什麼。"),
    )
    lines = forms.MultipleChoiceField(
        label=_("指出有問題的項目（可不選）"), required=False, widget=forms.CheckboxSelectMultiple
    )

    to = _day(_("同時展延至"))

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.helper.layout = Layout(
            "revision", "reason", Field("lines", template="hierarchy/_lines.html"), "to"
        )
        if not self.extends:
            del self.fields["to"]
            self.helper.layout.pop()
        asked = lines_of(self.filing.year_id)
        self.fields["lines"].choices = [  # type: ignore[attr-defined]
            (
                operation.label,
                [(f"{operation.value}-{line.code}", line.label) for line in asked],
            )
            for operation in Operation
        ]

    @property
    def is_closed(self) -> bool:
        """Whether the unit could not correct what comes back to it."""
        return not policies.is_open(self.filing, policies.today())

    @property
    def extends(self) -> bool:
        """Whether the unit is given time in the same step."""
        return self.is_closed and permissions.can_extend(self.user, self.filing)

    def clean_to(self) -> date:
        return _check_extension(self.filing, self.cleaned_data["to"])

    def carry_out(self, by: User) -> None:
        decided = dict(self.cleaned_data)
        to = decided.pop("to", None)
        workflow.send_back(filing=self.filing, by=by, extend_to=to, **decided)


class ExtendForm(DecisionForm):
    """展延期限 of one unit."""

    verb = "extend"
    success_message = _("已展延 %(unit)s 的填報期限。")
    to = _day(_("展延至"))
    reason = LinesField(
        label=_("展延原因"), max_length=MAX_REASON, widget=forms.Textarea(attrs={"rows": 2})
    )

    @staticmethod
    def check_allowed(user: User, filing: Filing) -> None:
        permissions.check_can_extend(user, filing)

    def clean_to(self) -> date:
        return _check_extension(self.filing, self.cleaned_data["to"])

    def carry_out(self, by: User) -> None:
        workflow.extend(filing=self.filing, by=by, **self.cleaned_data)
