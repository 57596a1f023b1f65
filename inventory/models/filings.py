"""One filing per unit and year, in that year's tree."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, FilteredRelation, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from inventory.models.factors import FactorSet
from inventory.models.saved_as import WITHOUT_FIGURES, SavedAs
from inventory.models.triggers import (
    every_revision_is_told,
    every_save_is_a_version,
    one_revision_at_a_time,
    stands_as_its_version,
    totals_are_sums,
)
from inventory.models.years import ReportingYear
from inventory.states import Status

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PATH_WIDTH = 5  # characters a level takes in Filing.path: 36 ** 5 units


def _actor(label: "StrOrPromise") -> "models.ForeignKey[Any, Any]":
    """Who did it; people are never deleted from under what they did."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=label,
    )


class FilingQuerySet(models.QuerySet["Filing"]):
    """Filings by where they stand in their year's tree; each is one range of an index."""

    def with_subtree_of(self, top: "Filing") -> "FilingQuerySet":
        """The filing and everything below it in the same year."""
        return self.filter(year_id=top.year_id, path__startswith=top.path)

    def below(self, top: "Filing") -> "FilingQuerySet":
        """Everything below the filing, without itself."""
        return self.with_subtree_of(top).exclude(pk=top.pk)

    def children_of(self, top: "Filing") -> "FilingQuerySet":
        """The filings directly below."""
        return self.filter(parent=top)

    def with_dates(self) -> "FilingQuerySet":
        """With the dates that hold in each unit's county: `local_opens_on`, `local_due_on`.

        A join and no further query; whoever shows or asks for dates of many filings reads them so.
        """
        its_county = Q(year__county_dates__county=F("unit__county"))
        own = FilteredRelation("year__county_dates", condition=its_county)
        return self.alias(own_dates=own).annotate(
            local_opens_on=Coalesce("own_dates__opens_on", "year__opens_on"),
            local_due_on=Coalesce("own_dates__due_on", "year__due_on"),
        )


