"""What the public pages say, written and changed by administrators; and what the database is.

Texts are plain: a blank line begins a paragraph, lines that begin with "- " are a list, addresses
become links. The Chinese fields are required; an English one is shown where it is filled and the
visitor reads English.
"""

from typing import ClassVar

from django.core.validators import FileExtensionValidator, RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.guards import insert_only
from accounts.models import County

PLAIN_TEXT = _("純文字：空一行為新段落；以「- 」開頭的各行為條列；網址會自動成為連結。")
ONE_PER_LINE = _("每行一項。")
FILE_TYPES = ["pdf", "xlsx", "ods", "docx", "odt", "csv", "txt", "zip"]


class Content(models.Model):
    """What all public texts share.

    `slug` ties a row to the text that was delivered with the platform; rows that administrators
    add have none. A row that is not published is kept and not shown.
    """

    slug = models.SlugField(max_length=60, unique=True, null=True, editable=False)
    is_published = models.BooleanField(_("公開"), default=True)

    class Meta:
        abstract = True

    def in_language(self, field: str) -> str:
        """The field in the visitor's language; in Chinese where there is no English text."""
        english = getattr(self, f"{field}_en") if get_language() == "en" else ""
        return str(english or getattr(self, field))


class Titled(Content):
    """A heading and a text, each in Chinese and perhaps in English."""

    title = models.CharField(_("標題"), max_length=200)
    body = models.TextField(_("內容"), blank=True, help_text=PLAIN_TEXT)
    title_en = models.CharField(_("標題（英文）"), max_length=200, blank=True)
    body_en = models.TextField(_("內容（英文）"), blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title

    @property
    def heading(self) -> str:
        return self.in_language("title")

    @property
    def text(self) -> str:
        return self.in_language("body")


class Notice(Titled):
    """公告: shown on the home page from its date on, newest first."""

    published_on = models.DateField(_("日期"), default=timezone.localdate)

    class Meta:
        verbose_name = _("公告")
        verbose_name_plural = _("公告欄")
        ordering: ClassVar = ["-published_on", "pk"]


class Showcase(Content):
    """縣市成果展現: what a county is a member of and what it has done."""

    county = models.OneToOneField(
        County, on_delete=models.PROTECT, related_name="showcase", verbose_name=_("縣市")
    )
    memberships = models.TextField(_("參與組織"), blank=True, help_text=ONE_PER_LINE)
    achievements = models.TextField(_("成果"), blank=True, help_text=ONE_PER_LINE)
    memberships_en = models.TextField(_("參與組織（英文）"), blank=True)
    achievements_en = models.TextField(_("成果（英文）"), blank=True)

    class Meta:
        verbose_name = _("縣市成果")
        verbose_name_plural = _("縣市成果展現")
        ordering: ClassVar = ["county__order", "county"]

    def __str__(self) -> str:
        return str(self.county)

    @property
    def membership_list(self) -> list[str]:
        return _lines(self.in_language("memberships"))

    @property
    def achievement_list(self) -> list[str]:
        return _lines(self.in_language("achievements"))


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


class Ordered(Titled):
    """A text with a place among its like."""

    order = models.PositiveSmallIntegerField(_("順序"), default=100, help_text=_("小的在前。"))

    class Meta:
        abstract = True


class Term(Ordered):
    """專用名詞: a word of the trade; the title is the word and `title_en` its English."""

    class Meta:
        verbose_name = _("名詞")
        verbose_name_plural = _("專用名詞")
        ordering: ClassVar = ["order", "pk"]


class Section(models.TextChoices):
    """Which menu page an article stands on."""

    INTERNATIONAL = "international", _("國際資訊")
    CASES = "cases", _("案例分享")


class Article(Ordered):
    """A text under 國際資訊 or 案例分享, with where it comes from."""

    section = models.CharField(_("頁面"), max_length=20, choices=Section)
    source_name = models.CharField(_("資料來源"), max_length=200, blank=True)
    source_url = models.URLField(_("來源網址"), blank=True)

    class Meta:
        verbose_name = _("文章")
        verbose_name_plural = _("國際資訊與案例分享")
        ordering: ClassVar = ["section", "order", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(section__in=Section.values), name="article_section"
            )
        ]


class Question(Ordered):
    """常見問題: the title is the question, the text its answer."""

    class Meta:
        verbose_name = _("問題")
        verbose_name_plural = _("常見問題")
        ordering: ClassVar = ["order", "pk"]


class Download(Ordered):
    """資訊下載: a file, under the name that it has on the visitor's disk."""

    file = models.FileField(
        _("檔案"), upload_to="downloads/", validators=[FileExtensionValidator(FILE_TYPES)]
    )
    file_name = models.CharField(
        _("下載檔名"),
        max_length=100,
        help_text=_("含副檔名，例如：填報作業說明.pdf"),
        validators=[RegexValidator(r'^[^/\\:*?"<>|\x00-\x1f]+\.[A-Za-z0-9]+$', _("檔名不正確。"))],
    )
    updated_on = models.DateField(_("更新日期"), default=timezone.localdate)

    class Meta:
        verbose_name = _("下載檔案")
        verbose_name_plural = _("資訊下載")
        ordering: ClassVar = ["order", "pk"]

    @property
    def kind(self) -> str:
        """PDF, XLSX …: what the visitor is going to get."""
        return self.file_name.rpartition(".")[2].upper()


class Purpose(models.TextChoices):
    """What a database is there for."""

    SITE = "site", _("正式平台")
    DEMONSTRATION = "demonstration", _("示範平台")


class DatabaseIdentity(models.Model):
    """What this database is: one row, written when the tables are made, and never changed.

    It travels with a dump, so that no variable of a shell turns invented figures into a site's,
    or a site into a demonstration that anybody may fill.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    purpose = models.CharField(_("資料庫用途"), max_length=20, choices=Purpose)
    created_at = models.DateTimeField(_("建立時間"), default=timezone.now)

    class Meta:
        verbose_name = _("資料庫用途")
        verbose_name_plural = _("資料庫用途")
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="database_identity_once"),
            models.CheckConstraint(
                condition=models.Q(purpose__in=Purpose.values), name="database_identity_purpose"
            ),
        ]
        triggers: ClassVar = insert_only()

    def __str__(self) -> str:
        return self.get_purpose_display()
