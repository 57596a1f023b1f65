"""Administration pages of rows that people look at and never write."""

from django.db.models import Model
from django.http import HttpRequest


class LookOnly:
    """Mixed into an administration page: it adds, changes and deletes nothing."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
