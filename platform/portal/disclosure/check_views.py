"""檢核碼查驗: anyone types the check value of a receipt and sees which version it belongs to."""

import re
from dataclasses import dataclass

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from inventory.models import Filing, FilingVersion
from inventory.models.versions import CHECK_DIGITS
from inventory.policies import today
from inventory.published import public_version_of
from inventory.read_snapshot import read_snapshot
from inventory.states import Status
from inventory.versions.reading import clean_check_value, find_version

MAX_TYPED_LENGTH = 100  # characters; what is printed has 24
SHAPE = re.compile(rf"[0-9A-F]{{{CHECK_DIGITS}}}")


class CheckForm(forms.Form):
    """One check value, typed or pasted in whatever grouping and width."""

    value = forms.CharField(
        label=gettext_lazy("檢核碼"),
        max_length=MAX_TYPED_LENGTH,
        error_messages={
            "required": gettext_lazy("請填寫檢核碼。"),
            "max_length": gettext_lazy("檢核碼太長，只需填寫收據上的 20 個字元。"),
        },
        widget=forms.TextInput(
            attrs={
                "class": "form-control code",
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "aria-describedby": "value-hint value-error",
            }
        ),
    )

    def clean_value(self) -> str:
        """The digits alone. Refuses what cannot be a check value."""
        digits = clean_check_value(self.cleaned_data["value"])
        if not SHAPE.fullmatch(digits):
            raise ValidationError(
                _("檢核碼是 20 個字元，只有數字 0 到 9 與英文字母 A 到 F；請對照收據重新填寫。")
            )
        return digits


@dataclass(frozen=True, slots=True)
class Checked:
    """A version as far as the public may know it."""

    version: FilingVersion
    public_version: int | None

    @property
    def filing(self) -> Filing:
        return self.version.filing

    @property
    def is_newest(self) -> bool:
        return self.version.number == self.filing.version

    @property
    def is_confirmed(self) -> bool:
        """Whether this is the version that the agency above confirmed last."""
        return self.version.number == self.filing.confirmed_version

    @property
    def is_sent_back(self) -> bool:
        """Whether the agency above has asked for a correction of this version."""
        return self.is_newest and self.filing.status == Status.RETURNED

    @property
    def shows_figures(self) -> bool:
        """Published is one version of a filing; the figures of the others are not."""
        return self.version.number == self.public_version


@require_safe
@login_not_required
def check(request: HttpRequest) -> HttpResponse:
    """The version of ?value=…; 422 for what is no check value, 404 for one that nobody has."""
    form = CheckForm(request.GET) if "value" in request.GET else CheckForm()
    checked, status = None, 200
    if form.is_bound:
        with read_snapshot():
            checked, status = _answer(form)
    return render(
        request, "portal/disclosure/check.html", {"form": form, "checked": checked}, status=status
    )


def _answer(form: CheckForm) -> tuple[Checked | None, int]:
    if not form.is_valid():
        return None, 422
    version = find_version(form.cleaned_data["value"])
    if version is None:
        form.add_error("value", _("查無此檢核碼，請對照收據逐字核對後重新填寫。"))
        return None, 404
    return Checked(version, public_version_of(version.filing, today())), 200
