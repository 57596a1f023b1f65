"""One list of the parent's desk, put together: rows, sums, and how far everybody below is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from hierarchy import scope
from hierarchy.list.columns import COLUMNS
from hierarchy.list.table import Column, Row, TotalRow, total_rows
from hierarchy.totals import (
    OWING_COUNT,
    PROGRESS,
    PUBLIC_AS_OLDER_COUNT,
    STARTED_COUNT,
    UNCOUNTED_COUNT,
    Progress,
    SubtreeTotals,
    progress_of,
    total,
)
from inventory.basis.sets import Basis, desk_uses
from inventory.models import Filing
from inventory.periods import mark_periods
from inventory.versions import mark_equal

PAGE_LENGTH = 100


@dataclass(frozen=True, slots=True)
class Listing:
    """The units directly below `root`; `paths` are those that a filter lets through, in order.

    Every figure comes from the one query behind `branches`, so the page adds up even while
    others are saving.
    """

    root: Filing
    columns: Sequence[Column]
    branches: Mapping[str, SubtreeTotals]
    paths: Sequence[str]
    is_filtered: bool

    @property
    def labels(self) -> list[str]:
        """The headings of the columns."""
        return [column.label(self.root.level + 1) for column in self.columns]

    @property
    def below(self) -> Progress:
        """How far everything below the heading is, without itself, whatever the filter."""
        branches = [self.branches[path] for path in self.branches if path != self.root.path]
        return progress_of(total(s for branch in branches for s in (branch.unit, branch.below)))

    @property
    def public_as_older(self) -> int:
        """Of how many filings, the heading's own included, the public sees an older version."""
        sums = (s for branch in self.branches.values() for s in (branch.unit, branch.below))
        return int(PUBLIC_AS_OLDER_COUNT.over(total(sums)))

    @property
    def uncounted(self) -> int:
        """How many answers of the whole year are in no sum: of the heading and all below it."""
        branches = self.branches.values()
        return sum(int(UNCOUNTED_COUNT.over(branch.subtree)) for branch in branches)

    def basis(self) -> Basis:
        """What the last row of sums is made of: the heading and all below it. One query."""
        whole = total(branch.subtree for branch in self.branches.values())
        numbers = (STARTED_COUNT, OWING_COUNT, UNCOUNTED_COUNT)
        included, owing, uncounted = (int(figure.over(whole)) for figure in numbers)
        return Basis(desk_uses(scope.subtree_of(self.root)), included, owing, uncounted)

    @property
    def total_rows(self) -> list[TotalRow]:
        """The rows of sums under the list."""
        return total_rows(self.root, self.branches, self.paths, is_filtered=self.is_filtered)

    def rows(self, paths: Sequence[str]) -> Iterator[Row]:
        """The rows of some of the paths, numbered as in the whole list. One query, and one more
        where some were changed after they had been confirmed.
        """
        if not paths:
            return
        first = self.paths.index(paths[0]) + 1
        filings = mark_periods(mark_equal(scope.at_paths(self.root, paths)))
        for number, filing in enumerate(filings, start=first):
            yield Row(number, filing, self.branches[filing.path])


def listing_of(root: Filing, status: str = "", search: str = "") -> Listing:
    """The list below a heading. One query, however many units and columns there are."""
    of_columns = (figure for column in COLUMNS for figure in column.figures)
    figures = (
        *PROGRESS.values(),
        STARTED_COUNT,
        PUBLIC_AS_OLDER_COUNT,
        UNCOUNTED_COUNT,
        *of_columns,
    )
    branches = scope.subtotals(root, figures, status, search)
    paths = sorted(path for path, branch in branches.items() if branch.is_listed)
    return Listing(root, COLUMNS, branches, paths, bool(status or search))


def heading(root: Filing) -> str:
    """The sentence above the list."""
    return _("政府%(level)s級機關：%(unit)s 之所屬機關 年度：%(year)s") % {
        "level": root.level,
        "unit": root.unit.name,
        "year": root.year_id,
    }


def uncounted(number: int) -> str:
    """That the sums of a list are without something that was reported; "" where they are not."""
    if not number:
        return ""
    return _("合計（本機關與所有下轄機關）另有 %(number)s 項已申報而未計入排放量。") % {
        "number": number
    }


def progress(below: Progress) -> str:
    """How many of how many have filed below the heading, and how many have not."""
    return _(
        "所屬機關（含各下層）應填報 %(owing)s 個，已完成 %(filed)s 個"
        "（其中已確認 %(confirmed)s 個），尚未完成 %(waiting)s 個。"
    ) % {
        "owing": below.owing,
        "filed": below.filed,
        "confirmed": below.confirmed,
        "waiting": below.waiting,
    }
