"""How figures are written on the pages: exactly as stored, with thousands separated."""

from decimal import Decimal


def plain(number: Decimal) -> str:
    """A decimal without trailing zeros and without an exponent: 0.5220 is '0.522', 2E+3 '2000'."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def figure(value: Decimal | int | str | None) -> str:
    """1234.5000 is '1,234.5'; nothing is rounded, so that whoever re-adds a page is right."""
    if value is None or value == "":
        return ""
    whole, _point, places = plain(Decimal(value)).partition(".")
    grouped = f"{int(whole):,}"
    if whole.startswith("-") and not grouped.startswith("-"):
        grouped = "-" + grouped
    return f"{grouped}.{places}" if places else grouped


def in_figures(parts: str) -> str:
    """What a quantity was added up from, as it is shown: '1200+1350' is '1,200 + 1,350'."""
    return " + ".join(map(figure, parts.split("+")))


def signed(value: Decimal) -> str:
    """A difference with its sign: '+1,234.5', '−3', '0'."""
    sign = "−" if value < 0 else "+" if value > 0 else ""
    return f"{sign}{figure(abs(value))}"


def per_cent(value: Decimal | None) -> str:
    """A change with its sign: '+45.0 %', '−12.5 %'."""
    if value is None:
        return ""
    sign = "−" if value < 0 else "+" if value > 0 else ""
    return f"{sign}{abs(value):,} %"


def printed_symbol(symbol: str) -> str:
    """The unit's symbol as it is printed: m3 is m³."""
    return symbol.replace("m3", "m³")
