"""How many repeated rows a form has: at least as many as are stored, whatever was sent."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from inventory.form.fields import ROW_PARTS, row_key
from inventory.form.saved import ByLine, initial_values, rows_of
from inventory.lines import Line, Operation

MAX_ROWS = 50  # that a page adds to for one line; what an import stored is shown beyond it
MAX_ROW_DIGITS = 4
SPARE_ROWS = 1


def rows_for(saved: ByLine, key: str) -> int:
    """How many rows an unbound form draws for a line: what is stored, and an empty one."""
    stored = len(rows_of(saved, key))
    return max(min(stored + SPARE_ROWS, MAX_ROWS), stored)


def max_rows(saved: ByLine, key: str) -> int:
    """How many rows of a line a post may have."""
    return max(MAX_ROWS, len(rows_of(saved, key)))


def posted_rows(data: Mapping[str, Any], key: str) -> int | None:
    """How many rows a post says that its page had; None where that is no number."""
    typed = data.get(f"{key}-rows", "")
    is_number = typed.isascii() and typed.isdigit() and len(typed) <= MAX_ROW_DIGITS
    return int(typed) if is_number else None


def with_undrawn_rows(
    data: QueryDict, saved: ByLine, lines: Iterable[Line]
) -> tuple[QueryDict, dict[str, str]]:
    """What was posted, with the stored rows that its page did not have; and what to say of them.

    A row goes when somebody empties it, never because a page was too short to show it. The
    messages stand by the name that the line's fields begin with.
    """
    told: dict[str, str] = {}
    values = initial_values(saved)
    for operation in Operation:
        for line in lines:
            key, drawn = row_key(operation, line), posted_rows(data, row_key(operation, line))
            stored = len(rows_of(saved, key))
            if line.kind not in ROW_PARTS or drawn is None or drawn >= stored:
                continue
            data = data.copy()
            data[f"{key}-rows"] = str(stored)
            for index in range(drawn, stored):
                for part in ROW_PARTS[line.kind]:
                    data[f"{key}-{index}-{part}"] = values[f"{key}-{index}-{part}"]
            what = {"line": line.label, "stored": stored, "drawn": drawn}
            told[key] = (
                _(
                    "「%(line)s」已存 %(stored)s 列，送出的頁面只有 %(drawn)s 列；"
                    "其餘已補在下方，請核對後再存檔。"
                )
                % what
            )
    return data, told


def with_one_more_row(data: QueryDict, key: str, line: Line, index: int) -> QueryDict:
    """What was posted, and an empty row for a line."""
    data = data.copy()
    data[f"{key}-rows"] = str(index + 1)
    for part in ROW_PARTS[line.kind]:
        data[f"{key}-{index}-{part}"] = ""
    return data


def no_more_rows(line: Line, limit: int) -> str:
    """Why 「增加一列」 adds none."""
    what = {"line": line.label, "limit": limit}
    return (
        _("「%(line)s」在本頁最多 %(limit)s 列，沒有再增加；請合併填寫，或洽平台管理者以清單匯入。")
        % what
    )
