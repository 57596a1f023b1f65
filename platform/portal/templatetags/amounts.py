"""How published figures are written, in any language: Django's Chinese format has no separator."""

from decimal import Decimal

from django import template

register = template.Library()


@register.filter
def kilograms(value: Decimal) -> str:
    """All four decimals that are stored, thousands separated: '1,234.5000'."""
    return f"{value:,.4f}"


@register.filter
def count(value: int) -> str:
    """A whole number, thousands separated."""
    return f"{value:,}"
