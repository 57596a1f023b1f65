"""From what people type to the account that they mean."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts import cleaning

MAX_COUNTED_LENGTH = 255  # characters that the table of failed sign-ins holds


def account_of(typed: str, county_letter: str) -> str:
    """The account for what was typed in 帳號 with a county chosen ("" where none is).

    An agency code begins with a digit, so a leading letter is the county's: the letter is put
    in front where it is missing and never doubled. Accounts are compared in any case.

    Raises ValidationError `county` where neither the drop-down nor the account tells the county.

    >>> account_of("371036500X", "z"), account_of("z371036500X", "z")
    ('z371036500X', 'z371036500X')
    >>> account_of("z371036500X", "w")
    'wz371036500X'
    """
    name = cleaning.account(typed)
    if not county_letter:
        if name[:1].isdigit():
            raise ValidationError(
                _("請先選擇縣市，或在帳號前面加上縣市的英文字母（例如 z371036500X）。"),
                code="county",
            )
        return name
    if name[:1].lower() == county_letter:
        return name
    return county_letter + name


def username_of_attempt(request: HttpRequest | None, credentials: dict[str, Any] | None) -> str:
    """The name under which a failed sign-in is counted: one spelling per account."""
    name = (credentials or {}).get("username")
    if not name and request is not None:
        name = request.POST.get("username", "")
    return cleaning.account(str(name or "")).lower()[:MAX_COUNTED_LENGTH]