class Filing(models.Model):
    """What one unit owes for one year, and what it has filed so far.

    Opening a year makes one for every active unit and copies the unit's place in the tree:
    `path` is one fixed-width piece per level, so a subtree is a range of (year, path).
    """

    year = models.ForeignKey(
        ReportingYear, on_delete=models.PROTECT, related_name="filings", verbose_name=_("年度")
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="filings", verbose_name=_("單位")
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
    revision = models.PositiveIntegerField(
        _("異動序號"), default=0, help_text=_("每一次存檔、確認、退回、展延等，各加一。")
    )
    outsourced_scope = models.TextField(_("委外操作範圍說明"), blank=True, max_length=1000)
    own_kg = models.DecimalField(
        _("排放量小計（不含委外）"), max_digits=20, decimal_places=4, default=Decimal(0)
    )
    outsourced_kg = models.DecimalField(
        _("排放量小計（委外）"), max_digits=20, decimal_places=4, default=Decimal(0)
    )
    uncounted = models.PositiveSmallIntegerField(
        _("未計入項數"),
        default=0,
        help_text=_("有數量而沒有排放量的項目：已申報，不在任何小計內。含委外。"),
    )
    factor_set = models.ForeignKey(
        FactorSet,
        on_delete=models.PROTECT,
        related_name="filings",
        null=True,
        blank=True,
        verbose_name=_("採用係數版本"),
    )
    saved_as = models.CharField(_("存檔方式"), max_length=10, choices=SavedAs, blank=True)
    save_reason = models.TextField(_("存檔原因"), blank=True, max_length=1000)
    is_prefilled = models.BooleanField(
        _("匯入待核對"), default=False, help_text=_("由匯入而來、單位尚未自行存檔。")
    )

    saved_at = models.DateTimeField(_("存檔時間"), null=True, blank=True)
    saved_by = _actor(_("存檔者"))
    completed_at = models.DateTimeField(_("完成時間"), null=True, blank=True)
    completed_by = _actor(_("完成者"))
    confirmed_at = models.DateTimeField(_("確認時間"), null=True, blank=True)
    confirmed_by = _actor(_("確認者"))
    confirmed_version = models.PositiveIntegerField(_("確認的版次"), null=True, blank=True)
    published_version = models.PositiveIntegerField(
        _("公開的版次"),
        null=True,
        blank=True,
        help_text=_("最後一次確認的版次；從未確認者，為截止時已完成的版次。"),
    )
    returned_at = models.DateTimeField(_("退回時間"), null=True, blank=True)
    returned_by = _actor(_("退回者"))
    return_reason = models.TextField(_("退回原因"), blank=True, max_length=1000)
    returned_lines = models.JSONField(_("退回原因所指項目"), default=list, blank=True)
    extended_to = models.DateField(_("展延至"), null=True, blank=True)
    extended_at = models.DateTimeField(_("展延時間"), null=True, blank=True)
    extended_by = _actor(_("展延者"))
    extension_reason = models.TextField(_("展延原因"), blank=True, max_length=1000)
    extension_document = models.CharField(_("展延公文文號"), blank=True, max_length=100)
    covers_until = models.DateField(
        _("填報涵蓋至"), null=True, blank=True, help_text=_("單位裁撤或整併的前一日；空白為全年。")
    )
    successor = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("承接單位"),
        help_text=_("其後的部分由它填報；免填報者，為全年。"),
    )

    # Told by `versions.reading.mark_equal`, for pages: changed since it was confirmed and back.
    equals_confirmed = False
    # Told by `periods.mark_periods`, for pages: which part of the year is meant, in sentences.
    period_notes: "tuple[str, ...]" = ()

    objects: ClassVar = FilingQuerySet.as_manager()

    class Meta:
        verbose_name = _("填報")
        verbose_name_plural = _("填報")
        ordering: ClassVar = ["year", "path"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["year", "unit"], name="one_filing_per_unit_and_year"),
            models.UniqueConstraint(
                fields=["year", "path"],
                name="one_place_per_year",
                include=["status", "level", "own_kg", "outsourced_kg", "uncounted"],
            ),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="filing_status"),
            models.CheckConstraint(
                condition=Q(own_kg__gte=0) & Q(outsourced_kg__gte=0), name="filing_kg_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(status__in=WITHOUT_FIGURES, version=0, saved_at=None)
                | (
                    Q(status__in=WITHOUT_FIGURES, version__gt=0)
                    & Q(saved_as=SavedAs.EMPTIED, saved_at__isnull=False)
                )
                | (
                    ~Q(status__in=WITHOUT_FIGURES)
                    & ~Q(saved_as=SavedAs.EMPTIED)
                    & Q(version__gt=0, saved_at__isnull=False)
                ),
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
                condition=Q(published_version=None, confirmed_version=None)
                | Q(
                    published_version__isnull=False,
                    published_version__gte=1,
                    published_version__lte=F("version"),
                ),
                name="filing_published_one_of_its_versions",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_version=None) | Q(published_version=F("confirmed_version")),
                name="filing_published_what_was_confirmed",
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
        triggers: ClassVar = [
            one_revision_at_a_time(),
            every_save_is_a_version(),
            every_revision_is_told(),
            totals_are_sums("NEW.id", pgtrigger.UpdateOf("own_kg", "outsourced_kg", "uncounted")),  # type: ignore[no-untyped-call]
            stands_as_its_version("NEW.id", pgtrigger.Update),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.year_id}"

    @property
    def opens_on(self) -> date:
        """The first day on which this unit may file: its county's, or the national one."""
        return self._local_dates[0]

    @property
    def original_due_on(self) -> date:
        """The last day without an extension: its county's, or the national one."""
        return self._local_dates[1]

    @property
    def due_on(self) -> date:
        """The last day on which this unit may file, its own later extension included."""
        original = self.original_due_on
        return max(original, self.extended_to or original)

    @property
    def _local_dates(self) -> tuple[date, date]:
        """What `with_dates` has read; a filing that came without it asks the database now."""
        known = self.__dict__
        if "local_due_on" not in known:
            known = Filing.objects.with_dates().only("pk").get(pk=self.pk).__dict__
        return known["local_opens_on"], known["local_due_on"]

    @property
    def was_changed_after_confirmation(self) -> bool:
        """確認後已修改: a confirmation exists and belongs to an older version."""
        return self.confirmed_version is not None and self.confirmed_version != self.version

    @property
    def is_public_as_older(self) -> bool:
        """Whether the public sees an older version than the one that the filing is now.

        A version that nobody has written down as public yet can only be the current one, so no
        calendar is asked.
        """
        return self.published_version is not None and self.published_version != self.version
