"""One list of the parent's desk, put together: rows, sums, and how far everybody below is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from hierarchy import scope
from hierarchy.list.table import Row, TotalRow, total_rows
from hierarchy.scope import SubtreeTotals
from inventory.models import Filing

PAGE_LENGTH = 100


@dataclass(frozen=True, slots=True)
class Listing:
    """The units directly below `root`; `paths` are those that a filter lets through, in order.

    Every figure comes from the one query behind `subtrees`, so the page adds up even while
    others are saving.
    """

    root: Filing
    subtrees: Mapping[str, SubtreeTotals]
    paths: Sequence[str]
    is_filtered: bool = False

    @property
    def below(self) -> SubtreeTotals:
        """Everything below the heading, without itself, whatever the filter."""
        return scope.total(
            subtree for path, subtree in self.subtrees.items() if path != self.root.path
        )

    @property
    def total_rows(self) -> list[TotalRow]:
        """The rows of sums under the list."""
        return total_rows(self.root, self.subtrees, self.paths, is_filtered=self.is_filtered)

    def rows(self, paths: Sequence[str]) -> Iterator[Row]:
        """The rows of some of the paths, numbered as in the whole list. One query."""
        if not paths:
            return
        first = self.paths.index(paths[0]) + 1
        filings = scope.at_paths(self.root, paths)
        for number, filing in enumerate(filings, start=first):
            yield Row(number, filing, self.subtrees[filing.path])


def listing_of(root: Filing, status: str = "", search: str = "") -> Listing:
    """The list below a heading. One query, however many units there are."""
    subtrees = scope.subtrees_of(root, status, search)
    paths = sorted(path for path, subtree in subtrees.items() if subtree.listed)
    return Listing(root, subtrees, paths, bool(status or search))


def heading(root: Filing) -> str:
    """The sentence above the list."""
    return _("政府%(level)s級機關：%(unit)s 之所屬機關 年度：%(year)s") % {
        "level": root.level,
        "unit": root.unit.name,
        "year": root.year_id,
    }


def progress(below: SubtreeTotals) -> str:
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
