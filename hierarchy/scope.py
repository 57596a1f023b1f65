"""Which filings a page of the parent's desk shows, and the sums below each of them.

Everything starts from the one filing that heads the page; the rows and sums are those of that
filing's year, in the tree that this year has kept.
"""

from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from decimal import Decimal

from django.db.models import Count, F, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Substr
from django.http import Http404

from accounts.models import User
from inventory.models import PATH_WIDTH, Filing
from inventory.scope import root_filing_for, root_path, visible_to, years_of
from inventory.states import FILED, Status

COUNTS = {
    "owing": Count("pk"),
    "filed": Count("pk", filter=Q(status__in=FILED)),
    "confirmed": Count("pk", filter=Q(status=Status.CONFIRMED)),
}


@dataclass(frozen=True, slots=True)
class SubtreeTotals:
    """Sums over a filing and everything below it; kg CO2e, drafts counted as they stand.

    `own_kg` is the first total of the list. `outsourced_kg` is in no other total.
    `unit_outsourced_kg` is of the unit at the top of the subtree alone: the second column does
    not say 包含所屬機關. `owing` counts filings that exist, `filed` those that are 已完成 or
    已確認, `listed` the units at the top that the filter of the list lets through, `started` those
    with a saved figure, be it a draft.
    """

    own_kg: Decimal = Decimal(0)
    outsourced_kg: Decimal = Decimal(0)
    unit_outsourced_kg: Decimal = Decimal(0)
    owing: int = 0
    filed: int = 0
    confirmed: int = 0
    children: int = 0
    listed: int = 0
    started: int = 0

    def __add__(self, other: "SubtreeTotals") -> "SubtreeTotals":
        return SubtreeTotals(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))

    def __sub__(self, other: "SubtreeTotals") -> "SubtreeTotals":
        return SubtreeTotals(*(a - b for a, b in zip(astuple(self), astuple(other), strict=True)))

    @property
    def waiting(self) -> int:
        """How many owe a filing that is not completed."""
        return self.owing - self.filed


def total(subtrees: Iterable[SubtreeTotals]) -> SubtreeTotals:
    """The sum of several subtrees; nothing at all is zero."""
    return sum(subtrees, SubtreeTotals())


def path_to(user: User, year: int, code: str | None = None) -> list[Filing]:
    """The filings from the user's desk down to the one that heads the page, which is the last.

    Without a code the desk itself heads the page. Raises Http404 alike for a year without the
    user's filing, a unit beside or above the desk, and a unit that does not exist.
    """
    if code is None:
        try:
            return [root_filing_for(user, year)]
        except Filing.DoesNotExist as error:
            raise Http404 from error
    visible = visible_to(user, year)
    target = visible.filter(unit__code=code).order_by().values("path")
    way = (
        visible.annotate(target=Subquery(target))
        .filter(target__startswith=F("path"))
        .select_related("year", "unit")
        .order_by("path")
    )
    found: list[Filing] = list(way)
    if not found:
        raise Http404
    return found


def filing_for_review(user: User, year: int, code: str) -> Filing:
    """The filing of 檢視 with all that its page tells about it. Raises Http404 as above."""
    related = ("year", "unit", "parent__unit", "factor_set")
    try:
        visible = visible_to(user, year).with_dates()
        return visible.select_related(*related).get(unit__code=code)
    except Filing.DoesNotExist as error:
        raise Http404 from error


def subtrees_of(root: Filing, status: str = "", search: str = "") -> Mapping[str, SubtreeTotals]:
    """Path of each unit directly below → its sums; the heading's own figures at its own path.

    One query over one range of the index (year, path): a path cut one level below the heading
    names the subtree that a filing stands in. `status` and `search` (in the name or the code)
    only decide which units are `listed`; they leave every sum alone.
    """
    child = Q(level=root.level + 1)
    sums = (
        Filing.objects.with_subtree_of(root)
        .order_by()
        .values_list(Substr("path", 1, len(root.path) + PATH_WIDTH))
        .annotate(
            # In the order of Branch.
            subtree_own_kg=Sum("own_kg"),
            subtree_outsourced_kg=Sum("outsourced_kg"),
            unit_outsourced_kg=Coalesce(Sum("outsourced_kg", filter=child), Value(Decimal(0))),
            **COUNTS,
            children_below=Count("pk", filter=Q(level=root.level + 2)),
            listed=Count("pk", filter=child & _asked_for(status, search)),
            started=Count("pk", filter=~Q(status=Status.NOT_STARTED)),
        )
    )
    return {path: SubtreeTotals(*figures) for path, *figures in sums}


def _asked_for(status: str, search: str) -> Q:
    asked = Q(status=status) if status else Q()
    if search:
        asked &= Q(unit__name__icontains=search) | Q(unit__code__icontains=search)
    return asked


def at_paths(root: Filing, paths: Iterable[str]) -> QuerySet[Filing]:
    """Filings of the heading's year at these places, with unit and year, in the tree's order."""
    filings = Filing.objects.filter(year_id=root.year_id, path__in=list(paths))
    return filings.select_related("unit", "year").order_by("path")


def subtree_of(root: Filing) -> QuerySet[Filing]:
    """The heading and everything below it, in the order of the tree."""
    return Filing.objects.with_subtree_of(root).order_by("path")


def years_with_progress(user: User) -> list[tuple[Filing, SubtreeTotals]]:
    """The years in which the user's unit owes a filing, newest first, and how far it is below.

    Two queries, however many years there are.
    """
    own = years_of(user)
    if not own:
        return []
    below = Q()
    for filing in own:
        path = root_path(user, filing)
        below |= Q(year_id=filing.year_id, path__startswith=path) & ~Q(path=path)
    sums = Filing.objects.filter(below).order_by().values_list("year_id").annotate(**COUNTS)
    found = {
        year: SubtreeTotals(owing=owing, filed=filed, confirmed=confirmed)
        for year, owing, filed, confirmed in sums
    }
    return [(filing, found.get(filing.year_id, SubtreeTotals())) for filing in own]


def children_by_pk(root: Filing, pks: Iterable[int]) -> list[Filing]:
    """Those units directly below the heading. Raises Http404 if one of them is not."""
    wanted = set(pks)
    children = Filing.objects.children_of(root).filter(pk__in=wanted)
    found = list(children.select_related("unit", "year").order_by("path"))
    if len(found) != len(wanted):
        raise Http404
    return found
