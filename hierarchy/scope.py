"""Which filings a page of the parent's desk shows, and the sums below each of them.

Everything starts from the one filing that heads the page; the rows and sums are those of that
filing's year, in the tree that this year has kept.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, F, Q, QuerySet, Subquery
from django.db.models.functions import Substr
from django.http import Http404

from accounts.models import User
from accounts.searching import named
from hierarchy.totals import PROGRESS, Figure, Progress, SubtreeTotals, Sums
from inventory.models import PATH_WIDTH, Filing, FilingQuerySet, Finding, Judgement
from inventory.periods import TAKES_OVER
from inventory.scope import root_filing_for, root_path, visible_to, years_of
from inventory.states import Status


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
    filings: list[Filing] = list(
        visible.annotate(target=Subquery(target))
        .filter(target__startswith=F("path"))
        .select_related("year", "unit")
        .order_by("path")
    )
    if not filings:
        raise Http404
    return filings


def filing_for_review(user: User, year: int, code: str) -> Filing:
    """The filing of 檢視 with all that its page tells about it. Raises Http404 as above."""
    related = ("year", "unit", "parent__unit", "factor_set", "successor")
    try:
        visible = visible_to(user, year).with_dates().annotate(takes_over=TAKES_OVER)
        return visible.select_related(*related).get(unit__code=code)
    except Filing.DoesNotExist as error:
        raise Http404 from error


def subtotals(
    root: Filing, figures: Iterable[Figure], status: str = "", search: str = ""
) -> Mapping[str, SubtreeTotals]:
    """The sums of each unit directly below, by its path; the heading's own by the heading's path.

    One query over one range of the index (year, path), whatever the figures: a path cut one level
    below the heading names the branch in which a filing stands, its level tells whether it is the
    unit at the top of the branch. `status` and `search` (see `accounts.searching`) only decide
    which units are listed; they leave every sum alone.
    """
    wanted = list(dict.fromkeys(figures))
    sums: dict[tuple[str, bool], Sums] = {}
    children: Counter[str] = Counter()
    listed: Counter[str] = Counter()
    for path, is_unit, child_count, listed_count, *numbers in _sums(root, wanted, status, search):
        # A figure that SQL has no number for (NULL, a sum over no row) is left out: zero.
        known = zip(wanted, numbers, strict=True)
        sums[path, is_unit] = {figure: number for figure, number in known if number is not None}
        children[path] += child_count
        listed[path] += listed_count
    return {
        path: SubtreeTotals(
            unit=sums.get((path, True), {}),
            below=sums.get((path, False), {}),
            children=children[path],
            is_listed=listed[path] > 0,
        )
        for path in children
    }


def _sums(
    root: Filing, figures: Iterable[Figure], status: str, search: str
) -> QuerySet[Filing, tuple[Any, ...]]:
    """Path of a branch, whether of its unit alone or of what is below, two counts, the figures."""
    level = root.level + 1
    aggregates = {f"figure_{index}": figure.aggregate for index, figure in enumerate(figures)}
    return (
        Filing.objects.with_subtree_of(root)
        .order_by()
        .values_list(
            Substr("path", 1, len(root.path) + PATH_WIDTH),
            ExpressionWrapper(Q(level__lte=level), BooleanField()),
        )
        .annotate(
            child_count=Count("pk", filter=Q(level=level + 1)),
            listed_count=Count("pk", filter=Q(level=level) & _matching(status, search)),
            **aggregates,
        )
    )


def _matching(status: str, search: str) -> Q:
    condition = Q(status=status) if status else Q()
    if search:
        condition &= named(search, "unit__name", account=("unit__county_id", "unit__code"))
    return condition


def at_paths(root: Filing, paths: Iterable[str]) -> QuerySet[Filing]:
    """Filings of the heading's year at these paths, with unit and year, in the tree's order."""
    filings = Filing.objects.filter(year_id=root.year_id, path__in=list(paths))
    filings = filings.annotate(takes_over=TAKES_OVER)
    return filings.select_related("unit", "year", "successor").order_by("path")


def subtree_of(root: Filing) -> FilingQuerySet:
    """The heading and everything below it, in the order of the tree."""
    return Filing.objects.with_subtree_of(root).order_by("path")


def ranked_below(root: Filing) -> QuerySet[Judgement]:
    """What was judged of everything below the heading and has findings, in the reviewer's order."""
    judged = Judgement.objects.filter(
        filing__year_id=root.year_id, filing__path__startswith=root.path
    ).exclude(filing=root)
    ranks = {
        "is_confirmed": Q(filing__status=Status.CONFIRMED),
        "is_open": Q(unexplained__gt=0),
        "is_asked": Q(asked__gt=0),
    }
    flags = {name: ExpressionWrapper(rank, BooleanField()) for name, rank in ranks.items()}
    with_findings = judged.filter(Q(asked__gt=0) | Q(told__gt=0)).annotate(**flags)
    order = ("is_confirmed", "-is_open", "-is_asked", "-score", "filing__path")
    return with_findings.select_related("filing__unit", "filing__year").order_by(*order)


def findings_of(filings: Iterable[int]) -> QuerySet[Finding]:
    """The findings of filings that were fetched through a scope, given by their pk."""
    return Finding.objects.filter(filing__in=list(filings))


def years_with_progress(user: User) -> list[tuple[Filing, Progress]]:
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
    counts = {name: figure.aggregate for name, figure in PROGRESS.items()}
    rows = Filing.objects.filter(below).order_by().values_list("year_id").annotate(**counts)
    progress = {year: Progress(*numbers) for year, *numbers in rows}
    return [(filing, progress.get(filing.year_id, Progress())) for filing in own]


def children_by_pk(root: Filing, pks: Iterable[int]) -> list[Filing]:
    """Those units directly below the heading. Raises Http404 if one of them is not."""
    wanted = set(pks)
    children = Filing.objects.children_of(root).filter(pk__in=wanted)
    filings = list(children.select_related("unit", "year").order_by("path"))
    if len(filings) != len(wanted):
        raise Http404
    return filings
