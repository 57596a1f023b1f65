"""The administration pages for a new factor set: upload, see it checked, tick doubts, confirm."""

from typing import Any

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from inventory import scope
from inventory.admin.pages import SetPages, get_or_post, post_only, require_staff
from inventory.admin.publication_forms import ConfirmationForm, DoubtsForm, PublicationForm
from inventory.factors.differences import differences
from inventory.factors.publication import Publication
from inventory.factors.store import checksum, doubts_about, factor_rows, store_checked
from inventory.factors.toml_text import PublicationError
from inventory.lines import line_of
from inventory.models import FactorSet, identity
from inventory.policies import today


class UploadSetMixin(SetPages):
    """Adds 「上傳係數版本」 to the pages of factor sets."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path("upload/", view(self.upload_set), name="inventory_factorset_upload"),
            path("upload/store/", view(self.store_set), name="inventory_factorset_store"),
        ]
        return own + super().get_urls()

    @get_or_post
    def upload_set(self, request: HttpRequest) -> HttpResponse:
        """Take a file; show what is wrong with it, else what is in it. Nothing is written."""
        require_staff(request)
        if request.method != "POST":
            return self._upload_page(request, PublicationForm())
        form = PublicationForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._upload_page(request, form, status=400)
        doubts = DoubtsForm(None, doubts_about(form.publication))
        return self._check_page(request, form.cleaned_data["file"].name, form, doubts)

    @post_only
    def store_set(self, request: HttpRequest) -> HttpResponse:
        """Store the file that was shown, after checking it once more, every doubt ticked."""
        by = require_staff(request)
        form = ConfirmationForm(request.POST)
        if not form.is_valid():
            refusals = [str(message) for found in form.errors.values() for message in found]
            return self._upload_page(request, PublicationForm(), refusals, status=400)
        doubts = DoubtsForm(request.POST, doubts_about(form.publication))
        if not doubts.is_valid():
            return self._check_page(request, form.cleaned_data["name"], form, doubts, status=400)
        try:
            store_checked(form.publication, form.file_content, reasons=doubts.reasons, by=by)
        except PublicationError as refusal:  # a doubt, or a title, came up in this very moment
            return self._upload_page(request, PublicationForm(), [str(refusal)], status=409)
        except IntegrityError:  # somebody stored the same id or title in this very moment
            refusals = [_("同時有人存入同一識別碼或名稱的版本，沒有寫入任何資料。")]
            return self._upload_page(request, PublicationForm(), refusals, status=409)
        text = _("已存入係數版本「%(set)s」。還沒有年度採用它：請先看試算影響，再發布。")
        messages.success(request, text % {"set": form.publication.title})
        return redirect("admin:inventory_factorset_what_if", form.publication.id)

    def _check_page(
        self,
        request: HttpRequest,
        name: str,
        form: PublicationForm | ConfirmationForm,
        doubts: DoubtsForm,
        status: int = 200,
    ) -> HttpResponse:
        context = _described(form.publication) | {
            "title": _("上傳係數版本"),
            "file_name": name,
            "kept": form.kept,
            "identity": identity(form.publication.id, checksum(form.file_content)),
            "doubts": doubts,
        }
        return self.page(request, "check.html", context, status)

    def _upload_page(
        self,
        request: HttpRequest,
        form: PublicationForm,
        refusals: list[str] | None = None,
        status: int = 200,
    ) -> HttpResponse:
        context = {"title": _("上傳係數版本"), "form": form, "refusals": refusals}
        return self.page(request, "upload.html", context, status)


def _described(publication: Publication) -> dict[str, Any]:
    """Everything that the page says of a set before it is stored."""
    rows = factor_rows(FactorSet(slug=publication.id), publication)
    return {
        "publication": publication,
        "is_overdue": publication.review_by < today(),
        "factors": [(line_of(row.line).label, row) for row in rows],
        "existing_years": scope.existing_years(publication.years)[::-1],
        "differences": differences(rows, publication.id, publication.years),
    }
