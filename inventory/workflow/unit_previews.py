"""What closing a unit, or undoing that, would change: the totals, and who files for which part."""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext as _

from accounts.wording import labelled
from inventory import policies
from inventory.models import Filing
from inventory.periods import mark_periods
from inventory.states import FILED, Status
from inventory.workflow.previews import Preview, rehearse
from inventory.workflow.unit_changes import close_unit, reopen_unit


def preview_of_closing(*, filing: Filing, into: Filing | None = None, **decided: Any) -> Preview:
    """What closing or merging the filing's unit would change. Raises as `close_unit` does."""
    successor = into.unit_id if into else None
    return _preview(
        _open_filings(filing.unit_id, successor),
        lambda: close_unit(filing=filing, into=into, **decided),
        _("「%(unit)s」之後開放的年度不再填報。") % {"unit": filing.unit.name},
    )


def preview_of_reopening(*, filing: Filing, **decided: Any) -> Preview:
    """What undoing the closing would change. Raises as `reopen_unit` does."""
    return _preview(
        _open_filings(filing.unit_id, filing.unit.merged_into_id),
        lambda: reopen_unit(filing=filing, **decided),
        _("「%(unit)s」恢復為現有單位，之後開放的年度照常填報。") % {"unit": filing.unit.name},
    )


def _preview(filings: list[Filing], act: Callable[[], object], later: str) -> Preview:
    sentences: list[str] = []

    def act_and_tell() -> None:
        act()
        sentences.extend(_told([filing.pk for filing in filings]))

    totals = rehearse(act_and_tell, filings)
    return Preview([*sentences, later], [total for total in totals if total.is_changed])


def _open_filings(*units: int | None) -> list[Filing]:
    found = Filing.objects.filter(unit__in=[unit for unit in units if unit is not None])
    day = policies.today()
    filings = found.with_dates().select_related("unit", "year").order_by("year", "path")
    return [filing for filing in filings if not policies.is_year_over(filing, day)]


def _told(keys: Iterable[int]) -> list[str]:
    """How each filing stands afterwards: what it covers, and what to look at once more."""
    filings = Filing.objects.filter(pk__in=keys).select_related("unit", "successor")
    sentences = []
    for filing in mark_periods(filings.order_by("year", "path")):
        notes = list(filing.period_notes)
        if not notes and filing.status == Status.EXCUSED:
            notes = [str(filing.get_status_display())]
        if notes and filing.status in FILED:
            notes.append(_("這份填報已完成，請核對其數據是否合於上述期間。"))
        what = _("%(year)s 年度 %(unit)s") % {"year": filing.year_id, "unit": filing.unit.name}
        sentences += [labelled(what, note) for note in notes]
    return sentences
