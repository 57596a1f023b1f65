"""The years that units file for."""

from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.tracking import keep_history
from inventory.models.factors import FactorSet

FIRST_ROC_YEAR = 1911  # 民國元年 is 1912


@keep_history()
class ReportingYear(models.Model):
    """A ROC year that units file for, when they may, and with which factors."""

    year = models.PositiveSmallIntegerField(
        _("年度"), primary_key=True, validators=[MinValueValidator(1)]
    )
    opens_on = models.DateField(_("開放日期"))
    due_on = models.DateField(_("截止日期"))
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
            )
        ]

    def __str__(self) -> str:
        return str(self.year)

    @property
    def gregorian(self) -> int:
        """The same year in the common era: 104 is 2015."""
        return self.year + FIRST_ROC_YEAR
