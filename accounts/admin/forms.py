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
)
from django.core.exceptions import ValidationError
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from accounts import roles
from accounts.contact_details import FIELDS
from accounts.fields import CONTACT_FIELDS, AccountField, CodeField, NameField, clean_passwords
from accounts.models import Unit, User
from accounts.unit_tree import check_children, check_parent, check_root
from accounts.wording import labelled

MAX_ROW_NUMBER_DIGITS = 18  # digits: any number of that length fits the database's column


class AutocompleteSelect(widgets.AutocompleteSelect):
    """Django's, but what is no number of a row is shown as nothing instead of failing."""

    def optgroups(self, name: str, value: Sequence[str], attrs: Any = None) -> Any:
        numbers = [row for row in value if row.isdecimal() and len(row) <= MAX_ROW_NUMBER_DIGITS]
        return super().optgroups(name, numbers, attrs)


class UnitForm(forms.ModelForm):  # type: ignore[type-arg]
    """A unit and its place in the tree."""

    class Meta:
        model = Unit
        fields = (*FIELDS, "code", "county", "parent", "category", "is_active")
        field_classes: ClassVar = {
            **CONTACT_FIELDS,
            "code": CodeField,
            "category": NameField,
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
    """Refuses an account that exists in any case, and a role that does not go with the unit."""

    fields: dict[str, forms.Field]
    cleaned_data: dict[str, Any]
    instance: User

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if "role" in self.fields:  # who may only look is shown no form
            self.fields["role"].help_text = _explained_roles()

    def clean_username(self) -> str:
        username: str = self.cleaned_data["username"]
        same = User.objects.filter(username__iexact=username).exclude(pk=self.instance.pk)
        if same.exists():
            raise ValidationError(_("這個帳號已經存在。"), code="unique")
        return username

    def clean(self) -> dict[str, Any]:
        """The county that a role looks after is the unit's; the whole platform is no unit's."""
        super().clean()  # type: ignore[misc]
        if {"unit", "role"} <= self.cleaned_data.keys():
            role = roles.role_of(self.cleaned_data["role"])
            refusal = _misfit(role, has_unit=self.cleaned_data["unit"] is not None)
            if refusal:
                self.add_error("role", refusal % {"role": role.label})  # type: ignore[attr-defined]
        return self.cleaned_data


def _misfit(role: roles.Role, *, has_unit: bool) -> str:
    """Why nobody with (or without) a unit can have the role; "" where that is as it should be."""
    if role.scope is roles.Scope.COUNTY and not has_unit:
        return _("沒有單位的帳號不能是%(role)s；請選擇單位，或改選其他角色。")
    if role.scope is roles.Scope.PLATFORM and has_unit:
        return _("有單位的帳號不能是%(role)s；請清除單位，或改選其他角色。")
    return ""


def _explained_roles() -> str:
    """What each role may, for whoever has to choose one."""
    rows = ((labelled(role.label, role.help_text),) for role in roles.ROLES.values())
    return format_html_join(mark_safe("<br>"), "{}", rows)


class AccountCreationForm(AccountRulesMixin, BaseUserCreationForm):  # type: ignore[type-arg]
    """A new account, its password typed twice."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        clean_passwords(self)

    class Meta:
        model = User
        fields = ("username", "unit", "role", "must_change_password")
        field_classes: ClassVar = {"username": AccountField}


class AccountChangeForm(AccountRulesMixin, UserChangeForm):  # type: ignore[type-arg]
    """An existing account; its password has a page of its own."""

    class Meta:
        model = User
        fields = (
            "username",
            "password",
            "unit",
            "is_active",
            "role",
            "must_change_password",
        )
        field_classes: ClassVar = {"username": AccountField}


class AccountPasswordForm(AdminPasswordChangeForm):  # type: ignore[type-arg]
    """A password that somebody else has set has to be changed, where the site asks for that."""

    def __init__(self, user: User, *arguments: Any, **options: Any) -> None:
        super().__init__(user, *arguments, **options)
        clean_passwords(self)

    def save(self, commit: bool = True) -> User:
        user: User = self.user
        user.must_change_password = settings.FORCE_PASSWORD_CHANGE
        super().save(commit=commit)
        return user
