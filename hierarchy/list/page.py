"""The page of the list: one portion of its rows, each with its cells, warnings and tick."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator

from accounts.models import User
from hierarchy.list.bulk_confirm import can_be_chosen
from hierarchy.list.columns import COLUMNS, headings
from hierarchy.list.listing import PAGE_LENGTH, Listing
from hierarchy.list.table import Row, TotalRow, Value
from inventory import permissions
from inventory.entries.checks import Finding, findings_of


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the page: what kind of thing, under which heading, and the value itself."""

    kind: str
    heading: str
    value: Value


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row as the page shows it. `choice` is the value of its tick, or empty without one."""

    row: Row
    labels: Sequence[str]
    findings: Sequence[Finding]
    choice: str

    @property
    def cells(self) -> Iterator[Cell]:
        for column, label in zip(COLUMNS, self.labels, strict=True):
            yield Cell(column.kind.value, label, column.value(self.row))


@dataclass(frozen=True, slots=True)
class ListPage:
    """What the template shows of a listing; `totals` are the cells of each row of sums."""

    headings: Sequence[Cell]
    rows: Sequence[ShownRow]
    totals: Sequence[Sequence[Cell]]
    page: Page[str]

    @property
    def has_choices(self) -> bool:
        """Whether at least one row can be confirmed from the list."""
        return any(row.choice for row in self.rows)


def list_page(listing: Listing, number: str | None, user: User) -> ListPage:
    """The portion with this number; a number that is none or too large gives the nearest."""
    page = Paginator(listing.paths, PAGE_LENGTH).get_page(number)
    rows = list(listing.rows(list(page.object_list)))
    findings = findings_of(row.filing for row in rows)
    # Rows of one list have one parent, so the user may judge all of them or none.
    may_review = bool(rows) and permissions.can_review(user, rows[0].filing)
    labels = headings(listing.root.level + 1)
    shown = [
        ShownRow(row, labels, found, _choice(row, found) if may_review else "")
        for row, found in ((row, findings[row.filing.pk]) for row in rows)
    ]
    heads = [Cell(c.kind.value, label, "") for c, label in zip(COLUMNS, labels, strict=True)]
    totals = [_total_cells(row, labels) for row in listing.total_rows]
    return ListPage(heads, shown, totals, page)


def _total_cells(row: TotalRow, labels: Sequence[str]) -> list[Cell]:
    return [
        Cell(column.kind.value, label, column.total(row))
        for column, label in zip(COLUMNS, labels, strict=True)
    ]


def _choice(row: Row, findings: Sequence[Finding]) -> str:
    filing = row.filing
    return f"{filing.pk}:{filing.revision}" if can_be_chosen(filing, findings) else ""
