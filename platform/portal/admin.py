"""Where administrators without technical knowledge change what the public pages say."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.models import Article, Download, Notice, Question, Showcase, Term

ENGLISH = (_("英文（選填）"), {"fields": ["title_en", "body_en"], "classes": ["collapse"]})


class ContentAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Lists that can be put in order and switched on and off without opening each row."""

    list_display: Any = ["title", "order", "is_published"]
    list_editable: Any = ["order", "is_published"]
    list_filter: Any = ["is_published"]
    search_fields: Any = ["title", "body", "title_en"]
    fieldsets: Any = [(None, {"fields": ["title", "body", "order", "is_published"]}), ENGLISH]


@admin.register(Notice)
class NoticeAdmin(ContentAdmin):
    list_display: ClassVar = ["title", "published_on", "is_published"]
    list_editable: ClassVar = ["is_published"]
    date_hierarchy = "published_on"
    fieldsets: ClassVar = [
        (None, {"fields": ["published_on", "title", "body", "is_published"]}),
        ENGLISH,
    ]


@admin.register(Showcase)
class ShowcaseAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display: ClassVar = ["county", "is_published"]
    list_editable: ClassVar = ["is_published"]
    fieldsets: ClassVar = [
        (None, {"fields": ["county", "memberships", "achievements", "is_published"]}),
        (
            _("英文（選填）"),
            {"fields": ["memberships_en", "achievements_en"], "classes": ["collapse"]},
        ),
    ]


@admin.register(Term)
class TermAdmin(ContentAdmin):
    list_display: ClassVar = ["title", "title_en", "order", "is_published"]


@admin.register(Question)
class QuestionAdmin(ContentAdmin):
    pass


@admin.register(Article)
class ArticleAdmin(ContentAdmin):
    list_display: ClassVar = ["title", "section", "order", "is_published"]
    list_filter: ClassVar = ["section", "is_published"]
    formfield_overrides: ClassVar = {models.URLField: {"assume_scheme": "https"}}
    fieldsets: ClassVar = [
        (None, {"fields": ["section", "title", "body", "order", "is_published"]}),
        (_("資料來源"), {"fields": ["source_name", "source_url"]}),
        ENGLISH,
    ]


@admin.register(Download)
class DownloadAdmin(ContentAdmin):
    list_display: ClassVar = ["title", "file_name", "updated_on", "order", "is_published"]
    fieldsets: ClassVar = [
        (
            None,
            {
                "fields": [
                    "title",
                    "body",
                    "file",
                    "file_name",
                    "updated_on",
                    "order",
                    "is_published",
                ]
            },
        ),
        ENGLISH,
    ]
