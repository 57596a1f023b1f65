"""What a sheet states, figure by figure, whichever way it is laid out."""

from dataclasses import dataclass

from accounts.spreadsheets import Row, RowError, Table


@dataclass(frozen=True, slots=True)
class Cell:
    """A text and where it stands: row, and the cell as people say it ("C7")."""

    text: str
    row: int
    cell: str = ""

    def error(self, reason: str) -> RowError:
        """What is wrong with it."""
        return RowError(reason, row=self.row, cell=self.cell, value=self.text)


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose figures a row has, and of which year."""

    row: int
    year: Cell
    account: Cell
    code: Cell
    unit_name: Cell
    operation: Cell


@dataclass(frozen=True, slots=True)
class Statement:
    """One figure. `line` is what it is of, `beside` the group over it, `name` its own column.

    operation: its own cell or heading, where it has one; else the row's holds. is_column: `line`
    stands over a column, and holds for every row.
    """

    subject: Subject
    line: Cell
    quantity: Cell
    beside: str = ""
    name: Cell | None = None
    unit: Cell | None = None
    operation: Cell | None = None
    is_column: bool = False
    is_contradictory: bool = False

    @property
    def unit_text(self) -> str:
        """The unit as it stands in the sheet; "" for none."""
        return self.unit.text if self.unit is not None else ""

    @property
    def name_text(self) -> str:
        """The name as it stands in the sheet; "" for none."""
        return self.name.text if self.name is not None else ""


def cell_of(table: Table, row: Row, column: str) -> Cell:
    """A cell of a row; empty where the sheet has no such column."""
    return Cell(row[column], row.number, table.cell(row, column))


def subject_of(table: Table, row: Row) -> Subject:
    """Whose row it is."""
    parts = ("year", "account", "code", "unit_name", "operation")
    return Subject(row.number, *(cell_of(table, row, part) for part in parts))
