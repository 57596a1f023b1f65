"""Factor sets as they were published, and what was doubted about them before they were used."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.guards import insert_only
from inventory.models.triggers import one_title_one_set

IDENTITY_DIGITS = 8  # of a checksum, as much as people compare


class FactorSet(models.Model):
    """A publication of emission factors, as its TOML file says. Insert only.

    `slug` and `checksum` tie the rows to the file; a correction is a new file and a new set, which
    may name the one that it `corrects`. `published` is when its source was published, where that
    is known; `file_date` is the file's own date. The rows are complete in either case.
    """

    slug = models.SlugField(_("識別碼"), primary_key=True, max_length=60)
    title = models.CharField(_("名稱"), max_length=200)
    title_en = models.CharField(_("英文名稱"), max_length=200, blank=True)
    publisher = models.CharField(_("發布者"), max_length=200)
    source = models.TextField(_("來源"))
    published = models.DateField(_("發布日期"), null=True, blank=True)
    file_date = models.DateField(_("檔案日期"), null=True, blank=True)
    corrects = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        related_name="corrections",
        null=True,
        blank=True,
        verbose_name=_("更正的版本"),
    )
    gwp_basis = models.CharField(_("GWP 版本"), max_length=20)
    usable_years = models.JSONField(_("可用於年度"))
    review_by = models.DateField(_("檢視期限"))
    note = models.TextField(_("說明"), blank=True)
    note_en = models.TextField(_("英文說明"), blank=True)
    content = models.TextField(_("檔案內容"))
    checksum = models.CharField(_("檔案檢核碼"), max_length=64)
    loaded_at = models.DateTimeField(_("載入時間"), auto_now_add=True)
    loaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("載入者"),
    )

    class Meta:
        verbose_name = _("係數版本")
        verbose_name_plural = _("係數版本")
        ordering: ClassVar = [Coalesce("published", "file_date").desc(nulls_last=True), "slug"]
        triggers: ClassVar = [*insert_only(), one_title_one_set()]

    def __str__(self) -> str:
        return self.title

    @property
    def identity(self) -> str:
        """What tells the set from every other: its id and how its file's checksum begins."""
        return identity(self.slug, self.checksum)


def identity(slug: str, checksum: str) -> str:
    """A set's id and the beginning of its checksum, as they stand beside its title."""
    return f"{slug} · {checksum[:IDENTITY_DIGITS]}"


class CheckedDoubt(models.Model):
    """A doubt about a set that somebody looked into: it is right after all. Insert only.

    Of what stands in the set (`year` empty: before it was stored), or of filings of a year that
    cannot be computed with it (before it was put in force for that year). `doubt` is what the
    page said, in the language of the platform.
    """

    factor_set = models.ForeignKey(
        FactorSet,
        on_delete=models.PROTECT,
        related_name="checked_doubts",
        verbose_name=_("係數版本"),
    )
    year = models.PositiveSmallIntegerField(_("年度"), null=True, blank=True)
    doubt = models.TextField(_("疑義"))
    reason = models.TextField(_("確認理由"))
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("確認者"),
    )
    checked_at = models.DateTimeField(_("確認時間"), auto_now_add=True)

    class Meta:
        verbose_name = _("已確認的疑義")
        verbose_name_plural = _("已確認的疑義")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(doubt="") & ~Q(reason=""), name="doubt_checked_with_reason"
            )
        ]
        triggers: ClassVar = insert_only()

    def __str__(self) -> str:
        return self.doubt


class Factor(models.Model):
    """One gas of one line: kg of the gas per unit of activity, and the gas's GWP-100.

    `year` is set where a factor holds for one ROC year only (electricity). `name` tells apart
    the refrigerants, other energies or uses that share a line. Biogenic CO2 is reported apart and
    adds nothing to the kg CO2e. Insert only.
    """

    factor_set = models.ForeignKey(
        FactorSet, on_delete=models.PROTECT, related_name="factors", verbose_name=_("係數版本")
    )
    line = models.CharField(_("項目"), max_length=30)
    name = models.CharField(_("名稱"), max_length=60, blank=True)
    name_en = models.CharField(_("英文名稱"), max_length=80, blank=True)
    year = models.PositiveSmallIntegerField(_("適用年度"), null=True, blank=True)
    unit = models.CharField(_("單位"), max_length=10)
    gas = models.CharField(_("氣體"), max_length=20)
    is_biogenic = models.BooleanField(_("生質"), default=False)
    value = models.DecimalField(_("係數"), max_digits=20, decimal_places=12)
    gwp = models.DecimalField(_("GWP"), max_digits=12, decimal_places=4)
    derivation = models.TextField(_("推導"), blank=True)
    source = models.TextField(_("來源"))
    page = models.CharField(_("頁次或表次"), max_length=200, blank=True)
    confidence = models.CharField(_("可信度"), max_length=20)
    gwp_source = models.TextField(_("GWP 來源"))
    gwp_page = models.CharField(_("GWP 頁次或表次"), max_length=200, blank=True)
    gwp_confidence = models.CharField(_("GWP 可信度"), max_length=20)

    class Meta:
        verbose_name = _("排放係數")
        verbose_name_plural = _("排放係數")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["factor_set", "line", "name", "year", "gas", "is_biogenic"],
                name="factor_once_per_set",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(value__gte=0) & Q(gwp__gte=0), name="factor_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(is_biogenic=False) | Q(gas="CO2"), name="factor_biogenic_co2"
            ),
        ]
        triggers: ClassVar = insert_only()

    def __str__(self) -> str:
        return f"{self.line} {self.name} {self.gas}".replace("  ", " ")
