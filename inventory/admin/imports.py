"""The administration pages for figures: upload, dry run, confirm; take an import back."""

from decimal import Decimal
from typing import Any, cast

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import gettext as _

from accounts.account_lists import uploads
from accounts.admin.list_questions import questions_by_kind
from accounts.admin.look_only import LookOnly
from accounts.admin.sheet_upload import MAX_SHOWN, explain, web_limits
from accounts.models import User
from accounts.spreadsheets import SpreadsheetError
from inventory import scope
from inventory.admin.forms import tokens
from inventory.admin.import_forms import ChosenYearForm, FiguresForm, TakeBackForm
from inventory.admin.pages import get_only, get_or_post, require_staff
from inventory.importing import (
    Plan,
    QuestionsOpen,
    apply_import,
    filled_by,
    import_of,
    read_import,
    remarks_csv,
    take_back_import,
)
from inventory.models import LAST_YEAR, OLDEST_YEAR, FilingImport, ReportingYear
from inventory.policies import NotAllowed

WEB_ROWS = 20_000  # of one file; longer ones are for the command: a request must end
WEB_FILINGS = 500  # that one request fills in
WEB_LIMITS = web_limits(WEB_ROWS)
PREFIX = "admin:inventory_filingimport_"
TEMPLATES = "admin/inventory/filingimport/"


