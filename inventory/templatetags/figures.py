"""Figures, units and lines in words, as filters for templates."""

from django import template

from accounts import wording
from inventory import figures, lines

register = template.Library()
for function in (
    figures.figure,
    figures.in_figures,
    figures.signed,
    figures.per_cent,
    figures.printed_symbol,
    lines.unit_label,
    lines.line_name,
    wording.listed,
):
    register.filter(function)
