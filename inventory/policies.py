"""What the calendar and the state of a filing allow. Knows no user."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from inventory import states
from inventory.models import FIRST_ROC_YEAR, OLDEST_YEAR, FactorSet, Filing
from inventory.states import Verb

MAX_YEARS_AHEAD = 5  # how far from now a due date may lie


class NotAllowed(Exception):
    """The calendar or the state forbids it; the message is for the person who asked."""


def today() -> date:
    """The day in Taipei: a due date ends there at midnight."""
    return timezone.localdate()


def is_open(filing: Filing, day: date) -> bool:
    """Whether the unit may file on this day: from the opening to the due date, both included."""
    return filing.opens_on <= day <= filing.due_on


def check_open(filing: Filing, day: date) -> None:
    """Raises NotAllowed before the opening and after the due date (or its extension)."""
    if day < filing.opens_on:
        raise NotAllowed(
            _("%(year)s 年度自 %(day)s 起開放填報，目前僅供檢視。")
            % {"year": filing.year_id, "day": filing.opens_on.isoformat()}
        )
    if day > filing.due_on:
        raise NotAllowed(
            _("%(year)s 年度已於 %(day)s 截止填報，目前僅供檢視；如需修改，請洽縣市政府展延期限。")
            % {"year": filing.year_id, "day": filing.due_on.isoformat()}
        )


def check_year(number: int, day: date) -> None:
    """Raises NotAllowed for what is no ROC year that units could file for on this day.

    Whoever types the year of the common era is told its ROC number: 2015 is 104.
    """
    newest = day.year - FIRST_ROC_YEAR
    if OLDEST_YEAR <= number <= newest:
        return
    if OLDEST_YEAR <= number - FIRST_ROC_YEAR <= newest:
        what = {"gregorian": number, "year": number - FIRST_ROC_YEAR}
        raise NotAllowed(_("年度請填民國年：西元 %(gregorian)s 年是民國 %(year)s 年。") % what)
    what = {"year": number, "oldest": OLDEST_YEAR, "newest": newest}
    raise NotAllowed(
        _("沒有 %(year)s 年度可開放；年度須為民國 %(oldest)s 年至 %(newest)s 年。") % what
    )


def check_date(year: int, date_of_year: date, day: date) -> None:
    """Raises NotAllowed for an opening or due date that cannot be meant for this ROC year.

    It lies between the first day of the year that is reported on and MAX_YEARS_AHEAD from now: a
    slip of the keys (0216, 9999) would close a year for everybody or never close it.
    """
    first = date(year + FIRST_ROC_YEAR, 1, 1)
    last = date(day.year + MAX_YEARS_AHEAD, 12, 31)
    if not first <= date_of_year <= last:
        what = {
            "year": year,
            "date": date_of_year.isoformat(),
            "first": first.isoformat(),
            "last": last.isoformat(),
        }
        raise NotAllowed(
            _("%(year)s 年度的日期須在 %(first)s 至 %(last)s 之間，不能是 %(date)s。") % what
        )


def check_order(opens_on: date, due_on: date) -> None:
    """Raises NotAllowed for a due date before the opening."""
    if due_on < opens_on:
        what = {"opens": opens_on.isoformat(), "due": due_on.isoformat()}
        raise NotAllowed(_("截止日期 %(due)s 不能早於開放日期 %(opens)s。") % what)


def check_not_over(due_on: date, day: date) -> None:
    """Raises NotAllowed for a due date that has gone by: nobody could file, which is rarely meant.

    Who means it says so, and then this is not asked.
    """
    if due_on < day:
        what = {"due": due_on.isoformat()}
        raise NotAllowed(
            _(
                "截止日期 %(due)s 已過，單位將只能檢視、不能填報；確定如此時，"
                "請勾選「截止日期已過也照樣採用」，或在指令加上 --closed。"
            )
            % what
        )


def can_confirm(filing: Filing) -> bool:
    """Whether the filing is in a state that can be confirmed."""
    return states.is_allowed(Verb.CONFIRM, filing.status)


def check_can_confirm(filing: Filing) -> None:
    """Raises NotAllowed unless the unit has completed the filing."""
    if not can_confirm(filing):
        raise NotAllowed(
            _("登錄狀況為「%(status)s」，只有「已完成」的填報可以確認。")
            % {"status": filing.get_status_display()}
        )


def can_send_back(filing: Filing) -> bool:
    """Whether the filing is in a state that can be sent back."""
    return states.is_allowed(Verb.SEND_BACK, filing.status)


def check_can_send_back(filing: Filing) -> None:
    """Raises NotAllowed unless the filing is completed or confirmed."""
    if not can_send_back(filing):
        raise NotAllowed(
            _("登錄狀況為「%(status)s」，只有「已完成」或「已確認」的填報可以退回。")
            % {"status": filing.get_status_display()}
        )


def check_set_fits(factor_set: FactorSet, year: int) -> None:
    """Raises NotAllowed where the set does not say that it may be used for the year."""
    if year not in factor_set.usable_years:
        raise NotAllowed(
            _("係數版本「%(set)s」不適用於 %(year)s 年度。") % {"set": factor_set, "year": year}
        )


def check_can_import(filing: Filing) -> None:
    """Raises NotAllowed for a filing that somebody has begun."""
    if not states.is_allowed(Verb.IMPORT, filing.status):
        raise NotAllowed(_("%(unit)s 已開始填報，不能再匯入。") % {"unit": filing.unit})


def can_recompute(filing: Filing) -> bool:
    """Whether there is anything to compute anew."""
    return states.is_allowed(Verb.RECOMPUTE, filing.status)


def check_can_recompute(filing: Filing) -> None:
    """Raises NotAllowed for a filing that was never saved."""
    if not can_recompute(filing):
        raise NotAllowed(_("尚未登錄的填報沒有可重算的數據。"))


def check_extension(filing: Filing, to: date, day: date) -> None:
    """Raises NotAllowed for a date that is past, not later than the due date, or never meant."""
    if to < day:
        raise NotAllowed(_("展延日期不能早於今天。"))
    if to <= filing.original_due_on:
        raise NotAllowed(
            _("展延日期須晚於原截止日期 %(day)s。") % {"day": filing.original_due_on.isoformat()}
        )
    check_date(filing.year_id, to, day)
