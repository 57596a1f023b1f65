"""How figures are written on the pages: exactly as stored, with thousands separated."""

from decimal import Decimal

from django import template

from inventory import lines
from inventory.computing import plain

register = template.Library()


@register.filter
def figure(value: Decimal | int | str | None) -> str:
    """1234.5000 is '1,234.5'; nothing is rounded, so that whoever re-adds a page is right."""
    if value is None or value == "":
        return ""
    whole, _point, places = plain(Decimal(value)).partition(".")
    grouped = f"{int(whole):,}"
    if whole.startswith("-") and not grouped.startswith("-"):
        grouped = "-" + grouped
    return f"{grouped}.{places}" if places else grouped


@register.filter
def signed(value: Decimal) -> str:
    """A difference with its sign: '+1,234.5', '−3', '0'."""
    sign = "−" if value < 0 else "+" if value > 0 else ""
    return f"{sign}{figure(abs(value))}"


@register.filter
def per_cent(value: Decimal | None) -> str:
    """A change with its sign: '+45.0 %', '−12.5 %'."""
    if value is None:
        return ""
    sign = "−" if value < 0 else "+" if value > 0 else ""
    return f"{sign}{abs(value):,} %"


@register.filter
def unit_label(symbol: str) -> str:
    """The unit in words: kWh is 度."""
    return lines.unit_label(symbol)


@register.filter
def printed_symbol(symbol: str) -> str:
    """The unit's symbol as it is printed: m3 is m³."""
    return symbol.replace("m3", "m³")


@register.filter
def line_name(key: str) -> str:
    """A row's key in words: own-electricity is 「營運活動數據：電力」."""
    return lines.line_name(key)
