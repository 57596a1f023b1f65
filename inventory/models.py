"""What is filed: factor sets, years, one filing per unit and year, and its entries."""

from datetime import date
from decimal import Decimal
from typing import ClassVar

import pghistory
import pgtrigger
from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from inventory.lines import Operation
from inventory.states import Status

FIRST_ROC_YEAR = 1911  # 民國元年 is 1912
PATH_WIDTH = 5  # characters a level takes in Inventory.path: 36 ** 5 units


class FactorSet(models.Model):
    """A publication of emission factors, as its TOML file says. Insert only.

    `slug` and `checksum` tie the rows to the file; a correction is a new file and a new set.
    """

    slug = models.SlugField(_("識別碼"), primary_key=True, max_length=60)
    title = models.CharField(_("名稱"), max_length=200)
    publisher = models.CharField(_("發布者"), max_length=200)
    source = models.TextField(_("來源"))
    published = models.DateField(_("發布日期"))
    gwp_basis = models.CharField(_("GWP 版本"), max_length=20)
    review_by = models.DateField(_("檢視期限"), null=True, blank=True)
    note = models.TextField(_("說明"), blank=True)
    checksum = models.CharField(_("檔案檢核碼"), max_length=64)
    loaded_at = models.DateTimeField(_("載入時間"), auto_now_add=True)

    class Meta:
        verbose_name = _("係數版本")
        verbose_name_plural = _("係數版本")
        ordering: ClassVar = ["-published", "slug"]
        triggers: ClassVar = [
            pgtrigger.Protect(name="insert_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return self.title


class Factor(models.Model):
    """One gas of one line: kg of the gas per unit of activity, and the gas's GWP-100.

    `year` is set where a factor holds for one ROC year only (electricity). `name` tells apart
    the refrigerants and other energies that share a line. Insert only.
    """

    factor_set = models.ForeignKey(
        FactorSet, on_delete=models.PROTECT, related_name="factors", verbose_name=_("係數版本")
    )
    line = models.CharField(_("項目"), max_length=30)
    name = models.CharField(_("名稱"), max_length=60, blank=True)
    year = models.PositiveSmallIntegerField(_("適用年度"), null=True, blank=True)
    unit = models.CharField(_("單位"), max_length=10)
    gas = models.CharField(_("氣體"), max_length=20)
    value = models.DecimalField(_("係數"), max_digits=20, decimal_places=12)
    gwp = models.DecimalField(_("GWP"), max_digits=12, decimal_places=4)
    derivation = models.TextField(_("推導"), blank=True)
    source = models.TextField(_("來源"))
    confidence = models.CharField(_("可信度"), max_length=20)
    gwp_source = models.TextField(_("GWP 來源"))
    gwp_confidence = models.CharField(_("GWP 可信度"), max_length=20)

    class Meta:
        verbose_name = _("排放係數")
        verbose_name_plural = _("排放係數")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["factor_set", "line", "name", "year", "gas"],
                name="factor_once_per_set",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(value__gte=0) & Q(gwp__gte=0), name="factor_not_negative"
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="insert_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.line} {self.name} {self.gas}".replace("  ", " ")


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


def _totals_are_sums(filing: str, columns: tuple[str, ...] = ()) -> pgtrigger.Trigger:
    """Refuse, when the transaction commits, a filing whose subtotals are not its entries' sums.

    `filing` is the SQL for the id of the filing that the changed row belongs to.
    """
    operation = pgtrigger.Insert | (pgtrigger.UpdateOf(*columns) if columns else pgtrigger.Update)
    if not columns:
        operation |= pgtrigger.Delete
    return pgtrigger.Trigger(
        name="totals_are_sums",
        when=pgtrigger.After,
        timing=pgtrigger.Deferred,
        operation=operation,
        func=f"""
            IF EXISTS (
                SELECT 1
                FROM inventory_inventory filing
                CROSS JOIN LATERAL (
                    SELECT
                        COALESCE(SUM(kg) FILTER (WHERE operation = 'own'), 0) AS own_kg,
                        COALESCE(SUM(kg) FILTER (WHERE operation = 'outsourced'), 0)
                            AS outsourced_kg
                    FROM inventory_entry
                    WHERE inventory_id = filing.id
                ) sums
                WHERE filing.id = {filing}
                AND (filing.own_kg, filing.outsourced_kg)
                    IS DISTINCT FROM (sums.own_kg, sums.outsourced_kg)
            ) THEN
                RAISE EXCEPTION 'the totals of filing % are not the sums of its entries', {filing}
                USING ERRCODE = 'check_violation';
            END IF;
            RETURN NULL;
        """,  # noqa: S608  no value of anybody's is in the text
    )


class InventoryQuerySet(models.QuerySet["Inventory"]):
    """Filings by where they stand in their year's tree; each is one range of an index."""

    def with_subtree_of(self, top: "Inventory") -> "InventoryQuerySet":
        """The filing and everything below it in the same year."""
        return self.filter(year_id=top.year_id, path__startswith=top.path)

    def below(self, top: "Inventory") -> "InventoryQuerySet":
        """Everything below the filing, without itself."""
        return self.with_subtree_of(top).exclude(pk=top.pk)

    def children_of(self, top: "Inventory") -> "InventoryQuerySet":
        """The filings directly below."""
        return self.filter(parent=top)


@pghistory.track()
class Inventory(models.Model):
    """What one unit owes for one year, and what it has filed so far.

    Opening a year makes one for every active unit and copies the unit's place in the tree:
    `path` is one fixed-width piece per level, so a subtree is a range of (year, path).
    """

    year = models.ForeignKey(
        ReportingYear, on_delete=models.PROTECT, related_name="inventories", verbose_name=_("年度")
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="inventories", verbose_name=_("單位")
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        related_name="children",
        null=True,
        blank=True,
        verbose_name=_("上級機關的填報"),
    )
    path = models.TextField(_("樹狀位置"), db_collation="C")
    level = models.PositiveSmallIntegerField(_("層級"))

    status = models.CharField(
        _("登錄狀況"), max_length=12, choices=Status, default=Status.NOT_STARTED
    )
    version = models.PositiveIntegerField(_("版次"), default=0)
    outsourced_scope = models.TextField(_("委外操作範圍說明"), blank=True, max_length=1000)
    own_kg = models.DecimalField(
        _("排放量小計（不含委外）"), max_digits=20, decimal_places=4, default=Decimal(0)
    )
    outsourced_kg = models.DecimalField(
        _("排放量小計（委外）"), max_digits=20, decimal_places=4, default=Decimal(0)
    )
    factor_set = models.ForeignKey(
        FactorSet,
        on_delete=models.PROTECT,
        related_name="inventories",
        null=True,
        blank=True,
        verbose_name=_("採用係數版本"),
    )
    is_prefilled = models.BooleanField(
        _("匯入待核對"), default=False, help_text=_("由匯入而來、單位尚未自行存檔。")
    )

    saved_at = models.DateTimeField(_("存檔時間"), null=True, blank=True)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("存檔者"),
    )
    completed_at = models.DateTimeField(_("完成時間"), null=True, blank=True)
    completed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("完成者"),
    )
    confirmed_at = models.DateTimeField(_("確認時間"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("確認者"),
    )
    confirmed_version = models.PositiveIntegerField(_("確認的版次"), null=True, blank=True)
    confirmed_figures = models.JSONField(_("確認時的數據"), null=True, blank=True)
    returned_at = models.DateTimeField(_("退回時間"), null=True, blank=True)
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("退回者"),
    )
    return_reason = models.TextField(_("退回原因"), blank=True, max_length=1000)
    returned_lines = models.JSONField(_("退回原因所指項目"), default=list, blank=True)
    extended_to = models.DateField(_("展延至"), null=True, blank=True)
    extended_at = models.DateTimeField(_("展延時間"), null=True, blank=True)
    extended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("展延者"),
    )
    extension_reason = models.TextField(_("展延原因"), blank=True, max_length=1000)

    objects: ClassVar = InventoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("填報")
        verbose_name_plural = _("填報")
        ordering: ClassVar = ["year", "path"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["year", "unit"], name="one_filing_per_unit_and_year"),
            models.UniqueConstraint(
                fields=["year", "path"],
                name="one_place_per_year",
                include=["status", "level", "own_kg", "outsourced_kg"],
            ),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="filing_status"),
            models.CheckConstraint(
                condition=Q(own_kg__gte=0) & Q(outsourced_kg__gte=0), name="filing_kg_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(status=Status.NOT_STARTED, version=0, saved_at=None)
                | (~Q(status=Status.NOT_STARTED) & Q(version__gt=0) & Q(saved_at__isnull=False)),
                name="filing_started_means_saved",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=[Status.COMPLETED, Status.CONFIRMED], completed_at__isnull=False
                )
                | (
                    ~Q(status__in=[Status.COMPLETED, Status.CONFIRMED])
                    & Q(completed_at__isnull=True)
                ),
                name="filing_completed_has_date",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.CONFIRMED)
                | Q(confirmed_version__isnull=False, confirmed_version=F("version")),
                name="filing_confirmed_this_version",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.RETURNED)
                | (Q(returned_at__isnull=False) & ~Q(return_reason="")),
                name="filing_returned_with_reason",
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{verb}_at": None, f"{verb}_by": None})
                    | Q(**{f"{verb}_at__isnull": False, f"{verb}_by__isnull": False}),
                    name=f"filing_{verb}_at_and_by",
                )
                for verb in ("saved", "completed", "confirmed", "returned", "extended")
            ),
            models.CheckConstraint(
                condition=Q(extended_to=None, extended_at=None, extension_reason="")
                | (
                    Q(extended_to__isnull=False, extended_at__isnull=False)
                    & ~Q(extension_reason="")
                ),
                name="filing_extension_with_reason",
            ),
        ]
        triggers: ClassVar = [_totals_are_sums("NEW.id", ("own_kg", "outsourced_kg"))]

    def __str__(self) -> str:
        return f"{self.unit} {self.year_id}"

    @property
    def due_on(self) -> date:
        """The last day on which this unit may file: the year's, or its own extension."""
        return self.extended_to or self.year.due_on

    @property
    def was_changed_after_confirmation(self) -> bool:
        """確認後已修改: a confirmation exists and belongs to an older version."""
        return self.confirmed_version is not None and self.confirmed_version != self.version


