"""What a county's letter and a telephone number may be, and which characters a text may have."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

COUNTY_LETTERS = "abcdefghijkmnopqtuvwxz"  # of the 22 counties and cities
RETIRED_LETTERS = {  # of counties that were merged into cities, and of one that is no more
    "l": gettext_lazy("臺中縣"),
    "r": gettext_lazy("臺南縣"),
    "s": gettext_lazy("高雄縣"),
    "y": gettext_lazy("陽明山管理局"),
}
SHAPE = re.compile(r"\+?[0-9][0-9 ()-]*(?:\s*(?:#|分機|ext\.?)\s*[0-9]{1,6})?", re.IGNORECASE)
MIN_DIGITS, MAX_DIGITS = 7, 21
MAX_LENGTH = 40  # the pattern's time grows with the square of the length, so look at that first


def validate_county_letter(value: str) -> None:
    """Refuse what is not the letter of one of the 22 counties and cities, a retired one by name.

    Raises ValidationError.
    """
    if value in RETIRED_LETTERS:
        what = {"letter": value, "county": RETIRED_LETTERS[value]}
        raise ValidationError(_("字母 %(letter)s 屬於已裁併的%(county)s，不再使用。") % what)
    if len(value) != 1 or value not in COUNTY_LETTERS:
        raise ValidationError(_("字母「%(letter)s」不是任何縣市。") % {"letter": value[:20]})


def validate_phone(value: str) -> None:
    """Accept 0836-22067, (0836)22067#12, 0836-22067 分機 12 or +886 836 22067.

    Raises ValidationError for letters, too few digits (a local number has at least seven with
    its area code) or too many.
    """
    if len(value) > MAX_LENGTH or not _is_phone(value):
        raise ValidationError(
            _("請填含區碼的電話號碼，例如 0836-22067 或 0836-22067#123。"), code="phone"
        )


def _is_phone(value: str) -> bool:
    digits = sum(character.isdigit() for character in value)
    return (
        SHAPE.fullmatch(value.removeprefix("(")) is not None
        and value.count("(") == value.count(")")
        and MIN_DIGITS <= digits <= MAX_DIGITS
    )


def validate_printable(value: str) -> None:
    """Refuse what no document can hold: control characters, surrogates, non-characters.

    Raises ValidationError; line breaks count as control characters.
    """
    if any(not is_printable(character) for character in value):
        raise ValidationError(_("含有無法列印的字元，請刪除後重新輸入。"), code="unprintable")


def validate_printable_lines(value: str) -> None:
    """Like `validate_printable`, for a text of several lines."""
    validate_printable("".join(value.replace("\t", " ").splitlines()))


def is_printable(character: str) -> bool:
    """Whether XML 1.0, and so a workbook, can hold the character, and a reader can see it."""
    code = ord(character)
    is_control = code < 0x20 or 0x7F <= code <= 0x9F
    is_surrogate = 0xD800 <= code <= 0xDFFF
    is_no_character = 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE
    return not (is_control or is_surrogate or is_no_character)
