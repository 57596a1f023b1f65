"""What can be wrong with a file that should be a table, and how much of one is read."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.wording import labelled

MEGABYTE = 1024 * 1024
MAX_ROWS = 1_048_576  # Excel's own end
SHOWN_LENGTH = 60


@dataclass(frozen=True)
class Limits:
    """How much is read at most: bytes of the file, bytes unpacked, rows under the header."""

    file: int = 20 * MEGABYTE
    unpacked: int = 64 * MEGABYTE
    rows: int = MAX_ROWS


@dataclass(frozen=True)
class RowError:
    """One thing that is wrong, where it is, and why; row None means the file as a whole."""

    reason: str
    row: int | None = None
    cell: str = ""
    value: str = ""

    @property
    def shown(self) -> str:
        """The value, short and printable: it may end up on a terminal."""
        return shown_text(self.value)

    def __str__(self) -> str:
        if self.row is None:
            return self.reason
        location = _("第 %(row)s 列") % {"row": self.row}
        location += f" {self.cell}" if self.cell else ""
        if self.value:
            location = _("%(place)s「%(value)s」") % {"place": location, "value": self.shown}
        return labelled(location, self.reason)


def shown_text(text: str) -> str:
    """A text that may be anything, short and printable."""
    short = text[:SHOWN_LENGTH] + ("…" if len(text) > SHOWN_LENGTH else "")
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in short)


class SpreadsheetError(Exception):
    """The file cannot be taken; `row_errors` say why. `is_too_large` when only its size forbids."""

    def __init__(self, row_errors: Iterable[RowError], *, is_too_large: bool = False) -> None:
        self.row_errors = list(row_errors)
        self.is_too_large = is_too_large
        super().__init__("\n".join(str(error) for error in self.row_errors))


class CellError(Exception):
    """One cell cannot be read."""

    def __init__(self, reason: str, value: str) -> None:
        self.reason = reason
        self.value = value
        super().__init__(reason)


def refusal(reason: str) -> SpreadsheetError:
    """The file as a whole cannot be taken."""
    return SpreadsheetError([RowError(reason)])


def too_large(reason: str) -> SpreadsheetError:
    """The file would be taken if it were smaller."""
    return SpreadsheetError([RowError(reason)], is_too_large=True)
