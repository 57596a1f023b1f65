"""Pieces of sentences that are put together while the program runs, in the visitor's language.

Chinese has full-width punctuation without spaces, English has not; so marks between words are
translated like the words themselves.
"""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

Words = str | Promise


def listed(items: Iterable[Words]) -> str:
    """Things beside one another: 「電力、汽油」, in English “Electricity, Petrol”."""
    return pgettext("list", "、").join(str(item) for item in items)


def labelled(label: Words, text: Words) -> str:
    """What something is about, and what is said of it: 「電力：數量不能是負數。」"""
    return _("%(label)s：%(text)s") % {"label": label, "text": text}


def quoted(text: Words) -> str:
    """Words as they stand somewhere: 「帳號」."""
    return _("「%(text)s」") % {"text": text}


def with_remark(text: Words, remark: Words) -> str:
    """A remark in brackets behind what it belongs to."""
    return _("%(text)s（%(remark)s）") % {"text": text, "remark": remark}
