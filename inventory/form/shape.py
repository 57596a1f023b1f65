"""Whether a post is this form's at all, before anything in it is read."""

from collections.abc import Iterable

from django import forms
from django.http import QueryDict


def shape_problems(form: forms.Form, data: QueryDict, extra: Iterable[str]) -> list[str]:
    """What the post has that the form has not (+), lacks that it has (−), or says twice (×2).

    `extra` are names that belong to the page and not to the form's fields.
    """
    known = set(form.fields) | set(extra)
    needed = [name for name, field in form.fields.items() if not _may_be_absent(name, field)]
    return [
        *(f"+ {name[:60]}" for name in data if name not in known),
        *(f"− {name}" for name in needed if name not in data),
        *(f"×2 {name}" for name in known if len(data.getlist(name)) > 1),
    ]


def _may_be_absent(name: str, field: forms.Field) -> bool:
    """Browsers leave out empty ticks; reasons are asked for only where a line differs, and a
    reply only where the filing was sent back; `asked` is empty where nothing was.
    """
    is_asked_at_times = name in ("reply", "asked") or name.endswith(("-reason", "-note"))
    return isinstance(field, forms.BooleanField) or is_asked_at_times
