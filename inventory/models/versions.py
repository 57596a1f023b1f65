"""What every save left behind."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.guards import insert_only
from inventory.models.factors import FactorSet
from inventory.models.filings import Filing
from inventory.models.saved_as import SavedAs
from inventory.models.triggers import not_ahead_of_its_filing

CHECK_DIGITS, CHECK_GROUP = 20, 4


class FilingVersion(models.Model):
    """One version of a filing, written by the database itself. Insert only.

    `content` is the whole version as one JSON text of a format (`version_fields`), read by
    `inventory.versions.formats`. `check_value` is the beginning of its SHA-256, so that whoever
    holds the text can recompute it; `previous_hash` is the whole SHA-256 of the version before
    ("" for the first), in the content too.
    """

    filing = models.ForeignKey(
        Filing, on_delete=models.PROTECT, related_name="versions", verbose_name=_("填報")
    )
    number = models.PositiveIntegerField(_("版次"))
    format = models.PositiveSmallIntegerField(_("格式"))
    previous_hash = models.CharField(_("前一版雜湊"), max_length=64, blank=True)
    saved_at = models.DateTimeField(_("存檔時間"))
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("存檔者"),
    )
    saved_as = models.CharField(_("存檔方式"), max_length=10, choices=SavedAs)
    save_reason = models.TextField(_("原因"), blank=True)
    is_complete = models.BooleanField(_("已確認完整填報"))
    own_kg = models.DecimalField(_("排放量小計（不含委外）"), max_digits=20, decimal_places=4)
    outsourced_kg = models.DecimalField(_("排放量小計（委外）"), max_digits=20, decimal_places=4)
    factor_set = models.ForeignKey(
        FactorSet, on_delete=models.PROTECT, related_name="+", verbose_name=_("採用係數版本")
    )
    content = models.TextField(_("內容"))
    check_value = models.CharField(_("檢核碼"), max_length=CHECK_DIGITS, db_index=True)

    class Meta:
        verbose_name = _("填報版次")
        verbose_name_plural = _("填報版次")
        ordering: ClassVar = ["filing", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["filing", "number"], name="version_once_per_filing")
        ]
        triggers: ClassVar = [*insert_only(), not_ahead_of_its_filing("version", "number")]

    def __str__(self) -> str:
        return f"{self.filing} v{self.number}"

    @property
    def printed_check_value(self) -> str:
        """The check value as it stands on the receipt: XXXX-XXXX-XXXX-XXXX-XXXX."""
        value, step = self.check_value, CHECK_GROUP
        return "-".join(value[start : start + step] for start in range(0, len(value), step))
