"""Quantities as people write them: typed into the form, in a list, in a sheet.

This is the cleaning of numbers, beside `accounts.cleaning` for all else. A number is made of the
ten digits, in either width, with commas between thousands; behind it may stand the unit that the
line is asked in. `1200+1350` is the sum, and remembers what it was added up from.
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import NoReturn

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.cleaning import is_unseen, narrow
from accounts.wording import listed, quoted
from inventory.figures import in_figures, plain
from inventory.lines import UNIT_WORDS, unit_label, unit_symbol

MAX_TYPED = 200  # characters of one quantity, looked at before anything is made of them
MAX_PARTS = 50  # of one sum
MAX_WHOLE, MAX_PLACES = 9, 4  # digits before and after the point, as the column holds
SMALLEST = Decimal(1).scaleb(-MAX_PLACES)
LIMIT = Decimal(10) ** MAX_WHOLE
MINUS = "-−–﹣⁻"
OPERATORS = "*/×÷^%"
NUMBER = re.compile(r"([0-9][0-9,]*(?:\.[0-9]*)?|\.[0-9]+)(.*)", re.DOTALL)
GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?")


class QuantityError(ValidationError):
    """What was typed is no quantity. `rounded`: what to type instead, where only the places are
    too many.
    """

    def __init__(self, message: str, code: str, rounded: str = "") -> None:
        super().__init__(message, code=code)
        self.rounded = rounded


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number ≥ 0.

    parts: what it is the sum of, as `1200+1350`; "" where it was typed as one number.
    unit: the symbol of the unit that was typed behind it; "" where none was.
    """

    value: Decimal
    parts: str = ""
    unit: str = ""


def is_nothing(typed: str) -> bool:
    """Whether nothing was typed that anybody could see."""
    return not (len(typed) > MAX_TYPED or _trimmed(typed))


def read_quantity(typed: str, unit: str = "") -> Quantity:
    """The number, or the sum of numbers, that was typed: ≥ 0, at most 9 digits before the point.

    Full-width characters become ASCII, blanks at the ends go (those without width too), commas
    may separate thousands, zeros at the end are no places. Behind a number may stand its unit:
    `unit`, the symbol of the line's own, or any unit that the form knows where that is "". Before
    a sum may stand `=`, as in a cell of a sheet.

    No character that is not a digit becomes one: 10² is no 102. Nothing is evaluated: a sum is
    numbers with + between them. Raises QuantityError for anything else.

    >>> read_quantity(" １,２３４.５ 度", "kWh").value, read_quantity("=1200 ＋ 1,350").parts
    (Decimal('1234.5'), '1200+1350')
    """
    if len(typed) > MAX_TYPED:
        message = _("內容過長：最多 %(most)s 個字元，加總請分項合併後填寫。")
        _refuse(message % {"most": MAX_TYPED}, "too_long")
    text = narrow(_trimmed(typed))
    is_formula = text.startswith("=")
    pieces = text.removeprefix("=").split("+")
    _check_signs(text, is_sum=is_formula or len(pieces) > 1)
    if len(pieces) > MAX_PARTS:
        _refuse(_("最多 %(most)s 個數字相加。") % {"most": MAX_PARTS}, "too_many_parts")
    parts = [_part(piece, unit, is_sum=is_formula or len(pieces) > 1) for piece in pieces]
    return _added(parts)


@dataclass(frozen=True, slots=True)
class _Part:
    value: Decimal
    unit: str


def _added(parts: list[_Part]) -> Quantity:
    units = {part.unit for part in parts} - {""}
    if len(units) > 1:
        _refuse(_("相加的數字須是同一個單位。"), "unit")
    rounded = [part.value.quantize(SMALLEST, ROUND_HALF_UP) for part in parts]
    value = sum(rounded, Decimal(0))
    if value >= LIMIT:
        _refuse(_("整數部分最多 9 位數，請確認單位與數量。"), "too_large")
    written = "+".join(map(plain, rounded))
    if any(part.value != one for part, one in zip(parts, rounded, strict=True)):
        what = {"rounded": in_figures(written)}
        message = _("小數最多 4 位；四捨五入後是 %(rounded)s。") % what
        raise QuantityError(message, "too_many_places", written)
    return Quantity(Decimal(plain(value)), written if len(parts) > 1 else "", next(iter(units), ""))


