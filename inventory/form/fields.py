"""The fields of the activity form: quantities as people type them, short texts, repeated rows."""

import re
import unicodedata
from decimal import Decimal
from typing import Any, Literal

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.validators import validate_printable
from accounts.wording import labelled, listed, quoted, with_remark
from inventory.factors.table import FactorTable
from inventory.lines import Kind, Line, Operation

NormalForm = Literal["NFC", "NFKC"]
ROW_PARTS: dict[Kind, tuple[str, ...]] = {
    Kind.FACILITIES: ("name", "quantity"),
    Kind.REFRIGERANTS: ("name", "quantity"),
    Kind.OTHERS: ("name", "quantity", "unit"),
}
MAX_WHOLE, MAX_PLACES = 9, 4
MAX_NAME = 60  # characters, as the column holds
PLAIN = re.compile(r"^(?:[0-9]+\.?[0-9]*|\.[0-9]+)$")
MINUS = ("-", "−", "–", "﹣", "⁻")
FULL_WIDTH = str.maketrans({0xFF01 + at: 0x21 + at for at in range(94)} | {0x3000: " "})
GROUPED = re.compile(r"^[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?$")


def parse_quantity(typed: str) -> Decimal:
    """The number that was typed: ≥ 0, at most 9 digits before and 4 after the point.

    Full-width characters become ASCII, blanks at the ends go (those without width too), commas
    may separate thousands, zeros at the end are no places. Raises ValidationError for anything
    else: a sign, letters, NaN, 1e9, `1,23`. No character that is not a digit becomes one: 10² is
    no 102.

    >>> parse_quantity(" １,２３４.５ ")
    Decimal('1234.5')
    """
    text = plain_width(typed)
    if text[:1] in MINUS:
        raise ValidationError(_("數量不能是負數。"), code="negative")
    if strange := [one for one in text if _looks_like_a_number(one)]:
        what = {"characters": listed(map(quoted, dict.fromkeys(strange)))}
        message = _("數量中的%(characters)s不是 0 到 9 的數字，請改用一般數字填寫。") % what
        raise ValidationError(message, code="number")
    if GROUPED.match(text):
        text = text.replace(",", "")
    if not PLAIN.match(text):
        raise ValidationError(
            _("請填數字，例如 1234.5 或 1,234.5；沒有使用請勾選「未使用」。"), code="number"
        )
    whole, _point, places = text.partition(".")
    if len(whole.lstrip("0")) > MAX_WHOLE:
        raise ValidationError(_("整數部分最多 9 位數，請確認單位與數量。"), code="too_large")
    places = places.rstrip("0")
    if len(places) > MAX_PLACES:
        raise ValidationError(_("小數最多 4 位。"), code="too_many_places")
    return Decimal(f"{whole or '0'}.{places or '0'}")


def plain_width(typed: str) -> str:
    """What was typed with full-width ASCII made narrow, and without blanks at its ends."""
    text = typed.translate(FULL_WIDTH)
    first = next((at for at, one in enumerate(text) if not _is_blank(one)), len(text))
    last = next((at for at, one in enumerate(reversed(text)) if not _is_blank(one)), 0)
    return text[first : len(text) - last]


def _is_blank(character: str) -> bool:
    """Also those that nobody sees: zero-width blanks, byte order marks, marks of direction."""
    return character.isspace() or unicodedata.category(character) == "Cf"


def _looks_like_a_number(character: str) -> bool:
    """Whether it stands for a number and is none of 0 to 9: ², ③, Ⅳ, ½, ٣, 十."""
    return not character.isascii() and unicodedata.numeric(character, None) is not None


class QuantityField(forms.CharField):
    """A quantity or nothing. Every refusal begins with the line's name."""

    def __init__(self, *, name: Any, **options: Any) -> None:
        self.name = name
        options.setdefault("required", False)
        options.setdefault("max_length", 60)
        super().__init__(label=name, **options)
        self.error_messages["max_length"] = labelled(name, _("內容過長。"))

    def clean(self, value: Any) -> Decimal | None:
        typed = super().clean(value)
        if not plain_width(typed):
            return None
        try:
            return parse_quantity(typed)
        except ValidationError as error:
            message = labelled(self.name, error.message)
            raise ValidationError(message, code=error.code) from error


class ShortTextField(forms.CharField):
    """A short text that can be printed anywhere; white space at the ends goes.

    `form`: NFC leaves what was typed, NFKC makes full-width letters and digits ASCII. It comes
    before the length is looked at, for it can make a text longer.
    """

    def __init__(self, *, form: NormalForm = "NFC", list_id: str = "", **options: Any) -> None:
        self.form: NormalForm = form
        super().__init__(
            required=False, widget=text(list_id), validators=[validate_printable], **options
        )

    def to_python(self, value: Any) -> str:
        return unicodedata.normalize(self.form, super().to_python(value) or "").strip()


def row_key(operation: Operation, line: Line) -> str:
    """The name that a line's fields begin with: own-electricity."""
    return f"{operation.value}-{line.code}"


def row_field(line: Line, part: str, table: FactorTable, present: str = "") -> forms.Field:
    """One part of a repeated row: a quantity, the unit of an energy, or a name.

    `present` is what stands in the field.
    """
    if part == "quantity":
        return QuantityField(
            name=_("%(line)s 數量") % {"line": line.label}, widget=quantity_input()
        )
    if part == "unit":
        return ShortTextField(form="NFKC", label=_("單位"), max_length=20, list_id="units")
    if line.kind is Kind.REFRIGERANTS:
        return forms.ChoiceField(
            choices=[("", _("請選擇")), *refrigerants(line, table, present)],
            required=False,
            label=str(line.name_label),
            widget=select(),
        )
    list_id = "energies" if line.kind is Kind.OTHERS else ""
    return ShortTextField(label=line.name_label, max_length=MAX_NAME, list_id=list_id)


def refrigerants(line: Line, table: FactorTable, present: str) -> list[tuple[str, str]]:
    """What can be chosen: what the set knows, and what stands in the field already.

    A set that is in force since the filing was saved may lack its refrigerant; without the choice
    its row would come back empty, and the next save would drop it.
    """
    names = [name for name, _unit in table.names(line.code)]
    choices = [(name, name) for name in names]
    if present and present not in names and len(present) <= MAX_NAME:
        choices.append((present, with_remark(present, _("係數版本沒有這種冷媒"))))
    return choices


def quantity_input() -> forms.TextInput:
    """Numbers are typed into a text input: browsers drop what they cannot read elsewhere."""
    return forms.TextInput(
        attrs={"class": "form-control quantity", "inputmode": "decimal", "autocomplete": "off"}
    )


def text(list_id: str = "") -> forms.TextInput:
    """A line of text, with suggestions where a list is named."""
    attrs = {"class": "form-control", "autocomplete": "off"}
    return forms.TextInput(attrs={**attrs, "list": list_id} if list_id else attrs)


def select() -> forms.Select:
    """A drop-down in the site's look."""
    return forms.Select(attrs={"class": "form-select"})
