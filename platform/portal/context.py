"""What every page shows: the site's owner, its news line, whether it is a demonstration."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    return {
        "site_owner": settings.SITE_OWNER,
        "site_news": settings.SITE_NEWS,
        "is_demonstration": settings.DEMONSTRATION,
    }
