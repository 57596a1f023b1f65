"""What a telephone number may look like."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

SHAPE = re.compile(r"\+?[0-9][0-9 ()-]*(?:\s*(?:#|分機|ext\.?)\s*[0-9]{1,6})?", re.IGNORECASE)
FEWEST_DIGITS, MOST_DIGITS = 7, 21
LONGEST = 40  # the pattern's time grows with the square of the length, so look at that first


def validate_phone(value: str) -> None:
    """Accept 0836-22067, (0836)22067#12, 0836-22067 分機 12 or +886 836 22067.

    Raises ValidationError for letters, too few digits (a local number has at least seven with
    its area code) or too many.
    """
    if len(value) > LONGEST or not _is_phone(value):
        raise ValidationError(
            _("請填含區碼的電話號碼，例如 0836-22067 或 0836-22067#123。"), code="phone"
        )


def _is_phone(value: str) -> bool:
    digits = sum(character.isdigit() for character in value)
    return (
        SHAPE.fullmatch(value.removeprefix("(")) is not None
        and value.count("(") == value.count(")")
        and FEWEST_DIGITS <= digits <= MOST_DIGITS
    )
