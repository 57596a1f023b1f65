"""The administration pages for account lists: upload, see the dry run, confirm."""

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.account_lists import Plan, apply, make_plan, read_account_list, slips_page, uploads
from accounts.models import User
from accounts.spreadsheets import MEGABYTE, Limits, SpreadsheetError
from accounts.wording import listed

WEB_ROWS = 5_000  # longer lists are for the command: a request must end
WEB_LIMITS = Limits(file=5 * MEGABYTE, unpacked=16 * MEGABYTE, rows=WEB_ROWS)
MAX_SHOWN = 500  # rejected rows

form_page = method_decorator([never_cache, require_http_methods(["GET", "HEAD", "POST"])])

if TYPE_CHECKING:
    Base = admin.ModelAdmin[User]
else:
    Base = object


class AccountListForm(forms.Form):
    """One file; what is in it is judged by the plan."""

    file = forms.FileField(
        label=gettext_lazy("帳號清單（.xlsx 或 .csv）"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
    )


class AccountListAdminMixin(Base):
    """Adds 「上傳帳號清單」 to the account pages, for those who may add accounts."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path("account-list/", view(self.upload_list), name="accounts_user_account_list"),
            path(
                "account-list/plan/",
                view(self.confirm_list),
                name="accounts_user_account_list_plan",
            ),
        ]
        return own + super().get_urls()

    @form_page
    def upload_list(self, request: HttpRequest) -> HttpResponse:
        """Take a file; show at once what is wrong with it, else go on to its dry run."""
        self._check_may_add(request)
        if request.method != "POST":
            return self._upload_page(request, AccountListForm())
        form = AccountListForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._upload_page(request, form, status=400)
        file = form.cleaned_data["file"]
        data = file.read(WEB_LIMITS.file + 1)
        try:
            plan = make_plan(read_account_list(data, file.name, limits=WEB_LIMITS))
        except SpreadsheetError as error:
            _explain(form, error)
            return self._upload_page(request, form, status=400)
        if plan.rejected:
            return self._plan_page(request, plan, file.name, status=400)
        uploads.store(request.session, cast(User, request.user), data, file.name)
        return redirect("admin:accounts_user_account_list_plan")

    @form_page
    def confirm_list(self, request: HttpRequest) -> HttpResponse:
        """Show the dry run of the uploaded list; by POST, do exactly what was shown."""
        self._check_may_add(request)
        upload = uploads.stored(request.session, cast(User, request.user))
        if upload is None:
            messages.warning(request, _("沒有等待確認的清單，請重新上傳。"))
            return redirect("admin:accounts_user_account_list")
        try:
            plan = make_plan(read_account_list(upload.path, upload.name, limits=WEB_LIMITS))
        except SpreadsheetError:  # the file was there a moment ago
            messages.warning(request, _("清單無法讀取，請重新上傳。"))
            return redirect("admin:accounts_user_account_list")
        if request.method != "POST":
            return self._plan_page(request, plan, upload.name)
        if plan.rejected or request.POST.get("digest") != plan.digest:
            return self._changed_page(request, plan, upload.name)
        return self._write(request, plan, upload.name)

    def _write(self, request: HttpRequest, plan: Plan, name: str) -> HttpResponse:
        pages: list[str] = []
        try:
            apply(
                plan,
                by=cast(User, request.user),
                source=name,
                deliver=lambda slips: pages.append(slips_page(slips)),
            )
        except IntegrityError:  # somebody made one of the accounts in this very moment
            messages.error(request, _("同時有人修改了帳號，沒有寫入任何資料。"))
            return redirect("admin:accounts_user_account_list_plan")
        uploads.forget(request.session)
        done = {"added": len(plan.added), "changed": len(plan.changed)}
        messages.success(request, _("已新增 %(added)s 個帳號，變更 %(changed)s 個單位。") % done)
        if not pages:
            return redirect("admin:accounts_user_changelist")
        return HttpResponse(
            pages[0],
            headers={"Content-Disposition": 'attachment; filename="activation-slips.html"'},
        )

    def _check_may_add(self, request: HttpRequest) -> None:
        if not self.has_add_permission(request):
            raise PermissionDenied

    def _changed_page(self, request: HttpRequest, plan: Plan, name: str) -> HttpResponse:
        messages.warning(
            request, _("資料在您檢視之後有變動，還沒有寫入。請再看一次下面的結果並確認。")
        )
        return self._plan_page(request, plan, name, status=409)

    def _upload_page(
        self, request: HttpRequest, form: AccountListForm, status: int = 200
    ) -> HttpResponse:
        context = {"form": form, "web_rows": WEB_ROWS}
        template = "admin/accounts/user/account_list.html"
        return self._page(request, template, context, status)

    def _plan_page(
        self, request: HttpRequest, plan: Plan, name: str, status: int = 200
    ) -> HttpResponse:
        context = {
            "plan": plan,
            "file_name": name,
            "rejected": plan.rejected[:MAX_SHOWN],
            "rejected_more": max(len(plan.rejected) - MAX_SHOWN, 0),
            "ignored": listed(plan.ignored),
        }
        template = "admin/accounts/user/account_list_plan.html"
        return self._page(request, template, context, status)

    def _page(
        self, request: HttpRequest, template: str, context: dict[str, Any], status: int
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("上傳帳號清單"),
            "opts": self.opts,
            "upload_url": reverse("admin:accounts_user_account_list"),
            **context,
        }
        return TemplateResponse(request, template, context, status=status)


def _explain(form: AccountListForm, error: SpreadsheetError) -> None:
    for row_error in error.row_errors[:MAX_SHOWN]:
        form.add_error("file", str(row_error))
    if error.is_too_large:
        hint = _("網頁一次最多處理 %(rows)s 列；更長的清單請在主機上執行 manage.py seed_accounts。")
        form.add_error("file", hint % {"rows": f"{WEB_ROWS:,}"})
