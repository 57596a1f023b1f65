"""What a value may be, so that the tables hold it to the last digit and an address can name it.

The limits on kilograms follow from the columns: whatever keeps each single limit (a quantity, what
one unit of an activity releases, the number of rows) fits in a filing's subtotal.
"""

import re
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField
from django.utils.translation import gettext as _

from inventory.models import Entry, Factor, FactorSet, Filing

SLUG = re.compile(r"[-a-zA-Z0-9_]+", re.ASCII)
UNSTORABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def _ceiling(column: Any) -> Decimal:
    """What a column holds is less than this."""
    return Decimal(f"1e{column.max_digits - column.decimal_places}")


MAX_QUANTITY = _ceiling(Entry._meta.get_field("quantity"))  # a quantity is less
MAX_KG = min(  # an entry's kg, and a filing's subtotal, are less
    _ceiling(model._meta.get_field(name))
    for model, name in ((Entry, "kg"), (Filing, "own_kg"), (Filing, "outsourced_kg"))
)
# What one unit of an activity releases at most, over all its gases: above every gas that there is
# (sulphur hexafluoride: 25,200).
MAX_KG_PER_UNIT = Decimal(30_000)
# How many rows one operation of a filing may have, each of them as large as it may be.
MAX_ROWS = int(MAX_KG // (MAX_QUANTITY * MAX_KG_PER_UNIT))
MAX_DIGITS = 12  # digits before or after the point of what a value is derived from
# (table, key) → the model field that keeps it
COLUMNS: dict[tuple[str, str], Any] = {
    **{
        ("", key): FactorSet._meta.get_field(field)
        for key, field in {
            "id": "slug",
            "title": "title",
            "title_en": "title_en",
            "publisher": "publisher",
            "corrects": "slug",
            "gwp_basis": "gwp_basis",
        }.items()
    },
    **{("factor", key): Factor._meta.get_field(key) for key in ("name", "name_en", "gas", "page")},
    ("factor", "use"): Factor._meta.get_field("name"),
    ("factor", "value"): Factor._meta.get_field("value"),
    ("gwp", "gas"): Factor._meta.get_field("gas"),
    ("gwp", "page"): Factor._meta.get_field("gwp_page"),
    ("gwp", "value"): Factor._meta.get_field("gwp"),
}
MAX_BITS = 200  # bits; Python refuses to write out what is much longer
SHOWN = 60  # characters of a refused value


def why_not(table: str, key: str, value: Any) -> str:
    """Why this value cannot be kept; "" where it can."""
    column = COLUMNS.get((table, key))
    if isinstance(value, str):
        return _text(value, getattr(column, "max_length", None)) or _slug(table, key, value)
    if isinstance(value, Decimal):
        return _decimal(value, column)
    return ""


def shown(value: Any) -> str:
    """A refused value as it stands in the refusal: never longer than a line."""
    if isinstance(value, dict | list):  # may be nested deeper than can be written out
        return _("表格或清單")
    if isinstance(value, int) and value.bit_length() > MAX_BITS:
        return _("過大的整數")
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"


def _text(value: str, longest: int | None) -> str:
    if UNSTORABLE.search(value):
        return _("含有不能儲存的控制字元。")
    if longest is not None and len(value) > longest:
        return _("超過 %(longest)s 個字。") % {"longest": longest}
    return ""


def _slug(table: str, key: str, value: str) -> str:
    if (table, key) in (("", "id"), ("", "corrects")) and not SLUG.fullmatch(value):
        return _("只能有英文字母、數字、- 與 _。")
    return ""


def _decimal(value: Decimal, column: "DecimalField[Any, Any] | None") -> str:
    if column is None:  # what a value is derived from
        is_fine = value.is_finite() and value > 0 and _digits(value) <= (MAX_DIGITS, MAX_DIGITS)
        return (
            ""
            if is_fine
            else _("須大於 0，整數與小數各最多 %(digits)s 位。") % {"digits": MAX_DIGITS}
        )
    if not value.is_finite():
        return ""  # no factor at all: its own refusal says so
    places = column.decimal_places
    most = (column.max_digits - places, places)
    if any(has > may for has, may in zip(_digits(value), most, strict=True)):
        return _("整數最多 %(whole)s 位、小數最多 %(places)s 位。") % {
            "whole": most[0],
            "places": most[1],
        }
    return ""


def _digits(value: Decimal) -> tuple[int, int]:
    """How many digits stand before and after the point; zeros at the end are none."""
    if value == 0:
        return (0, 0)
    _sign, digits, exponent = value.as_tuple()
    trailing = len(digits) - len("".join(map(str, digits)).rstrip("0"))
    return (max(value.adjusted() + 1, 0), max(-(int(exponent) + trailing), 0))
