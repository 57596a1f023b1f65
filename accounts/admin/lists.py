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
from django.views.decorators.http import require_http_methods, require_safe

from accounts.account_lists import (
    Plan,
    apply,
    make_plan,
    read_account_list,
    remarks_workbook,
    slips_page,
    uploads,
)
from accounts.admin.list_questions import questions_by_kind
from accounts.admin.sheet_upload import MAX_SHOWN, SheetField, explain, web_limits
from accounts.models import User
from accounts.spreadsheets import SpreadsheetError, Table
from accounts.wording import listed

WEB_ROWS = 5_000  # longer lists are for the command: a request must end
WEB_LIMITS = web_limits(WEB_ROWS)

form_page = method_decorator([never_cache, require_http_methods(["GET", "HEAD", "POST"])])
read_page = method_decorator([never_cache, require_safe])

if TYPE_CHECKING:
    Base = admin.ModelAdmin[User]
else:
    Base = object


class AccountListForm(forms.Form):
    """One file; what is in it is judged by the plan."""

    file = SheetField(label=gettext_lazy("帳號清單（.xlsx、.ods 或 .csv）"))


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
            path(
                "account-list/remarks.xlsx",
                view(self.download_remarks),
                name="accounts_user_account_list_remarks",
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
            explain(form, error, _too_long())
            return self._upload_page(request, form, status=400)
        uploads.store(request.session, cast(User, request.user), data, file.name)
        if plan.rejected:
            return self._plan_page(request, plan, file.name, status=400)
        return redirect("admin:accounts_user_account_list_plan")

    @form_page
    def confirm_list(self, request: HttpRequest) -> HttpResponse:
        """Show the dry run of the uploaded list; by POST, note answers or do what was shown."""
        self._check_may_add(request)
        if request.method == "POST" and "answer" in request.POST:
            uploads.accept(request.session, request.POST.getlist("accept"))
            return redirect("admin:accounts_user_account_list_plan")
        waiting = self._waiting(request)
        if waiting is None:
            return redirect("admin:accounts_user_account_list")
        name, _table, plan = waiting
        if request.method != "POST":
            return self._plan_page(request, plan, name)
        if not plan.can_be_applied or request.POST.get("digest") != plan.digest:
            return self._changed_page(request, plan, name)
        return self._write(request, plan, name)

    @read_page
    def download_remarks(self, request: HttpRequest) -> HttpResponse:
        """The rows of the uploaded list as a workbook, each with what would become of it."""
        self._check_may_add(request)
        waiting = self._waiting(request)
        if waiting is None:
            return redirect("admin:accounts_user_account_list")
        _name, table, plan = waiting
        return HttpResponse(
            remarks_workbook(table, plan),
            content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            headers={"Content-Disposition": 'attachment; filename="account-list-remarks.xlsx"'},
        )

    def _waiting(self, request: HttpRequest) -> tuple[str, Table, Plan] | None:
        """The list that this user has uploaded, planned anew; None, and a message, without one."""
        upload = uploads.stored(request.session, cast(User, request.user))
        if upload is None:
            messages.warning(request, _("沒有等待確認的清單，請重新上傳。"))
            return None
        try:
            table = read_account_list(
                upload.path, upload.name, accepted=upload.accepted, limits=WEB_LIMITS
            )
        except SpreadsheetError:  # the file was there a moment ago
            messages.warning(request, _("清單無法讀取，請重新上傳。"))
            return None
        return upload.name, table, make_plan(table)

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
            "hidden_sheets": listed(plan.hidden_sheets),
            "left_out": plan.left_out[:MAX_SHOWN],
            "questions": questions_by_kind(plan.questions, plan.accepted),
            "outline": plan.outline[:MAX_SHOWN],
            "outline_more": max(len(plan.outline) - MAX_SHOWN, 0),
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


def _too_long() -> str:
    hint = _("網頁一次最多處理 %(rows)s 列；更長的清單請在主機上執行 manage.py seed_accounts。")
    return hint % {"rows": f"{WEB_ROWS:,}"}
