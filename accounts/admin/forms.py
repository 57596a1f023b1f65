"""The forms of the administration pages: counties have none, units and accounts do."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib.admin import widgets
from django.contrib.auth.forms import (
    AdminPasswordChangeForm,
    BaseUserCreationForm,
    UserChangeForm,
    UsernameField,
)
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.account_names import clean_name
from accounts.contact_details import FIELDS
from accounts.forms import NameField
from accounts.models import Unit, User
from accounts.unit_tree import check_children, check_parent, check_root

MAX_ROW_NUMBER_DIGITS = 18  # digits: any number of that length fits the database's column


class AutocompleteSelect(widgets.AutocompleteSelect):
    """Django's, but what is no number of a row is shown as nothing instead of failing."""

    def optgroups(self, name: str, value: Sequence[str], attrs: Any = None) -> Any:
        numbers = [row for row in value if row.isdecimal() and len(row) <= MAX_ROW_NUMBER_DIGITS]
        return super().optgroups(name, numbers, attrs)


class CodeField(forms.CharField):
    """An agency code, typed in any width and case."""

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        if not isinstance(value, str) or (self.max_length and len(value) > self.max_length):
            return value
        return clean_name(value).upper()


class UnitForm(forms.ModelForm):  # type: ignore[type-arg]
    """A unit and its place in the tree."""

    class Meta:
        model = Unit
        fields = (*FIELDS, "code", "county", "parent", "category", "is_active")
        field_classes: ClassVar = {
            "code": CodeField,
            "name": NameField,
            "contact_name": NameField,
        }

    def _post_clean(self) -> None:
        """After the model's own rules, so that the instance carries what was typed."""
        super()._post_clean()  # type: ignore[misc]
        if "parent" in self.errors or "county" in self.errors:
            return
        checks = [check_parent, check_children]
        if self.instance.pk is None or {"parent", "county", "is_active"} & {*self.changed_data}:
            checks.append(check_root)  # a unit that stands there already may be edited
        for check in checks:
            try:
                check(self.instance)
            except ValidationError as error:
                self.add_error(None, error)


class AccountRulesMixin:
    """Refuses an account that exists in any case, and a county administrator without a county."""

    cleaned_data: dict[str, Any]
    instance: User

    def clean_username(self) -> str:
        username: str = self.cleaned_data["username"]
        same = User.objects.filter(username__iexact=username).exclude(pk=self.instance.pk)
        if same.exists():
            raise ValidationError(_("這個帳號已經存在。"), code="unique")
        return username

    def clean(self) -> dict[str, Any]:
        """The county that someone administers is the unit's."""
        super().clean()  # type: ignore[misc]
        is_without = self.cleaned_data.get("unit", "another error") is None
        if is_without and self.cleaned_data.get("is_county_administrator"):
            self.add_error(  # type: ignore[attr-defined]
                "is_county_administrator",
                _("沒有單位的帳號不能是縣市管理者；請選擇單位，或取消勾選。"),
            )
        return self.cleaned_data


class AccountCreationForm(AccountRulesMixin, BaseUserCreationForm):  # type: ignore[type-arg]
    """A new account, its password typed twice."""

    class Meta:
        model = User
        fields = ("username", "unit", "is_county_administrator", "must_change_password")
        field_classes: ClassVar = {"username": UsernameField}


class AccountChangeForm(AccountRulesMixin, UserChangeForm):  # type: ignore[type-arg]
    """An existing account; its password has a page of its own."""

    class Meta:
        model = User
        fields = (
            "username",
            "password",
            "unit",
            "is_active",
            "is_county_administrator",
            "is_staff",
            "must_change_password",
        )
        field_classes: ClassVar = {"username": UsernameField}


class AccountPasswordForm(AdminPasswordChangeForm):  # type: ignore[type-arg]
    """A password that somebody else has set has to be changed, where the site asks for that."""

    def save(self, commit: bool = True) -> User:
        user: User = self.user
        user.must_change_password = settings.FORCE_PASSWORD_CHANGE
        super().save(commit=commit)
        return user
