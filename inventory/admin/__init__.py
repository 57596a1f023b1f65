"""Years are opened here; filings and factors can be looked at, not edited."""

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin.look_only import LookOnly
from accounts.wording import listed
from inventory.admin.impact import WhatIfMixin
from inventory.admin.imports import FilingImportAdmin
from inventory.admin.pages import public_page
from inventory.admin.recompute import RecomputeMixin
from inventory.admin.upload import UploadSetMixin
from inventory.admin.years import ReportingYearAdmin
from inventory.models import (
    CheckedDoubt,
    Entry,
    Factor,
    FactorSet,
    Filing,
    FilingImport,
    ReportingYear,
)

admin.site.register(ReportingYear, ReportingYearAdmin)
admin.site.register(FilingImport, FilingImportAdmin)


class FactorInline(LookOnly, admin.TabularInline):  # type: ignore[type-arg]
    """The factors of a set."""

    model = Factor
    fields = (
        "line", "name", "year", "unit", "gas", "is_biogenic", "value", "gwp", "derivation",
        "source", "page", "confidence",
    )  # fmt: skip
    extra = 0


class CheckedDoubtInline(LookOnly, admin.TabularInline):  # type: ignore[type-arg]
    """What was doubted about a set, and why it was right after all."""

    model = CheckedDoubt
    fields = readonly_fields = ("year", "doubt", "reason", "checked_by", "checked_at")
    extra = 0


@admin.register(FactorSet)
class FactorSetAdmin(LookOnly, UploadSetMixin, WhatIfMixin, RecomputeMixin, admin.ModelAdmin):  # type: ignore[type-arg]
    """Factor sets as published: looked at, added as a file, tried out, put in force."""

    list_display = (
        "identity",
        "title",
        "published",
        "gwp_basis",
        "review_by",
        "used_in_years",
        "filings",
        "pages",
    )
    readonly_fields = ("used_in_years", "filings", "pages")
    fieldsets = (
        (gettext_lazy("使用情形"), {"fields": readonly_fields}),
        (
            None,
            {
                "fields": (
                    "slug",
                    "title",
                    "title_en",
                    "publisher",
                    "source",
                    "published",
                    "file_date",
                    "corrects",
                    "gwp_basis",
                    "usable_years",
                    "review_by",
                    "note",
                    "note_en",
                    "checksum",
                    "loaded_at",
                    "loaded_by",
                )
            },
        ),
    )
    inlines = (CheckedDoubtInline, FactorInline)

    @admin.display(description=gettext_lazy("識別碼與檢核碼"), ordering="slug")
    def identity(self, factor_set: FactorSet) -> str:
        """The id, and how the file's checksum begins."""
        return factor_set.identity

    def get_queryset(self, request: HttpRequest) -> QuerySet[FactorSet]:
        """With the years that use a set now, and how many filings were computed with it."""
        number = Count("filings", distinct=True)
        sets = super().get_queryset(request).annotate(number_of_filings=number)
        return sets.prefetch_related("years")

    @admin.display(description=gettext_lazy("採用年度"), empty_value="—")
    def used_in_years(self, factor_set: FactorSet) -> str:
        """The years in which the set is in force now."""
        return listed(
            str(year) for year in sorted(factor_set.years.all(), key=lambda year: year.year)
        )

    @admin.display(description=gettext_lazy("以本版計算的填報數"), ordering="number_of_filings")
    def filings(self, factor_set: FactorSet) -> str:
        """How many filings stand on the set."""
        return f"{factor_set.number_of_filings:,}"  # type: ignore[attr-defined]

    @admin.display(description=gettext_lazy("相關頁面"))
    def pages(self, factor_set: FactorSet) -> str:
        """What if, and the page that the public reads."""
        what_if = reverse("admin:inventory_factorset_what_if", args=[factor_set.slug])
        links = [(what_if, _("試算影響與發布"))]
        if address := public_page(factor_set):
            links.append((address, _("公開頁面")))
        return format_html_join(mark_safe("<br>"), '<a href="{}">{}</a>', links)


class EntryInline(LookOnly, admin.TabularInline):  # type: ignore[type-arg]
    """The entries of a filing."""

    model = Entry
    fields = ("operation", "line", "name", "answer", "quantity", "unit", "kg", "reason")
    extra = 0


@admin.register(Filing)
class FilingAdmin(LookOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    """Filings of every unit, for questions by telephone."""

    list_display = ("unit", "year", "status", "version", "own_kg", "outsourced_kg", "saved_at")
    list_filter = ("year", "status", "unit__county")
    search_fields = ("unit__code", "unit__name")
    list_select_related = ("unit", "year")
    inlines = (EntryInline,)

    def view_on_site(self, filing: Filing) -> str:
        """The page on which an administrator puts the filing's place and duty right."""
        return reverse("hierarchy:arrange", args=[filing.year_id, filing.unit.code])
