"""The story's own arithmetic: nothing here is taken from the platform's code or data.

Factors and GWP (AR4) as the procedure's year used them; a quantity's kilograms are rounded once,
half up, to 4 places, and a subtotal is the sum of rounded figures.
"""

from decimal import ROUND_HALF_UP, Decimal

CH4, N2O = Decimal(25), Decimal(298)
ELECTRICITY = {102: Decimal("0.522"), 103: Decimal("0.521"), 104: Decimal("0.528")}
KG_CO2E_PER_UNIT = {
    "瓦斯": Decimal("3.1867381594") + Decimal("0.0000505030") * CH4 + Decimal("0.0000050503") * N2O,
    "汽油": Decimal("2.2631328720") + Decimal("0.0008164260") * CH4 + Decimal("0.0002612563") * N2O,
    "柴油": Decimal("2.6060317920") + Decimal("0.0001371596") * CH4 + Decimal("0.0001371596") * N2O,
    "設施柴油": Decimal("2.6060317920")
    + Decimal("0.0001055074") * CH4
    + Decimal("0.0000211015") * N2O,
    "二氧化碳滅火器補充": Decimal(1),
    "冷媒型號R134a，補充": Decimal(1430),
    "R404A": Decimal("3921.6"),
}


def kg(year: int, line: str, quantity: str) -> Decimal:
    """Kilograms CO2e of one answer, to 4 places."""
    factor = ELECTRICITY[year] if line == "電力" else KG_CO2E_PER_UNIT[line]
    exact = Decimal(quantity) * factor
    return exact.quantize(Decimal("0.0001"), ROUND_HALF_UP)


def total(year: int, answers: dict[str, str] | list[tuple[str, str]]) -> Decimal:
    """The subtotal of several answers."""
    pairs = answers.items() if isinstance(answers, dict) else answers
    return sum((kg(year, line, quantity) for line, quantity in pairs), Decimal(0))


def shown(figure: Decimal) -> str:
    """As the pages write it: thousands apart, no zeros at the end."""
    text = f"{figure:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
