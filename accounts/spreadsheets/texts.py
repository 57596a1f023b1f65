"""The text of a cell, as far as reading a sheet has to clean it."""

import re

from django.utils.translation import gettext as _

from accounts import cleaning
from accounts.spreadsheets.errors import CellError
from accounts.validators import is_printable

MAX_LENGTH = 2_000  # characters of a cell that is read; looked at before anything is computed
MAX_VERBATIM = 32_767  # as many as a cell can have
BREAKS = re.compile(r"[ \u3000]*[\r\n\v\f\u0085\u2028\u2029]+[ \u3000]*")
BREAKS_AND_TABS = "\t\r\n\v\f\u0085"
WIDE = "\u2e80"  # from here on words are written without blanks between them


def clean(text: str) -> str:
    """The text of a cell on one line, before anybody knows which kind of datum it is.

    A broken line goes on without a blank where ideographs meet, so that a name is one name.
    Raises CellError for control characters.
    """
    if text.isascii() and text.isprintable():
        return text.strip()
    cleaned = cleaning.text(BREAKS.sub(_joint, text.strip())).replace("\t", " ")
    check_characters(cleaned)
    return cleaned


def check_characters(text: str) -> None:
    """Raises CellError for what no database and no document can hold; breaks and tabs may stand."""
    if text.isprintable():
        return
    if not all(is_printable(character) or character in BREAKS_AND_TABS for character in text):
        raise CellError(_("含有控制字元或看不見的字元。"), text)


def without_control(text: str) -> str:
    """The text with a blank for each character that `check_characters` would refuse."""
    return "".join(character if is_printable(character) else " " for character in text)


def check_length(text: str, most: int = MAX_LENGTH) -> None:
    """Raises CellError before anybody works through a text that no list has."""
    if len(text) > most:
        raise CellError(_("儲存格超過 %(most)s 個字。") % {"most": f"{most:,}"}, text[:most])


def _joint(match: re.Match[str]) -> str:
    before = match.string[match.start() - 1 : match.start()]
    after = match.string[match.end() : match.end() + 1]
    return "" if before >= WIDE or after >= WIDE else " "
