"""A table out of a file: the headings are found, the rows below them read."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, TypedDict, Unpack

from accounts.spreadsheets.errors import Limits, SpreadsheetError
from accounts.spreadsheets.files import open_book
from accounts.spreadsheets.headers import Columns, Header, IsOther, the_only
from accounts.spreadsheets.reading import table_of
from accounts.spreadsheets.rows import Progress, Table, Wanted


class Options(TypedDict, total=False):
    """How a table is read. The first three name columns.

    The text of `verbatim` columns is handed on as it stands, for whoever reads numbers: NFKC
    makes 102 of 10². `codes` are looked at for lost zeros; what stands in `secret` columns is
    never told. `accepted` has codes or kinds of questions: `hidden-rows`, `column:備註`.
    `is_other` is asked about every further column; those that it takes, at least one, are read
    verbatim under their letters. `progress` is called with how many rows of how many are read.
    """

    verbatim: Collection[str]
    codes: Collection[str]
    secret: Collection[str]
    accepted: Collection[str]
    is_other: IsOther | None
    limits: Limits | None
    progress: Progress | None


def read_table(
    source: Path | BinaryIO | bytes,
    file_name: str,
    columns: Mapping[str, Sequence[str]],
    required: Iterable[str],
    **options: Unpack[Options],
) -> Table:
    """Like `scan_table`, for readers that take a table only as a whole.

    Raises SpreadsheetError with every row error, and with every question that is not accepted.
    """
    table = scan_table(source, file_name, columns, required, **options)
    errors = [*table.row_errors, *(question.as_error() for question in table.unanswered)]
    if errors:
        raise SpreadsheetError(errors)
    return table


def scan_table(
    source: Path | BinaryIO | bytes,
    file_name: str,
    columns: Mapping[str, Sequence[str]],
    required: Iterable[str],
    **options: Unpack[Options],
) -> Table:
    """The table under the headings in `columns` (name → headings that mean it, the best first).

    Headings are compared without white space, in any case and width; where two of a column's
    headings stand in the sheet, the one that is named earlier counts.

    Single bad cells stand in `Table.row_errors`, what has to be waved through in
    `Table.questions`: whoever uses the table looks at `Table.unanswered` first. Raises
    SpreadsheetError for what is no table, lacks a required column (NoHeader), or is beyond the
    limits.
    """
    wanted = Wanted(
        Columns(columns, tuple(required)),
        verbatim=frozenset(options.get("verbatim", ())),
        codes=frozenset(options.get("codes", ())),
        secret=frozenset(options.get("secret", ())),
        accepted=frozenset(options.get("accepted", ())),
        limits=options.get("limits") or Limits(),
        progress=options.get("progress") or _no_progress,
    )
    book = open_book(source, file_name, wanted.limits)
    headers = [Header(sheet, wanted.columns, options.get("is_other")) for sheet in book.sheets]
    return table_of(the_only(headers, wanted.columns, book.hidden), wanted, book.hidden)


def _no_progress(done: int, total: int) -> None:
    """The progress of what nobody follows."""
