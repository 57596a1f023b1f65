"""Findings in words, for the unit and for who reviews it; no other unit's figure is in any."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.wording import labelled, listed
from inventory.calculator.comparison import change_per_cent
from inventory.figures import figure, per_cent
from inventory.lines import line_of, operation_label
from inventory.models import Finding as StoredFinding
from inventory.plausibility.findings import Finding, Kind
from inventory.plausibility.reading import as_finding

# A change near one of these is told as such: from, to, words.
POWERS = (10, 100, 1000)
LPG = "lpg"
AS_LITRES = (Decimal("1.6"), Decimal("2.1"))  # 0.54 kg of liquefied gas a litre


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """A finding as a page shows it. reason: why it is right, in words; "" where nobody said."""

    finding: Finding
    reason: str = ""

    @property
    def sentence(self) -> str:
        """What looks improbable."""
        return sentence_of(self.finding)

    @property
    def label(self) -> str:
        """The line that it stands at."""
        operation, line = self.finding.key
        return operation_label(operation, line_of(line).label)

    @property
    def is_open(self) -> bool:
        """Whether a reason is asked for and none was given."""
        return self.finding.asks and not self.reason


def shown(stored: StoredFinding) -> ShownFinding:
    """A stored finding as a page shows it."""
    reason = str(stored.get_reason_display()) if stored.reason else ""
    if reason and stored.reason_note:
        reason = labelled(reason, stored.reason_note)
    return ShownFinding(as_finding(stored), reason)


def sentence_of(finding: Finding) -> str:
    """One finding in one sentence."""
    return SENTENCES[finding.kind](finding)


def asking_for_reasons(label: object, findings: list[Finding]) -> str:
    """What asks for a reason, at the field where it is to be given."""
    what = {"line": label, "why": listed(sentence_of(one) for one in findings)}
    return _("%(line)s：%(why)s，請選擇原因。") % what


def _changed(finding: Finding) -> str:
    before = finding.before or Decimal(0)
    what = {
        "year": finding.year,
        "change": per_cent(change_per_cent(before, finding.now)),
        "before": figure(before),
    }
    sentence = _("與 %(year)s 年的 %(before)s 相差 %(change)s") % what
    return f"{sentence}{_factor(finding, before)}"


def _factor(finding: Finding, before: Decimal) -> str:
    """The kind of error that a change is as large as; "" for none."""
    if not before or not finding.now:
        return ""
    ratio = finding.now / before
    for power in reversed(POWERS):
        if Decimal("0.7") <= ratio / power <= Decimal("1.4"):
            return _("（約為 %(times)s 倍，請確認小數點與單位）") % {"times": f"{power:,}"}
        if Decimal("0.7") <= ratio * power <= Decimal("1.4"):
            return _("（約為 %(times)s 分之一，請確認小數點與單位）") % {"times": f"{power:,}"}
    low, high = AS_LITRES
    if finding.key[1] == LPG and (low <= ratio <= high or low <= 1 / ratio <= high):
        return _("（約為公升與公斤之比，瓦斯請填公斤）")
    return ""


def _appeared(finding: Finding) -> str:
    return _("%(year)s 年沒有使用或未填，本年度有數量") % {"year": finding.year}


def _vanished(finding: Finding) -> str:
    what = {"year": finding.year, "before": figure(finding.before)}
    return _("%(year)s 年有 %(before)s，本年度沒有使用") % what


def _swapped(finding: Finding) -> str:
    what = {"year": finding.year, "other": line_of(finding.other).label}
    return _("與 %(year)s 年的「%(other)s」相近，請確認是否與「%(other)s」填反") % what


def _bound(finding: Finding) -> str:
    line = line_of(finding.key[1])
    what = {"most": f"{line.most:,}", "unit": line.unit_label}
    return _("超過一個單位一年的常見上限 %(most)s %(unit)s，請確認單位與小數點") % what


def _siblings(_finding: Finding) -> str:
    return _("與同類單位相比差異很大，請確認數量與單位")


def _share(_finding: Finding) -> str:
    return _("滅火器與冷媒補充占總排放量的大部分，請確認數量以公斤計")


def _nothing(_finding: Finding) -> str:
    return _("所有項目都是未使用，請確認本年度沒有用電、用油等任何使用")


def _repeated(finding: Finding) -> str:
    return _("多個項目填了同一個數字 %(number)s，請確認") % {"number": figure(finding.now)}


def _same_year(finding: Finding) -> str:
    return _("與 %(year)s 年的數字相同，請確認不是照抄該年") % {"year": finding.year}


def _same_unit(_finding: Finding) -> str:
    return _("各項數字與另一份填報完全相同，請確認是本單位的數據")


def _month(finding: Finding) -> str:
    what = {"year": finding.year}
    return _("比 %(year)s 年約少一個月的用量，請核對帳單是否齊全（不必說明原因）") % what


SENTENCES: dict[Kind, Callable[[Finding], str]] = {
    Kind.CHANGED: _changed,
    Kind.APPEARED: _appeared,
    Kind.VANISHED: _vanished,
    Kind.SWAPPED: _swapped,
    Kind.BOUND: _bound,
    Kind.SIBLINGS: _siblings,
    Kind.SHARE: _share,
    Kind.NOTHING: _nothing,
    Kind.REPEATED: _repeated,
    Kind.SAME_YEAR: _same_year,
    Kind.SAME_UNIT: _same_unit,
    Kind.MONTH: _month,
}
