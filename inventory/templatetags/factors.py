"""How factors are named, marked and linked to, on every page in the same way."""

from django import template
from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import get_language, gettext_lazy

from inventory.models import Factor

CONFIDENCE_LABELS: dict[str, Promise] = {
    "printed": gettext_lazy("有公開文件載明"),
    "recomputed": gettext_lazy("由公開數值重新計算"),
    "unconfirmed": gettext_lazy("未經證實"),
}
register = template.Library()


@register.filter
def anchor(factor: Factor) -> str:
    """Where a factor stands on the page of its set: electricity-104-co2e."""
    biogenic = "biogenic" if factor.is_biogenic else ""
    parts = (factor.line, factor.name, factor.year, factor.gas, biogenic)
    return slugify("-".join(str(part) for part in parts if part), allow_unicode=True)


@register.filter
def confidence_label(code: str) -> str | Promise:
    """What a mark means: printed is 有公開文件載明."""
    return CONFIDENCE_LABELS.get(code, code)


@register.filter
def in_language(text: str, english: str) -> str:
    """The text, or its English where the visitor reads English and there is one."""
    return english if english and get_language() == "en" else text