class Answer(models.TextChoices):
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


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Entry(models.Model):
    """One answer of a filing, frozen with the factors that it was computed with.

    `terms` holds, per gas, the factor's id, gas, value and GWP as they were (decimals as text);
    kg is their sum times the quantity, rounded once. kg is empty where no factor exists: such an
    entry is reported and not counted.
    """

    inventory = models.ForeignKey(
        Inventory, on_delete=models.CASCADE, related_name="entries", verbose_name=_("填報")
    )
    operation = models.CharField(_("範圍"), max_length=10, choices=Operation)
    line = models.CharField(_("項目"), max_length=30)
    position = models.PositiveSmallIntegerField(_("序號"), default=0)
    name = models.CharField(_("名稱"), max_length=60, blank=True)
    answer = models.CharField(_("填答"), max_length=6, choices=Answer)
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

    class Meta:
        verbose_name = _("活動數據")
        verbose_name_plural = _("活動數據")
        ordering: ClassVar = ["inventory", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["inventory", "operation", "line", "position"], name="entry_once_per_line"
            ),
            models.CheckConstraint(
                condition=Q(operation__in=Operation.values), name="entry_operation"
            ),
            models.CheckConstraint(
                condition=Q(answer=Answer.NUMBER, quantity__isnull=False, quantity__gte=0)
                | Q(answer=Answer.UNUSED, quantity=None),
                name="entry_quantity_if_number",
            ),
            models.CheckConstraint(
                condition=Q(kg=None, factor_set=None)
                | Q(kg__isnull=False, kg__gte=0, factor_set__isnull=False),
                name="entry_kg_with_factor_set",
            ),
        ]
        triggers: ClassVar = [_totals_are_sums("COALESCE(NEW.inventory_id, OLD.inventory_id)")]

    def __str__(self) -> str:
        return f"{self.operation} {self.line} {self.name}".strip()
