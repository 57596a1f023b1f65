"""Counties, units and accounts in the administration pages."""

from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin.forms import (
    AccountChangeForm,
    AccountCreationForm,
    AccountPasswordForm,
    AdministrationSignInForm,
    AutocompleteSelect,
    UnitForm,
)
from accounts.admin.lists import AccountListAdminMixin
from accounts.admin.logs import LogEntryAdmin, SignInAdmin
from accounts.hashers import InitialPasswordHasher
from accounts.histories import ACCOUNTS, UNITS, Kind
from accounts.models import County, Unit, User
from accounts.searching import MAX_SEARCH, named
from accounts.unit_codes import rename_account

__all__ = ["AccountAdmin", "CountyAdmin", "LogEntryAdmin", "SignInAdmin", "UnitAdmin"]

admin.site.site_header = _("平台管理")
admin.site.site_title = _("平台管理")
admin.site.index_title = _("管理項目")
admin.site.login_form = AdministrationSignInForm
admin.site.unregister(Group)  # nothing here is granted through groups


class UnitByTypingMixin:
    """Units are chosen by typing a part of the name: a list of thousands helps nobody."""

    admin_site: admin.AdminSite
    autocomplete_fields: tuple[str, ...]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        if db_field.name in self.autocomplete_fields:
            options["widget"] = AutocompleteSelect(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **options)


class FoundAsPrintedMixin:
    """Finds names and accounts as they stand on a page or a letter: see `accounts.searching`."""

    search_fields: tuple[str, ...]
    account_columns: tuple[str, str]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if len(search_term) > MAX_SEARCH:  # no name is as long
            return queryset.none(), False
        wanted = named(search_term, *self.search_fields, account=self.account_columns)
        return queryset.filter(wanted), False


class WholeHistoryMixin:
    """「歷史」 tells every change, whatever made it: Django's own log knows these pages only."""

    history_kind: Kind

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        thing = self.get_object(request, unquote(object_id))  # type: ignore[attr-defined]
        if thing is None:
            raise Http404
        name = getattr(thing, self.history_kind.searched[0])
        query = urlencode({"kind": self.history_kind.name, "q": name})
        return redirect(f"{reverse('accounts:history')}?{query}")


@admin.register(County)
class CountyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """The 22 counties are the platform's data: nobody adds, deletes or renames one by a click.

    The English name and the place in the lists are how a county is shown: spellings differ from
    one authority to the next, and nothing is found or counted by them, so they may be put right.
    """

    list_display = ("name", "letter", "name_en", "order")
    search_fields = ("name", "name_en", "=letter")
    fields = ("letter", "name", "name_en", "order")
    readonly_fields = ("letter", "name")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A county comes with a release of the platform."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: County | None = None) -> bool:
        """And goes with one."""
        return False


@admin.register(Unit)
class UnitAdmin(
    FoundAsPrintedMixin,
    WholeHistoryMixin,
    UnitByTypingMixin,
    admin.ModelAdmin,  # type: ignore[type-arg]
):
    history_kind = UNITS
    form = UnitForm
    list_display = ("code", "name", "county", "parent", "category", "is_active")
    list_filter = ("is_active", "category", "county")
    list_select_related = ("county", "parent")
    search_fields = ("code", "name")
    account_columns = ("county_id", "code")
    autocomplete_fields = ("parent",)
    readonly_fields = ("closed_on", "merged_into")  # said at the county's desk, with a reason
    fieldsets = (
        (None, {"fields": ("code", "name", "county", "parent", "category", "is_active")}),
        (_("裁撤與整併"), {"fields": ("closed_on", "merged_into")}),
        (_("規模"), {"fields": ("persons", "floor_area")}),
        (
            _("業務承辦聯絡資訊"),
            {"fields": ("contact_name", "contact_phone", "contact_fax", "contact_email")},
        ),
    )

    def save_model(self, request: HttpRequest, obj: Unit, form: Any, change: bool) -> None:
        """With another code or county the unit's account gets its name, and that is said."""
        super().save_model(request, obj, form, change)
        if not form.account_before:
            return
        by = cast(User, request.user)
        if name := rename_account(unit=obj, before=form.account_before, by=by):
            what = {"before": form.account_before, "now": name}
            message = gettext("單位的帳號已由 %(before)s 改為 %(now)s，密碼不變；請通知該單位。")
            messages.info(request, message % what)


@admin.register(User)
class AccountAdmin(
    FoundAsPrintedMixin,
    AccountListAdminMixin,
    WholeHistoryMixin,
    UnitByTypingMixin,
    UserAdmin,  # type: ignore[type-arg]
):
    history_kind = ACCOUNTS
    form = AccountChangeForm
    add_form = AccountCreationForm
    add_form_template = None  # Django's would say to type more after saving
    change_password_form = AccountPasswordForm
    list_display = (
        "username",
        "unit",
        "role",
        "is_active",
        "has_initial_password",
        "last_login",
    )
    list_filter = ("is_active", "role", "unit__county")
    list_select_related = ("unit",)
    search_fields = ("username", "unit__code", "unit__name")
    account_columns = ("unit__county_id", "unit__code")
    ordering = ("username",)
    autocomplete_fields = ("unit",)
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("username", "password", "unit")}),
        (_("權限"), {"fields": ("is_active", "role", "must_change_password")}),
        (_("時間"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", "unit", "password1", "password2")}),
        (_("權限"), {"fields": ("role", "must_change_password")}),
    )

    @admin.display(boolean=True, description=_("初始密碼"))
    def has_initial_password(self, user: User) -> bool:
        """Whether nobody has signed in yet with the password that was handed out."""
        return user.password.startswith(InitialPasswordHasher.algorithm)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Staff may not take over a superuser, whose password they could otherwise set."""
        return _is_below(request, obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_below(request, obj) and super().has_delete_permission(request, obj)


def _is_below(request: HttpRequest, account: User | None) -> bool:
    return (
        account is None
        or not account.is_superuser
        or bool(getattr(request.user, "is_superuser", False))
    )
