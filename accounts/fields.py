"""Fields for each kind of datum: they clean it with `accounts.cleaning`, then judge it.

Django's own fields look at the length of what is cleaned; here it is looked at first, so that
nothing of any length is cleaned, and what is refused stays as it was typed.
"""

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.core.validators import validate_email

from accounts import cleaning
from accounts.validators import validate_printable, validate_printable_lines

# characters; an account has at most 30, outer white space is allowed for
MAX_TYPED_ACCOUNT_LENGTH = 60


class CleanedField(forms.CharField):
    """A text that one function of `cleaning` cleans; as it was typed where it is too long."""

    cleaned_by: ClassVar[Callable[[str], str]] = cleaning.text

    def __init__(self, *arguments: Any, **options: Any) -> None:
        options.setdefault("strip", False)  # the cleaning does it
        super().__init__(*arguments, **options)

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        if not isinstance(value, str) or (self.max_length and len(value) > self.max_length):
            return value
        return type(self).cleaned_by(value) or self.empty_value


class TextField(CleanedField):
    """A short text in one line."""

    default_validators: ClassVar = [validate_printable]  # type: ignore[misc]


class LinesField(CleanedField):
    """A text of several lines. A line break is one character of its length, as people count."""

    cleaned_by = cleaning.lines
    default_validators: ClassVar = [validate_printable_lines]  # type: ignore[misc]

    def to_python(self, value: Any) -> Any:
        return super().to_python(
            cleaning.with_single_breaks(value) if isinstance(value, str) else value
        )


class NameField(TextField):
    """The name of a unit, a person, a facility, a category."""

    cleaned_by = cleaning.name


class AccountField(CleanedField):
    """An account in any width."""

    cleaned_by = cleaning.account

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """No keyboard of a telephone makes the county's letter a capital."""
        attrs = {"autocapitalize": "none", "autocomplete": "username", "spellcheck": "false"}
        return {**super().widget_attrs(widget), **attrs}


class CodeField(CleanedField):
    """An agency code in any width and case."""

    cleaned_by = cleaning.code


class PhoneField(CleanedField):
    """Telephone numbers in any width, with any dash."""

    cleaned_by = cleaning.phone


class AddressField(CleanedField):
    """An e-mail address in any width."""

    widget = forms.EmailInput
    default_validators: ClassVar = [validate_email]  # type: ignore[misc]
    cleaned_by = cleaning.email


class PasswordField(CleanedField):
    """A password. `User` cleans it too; here it is cleaned before its strength is judged."""

    cleaned_by = cleaning.password


CONTACT_FIELDS: dict[str, type[forms.Field]] = {
    "name": NameField,
    "contact_name": NameField,
    "contact_phone": PhoneField,
    "contact_fax": PhoneField,
    "contact_email": AddressField,
}


def clean_passwords(form: forms.BaseForm) -> None:
    """Put fields that clean in the place of Django's own fields for passwords."""
    for name, field in form.fields.items():
        if isinstance(field.widget, forms.PasswordInput):
            form.fields[name] = PasswordField(
                label=field.label,
                required=field.required,
                widget=field.widget,
                help_text=field.help_text,
            )
