"""What the calendar and the state of a filing allow. Knows no user."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from inventory import states
from inventory.models import FIRST_ROC_YEAR, OLDEST_YEAR, PATH_WIDTH, FactorSet, Filing
from inventory.states import Status, Verb

MAX_YEARS_AHEAD = 5  # how far from now a due date may lie


class NotAllowed(Exception):
    """The calendar or the state forbids it; the message is for the person who asked."""


def today() -> date:
    """The day in Taipei: a due date ends there at midnight."""
    return timezone.localdate()


def is_open(filing: Filing, day: date) -> bool:
    """Whether the unit may file on this day: from the opening to the due date, both included."""
    return filing.opens_on <= day <= filing.due_on


def reason_of_excuse(filing: Filing) -> str:
    """Why a unit owes nothing in the year, as the administrator said it. One query."""
    event = filing.events.filter(verb=Verb.EXCUSE).order_by("-revision").first()
    return event.reason if event is not None else ""


def check_open(filing: Filing, day: date) -> None:
    """Raises NotAllowed before the opening, after the due date, and where nothing is owed."""
    if is_excused(filing):
        what = {"year": filing.year_id, "why": reason_of_excuse(filing)}
        raise NotAllowed(_("本單位 %(year)s 年度免填報：%(why)s") % what)
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


def can_import(filing: Filing) -> bool:
    """Whether nobody but an import has touched the figures: then another may replace them."""
    if filing.status == Status.DRAFT:
        return filing.is_prefilled
    return states.is_allowed(Verb.IMPORT, filing.status)


def check_can_import(filing: Filing) -> None:
    """Raises NotAllowed for a filing that its unit has begun, or that is not owed."""
    if not can_import(filing):
        raise NotAllowed(_("%(unit)s 已開始填報或免填報，不能再匯入。") % {"unit": filing.unit})


def can_take_back(filing: Filing) -> bool:
    """Whether an import can be taken back: its unit has not saved since."""
    return filing.is_prefilled and states.is_allowed(Verb.TAKE_BACK, filing.status)


def check_can_take_back(filing: Filing) -> None:
    """Raises NotAllowed where the unit has saved the figures, which are its own by then."""
    if not can_take_back(filing):
        raise NotAllowed(_("只有匯入後單位尚未存檔的填報可以撤回。"))


def is_year_over(filing: Filing, day: date) -> bool:
    """Whether the year is closed for this filing; what closed stays where and as it was."""
    return day > filing.due_on


def can_excuse(filing: Filing, day: date) -> bool:
    """Whether the filing is in a state in which it can be excused."""
    is_possible = states.is_allowed(Verb.EXCUSE, filing.status) and not is_year_over(filing, day)
    return is_possible and filing.published_version is None


def check_can_excuse(filing: Filing, day: date) -> None:
    """Raises NotAllowed for figures that are completed, public, or of a closed year."""
    if not can_excuse(filing, day):
        raise NotAllowed(
            _(
                "登錄狀況為「%(status)s」，不能免填報：已完成者請先退回，已公開或年度已截止者"
                "維持原狀。"
            )
            % {"status": filing.get_status_display()}
        )


def is_excused(filing: Filing) -> bool:
    """Whether the unit owes nothing in the year."""
    return bool(filing.status == Status.EXCUSED)


def can_reinstate(filing: Filing) -> bool:
    """Whether an excused unit can owe its filing after all: not where it is gone or merged."""
    closed_on = filing.unit.closed_on
    is_gone = closed_on is not None and closed_on <= date(filing.year_id + FIRST_ROC_YEAR, 1, 1)
    return is_excused(filing) and filing.successor_id is None and not is_gone


def check_can_reinstate(filing: Filing) -> None:
    """Raises NotAllowed for a filing that is owed already, or whose unit is closed."""
    if is_excused(filing) and not can_reinstate(filing):
        raise NotAllowed(
            _("%(unit)s 已裁撤或整併，請改用「撤銷裁撤或整併」。") % {"unit": filing.unit}
        )
    if not is_excused(filing):
        raise NotAllowed(_("%(unit)s 本來就要填報。") % {"unit": filing.unit})


def can_move(filing: Filing, day: date) -> bool:
    """Whether the filing's place can still be changed: not that of a county's top."""
    return filing.level > 1 and not is_year_over(filing, day)


def check_can_move(filing: Filing, under: Filing, day: date) -> None:
    """Raises NotAllowed for a move that the year's tree or the calendar does not allow."""
    if not can_move(filing, day):
        raise NotAllowed(_("縣市最上層機關與已截止年度的上下級關係不能變更。"))
    if under.path.startswith(filing.path):
        raise NotAllowed(_("上級機關不能是本單位或其所屬機關。"))
    if under.year_id != filing.year_id or under.path[:PATH_WIDTH] != filing.path[:PATH_WIDTH]:
        raise NotAllowed(_("上級機關必須屬於同一縣市。"))
    if filing.parent_id == under.pk:
        raise NotAllowed(_("%(unit)s 目前就是上級機關。") % {"unit": under.unit})


def can_recompute(filing: Filing) -> bool:
    """Whether there is anything to compute anew."""
    return states.is_allowed(Verb.RECOMPUTE, filing.status)


def check_can_recompute(filing: Filing) -> None:
    """Raises NotAllowed for a filing that was never saved."""
    if not can_recompute(filing):
        raise NotAllowed(_("尚未登錄的填報沒有可重算的數據。"))


def check_extension_day(year: int, to: date, day: date) -> None:
    """Raises NotAllowed for a day to which nobody could be given time in this ROC year."""
    if to < day:
        raise NotAllowed(_("展延日期不能早於今天。"))
    check_date(year, to, day)


def check_extension(filing: Filing, to: date, day: date) -> None:
    """Raises NotAllowed for a date that is past, not later than the due date, or never meant."""
    check_extension_day(filing.year_id, to, day)
    if to <= filing.original_due_on:
        raise NotAllowed(
            _("展延日期須晚於原截止日期 %(day)s。") % {"day": filing.original_due_on.isoformat()}
        )
