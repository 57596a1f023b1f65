"""What a cell of a table holds, and how a sheet of Excel writes it."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum

from django.utils.functional import Promise

Value = str | int | Decimal | datetime | date | None


class Format(Enum):
    """Number formats of Excel, by what the figure is."""

    COUNT = "#,##0"
    PLAIN = "0"
    FIGURE = "#,##0.####"
    KG = "#,##0.0000"
    FACTOR = "0.############"
    MOMENT = "yyyy-mm-dd hh:mm"
    DAY = "yyyy-mm-dd"
    TEXT = "General"

    def of(self, value: object) -> str:
        """How a value is shown: a whole number without a point that nothing follows."""
        has_places = self in PLACES_AS_NEEDED
        if has_places and isinstance(value, Decimal) and value == value.to_integral_value():
            return PLACES_AS_NEEDED[self]
        return self.value


PLACES_AS_NEEDED = {Format.FIGURE: Format.COUNT.value, Format.FACTOR: Format.PLAIN.value}
CERTAIN_DIGITS = 15  # of a decimal number that a double, and so a sheet, gives back as they were


def is_exact(value: Decimal) -> bool:
    """Whether a sheet can hold the number to its last digit."""
    return len(value.normalize().as_tuple().digits) <= CERTAIN_DIGITS


@dataclass(frozen=True, slots=True)
class Link:
    """A text that leads to a page; a sheet holds the full address instead."""

    text: str
    address: str


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column of a sheet: its heading, the format of its figures, its width in characters."""

    heading: str | Promise
    format: Format
    width: int
