"""Every template is used, extends what is there, and passes a strict content security policy."""

import re
from pathlib import Path

import pytest
from django.template.loader import get_template

from tests.architecture.source import ROOT, modules, name, templates

# Templates that Django or a package asks for by a name of their own.
BY_CONVENTION = re.compile(
    r"^(400|403|403_csrf|404|500)\.html$|^admin/|^registration/|^django/forms/|^bootstrap5/"
)

# Handed over as a file and opened without our site: its own style sheet is all that it has.
FILES = {"accounts/slips.html"}


def lookup_name(path: Path) -> str:
    """The name under which the template is asked for."""
    parts = path.relative_to(ROOT).parts
    return "/".join(parts[parts.index("templates") + 1 :])


PAGES = [path for path in templates() if path.suffix in {".html", ".txt", ".svg"}]


@pytest.mark.parametrize("path", PAGES, ids=lookup_name)
def test_it_is_used(path: Path) -> None:
    wanted = lookup_name(path)
    if BY_CONVENTION.match(wanted):
        return
    mentions = [other for other in [*modules(), *PAGES] if other != path]
    assert any(_mentions(other, wanted) for other in mentions), f"{wanted} is used by nothing"


def _mentions(other: Path, wanted: str) -> bool:
    text = other.read_text(encoding="utf-8")
    return f'"{wanted}"' in text or f"'{wanted}'" in text or f'"{wanted}#' in text


@pytest.mark.parametrize("path", PAGES, ids=lookup_name)
def test_it_can_be_read_by_django(path: Path) -> None:
    get_template(lookup_name(path))


@pytest.mark.parametrize("path", PAGES, ids=lookup_name)
def test_it_has_nothing_inline(path: Path) -> None:
    text = re.sub(r"{#.*?#}|{% comment %}.*?{% endcomment %}", "", path.read_text(), flags=re.S)
    if lookup_name(path) not in FILES:
        assert not re.search(r"<style[\s>]", text), "an inline style sheet"
    assert not re.search(r"<[a-z][^>]*\sstyle\s*=", text), "a style attribute"
    assert not re.search(r"<[a-z][^>]*\son[a-z]+\s*=", text), "an event attribute"
    assert not re.search(r"javascript:", text), "a script in an address"
    for tag in re.findall(r"<script\b[^>]*>", text):
        assert "src=" in tag or 'type="application/json"' in tag, "an inline script"


@pytest.mark.parametrize("path", PAGES, ids=lookup_name)
def test_its_forms_carry_the_token(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for form in re.findall(r"<form\b.*?</form>", text, flags=re.S):
        if re.search(r"""method=["']?post""", form, flags=re.I):
            assert "{% csrf_token %}" in form or "{% crispy" in form, form[:120]


@pytest.mark.parametrize("path", PAGES, ids=lookup_name)
def test_it_takes_nothing_from_elsewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"""<(?:script|link|img|iframe)\b[^>]*(?:src|href)=["']https?:""", text)


def test_the_guards_see_the_templates() -> None:
    assert "base.html" in [lookup_name(path) for path in PAGES]
    assert all(name(path).count("templates") for path in PAGES)
