"""Years in the administration: set up with their dates, opened, and changed only with a reason."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory import scope
from inventory.admin.pages import require_staff
from inventory.admin.year_forms import CountyDatesForm, CountyDatesFormSet, YearForm
from inventory.models import CountyDates, ReportingYear
from inventory.policies import NotAllowed
from inventory.workflow import years
from inventory.workflow.opening import open_year, units_to_open

MAX_UNITS = 20_000  # that one request opens well within the web server's patience
MAX_NAMED = 20  # units that a message names


class CountyDatesInline(admin.TabularInline):  # type: ignore[type-arg]
    """The counties' own dates of the year."""

    model = CountyDates
    form = CountyDatesForm
    formset = CountyDatesFormSet
    fields = ("county", "opens_on", "due_on", "reason", "set_by")
    readonly_fields = ("set_by",)
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[CountyDates]:
        """With their names, in the order of the counties."""
        dates = super().get_queryset(request).select_related("county", "set_by", "year")
        return dates.order_by("county__order")


class ReportingYearAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A year is set up with its dates and factors, then opened by the action."""

    form = YearForm
    list_display = ("year", "opens_on", "due_on", "factor_set", "is_opened")
    list_select_related = ("factor_set",)
    actions = ("open_years",)
    inlines = (CountyDatesInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReportingYear]:
        """With whether units owe filings in it."""
        years: QuerySet[ReportingYear] = super().get_queryset(request)
        return years.annotate(has_filings=scope.HAS_FILINGS)

    @admin.display(boolean=True, description=gettext_lazy("已開放"))
    def is_opened(self, year: ReportingYear) -> bool:
        """Whether units owe filings in the year."""
        return bool(year.has_filings)  # type: ignore[attr-defined]

    @admin.action(
        permissions=["change"],
        description=gettext_lazy("開放所選年度：為每個現有單位建立應填報的資料"),
    )
    def open_years(self, request: HttpRequest, chosen: QuerySet[ReportingYear]) -> None:
        """Make the filings; a second time only for units that have come since."""
        for year in chosen:
            try:
                self._open(request, year)
            except NotAllowed as refusal:
                self.message_user(request, str(refusal), messages.ERROR)

    def _open(self, request: HttpRequest, year: ReportingYear) -> None:
        number, by = units_to_open(year), require_staff(request)
        if number > MAX_UNITS:
            what = {"year": year, "count": number, "most": MAX_UNITS, "by": by.username}
            raise NotAllowed(
                _(
                    "%(year)s 年度有 %(count)s 個單位待開放，超過網頁一次可處理的 %(most)s 個；"
                    "請在主機執行 manage.py open_year %(year)s --by %(by)s"
                )
                % what
            )
        opening = open_year(year=year, by=by)
        level = messages.SUCCESS if opening.made else messages.INFO
        self.message_user(request, str(opening), level)
        for sentence in opening.left_out_in_words(MAX_NAMED):
            self.message_user(request, sentence, messages.WARNING)

    def get_fields(self, request: HttpRequest, obj: ReportingYear | None = None) -> Any:
        """Only who changes a year says why."""
        reason = ("reason",) if obj else ()
        return ("year", "opens_on", "due_on", *reason, "may_be_over", "factor_set", "note")

    def get_readonly_fields(
        self, request: HttpRequest, obj: ReportingYear | None = None
    ) -> tuple[str, ...]:
        """A year keeps its number, an open one its factors: filed figures rest on them."""
        if obj is None:
            return ()
        return ("year", "factor_set") if obj.filings.exists() else ("year",)

    def has_delete_permission(self, request: HttpRequest, obj: ReportingYear | None = None) -> bool:
        """Only of a year that was never opened, on its own page: to look there is one row.

        Django would first count every filing and entry of an open year, a minute of work, to
        say no.
        """
        return obj is not None and not obj.filings.exists()

    def save_model(self, request: HttpRequest, obj: ReportingYear, form: Any, change: bool) -> None:
        """By the verbs, which lock the year and ask again."""
        said, by = form.cleaned_data, require_staff(request)
        if change:
            may_be_over, reason = said["may_be_over"], said["reason"]
            years.change_year(wanted=obj, reason=reason, by=by, may_be_over=may_be_over)
        else:
            years.set_up_year(wanted=obj, by=by, may_be_over=said["may_be_over"])

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """The counties' own dates, each by its verb."""
        formset.save(commit=False)
        said, by = form.cleaned_data, require_staff(request)
        for dates in formset.deleted_objects:
            years.drop_county_dates(dates=dates, reason=said["reason"], by=by)
        for dates in [*(dates for dates, _fields in formset.changed_objects), *formset.new_objects]:
            years.set_county_dates(wanted=dates, by=by, may_be_over=said["may_be_over"])

    def delete_model(self, request: HttpRequest, obj: ReportingYear) -> None:
        """By the verb, which looks once more whether the year is still empty."""
        years.delete_year(year=obj, by=require_staff(request))

    def changeform_view(self, request: HttpRequest, *arguments: Any, **options: Any) -> Any:
        """As Django's; what a verb refuses after the form's check is told, not a 500."""
        return self._told(request, super().changeform_view, *arguments, **options)

    def delete_view(self, request: HttpRequest, *arguments: Any, **options: Any) -> Any:
        """As Django's, and as above."""
        return self._told(request, super().delete_view, *arguments, **options)

    def _told(
        self, request: HttpRequest, view: Callable[..., Any], *arguments: Any, **options: Any
    ) -> HttpResponse:
        try:
            answer: HttpResponse = view(request, *arguments, **options)
        except NotAllowed as refusal:  # somebody else was faster; nothing of this was written
            self.message_user(request, str(refusal), messages.ERROR)
            return HttpResponseRedirect(request.path)
        return answer
