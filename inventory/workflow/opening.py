"""Opening a year: one filing for every active unit, with its place in the tree copied."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import pghistory
from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Unit, User
from accounts.wording import listed
from inventory.models import OPENED, PATH_WIDTH, Filing, ReportingYear
from inventory.periods import ONE_DAY, first_day, last_day
from inventory.permissions import check_is_platform_administrator
from inventory.policies import NotAllowed, check_set_fits
from inventory.workflow.unit_tree import UnitTree, WhyNot, read_tree
from inventory.workflow.years import locked_year

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
BATCH = 2_000


class Place(NamedTuple):
    """Where a filing stands in its year's tree."""

    pk: int
    path: str
    level: int


@dataclass(frozen=True, slots=True)
class Opening:
    """What became of opening a year: how many filings were made, which units were left out."""

    year: int
    made: int
    was_open: bool
    left_out: Mapping[WhyNot, list[str]]  # code and name of each unit, in the order of the codes

    def __str__(self) -> str:
        what = {"year": self.year, "made": self.made}
        if not self.was_open:
            return _("%(year)s 年度：新增 %(made)s 個單位的填報。") % what
        if self.made:
            return _("%(year)s 年度先前已開放；已為後來的 %(made)s 個單位補建填報。") % what
        return _("%(year)s 年度先前已開放，沒有需要補建填報的單位。") % what

    def left_out_in_words(self, most: int | None = None) -> list[str]:
        """A sentence for each reason, with the units that it left out (the first `most`)."""
        sentences = []
        for why, units in self.left_out.items():
            what = {"year": self.year, "why": why.label, "units": listed(units[:most])}
            what["count"] = len(units)
            if len(units) == len(units[:most]):
                text = _("%(year)s 年度未納入 %(count)s 個單位（%(why)s）：%(units)s。")
            else:
                text = _("%(year)s 年度未納入 %(count)s 個單位（%(why)s）：%(units)s 等。")
            sentences.append(text % what)
        return sentences


@transaction.atomic
def open_year(*, year: ReportingYear, by: User) -> Opening:
    """Make the filings of a year that is set up: of every active unit, or of none.

    Whoever presses at the same time waits for the first and is told that the year is open. A
    second call adds filings for units that have come since and changes no other. The year's
    history keeps who made how many. Raises
    PermissionDenied for anyone but a platform administrator, NotAllowed where there is no such
    year, where its factor set is not for it, or where a unit was deleted meanwhile.
    """
    check_is_platform_administrator(by)
    year = locked_year(year.pk)
    check_set_fits(year.factor_set, year.year)
    filings = Filing.objects.filter(year=year).order_by()
    places = {unit: Place(*place) for unit, *place in filings.values_list("unit", *Place._fields)}
    was_open, tree = bool(places), read_tree(year.year)
    try:
        # Constraints at each batch and not at the end: there a refusal could not be told any more,
        # and whatever opens a subtransaction meanwhile would walk through all that wait for it.
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            made = _make_filings(year, tree, places)
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    except IntegrityError as error:
        raise NotAllowed(_("開放期間有單位被刪除，未建立任何填報，請再開放一次。")) from error
    if made:
        with pghistory.context(user=by.pk, verb="open_year", made=made):
            pghistory.create_event(year, label=OPENED)
    return Opening(year.year, made, was_open, _left_out(tree, places))


def units_to_open(year: ReportingYear) -> int:
    """How many active units have no filing in the year yet: how long opening it would take."""
    gone = Q(closed_on__lte=first_day(year.year))
    return Unit.objects.filter(is_active=True).exclude(gone).exclude(filings__year=year).count()


def _make_filings(year: ReportingYear, tree: UnitTree, places: dict[int, Place]) -> int:
    """Make what is missing, level by level, so that every filing finds its parent's there.

    `places` grows by the new ones; the filings themselves are let go batch by batch, for a
    country has more than would fit beside each other.
    """
    made = 0
    for level in tree.levels(places):
        missing = [(unit, parent) for unit, parent in level if unit not in places]
        for batch in _batches(missing):
            filings = [
                _filing(year, unit, places[above] if above else None, tree.closing.get(unit))
                for unit, above in batch
            ]
            Filing.objects.bulk_create(filings)
            for filing in filings:
                places[filing.unit_id] = Place(filing.pk, filing.path, filing.level)
        made += len(missing)
    return made


def _batches(units: list[tuple[int, int | None]]) -> Iterator[list[tuple[int, int | None]]]:
    for start in range(0, len(units), BATCH):
        yield units[start : start + BATCH]


def _filing(
    year: ReportingYear,
    unit: int,
    above: Place | None,
    closing: tuple[date, int | None] | None,
) -> Filing:
    """The filing of a unit, and of which part of the year it is where the unit closes within it."""
    closed_on, successor = closing or (None, None)
    return Filing(
        year=year,
        unit_id=unit,
        parent_id=above.pk if above else None,
        path=(above.path if above else "") + path_piece(unit),
        level=above.level + 1 if above else 1,
        covers_until=closed_on - ONE_DAY if closed_on else None,
        successor_id=successor,
    )


def filing_at(under: Filing, unit: Unit) -> Filing:
    """The filing of one unit directly below another, not stored yet; its place as `open_year`'s."""
    is_within = unit.closed_on is not None and unit.closed_on <= last_day(under.year_id)
    closing = (unit.closed_on, unit.merged_into_id) if is_within and unit.closed_on else None
    return _filing(under.year, unit.pk, Place(under.pk, under.path, under.level), closing)


def _left_out(tree: UnitTree, places: Mapping[int, Place]) -> dict[WhyNot, list[str]]:
    """The units without a filing in the year, by reason."""
    without = [unit for unit in tree.left_out if unit not in places]
    units = Unit.objects.filter(pk__in=without).order_by("county__order", "code")
    left_out: dict[WhyNot, list[str]] = {}
    for pk, code, name in units.values_list("pk", "code", "name"):
        left_out.setdefault(tree.left_out[pk], []).append(f"{code} {name}")
    return left_out


def path_piece(unit: int) -> str:
    """The unit's primary key in base 36, padded: siblings sort in the order they were added.

    >>> path_piece(71)
    '0001Z'
    """
    digits = ""
    while unit:
        unit, digit = divmod(unit, len(DIGITS))
        digits = DIGITS[digit] + digits
    return digits.rjust(PATH_WIDTH, "0")
