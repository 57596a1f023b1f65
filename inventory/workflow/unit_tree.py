"""The tree of units as it stands now, and who has no place in it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from inventory.periods import first_day, last_day


class WhyNot(TextChoices):
    """Why a unit owes no filing in a year that is opened."""

    INACTIVE = "inactive", _("非現有單位")
    CLOSED = "closed", _("年度開始前已裁撤或整併")
    NOTHING_ABOVE = "nothing_above", _("上級機關均非現有單位，該縣市也沒有唯一的最上層機關")
    CIRCLE = "circle", _("上下級關係繞成一圈")


@dataclass(frozen=True, slots=True)
class UnitTree:
    """Active units by primary key: the tops, who stands directly below whom, and the others.

    An agency that is no longer active is passed over: what stood below it stands below the
    nearest active one above, or below the county's top where none of those above is active.
    `closing`: the units that close within the year, with the day and who goes on.
    """

    tops: list[int]
    children: Mapping[int, list[int]]
    left_out: Mapping[int, WhyNot]
    closing: Mapping[int, tuple[date, int | None]]

    def levels(self, placed: Iterable[int]) -> Iterator[list[tuple[int, int | None]]]:
        """Level by level, the units with their parents, who stand on the level before.

        Begins with the tops, and with those of `placed` that have no place in the tree now: a
        unit that was placed earlier keeps its filing, and new units below it find their parent.
        """
        first = {*self.tops, *(self.left_out.keys() & set(placed))}
        level: list[tuple[int, int | None]] = [(unit, None) for unit in sorted(first)]
        passed = first
        while level:
            yield level
            level = [
                (child, unit)
                for unit, _parent in level
                for child in self.children.get(unit, ())
                if child not in passed  # placed before, or a circle that was made since
            ]
            passed.update(child for child, _parent in level)


def read_tree(year: int) -> UnitTree:
    """The tree of all counties as a ROC year is opened with it, in one query of six columns."""
    parents: dict[int, int | None] = {}
    counties: dict[int, str] = {}
    left_out: dict[int, WhyNot] = {}
    closing: dict[int, tuple[date, int | None]] = {}
    columns = ("pk", "parent", "county", "is_active", "closed_on", "merged_into")
    rows = Unit.objects.order_by("pk").values_list(*columns)
    for pk, parent, county, is_active, closed_on, merged_into in rows:
        parents[pk], counties[pk] = parent, county
        if not is_active:
            left_out[pk] = WhyNot.INACTIVE
        elif closed_on is not None and closed_on <= first_day(year):
            left_out[pk] = WhyNot.CLOSED
        elif closed_on is not None and closed_on <= last_day(year):
            closing[pk] = closed_on, merged_into
    active = [pk for pk in parents if pk not in left_out]
    tops = [pk for pk in active if parents[pk] is None]
    children: dict[int, list[int]] = defaultdict(list)
    orphans = []
    only_top = _only_tops(tops, counties)
    for pk in active:
        if parents[pk] is not None:
            above = _nearest_active(pk, parents, left_out) or only_top.get(counties[pk])
            if above is None:
                orphans.append(pk)
            else:
                children[above].append(pk)
    left_out |= dict.fromkeys(_all_below(orphans, children), WhyNot.NOTHING_ABOVE)
    reached = _all_below(tops, children) | left_out.keys()
    left_out |= {pk: WhyNot.CIRCLE for pk in active if pk not in reached}
    return UnitTree(tops, children, left_out, closing)


def _only_tops(tops: Iterable[int], counties: Mapping[int, str]) -> dict[str, int]:
    """The top of each county that has exactly one."""
    by_county: dict[str, list[int]] = defaultdict(list)
    for pk in tops:
        by_county[counties[pk]].append(pk)
    return {county: found[0] for county, found in by_county.items() if len(found) == 1}


def _nearest_active(
    unit: int, parents: Mapping[int, int | None], inactive: Mapping[int, WhyNot]
) -> int | None:
    """The nearest active agency above; None where there is none, or only a circle."""
    passed: set[int] = set()
    above = parents[unit]
    while above is not None and above in inactive and above not in passed:
        passed.add(above)
        above = parents[above]
    return None if above in inactive else above


def _all_below(units: Iterable[int], children: Mapping[int, list[int]]) -> set[int]:
    """The units, which nothing stands above, and everything below them.

    It ends: who has one parent and is reached from above stands in no circle.
    """
    found: set[int] = set()
    waiting = list(units)
    while waiting:
        unit = waiting.pop()
        found.add(unit)
        waiting.extend(children.get(unit, ()))
    return found
