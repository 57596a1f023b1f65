"""From the bytes of a file to a TOML table; whatever is no TOML is refused, never a crash."""

import re
import tomllib
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

MAX_BYTES = 1_000_000
LINE = re.compile(r"at line (\d+)")
COMMA = re.compile(r"=\s*[+-]?\d+,\d")


class PublicationError(ValueError):
    """The file is not a factor set. The message names the file and the line."""


def read_toml(content: bytes, name: str) -> tuple[str, dict[str, Any]]:
    """The file's text and its table, decimals exact. Raises PublicationError."""
    if len(content) > MAX_BYTES:
        raise PublicationError(
            _("%(file)s：檔案超過 %(limit)s 位元組。") % {"file": name, "limit": f"{MAX_BYTES:,}"}
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise PublicationError(
            _("%(file)s 第 %(line)s 行：不是 UTF-8 文字。") % {"file": name, "line": line}
        ) from error
    try:
        return text, tomllib.loads(text, parse_float=Decimal)
    # Beside what tomllib refuses: endless nesting, and numbers that nothing can hold.
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise PublicationError(
            _("%(file)s：不是正確的 TOML：%(why)s") % {"file": name, "why": _why(error, text)}
        ) from error


def _why(error: Exception, text: str) -> str:
    """What the reader says, with the line in words and help with the commonest slip."""
    if isinstance(error, RecursionError):
        return _("巢狀過深。")
    if not isinstance(error, tomllib.TOMLDecodeError):
        return _("有無法讀取的數字。")
    found = LINE.search(str(error))
    if found is None:  # it ends too early
        return str(error)
    why = _("第 %(line)s 行，%(error)s") % {"line": found[1], "error": error}
    if COMMA.search(text.split("\n")[int(found[1]) - 1]):
        return _("%(why)s；小數點須寫成「.」，不是逗號。") % {"why": why}
    return why
