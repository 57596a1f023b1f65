"""How a plain text that an administrator typed becomes a page."""

import re

from django import template
from django.utils.html import format_html, format_html_join, urlize
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
BULLET = "- "


@register.filter
def prose(text: str) -> SafeString:
    """Paragraphs, lists and links; every character of the text itself is escaped."""
    blocks = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())
    return format_html_join(
        "\n", "{}", ((_block(block.splitlines()),) for block in blocks if block)
    )


def _block(lines: list[str]) -> SafeString:
    """A run of lines without a blank one between them: words and lists in their order."""
    parts: list[SafeString] = []
    paragraph: list[str] = []
    bullets: list[str] = []
    for line in [*lines, ""]:
        if bullets and not line.startswith(BULLET):
            parts.append(_list(bullets))
            bullets = []
        if paragraph and (line.startswith(BULLET) or not line):
            parts.append(_paragraph(paragraph))
            paragraph = []
        if line.startswith(BULLET):
            bullets.append(line.removeprefix(BULLET))
        elif line:
            paragraph.append(line)
    return _joined("", parts)


def _paragraph(lines: list[str]) -> SafeString:
    return format_html("<p>{}</p>", _joined("<br>", [_linked(line) for line in lines]))


def _list(lines: list[str]) -> SafeString:
    items = format_html_join("", "<li>{}</li>", ((_linked(line),) for line in lines))
    return format_html("<ul>{}</ul>", items)


def _linked(line: str) -> SafeString:
    return mark_safe(urlize(line, nofollow=False, autoescape=True))  # noqa: S308 (escaped there)


def _joined(between: str, parts: list[SafeString]) -> SafeString:
    return mark_safe(between.join(parts))  # noqa: S308 (each part is escaped already)
