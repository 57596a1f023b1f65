"""Which part of a year a filing is of: where its unit closed or merged within the year.

The day stands on the filing, written there while its year was open; a unit that closes later moves
nothing in a year that had closed.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from inventory.models import FIRST_ROC_YEAR, Filing
from inventory.states import Status

ONE_DAY = timedelta(days=1)
# Of a Filing: whether another unit was merged into its own in its year.
TAKES_OVER = Exists(Filing.objects.filter(year=OuterRef("year"), successor=OuterRef("unit")))


def first_day(year: int) -> date:
    """1 January of a ROC year."""
    return date(year + FIRST_ROC_YEAR, 1, 1)


def last_day(year: int) -> date:
    """31 December of a ROC year."""
    return date(year + FIRST_ROC_YEAR, 12, 31)


def period_notes(filing: Filing) -> tuple[str, ...]:
    """Which part of the year is meant, in sentences; none for a whole year of one unit."""
    [marked] = mark_periods([filing])
    return marked.period_notes


def mark_periods(filings: Iterable[Filing]) -> list[Filing]:
    """The filings, each with its `period_notes`.

    One query, however many there are; none where they were read with TAKES_OVER and none does.
    """
    marked = list(filings)
    may_take_over = [one for one in marked if getattr(one, "takes_over", True)]
    others = Filing.objects.filter(
        year__in={filing.year_id for filing in may_take_over},
        successor__in={filing.unit_id for filing in may_take_over},
    )
    notes = _by_successor(others)
    for filing in marked:
        filing.period_notes = _notes_of(filing, notes)
    return marked


class PeriodNotes:
    """The same for filings of one year that are read one by one: the year is asked once."""

    def __init__(self, year: int) -> None:
        self._notes = _by_successor(Filing.objects.filter(year=year, successor__isnull=False))

    def mark(self, filing: Filing) -> None:
        """Give a filing of the year its `period_notes`."""
        filing.period_notes = _notes_of(filing, self._notes)


def _by_successor(others: QuerySet[Filing]) -> dict[tuple[int, int], list[Filing]]:
    """The filings whose units were merged into another, by year and that unit's key."""
    found: dict[tuple[int, int], list[Filing]] = defaultdict(list)
    for other in others.select_related("unit").order_by("year", "path"):
        if other.successor_id is not None:
            found[other.year_id, other.successor_id].append(other)
    return found


def _notes_of(
    filing: Filing, taken_over: Mapping[tuple[int, int], list[Filing]]
) -> tuple[str, ...]:
    others = taken_over.get((filing.year_id, filing.unit_id), [])
    return (*_own_note(filing), *map(_note_of_other, others))


def _own_note(filing: Filing) -> tuple[str, ...]:
    into = filing.successor
    if filing.status == Status.EXCUSED and filing.covers_until is not None:
        return ()
    if filing.covers_until is None:
        if into is None or filing.status != Status.EXCUSED:
            return ()
        return (_("已併入「%(unit)s」，本年度由其填報，本單位免填報。") % {"unit": into.name},)
    what = {
        "first": first_day(filing.year_id).isoformat(),
        "last": filing.covers_until.isoformat(),
        "closed": (filing.covers_until + ONE_DAY).isoformat(),
        "unit": into.name if into else "",
    }
    if into is None:
        text = _("本單位自 %(closed)s 起裁撤，本填報涵蓋 %(first)s 至 %(last)s。")
    else:
        text = _(
            "本單位自 %(closed)s 起併入「%(unit)s」，本填報涵蓋 %(first)s 至 %(last)s，"
            "其後由「%(unit)s」填報。"
        )
    return (text % what,)


def _note_of_other(other: Filing) -> str:
    """What the successor's filing includes of a unit that was merged into it."""
    what = {"unit": other.unit.name, "code": other.unit.code}
    if other.covers_until is None:
        return _("本填報含已併入的「%(unit)s」（%(code)s）全年的部分。") % what
    what["day"] = (other.covers_until + ONE_DAY).isoformat()
    if other.status == Status.EXCUSED:
        return _("本填報自 %(day)s 起含已併入的「%(unit)s」（%(code)s）。") % what
    return (
        _(
            "本填報自 %(day)s 起含已併入的「%(unit)s」（%(code)s）；在那之前的部分由「%(unit)s」"
            "的填報申報，不重複計入。"
        )
        % what
    )
