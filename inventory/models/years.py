"""The years that units file for, and the dates that a county sets for itself."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import County
from accounts.tracking import keep_history
from inventory.models.factors import FactorSet

FIRST_ROC_YEAR = 1911  # 民國元年 is 1912
OPENED = "opened"  # in the history of a year: filings were made, by whom and how many
OLDEST_YEAR, LAST_YEAR = 90, 199  # what the column takes: no 2015 in place of 104


@keep_history(deeds=(OPENED,))
class ReportingYear(models.Model):
    """A ROC year that units file for, when they may, and with which factors.

    The dates hold for every county that has no `CountyDates` of its own in this year.
    """

    year = models.PositiveSmallIntegerField(
        _("年度"), primary_key=True, help_text=_("民國年，例如 104。")
    )
    opens_on = models.DateField(_("開放日期"))
    due_on = models.DateField(_("截止日期"), help_text=_("當日仍可填報。"))
    factor_set = models.ForeignKey(
        FactorSet, on_delete=models.PROTECT, related_name="years", verbose_name=_("係數版本")
    )
    note = models.CharField(
        _("填報提示"), max_length=200, blank=True, help_text=_("顯示在該年度表單上方。")
    )

    class Meta:
        verbose_name = _("填報年度")
        verbose_name_plural = _("填報年度")
        ordering: ClassVar = ["-year"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(due_on__gte=F("opens_on")),
                name="year_due_after_opening",
                violation_error_message=_("截止日期不能早於開放日期。"),
            ),
            models.CheckConstraint(
                condition=Q(year__range=(OLDEST_YEAR, LAST_YEAR)), name="year_by_its_roc_number"
            ),
        ]

    def __str__(self) -> str:
        return str(self.year)

    @property
    def gregorian(self) -> int:
        """The same year in the common era: 104 is 2015."""
        return self.year + FIRST_ROC_YEAR


@keep_history()
class CountyDates(models.Model):
    """A county's own opening or due date of a year; an empty one is the national date."""

    year = models.ForeignKey(
        ReportingYear, on_delete=models.CASCADE, related_name="county_dates", verbose_name=_("年度")
    )
    county = models.ForeignKey(
        County, on_delete=models.PROTECT, related_name="+", verbose_name=_("縣市")
    )
    opens_on = models.DateField(_("開放日期"), null=True, blank=True)
    due_on = models.DateField(_("截止日期"), null=True, blank=True)
    reason = models.CharField(_("原因"), max_length=200)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("設定者"),
    )

    class Meta:
        verbose_name = _("縣市自訂期限")
        verbose_name_plural = _("縣市自訂期限")
        ordering: ClassVar = ["year", "county"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["year", "county"],
                name="county_dates_once_a_year",
                violation_error_message=_("這個縣市在該年度已有自訂期限。"),
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("opens_on")),
                name="county_due_after_opening",
                violation_error_message=_("截止日期不能早於開放日期。"),
            ),
            models.CheckConstraint(
                condition=Q(opens_on__isnull=False) | Q(due_on__isnull=False),
                name="county_dates_say_something",
                violation_error_message=_("請填開放日期或截止日期，至少一項與全國不同。"),
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="county_dates_with_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.county} {self.year_id}"
