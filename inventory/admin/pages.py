"""What the administration pages of factor sets share."""

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from inventory import scope
from inventory.models import FactorSet
from inventory.permissions import check_is_platform_administrator

TEMPLATES = "admin/inventory/factorset/"

get_or_post = method_decorator([never_cache, require_http_methods(["GET", "HEAD", "POST"])])
get_only = method_decorator([never_cache, require_safe])
post_only = method_decorator([never_cache, require_POST])

if TYPE_CHECKING:
    Base = admin.ModelAdmin[FactorSet]
else:
    Base = object


class SetPages(Base):
    """Pages about factor sets beside those that Django makes."""

    def page(
        self, request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
    ) -> HttpResponse:
        """Render one of them; `context` has at least a title."""
        context = {
            **self.admin_site.each_context(request),
            "is_nav_sidebar_enabled": False,  # the tables need the width
            "opts": self.opts,
            **context,
        }
        return TemplateResponse(request, TEMPLATES + template, context, status=status)


def require_staff(request: HttpRequest) -> User:
    """Who asks: behind `admin_view` that is somebody. Raises PermissionDenied but for staff."""
    user = cast(User, request.user)
    check_is_platform_administrator(user)
    return user


def set_of(request: HttpRequest, slug: str) -> FactorSet:
    """The set that the address names. Raises Http404, PermissionDenied but for staff."""
    require_staff(request)
    try:
        return scope.factor_set(slug)
    except FactorSet.DoesNotExist as error:
        raise Http404 from error


def public_page(factor_set: FactorSet) -> str:
    """The address of the set's public page; "" where there is none."""
    try:
        return reverse("portal:factor_set", args=[factor_set.slug])
    except NoReverseMatch:
        return ""
