"""A table as it is handed to whoever asked for it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from accounts.spreadsheets.errors import Limits, RowError
from accounts.spreadsheets.headers import Columns
from accounts.spreadsheets.questions import Question, unanswered

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number in the sheet, the text of each column ("" where empty).

    `faulty` names the columns whose cell could not be read; their text is "".
    """

    number: int
    values: dict[str, str]
    faulty: frozenset[str] = frozenset()

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")


@dataclass(frozen=True)
class Table:
    """The rows under the header; blank rows are left out.

    `questions` has all that has to be waved through, `accepted` the codes and kinds that were;
    `left_out` names the sums and notes, `hidden_sheets` the sheets that were not looked at.
    """

    sheet: str
    letters: dict[str, str]  # column name → letter in the sheet
    ignored: list[str] = field(default_factory=list)  # headings that nobody asked for
    rows: list[Row] = field(default_factory=list)
    row_errors: list[RowError] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    accepted: frozenset[str] = frozenset()
    left_out: list[RowError] = field(default_factory=list)
    hidden_sheets: list[str] = field(default_factory=list)
    header_row: int = 0
    # letter of a column that `is_other` takes → what stands over it: the row above, its own
    headings: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def unanswered(self) -> list[Question]:
        """The questions that forbid to use the table as it is."""
        return unanswered(self.questions, self.accepted)

    def cell(self, row: Row, column: str) -> str:
        """The cell's place as people say it ("C7"); "" where the column is missing."""
        letter = self.letters.get(column)
        return f"{letter}{row.number}" if letter else ""

    def row_error(self, row: Row, column: str, reason: str, value: str | None = None) -> RowError:
        """What is wrong with one cell; `value` where another text than the cell's is shown."""
        shown = row[column] if value is None else value
        return RowError(reason, row=row.number, cell=self.cell(row, column), value=shown)


@dataclass(frozen=True)
class Wanted:
    """How a reader wants its table: see `scan_table`."""

    columns: Columns
    verbatim: frozenset[str]
    codes: frozenset[str]
    secret: frozenset[str]
    accepted: frozenset[str]
    limits: Limits
    progress: Progress
