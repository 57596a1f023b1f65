"""The page of the list: one portion of its rows, each with its cells, warnings and tick."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator

from accounts.models import User
from hierarchy.list.bulk_confirm import can_be_chosen, why_look_into
from hierarchy.list.listing import PAGE_LENGTH, Listing
from hierarchy.list.table import Column, Row, Value
from hierarchy.totals import UNCOUNTED_COUNT
from inventory import permissions, policies
from inventory.models import Judgement
from inventory.plausibility.refreshing import judgements_of


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the page: its column, the column's heading on this page, and the value."""

    column: Column
    heading: str
    value: Value = None

    @property
    def kind(self) -> str:
        """What the template tells cells apart by."""
        return self.column.kind.value


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row as the page shows it.

    `choice` is the value of its tick, or empty without one; `why_no_choice` says why it has none
    although it is completed.
    """

    row: Row
    cells: Sequence[Cell]
    judgement: Judgement | None
    choice: str
    why_no_choice: str

    @property
    def uncounted_below(self) -> int:
        """How many answers of everything below the unit are in no sum; its own are not among."""
        return int(UNCOUNTED_COUNT.over(self.row.totals.below))


@dataclass(frozen=True, slots=True)
class ListPage:
    """What the template shows of a listing: headings, rows, and the cells of each row of sums."""

    headings: Sequence[Cell]
    rows: Sequence[ShownRow]
    total_rows: Sequence[Sequence[Cell]]
    page: Page[str]

    @property
    def has_choices(self) -> bool:
        """Whether at least one row can be confirmed from the list."""
        return any(row.choice for row in self.rows)


def list_page(listing: Listing, number: str | None, user: User) -> ListPage:
    """The portion with this number; a number that is none or too large gives the nearest."""
    page = Paginator(listing.paths, PAGE_LENGTH).get_page(number)
    rows = list(listing.rows(list(page.object_list)))
    judgements = judgements_of(row.filing for row in rows)
    # Rows of one list have one parent, so the user may judge all of them or none.
    may_review = bool(rows) and permissions.can_review(user, rows[0].filing)
    columns, labels = listing.columns, listing.labels

    def cells(values: Iterable[Value]) -> list[Cell]:
        return list(map(Cell, columns, labels, values))

    shown = []
    for row in rows:
        judgement = judgements.get(row.filing.pk)
        # Whoever filled in a form for another unit does not confirm it.
        may_choose = may_review and not permissions.did_complete(user, row.filing)
        choice, why = _choice(row, judgement) if may_choose else ("", "")
        row_cells = cells(column.value(row) for column in columns)
        shown.append(ShownRow(row, row_cells, judgement, choice, why))
    totals = [cells(column.total(total) for column in columns) for total in listing.total_rows]
    return ListPage(cells([None] * len(columns)), shown, totals, page)


def _choice(row: Row, judgement: Judgement | None) -> tuple[str, str]:
    """The value of a row's tick, or why a completed filing has none."""
    filing = row.filing
    if can_be_chosen(filing, judgement):
        return f"{filing.pk}:{filing.revision}", ""
    return "", why_look_into(filing, judgement) if policies.can_confirm(filing) else ""