def _part(piece: str, unit: str, *, is_sum: bool) -> _Part:
    """One number with the unit behind it. Raises QuantityError."""
    text = _trimmed(piece)
    match = NUMBER.fullmatch(text)
    number, behind = (match[1], _trimmed(match[2])) if match else ("", text)
    if behind and not (number and _is_word(behind)):
        if strange := [one for one in behind if _looks_like_a_number(one)]:
            what = {"characters": listed(map(quoted, dict.fromkeys(strange)))}
            message = _("數量中的%(characters)s不是 0 到 9 的數字，請改用一般數字填寫。") % what
            _refuse(message, "number")
        number = ""
    if GROUPED.fullmatch(number):
        number = number.replace(",", "")
    if not number or "," in number:
        if is_sum:
            _refuse(_("算式只能是數字與「+」，例如 1200+1350。"), "number")
        _refuse(_("請填數字，例如 1234.5 或 1,234.5；沒有使用請勾選「未使用」。"), "number")
    whole, _point, places = number.partition(".")
    if len(whole.lstrip("0")) > MAX_WHOLE:
        _refuse(_("整數部分最多 9 位數，請確認單位與數量。"), "too_large")
    return _Part(Decimal(f"{whole or '0'}.{places or '0'}"), _unit(behind, unit))


def _check_signs(text: str, *, is_sum: bool) -> None:
    """Raises QuantityError for a number below zero, and for a sum that is not only added up."""
    if text[:1] and text[:1] in MINUS:
        _refuse(_("數量不能是負數。"), "negative")
    is_reckoned = is_sum or any(one.isdigit() for one in text)
    sign = next((one for one in text if one in MINUS or one in OPERATORS), "")
    if sign and is_reckoned:
        message = _("算式只能用「+」相加，不能用「%(sign)s」；請先算好，再填寫結果。")
        _refuse(message % {"sign": sign}, "operator")


def _unit(typed: str, own: str) -> str:
    """The symbol of the unit that was typed. Raises QuantityError where it is not the line's own.

    A unit may be written twice: 度 (kWh).
    """
    if not typed:
        return ""
    written = {unit_symbol(piece) for piece in re.split(r"[()]", typed) if piece.strip()}
    symbol = next(iter(written)) if len(written) == 1 else typed
    if own and symbol != own:
        what = {"typed": typed[:20], "unit": unit_label(own)}
        _refuse(_("「%(typed)s」不是這一項的單位；請換算成%(unit)s後填寫。") % what, "unit")
    if not own and symbol not in UNIT_WORDS:
        what = {"typed": typed[:20]}
        _refuse(_("數量只填數字；「%(typed)s」請填在單位欄。") % what, "unit")
    return symbol


def _is_word(behind: str) -> bool:
    """Whether it can be a unit: a letter first or a sign for one (㎥), and none of 0 to 9."""
    begins = unicodedata.category(behind[0]) in {"Lu", "Ll", "Lo", "So"} or behind[0] == "("
    has_digit = any(one.isascii() and one.isdigit() for one in behind.lower().replace("m3", "m"))
    return begins and not has_digit and not _looks_like_a_number(behind[0])


def _looks_like_a_number(character: str) -> bool:
    """Whether it stands for a number and is none of 0 to 9: ², ③, Ⅳ, ½, ٣, 十."""
    return not character.isascii() and unicodedata.numeric(character, None) is not None


def _trimmed(text: str) -> str:
    """Without white space at the ends, and without what nobody sees there.

    Inside of a number that stays, and is refused: perhaps two numbers were copied as one.
    """
    first = next((at for at, one in enumerate(text) if not _is_blank(one)), len(text))
    last = next((at for at, one in enumerate(reversed(text)) if not _is_blank(one)), 0)
    return text[first : len(text) - last]


def _is_blank(character: str) -> bool:
    return character.isspace() or is_unseen(character)


def _refuse(message: str, code: str) -> NoReturn:
    raise QuantityError(message, code)