class FilingImportAdmin(LookOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    """Imports of figures: looked at, made from a file, taken back."""

    list_display = ("file_name", "at", "by")
    fields = readonly_fields = ("file_name", "check_value", "at", "by")
    list_select_related = ("by",)

    def get_urls(self) -> list[URLPattern]:
        view, name = self.admin_site.admin_view, "inventory_filingimport_"
        own = [
            path("upload/", view(self.upload), name=name + "upload"),
            path("plan/", view(self.confirm), name=name + "plan"),
            path("plan/remarks.csv", view(self.remarks), name=name + "remarks"),
            path("<int:number>/take-back/", view(self.take_back), name=name + "take_back"),
        ]
        return own + super().get_urls()

    @get_or_post
    def upload(self, request: HttpRequest) -> HttpResponse:
        """Take a file; one that is no table is refused, any other goes on to its dry run."""
        by = require_staff(request)
        if request.method != "POST":
            return self._upload_page(request, FiguresForm(_years()))
        form = FiguresForm(_years(), request.POST, request.FILES)
        if not form.is_valid():
            return self._upload_page(request, form, 400)
        file, year = form.cleaned_data["file"], form.cleaned_data["year"]
        data = file.read(WEB_LIMITS.file + 1)
        try:
            read_import(data, file.name, year=year, limits=WEB_LIMITS)
        except SpreadsheetError as error:
            explain(form, error, _too_long())
            return self._upload_page(request, form, 400)
        uploads.store(request.session, by, data, file.name, uploads.FIGURES)
        query = f"?{urlencode({'year': year})}" if year else ""
        return redirect(reverse(PREFIX + "plan") + query)

    @get_or_post
    def confirm(self, request: HttpRequest) -> HttpResponse:
        """Show the dry run of the uploaded file; by POST, do exactly what was shown."""
        by, plan = require_staff(request), _stored_plan(request)
        if plan is None:
            messages.warning(request, _("沒有等待確認的檔案，請重新上傳。"))
            return redirect(PREFIX + "upload")
        if request.method != "POST":
            return self._plan_page(request, plan)
        if len(plan.filings) > WEB_FILINGS:
            return self._plan_page(request, plan, 400)
        if plan.problems or request.POST.get("digest") != plan.digest:
            message = _("資料在您檢視之後有變動，還沒有寫入。請再看一次下面的結果並確認。")
            messages.warning(request, message)
            return self._plan_page(request, plan, 409)
        return self._apply(request, plan, by)

    def _apply(self, request: HttpRequest, plan: Plan, by: User) -> HttpResponse:
        try:
            made = apply_import(plan, by=by, accepted=request.POST.getlist("accepted"))
        except QuestionsOpen:
            messages.error(request, _("還有問題沒有勾選，沒有寫入任何資料。"))
            return self._plan_page(request, plan, 400)
        except NotAllowed as refusal:  # somebody did something in this very moment
            messages.error(request, str(refusal))
            return self._plan_page(request, plan, 409)
        uploads.forget(request.session, uploads.FIGURES)
        done = {"number": f"{len(plan.filings):,}"}
        messages.success(request, _("已匯入 %(number)s 份填報，等各單位核對。") % done)
        return redirect(PREFIX + "take_back", made.pk)

    @get_only
    def remarks(self, request: HttpRequest) -> HttpResponse:
        """The dry run as a file, with a remark for every row. 404 where nothing is uploaded."""
        require_staff(request)
        plan = _stored_plan(request)
        if plan is None:
            raise Http404
        title = _("匯入試算")
        name = f"{title} {plan.file_name}.csv"
        headers = {"Content-Disposition": str(content_disposition_header(True, name))}
        return HttpResponse(
            remarks_csv(plan), content_type="text/csv; charset=utf-8", headers=headers
        )

    @get_or_post
    def take_back(self, request: HttpRequest, number: int) -> HttpResponse:
        """What an import filled in and what has become of it; by POST, take it back."""
        by, made = require_staff(request), _import_of(number)
        if request.method != "POST":
            return self._made_page(request, made, TakeBackForm())
        form = TakeBackForm(request.POST)
        if not form.is_valid():
            return self._made_page(request, made, form, 400)
        reason = form.cleaned_data["reason"]
        try:
            gone = take_back_import(made, revisions=form.revisions, reason=reason, by=by)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
            return self._made_page(request, made, form, 409)
        text = _("已撤回 %(number)s 份填報，都是「未登錄」。")
        messages.success(request, text % {"number": f"{len(gone):,}"})
        return redirect(PREFIX + "take_back", number)

    def _upload_page(
        self, request: HttpRequest, form: FiguresForm, status: int = 200
    ) -> HttpResponse:
        return self._page(request, "upload.html", {"form": form}, status)

    def _plan_page(self, request: HttpRequest, plan: Plan, status: int = 200) -> HttpResponse:
        context = {
            "plan": plan,
            "shown": plan.filings[:MAX_SHOWN],
            "problems": plan.problems[:MAX_SHOWN],
            "left": plan.left[:MAX_SHOWN],
            "questions": questions_by_kind(plan.questions, request.POST.getlist("accepted")),
            "is_too_long": len(plan.filings) > WEB_FILINGS,
            "web_filings": WEB_FILINGS,
            "max_shown": MAX_SHOWN,
        }
        return self._page(request, "plan.html", context, status)

    def _made_page(
        self, request: HttpRequest, made: FilingImport, form: TakeBackForm, status: int = 200
    ) -> HttpResponse:
        filled = filled_by(made)
        going = [one.filing for one in filled if one.can_go]
        context = {
            "made": made,
            "form": form,
            "going": going,
            "staying": [one for one in filled if not one.can_go],
            "own_kg": sum((filing.own_kg for filing in going), Decimal(0)),
            "batch": tokens({filing.pk: filing.revision for filing in going}),
        }
        return self._page(request, "import.html", context, status)

    def _page(
        self, request: HttpRequest, template: str, context: dict[str, Any], status: int
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "is_nav_sidebar_enabled": False,  # the tables need the width
            "title": _("匯入數據"),
            "opts": self.opts,
            **context,
        }
        return TemplateResponse(request, TEMPLATES + template, context, status=status)


def _years() -> list[ReportingYear]:
    return scope.existing_years(range(OLDEST_YEAR, LAST_YEAR + 1))


def _stored_plan(request: HttpRequest) -> Plan | None:
    """The plan of the file that this person has uploaded; None where there is none."""
    upload = uploads.stored(request.session, cast(User, request.user), uploads.FIGURES)
    if upload is None:
        return None
    year = ChosenYearForm(_years(), request.GET).chosen
    try:
        return read_import(upload.path, upload.name, year=year, limits=WEB_LIMITS)
    except SpreadsheetError:  # the file was there a moment ago
        return None


def _import_of(number: int) -> FilingImport:
    try:
        return import_of(number)
    except FilingImport.DoesNotExist as error:
        raise Http404 from error


def _too_long() -> str:
    hint = _("網頁一次最多處理 %(rows)s 列；更長的檔案請在主機上執行 manage.py import_filings。")
    return hint % {"rows": f"{WEB_ROWS:,}"}
