"""What looks improbable in filings, as it is stored: findings, a summary per filing, siblings.

None of it is a figure or a decision: it is made anew from the figures, moves no version and no
status, and stands in no total.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import County
from inventory.lines import Operation
from inventory.models.entries import Reason
from inventory.models.filings import Filing
from inventory.models.years import ReportingYear


class FindingKind(models.TextChoices):
    """In which way a figure looks improbable; the values are those of the pure rules."""

    CHANGED = "changed", _("與鄰近年度差異較大")
    APPEARED = "appeared", _("鄰近年度沒有")
    VANISHED = "vanished", _("鄰近年度有、本年度沒有")
    SWAPPED = "swapped", _("疑似兩項填反")
    BOUND = "bound", _("超過該項常見上限")
    SIBLINGS = "siblings", _("與同類單位差異很大")
    SHARE = "share", _("占比異常")
    NOTHING = "nothing", _("全部未使用")
    REPEATED = "repeated", _("多項數字相同")
    SAME_YEAR = "same_year", _("與鄰近年度數字相同")
    SAME_UNIT = "same_unit", _("與他單位數字相同")
    MONTH = "month", _("約少一個月")


class Finding(models.Model):
    """One finding at one line of a filing, of the version that it was made for.

    kg: kg CO2e in doubt. strength: how improbable, in robust standard deviations. quantity, before
    and neighbour are what it is about; reason and reason_note explain exactly these, and are empty
    where nobody has. asks: completing asks for a reason.
    """

    filing = models.ForeignKey(
        Filing, on_delete=models.CASCADE, related_name="findings", verbose_name=_("填報")
    )
    version = models.PositiveIntegerField(_("版次"))
    operation = models.CharField(_("範圍"), max_length=10, choices=Operation)
    line = models.CharField(_("項目"), max_length=30)
    kind = models.CharField(_("提醒"), max_length=10, choices=FindingKind)
    kg = models.DecimalField(_("影響（公斤CO₂e）"), max_digits=20, decimal_places=4)
    strength = models.FloatField(_("異常程度"))
    quantity = models.DecimalField(_("數量"), max_digits=20, decimal_places=4)
    before = models.DecimalField(
        _("鄰近年度數量"), max_digits=20, decimal_places=4, null=True, blank=True
    )
    neighbour = models.PositiveSmallIntegerField(_("鄰近年度"), null=True, blank=True)
    other = models.CharField(_("可能填反的項目"), max_length=30, blank=True)
    asks = models.BooleanField(_("須說明"))
    reason = models.CharField(_("差異原因"), max_length=12, choices=Reason, blank=True)
    reason_note = models.CharField(_("差異說明"), max_length=200, blank=True)
    made_at = models.DateTimeField(_("提醒時間"))

    class Meta:
        verbose_name = _("合理性提醒")
        verbose_name_plural = _("合理性提醒")
        ordering: ClassVar = ["filing", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["filing", "operation", "line", "kind"], name="finding_once_per_line"
            ),
            models.CheckConstraint(condition=Q(kind__in=FindingKind.values), name="finding_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.filing_id} {self.operation} {self.line} {self.kind}"


class Judgement(models.Model):
    """A filing's findings in short, for lists and for bulk confirmation; one row per filing.

    version: the figures that were judged. fingerprint: the same for the same figures; "" where
    they have too few digits to mean anything. kg: of the heaviest finding that is not explained,
    else of the heaviest. score: its place among others, see `plausibility.ranking`.
    """

    filing = models.OneToOneField(
        Filing, on_delete=models.CASCADE, related_name="judgement", verbose_name=_("填報")
    )
    year = models.PositiveSmallIntegerField(_("年度"))
    version = models.PositiveIntegerField(_("版次"))
    fingerprint = models.CharField(_("數據指紋"), max_length=32, blank=True)
    was_compared = models.BooleanField(_("有可比較的資料"))
    asked = models.PositiveSmallIntegerField(_("須說明的提醒"), default=0)
    unexplained = models.PositiveSmallIntegerField(_("未說明的提醒"), default=0)
    told = models.PositiveSmallIntegerField(_("僅供參考的提醒"), default=0)
    kg = models.DecimalField(_("影響（公斤CO₂e）"), max_digits=20, decimal_places=4, default=0)
    score = models.FloatField(_("排序"), default=0)

    class Meta:
        verbose_name = _("合理性檢核")
        verbose_name_plural = _("合理性檢核")
        indexes: ClassVar = [
            models.Index(
                fields=["year", "fingerprint"],
                name="judgement_same_figures",
                condition=~Q(fingerprint=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.filing_id} {self.asked}"


class SiblingSpread(models.Model):
    """How the units of a category spread at a line: made beforehand, read by every save.

    county: of the units of one county, or of all where it is empty. measure: what is compared,
    see `plausibility.case`. middle, deviation: of natural logarithms, robust.
    """

    year = models.ForeignKey(
        ReportingYear, on_delete=models.PROTECT, related_name="+", verbose_name=_("年度")
    )
    county = models.ForeignKey(
        County,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("縣市"),
    )
    category = models.CharField(_("類別"), max_length=30)
    operation = models.CharField(_("範圍"), max_length=10, choices=Operation)
    line = models.CharField(_("項目"), max_length=30)
    measure = models.CharField(_("比較方式"), max_length=10)
    count = models.PositiveIntegerField(_("單位數"))
    middle = models.FloatField(_("中位數（對數）"))
    deviation = models.FloatField(_("離散程度（對數）"))

    class Meta:
        verbose_name = _("同類單位分布")
        verbose_name_plural = _("同類單位分布")
        ordering: ClassVar = ["year", "category", "operation", "line", "measure"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["year", "county", "category", "operation", "line", "measure"],
                nulls_distinct=False,
                name="spread_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.year_id} {self.category} {self.line}"
