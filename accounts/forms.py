"""The forms of signing in, of contact details and of the password."""

from typing import Any, ClassVar

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.forms import PasswordChangeForm
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables

from accounts import scope
from accounts.account_names import account_of, username_of_attempt
from accounts.client_address import address_of
from accounts.fields import (
    CONTACT_FIELDS,
    MAX_TYPED_ACCOUNT_LENGTH,
    AccountField,
    PasswordField,
    TextField,
    clean_passwords,
)
from accounts.histories import ACCOUNTS, KINDS, MAX_EVENT, Kind
from accounts.lockouts import Lockout, lockout_of
from accounts.models import County, Unit, User


class CountyField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """The counties, each by its name in the visitor's language."""

    def label_from_instance(self, county: County) -> str:
        return county.label


class SignInForm(forms.Form):
    """「縣市」, 「帳號」 and 「密碼」. The home page shows it unbound, without a request."""

    county = CountyField(
        label=gettext_lazy("縣市"),
        queryset=scope.counties(),
        required=False,
        empty_label=gettext_lazy("請選擇"),
        error_messages={"invalid_choice": gettext_lazy("請從清單中選擇縣市。")},
    )
    username = AccountField(label=gettext_lazy("帳號"), max_length=MAX_TYPED_ACCOUNT_LENGTH)
    password = PasswordField(
        label=gettext_lazy("密碼"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(
        self, data: Any = None, *, request: HttpRequest | None = None, **options: Any
    ) -> None:
        super().__init__(data, **options)
        self.request = request
        self.user: User | None = None
        self.lockout: Lockout | None = None

    @sensitive_variables()
    def clean(self) -> dict[str, Any]:
        """Find the account. One message for a wrong account and for a wrong password."""
        if self.errors:
            return self.cleaned_data
        county: County | None = self.cleaned_data["county"]
        try:
            account = account_of(self.cleaned_data["username"], county.letter if county else "")
        except ValidationError as error:
            self.add_error("county", error)
            return self.cleaned_data
        self.user = authenticate(
            self.request, username=account, password=self.cleaned_data["password"]
        )
        if self.user is None:
            self._refuse(account)
        return self.cleaned_data

    def _refuse(self, account: str) -> None:
        if getattr(self.request, "axes_locked_out", False) and self.request is not None:
            counted_as = username_of_attempt(None, {"username": account})
            self.lockout = lockout_of(counted_as, address_of(self.request))
            self.add_error(NON_FIELD_ERRORS, self.lockout.message)
        else:
            self.add_error(NON_FIELD_ERRORS, _("帳號或密碼不正確，請確認縣市、帳號與密碼後再試。"))


class ContactForm(forms.ModelForm):  # type: ignore[type-arg]
    """「帳號維護」: what a unit says about itself. `accounts.contact_details` writes it."""

    class Meta:
        model = Unit
        fields = (
            "name",
            "contact_name",
            "contact_phone",
            "contact_fax",
            "contact_email",
            "persons",
            "floor_area",
        )
        field_classes: ClassVar = CONTACT_FIELDS
        widgets: ClassVar = {
            "contact_phone": forms.TextInput(attrs={"type": "tel"}),
            "contact_fax": forms.TextInput(attrs={"type": "tel"}),
        }
        error_messages: ClassVar = {
            "contact_email": {
                "invalid": gettext_lazy("請填正確的 Email，例如 name@example.gov.tw。")
            }
        }


class HistoryForm(forms.Form):
    """Which histories to show; what is no answer to a question is as if it was not asked."""

    kind = forms.ChoiceField(
        label=gettext_lazy("類別"),
        choices=lambda: [(kind.name, kind.label) for kind in KINDS.values()],
        required=False,
    )
    q = TextField(label=gettext_lazy("帳號、單位名稱或代碼"), max_length=100, required=False)
    before = forms.IntegerField(min_value=1, max_value=MAX_EVENT, required=False)

    @property
    def asked(self) -> tuple[Kind, str, int | None]:
        """The kind of thing, the words searched for, and the event that the page ends before."""
        self.is_valid()
        given = self.cleaned_data
        kind = KINDS.get(given.get("kind", ""), ACCOUNTS)
        return kind, given.get("q", ""), given.get("before")


class PasswordForm(PasswordChangeForm):
    """Change one's own password; the initial password counts as changed afterwards."""

    def __init__(self, user: User, *arguments: Any, **options: Any) -> None:
        super().__init__(user, *arguments, **options)
        clean_passwords(self)
        self.fields["old_password"].label = _("目前密碼")
        self.fields["new_password1"].label = _("新密碼")
        self.fields["new_password2"].label = _("再次輸入新密碼")
        self.fields["new_password2"].help_text = ""

    @sensitive_variables()
    def clean_new_password1(self) -> str:
        """Refuse the password that is in use: an initial one would stay known to others."""
        new: str = self.cleaned_data["new_password1"]
        if new == self.cleaned_data.get("old_password"):
            raise ValidationError(_("新密碼不能與目前密碼相同。"), code="unchanged")
        return new

    def save(self, commit: bool = True) -> User:
        """Write the two columns only, so that nothing changed meanwhile is put back."""
        user: User = self.user
        user.set_password(self.cleaned_data["new_password1"])
        user.must_change_password = False
        if commit:
            user.save(update_fields=["password", "must_change_password"])
        return user
