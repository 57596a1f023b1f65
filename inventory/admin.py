"""Years are opened here; filings and factors can be looked at, not edited."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.models import Entry, Factor, FactorSet, Inventory, ReportingYear
from inventory.opening import open_year
from inventory.policies import NotAllowed


class LookOnly:
    """Rows that only the platform's own verbs may write."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(ReportingYear)
class ReportingYearAdmin(admin.ModelAdmin):
    """A year is made with its dates and factors, then opened by the action."""

    list_display = ("year", "opens_on", "due_on", "factor_set")
    actions = ("open_years",)

    @admin.action(
        permissions=["change"],
        description=gettext_lazy("開放所選年度：為每個現有單位建立應填報的資料"),
    )
    def open_years(self, request: HttpRequest, years: QuerySet[ReportingYear]) -> None:
        """Make the filings; a second time only for units that have come since."""
        for year in years.select_related("factor_set"):
            try:
                made = open_year(year=year, by=request.user)  # type: ignore[arg-type]
            except NotAllowed as refusal:
                self.message_user(request, str(refusal), messages.ERROR)
                continue
            text = _("%(year)s 年度：新增 %(made)s 個單位的填報。") % {"year": year, "made": made}
            self.message_user(request, text, messages.SUCCESS)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """An open year keeps its number and its factors: filed figures rest on them."""
        if obj is not None and obj.inventories.exists():
            return ("year", "factor_set")
        return ()


class FactorInline(LookOnly, admin.TabularInline):
    """The factors of a set."""

    model = Factor
    fields = ("line", "name", "year", "unit", "gas", "value", "gwp", "confidence", "source")
    extra = 0


@admin.register(FactorSet)
class FactorSetAdmin(LookOnly, admin.ModelAdmin):
    """Factor sets as published."""

    list_display = ("slug", "title", "published", "gwp_basis", "review_by")
    inlines = (FactorInline,)


class EntryInline(LookOnly, admin.TabularInline):
    """The entries of a filing."""

    model = Entry
    fields = ("operation", "line", "name", "answer", "quantity", "unit", "kg", "reason")
    extra = 0


@admin.register(Inventory)
class InventoryAdmin(LookOnly, admin.ModelAdmin):
    """Filings of every unit, for questions by telephone."""

    list_display = ("unit", "year", "status", "version", "own_kg", "outsourced_kg", "saved_at")
    list_filter = ("year", "status", "unit__county")
    search_fields = ("unit__code", "unit__name")
    list_select_related = ("unit", "year")
    inlines = (EntryInline,)
