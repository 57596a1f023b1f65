"""What the calendar and the state of a filing allow. Knows no user."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from inventory import states
from inventory.models import FactorSet, Filing
from inventory.states import Verb


class NotAllowed(Exception):
    """The calendar or the state forbids it; the message is for the person who asked."""


def today() -> date:
    """The day in Taipei: a due date ends there at midnight."""
    return timezone.localdate()


def is_open(filing: Filing, day: date) -> bool:
    """Whether the unit may file on this day: from the opening to the due date, both included."""
    return filing.year.opens_on <= day <= filing.due_on


def check_open(filing: Filing, day: date) -> None:
    """Raises NotAllowed before the opening and after the due date (or its extension)."""
    if day < filing.year.opens_on:
        raise NotAllowed(
            _("%(year)s 年度自 %(day)s 起開放填報，目前僅供檢視。")
            % {"year": filing.year_id, "day": filing.year.opens_on.isoformat()}
        )
    if day > filing.due_on:
        raise NotAllowed(
            _("%(year)s 年度已於 %(day)s 截止填報，目前僅供檢視；如需修改，請洽縣市政府展延期限。")
            % {"year": filing.year_id, "day": filing.due_on.isoformat()}
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
    """Raises NotAllowed for a date that is past or would not be later than the year's due date."""
    if to < day:
        raise NotAllowed(_("展延日期不能早於今天。"))
    if to <= filing.year.due_on:
        raise NotAllowed(
            _("展延日期須晚於原截止日期 %(day)s。") % {"day": filing.year.due_on.isoformat()}
        )
