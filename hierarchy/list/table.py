"""What the parent's list is made of: its rows, the rows of sums below them, and its columns.

`columns.py` says which columns there are. The page, its foot and the workbook ask each of them
for its cells and know none by name.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hierarchy.cells import Format, Link, SheetColumn
from hierarchy.cells import Value as SheetValue
from hierarchy.totals import (
    OWING_COUNT,
    STARTED_COUNT,
    Figure,
    Number,
    SubtreeTotals,
    Sums,
    total,
)
from inventory.models import Filing

Value = SheetValue | Link
NOT_SAVED = gettext_lazy("尚未登錄")


class Kind(Enum):
    """How the page shows the cells of a column."""

    ORDINAL = "ordinal"  # left out on small screens
    NAME = "name"
    FIGURE = "figure"  # aligned by its units
    TEXT = "text"
    STATUS = "status"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Row:
    """One unit of the list, and the sums of it and of everything below it."""

    number: int
    filing: Filing
    totals: SubtreeTotals


@dataclass(frozen=True, slots=True)
class TotalRow:
    """A row of sums under the list, for both kinds of columns of figures.

    Columns that include what is below a unit sum up `subtrees`, the others `units`: each filing
    below the heading, and the heading's own, is in one row before the last, and in the last.
    `subtrees` is None where another row holds the figures already.
    """

    label: str
    subtrees: Sums | None
    units: Sums


def _no_total(_row: TotalRow) -> Value:
    return None


@dataclass(frozen=True, slots=True)
class Column(SheetColumn):
    """A column of the list: all that the page, its foot and the workbook have to know of it.

    `heading` may hold %(level)s, the level of the units listed. `value` and `total` are what
    stands in a row and in a row of sums, on the page and in Excel. `figures` are what the one
    query of the list has to add up for it. `when_empty` is read aloud for an empty cell of a
    column of figures.
    """

    kind: Kind
    value: Callable[[Row], Value]
    total: Callable[[TotalRow], Value] = _no_total
    figures: tuple[Figure, ...] = ()
    when_empty: str | Promise = ""

    def label(self, level: int) -> str:
        """The heading over a list of units that stand at `level` (1: the county government)."""
        # No %-formatting: a heading may well hold a per cent sign of its own.
        return str(self.heading).replace("%(level)s", str(level))


def figure_column(
    heading: str | Promise,
    compute: Callable[..., Number | None],
    *figures: Figure,
    includes_below: bool,
    when_empty: str | Promise = NOT_SAVED,
    format: Format = Format.KG,
    width: int = 26,
) -> Column:
    """A column of figures. `compute` is given the sum of each of `figures`, in their order.

    `includes_below`: a unit's figure is of the unit and everything below it, else of the unit
    alone. Every row of sums is computed likewise from the sums over its filings, so a ratio is
    the ratio of the sums. A unit's cell is empty while nobody whom it covers has saved, for that
    is no zero, and wherever `compute` has no answer.
    """

    def figure_of(sums: Sums) -> Number | None:
        return compute(*(figure.over(sums) for figure in figures))

    def value(row: Row) -> Value:
        sums = row.totals.subtree if includes_below else row.totals.unit
        return figure_of(sums) if STARTED_COUNT.over(sums) else None

    def total_of(row: TotalRow) -> Value:
        sums = row.subtrees if includes_below else row.units
        return None if sums is None else figure_of(sums)

    return Column(
        heading=heading,
        kind=Kind.FIGURE,
        value=value,
        total=total_of,
        figures=figures,
        when_empty=when_empty,
        format=format,
        width=width,
    )


def total_rows(
    root: Filing,
    branches: Mapping[str, SubtreeTotals],
    paths: Sequence[str],
    *,
    is_filtered: bool,
) -> list[TotalRow]:
    """The rows of sums: the list as shown, what is not in it, the heading's own, and all of it."""
    own = branches[root.path].unit
    listed = [branches[path] for path in paths]
    unlisted = [branches[path] for path in branches.keys() - {*paths, root.path}]
    units = total(branch.unit for branch in listed)
    below = total(branch.below for branch in listed)
    elsewhere = total(sums for branch in unlisted for sums in (branch.unit, branch.below))
    subtrees, rest = total([units, below]), total([below, elsewhere])
    everything = total([own, units, rest])

    label = _("合計（列表 %(count)s 個機關，含所有分頁）") % {"count": len(paths)}
    rows = [TotalRow(label, subtrees, units)]
    if is_filtered:
        rows.append(TotalRow(_("未列出的所屬機關"), elsewhere, rest))
    elif OWING_COUNT.over(rest):
        label = _("更下層機關本身（「包含所屬機關」者已含於上列）")
        rows.append(TotalRow(label, None, rest))
    rows.append(TotalRow(_("%(unit)s 本身") % {"unit": root.unit.name}, own, own))
    rows.append(TotalRow(_("總計（本機關與所有下轄機關）"), everything, everything))
    return rows
