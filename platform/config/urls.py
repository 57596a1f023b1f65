"""Every address of the platform."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from config import health

urlpatterns = [
    path("health/", health.live, name="health"),
    path("health/ready/", health.ready, name="ready"),
    path("language/", login_not_required(set_language), name="set_language"),
    path("accounts/", include("accounts.urls")),
    path("inventory/", include("inventory.urls")),
    path("hierarchy/", include("hierarchy.urls")),
    path("admin/", admin.site.urls),
    path("", include("portal.urls")),
]
