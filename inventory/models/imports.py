"""Which file filled in which filings, so that all of them can be taken back together."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.guards import insert_only
from inventory.models.filings import Filing


class FilingImport(models.Model):
    """One file of figures that was filled in: by whom, when, and its SHA-256. Insert only.

    What has become of its filings stands with them, and in their events.
    """

    file_name = models.CharField(_("檔名"), max_length=255)
    check_value = models.CharField(_("檔案檢核碼"), max_length=64, help_text=_("SHA-256"))
    at = models.DateTimeField(_("時間"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("辦理者"),
    )

    class Meta:
        verbose_name = _("數據匯入")
        verbose_name_plural = _("數據匯入")
        ordering: ClassVar = ["-at", "-pk"]
        triggers: ClassVar = insert_only()

    def __str__(self) -> str:
        return self.file_name


class ImportedFiling(models.Model):
    """A filing that an import filled in, and which version that made of it. Insert only."""

    imported = models.ForeignKey(
        FilingImport, on_delete=models.PROTECT, related_name="filled", verbose_name=_("數據匯入")
    )
    filing = models.ForeignKey(
        Filing, on_delete=models.PROTECT, related_name="imports", verbose_name=_("填報")
    )
    version = models.PositiveIntegerField(_("版次"))

    class Meta:
        verbose_name = _("匯入的填報")
        verbose_name_plural = _("匯入的填報")
        ordering: ClassVar = ["imported", "filing"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["imported", "filing"], name="filing_once_per_import")
        ]
        triggers: ClassVar = insert_only()

    def __str__(self) -> str:
        return f"{self.filing} v{self.version}"
