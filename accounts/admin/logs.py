"""Who signed in and who did what in the administration: looked at only, as the database has it.

An account that stands in the log of the administration is not deleted: the page names the
entries that would have to go with it, and nobody may delete those.
"""

from axes.admin import AccessLogAdmin
from axes.models import AccessLog
from django.contrib import admin
from django.contrib.admin.models import LogEntry

from accounts.admin.look_only import LookOnly

admin.site.unregister(AccessLog)


@admin.register(AccessLog)
class SignInAdmin(LookOnly, AccessLogAdmin):  # type: ignore[misc]
    """Every sign-in, with the moment of signing out."""


@admin.register(LogEntry)
class LogEntryAdmin(LookOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    """Every addition, change and deletion in the administration."""

    list_display = ("action_time", "user", "content_type", "object_repr", "action_flag")
    list_filter = ("action_flag", "content_type")
    list_select_related = ("user", "content_type")
    search_fields = ("object_repr", "user__username")
    date_hierarchy = "action_time"
