"""The answers of a filing."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.guards import never_emptied
from inventory.lines import Operation
from inventory.models.factors import FactorSet
from inventory.models.filings import Filing
from inventory.models.triggers import stands_as_its_version, totals_are_sums

FILING = "COALESCE(NEW.filing_id, OLD.filing_id)"
# Reported and in no sum: Filing.uncounted says how many, and the database that it is right.
UNCOUNTED = Q(kg=None, quantity__gt=0)
ANY_CHANGE = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete


class AnswerKind(models.TextChoices):
    """How a line was answered. A line without an entry has no answer yet."""

    NUMBER = "number", _("數量")
    UNUSED = "unused", _("未使用")


class Reason(models.TextChoices):
    """Why a figure differs much from last year's."""

    ACTIVITY = "activity", _("業務量或使用人數增減")
    EQUIPMENT = "equipment", _("設備新增、汰換或停用")
    SAVING = "saving", _("節能措施")
    PREMISES = "premises", _("辦公場所或組織異動")
    PERIOD = "period", _("帳單期間或統計範圍不同")
    CORRECTION = "correction", _("去年數據有誤，已更正")
    OTHER = "other", _("其他（請說明）")


class Entry(models.Model):
    """One answer of a filing, frozen with the factors that it was computed with.

    `terms` holds, per gas, the factor's id, gas, value and GWP as they were (decimals as text);
    kg is their sum times the quantity, rounded once. kg is empty where no factor exists: such an
    entry is reported and not counted.
    """

    filing = models.ForeignKey(
        Filing, on_delete=models.CASCADE, related_name="entries", verbose_name=_("填報")
    )
    operation = models.CharField(_("範圍"), max_length=10, choices=Operation)
    line = models.CharField(_("項目"), max_length=30)
    position = models.PositiveSmallIntegerField(_("序號"), default=0)
    name = models.CharField(_("名稱"), max_length=60, blank=True)
    answer = models.CharField(_("填答"), max_length=6, choices=AnswerKind)
    quantity = models.DecimalField(
        _("數量"), max_digits=13, decimal_places=4, null=True, blank=True
    )
    unit = models.CharField(_("單位"), max_length=20, blank=True)
    factor_set = models.ForeignKey(
        FactorSet,
        on_delete=models.PROTECT,
        related_name="entries",
        null=True,
        blank=True,
        verbose_name=_("係數版本"),
    )
    terms = models.JSONField(_("計算時的係數"), default=list, blank=True)
    kg = models.DecimalField(
        _("排放量（公斤CO₂e）"), max_digits=20, decimal_places=4, null=True, blank=True
    )
    reason = models.CharField(_("差異原因"), max_length=12, choices=Reason, blank=True)
    reason_note = models.CharField(_("差異說明"), max_length=200, blank=True)
    # 1200+1350, where the quantity was typed as a sum; see inventory/quantities.py
    parts = models.CharField(_("加總分項"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("活動數據")
        verbose_name_plural = _("活動數據")
        ordering: ClassVar = ["filing", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["filing", "operation", "line", "position"], name="entry_once_per_line"
            ),
            models.CheckConstraint(
                condition=Q(operation__in=Operation.values), name="entry_operation"
            ),
            models.CheckConstraint(
                condition=Q(answer=AnswerKind.NUMBER, quantity__isnull=False, quantity__gte=0)
                | Q(answer=AnswerKind.UNUSED, quantity=None),
                name="entry_quantity_if_number",
            ),
            models.CheckConstraint(
                condition=Q(kg=None, factor_set=None)
                | Q(kg__isnull=False, kg__gte=0, factor_set__isnull=False),
                name="entry_kg_with_factor_set",
            ),
        ]
        triggers: ClassVar = [
            totals_are_sums(FILING, ANY_CHANGE),
            stands_as_its_version(FILING, ANY_CHANGE),
            never_emptied(),
        ]

    def __str__(self) -> str:
        return f"{self.operation} {self.line} {self.name}".strip()

    @property
    def is_uncounted(self) -> bool:
        """Whether something was used that is in no sum: `UNCOUNTED`, of one entry."""
        return self.kg is None and bool(self.quantity)
