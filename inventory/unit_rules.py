"""What the calendar and the state allow where a unit comes late, closes, or is merged.

As `policies`, it knows no user. A rule is `can_…` for a button and `check_…` for the verb.
"""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from accounts.models import Unit, User
from accounts.roles import ROLES, Permission
from accounts.wording import listed
from inventory.models import OLDEST_YEAR, PATH_WIDTH, Filing
from inventory.periods import first_day
from inventory.policies import NotAllowed, is_year_over
from inventory.states import Status

MAX_WHY = 500  # characters of why a county fills in another unit's form
NAMED = 10  # units that a refusal names before it says how many more there are


def check_can_take_in(unit: Unit, under: Filing, day: date) -> None:
    """Raises NotAllowed for a unit that has no place below this filing in its year.

    The parent stands among the year's filings and in the unit's own county, the year is not over
    there, and the unit is there, was not closed before the year began, and has no filing in it.
    """
    year = under.year_id
    if is_year_over(under, day):
        raise NotAllowed(
            _("%(year)s 年度已截止，不能再納入單位；請先由平台管理者延後該縣市的截止日期。")
            % {"year": year}
        )
    if unit.county_id != under.unit.county_id:
        raise NotAllowed(_("上級機關必須屬於同一縣市。"))
    if not unit.is_active or is_closed_before(unit, year):
        raise NotAllowed(
            _("%(unit)s 在 %(year)s 年度已非現有單位。") % {"unit": unit, "year": year}
        )
    if Filing.objects.filter(unit=unit, year=year).exists():
        raise NotAllowed(_("%(unit)s 在 %(year)s 年度已有填報。") % {"unit": unit, "year": year})
    if under.status == Status.EXCUSED:
        raise NotAllowed(_("上級機關 %(unit)s 本年度免填報。") % {"unit": under.unit})


def has_staff(unit: Unit, day: date) -> bool:
    """Whether anybody can sign in and file for the unit: not where it is closed by now."""
    if unit.closed_on is not None and unit.closed_on <= day:
        return False
    filing = [role.code for role in ROLES.values() if Permission.FILE in role.permissions]
    return User.objects.filter(unit=unit, is_active=True, role__in=filing).exists()


def check_may_file_for(unit: Unit, why: str, day: date) -> None:
    """Raises NotAllowed where the unit has people of its own and nobody says why they do not.

    And for a reason that is longer than its field.
    """
    if len(why) > MAX_WHY:
        raise NotAllowed(_("代填原因最多 %(most)s 個字。") % {"most": MAX_WHY})
    if not why and has_staff(unit, day):
        raise NotAllowed(
            _("%(unit)s 有可登入填報的帳號，由縣市代填時請填寫代填原因。") % {"unit": unit}
        )


def is_closed_before(unit: Unit, year: int) -> bool:
    """Whether the unit was gone when the year began, so that it owes nothing in it."""
    return unit.closed_on is not None and unit.closed_on <= first_day(year)


def can_close(filing: Filing, day: date) -> bool:
    """Whether the filing's unit can be closed from here: no county's top, and not closed yet."""
    return filing.level > 1 and not is_year_over(filing, day) and filing.unit.closed_on is None


def check_can_close(filing: Filing, into: Filing | None, on: date, day: date) -> None:
    """Raises NotAllowed for a closing that the tree, the calendar or the units do not allow."""
    unit = filing.unit
    if not can_close(filing, day):
        raise NotAllowed(_("縣市最上層機關、已裁撤的單位與已截止的年度不能登錄裁撤或整併。"))
    if not first_day(OLDEST_YEAR) <= on <= date(day.year + 1, 12, 31):
        what = {"first": first_day(OLDEST_YEAR), "last": date(day.year + 1, 12, 31)}
        raise NotAllowed(_("裁撤或整併日須在 %(first)s 至 %(last)s 之間。") % what)
    if into is not None:
        _check_successor(filing, into)
    below = Unit.objects.filter(parent=unit, is_active=True, closed_on=None)
    _check_nobody(
        below,
        _("以下單位目前的上級機關是本單位，請先逐一「改列上級機關」並勾選「以後的年度也照此」："),
    )


def _check_successor(filing: Filing, into: Filing) -> None:
    if into.unit_id == filing.unit_id:
        raise NotAllowed(_("單位不能併入自己。"))
    if into.year_id != filing.year_id or into.path[:PATH_WIDTH] != filing.path[:PATH_WIDTH]:
        raise NotAllowed(_("承接單位必須屬於同一縣市。"))
    if not into.unit.is_active or into.unit.closed_on is not None:
        raise NotAllowed(_("%(unit)s 已非現有單位，不能承接。") % {"unit": into.unit})


def check_whole_year(into: Filing | None, *, is_whole: bool) -> None:
    """Raises NotAllowed where a whole year is handed over to nobody."""
    if is_whole and into is None:
        raise NotAllowed(_("由承接單位填報全年時，請填承接單位。"))


def check_can_take_over(successor: Filing | None, unit: Unit, year: int) -> None:
    """Raises NotAllowed for a successor that files nothing in the year."""
    if successor is None:
        what = {"unit": unit, "year": year}
        raise NotAllowed(_("%(unit)s 在 %(year)s 年度沒有填報，請先將它納入該年度。") % what)
    if successor.status == Status.EXCUSED:
        what = {"unit": unit, "year": year}
        raise NotAllowed(_("%(unit)s 在 %(year)s 年度免填報，不能承接。") % what)


def check_nobody_owes_below(filing: Filing) -> None:
    """Raises NotAllowed, with their names, while units stand below and owe a filing in the year."""
    children = Filing.objects.children_of(filing).exclude(status=Status.EXCUSED)
    units = Unit.objects.filter(filings__in=children)
    what = {"year": filing.year_id}
    _check_nobody(
        units, _("以下單位在 %(year)s 年度列於本單位之下，請先逐一改列上級機關或免其填報：") % what
    )


def _check_nobody(units: Iterable[Unit], sentence: str) -> None:
    found = [f"{unit.code} {unit.name}" for unit in units]
    if not found:
        return
    more = len(found) - NAMED
    rest = _("等共 %(count)s 個") % {"count": len(found)} if more > 0 else ""
    raise NotAllowed(sentence + listed(found[:NAMED]) + rest)


def check_may_change_part(filing: Filing) -> None:
    """Raises NotAllowed for a confirmed filing: nobody confirmed another part of the year.

    Sent back, it can be said; what was published stays until a newer version is confirmed.
    """
    if filing.status == Status.CONFIRMED:
        what = {"unit": filing.unit, "year": filing.year_id}
        raise NotAllowed(
            _("%(unit)s %(year)s 年度的填報已確認，請先退回，再變更其涵蓋期間。") % what
        )


def can_reopen(filing: Filing, day: date) -> bool:
    """Whether a closing can be undone from here: while the year is open."""
    return filing.unit.closed_on is not None and not is_year_over(filing, day)


def check_closing_is_not_over(closed: Iterable[Filing]) -> None:
    """Raises NotAllowed where a closing stands in a filing of a year that is over by now."""
    for filing in closed:
        what = {"unit": filing.unit, "year": filing.year_id}
        raise NotAllowed(_("%(unit)s 的裁撤或整併已列入截止的 %(year)s 年度，不能撤銷。") % what)


def check_can_reopen(filing: Filing, day: date) -> None:
    """Raises NotAllowed for a unit that is not closed, or a year that is over."""
    if not can_reopen(filing, day):
        raise NotAllowed(_("只有在未截止的年度，才能撤銷裁撤或整併。"))
