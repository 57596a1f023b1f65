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
MIN_DIGITS, MAX_DIGITS = 7, 15  # of one number with its area code; E.164 has at most 15
MAX_LENGTH = 40  # the pattern's time grows with the square of the length, so look at that first
NUMBER = r"\+?(?:[0-9]|\([0-9]+\))(?:[ -]*(?:[0-9]|\([0-9]+\)))*"
LAST_DIGITS = r"(?: ?~ ?[0-9]{1,4})?"  # 22381~3 is 22381, 22382 and 22383
EXTENSION = rf"(?:[ ,]*(?:轉分機|[#*轉]|分機|ext\.?|x)[ :.]*[0-9]{{1,6}}{LAST_DIGITS})*"
BETWEEN = r" ?(?:[、,;/]|或|及|和) ?"
PHONES = re.compile(
    rf"({NUMBER}){LAST_DIGITS}{EXTENSION}(?:{BETWEEN}{NUMBER}{LAST_DIGITS}{EXTENSION})*",
    re.IGNORECASE,
)


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
    """Accept numbers as people write them, once `cleaning.phone` has cleaned them.

    (0836)22067轉123, 0836-22067 分機 12, 0836-22067#12, 0836-22381~3, 0836-22381、22382 and
    +886 836 22067 are some. Raises ValidationError for letters, and where the first number has too
    few digits (a local one has at least seven with its area code) or too many.
    """
    if len(value) > MAX_LENGTH or not _is_phone(value):
        raise ValidationError(
            _("請填含區碼的電話號碼，例如 0836-22067 或 0836-22067#123。"), code="phone"
        )


def _is_phone(value: str) -> bool:
    phones = PHONES.fullmatch(value)
    digits = sum(character.isdigit() for character in phones[1]) if phones else 0
    return MIN_DIGITS <= digits <= MAX_DIGITS


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
