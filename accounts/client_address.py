"""From where a request comes."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str | None:
    """The address of whoever sends the request; None where the server does not know one.

    Behind a proxy (BEHIND_PROXY) it is the last entry of X-Forwarded-For: the one that our own
    proxy wrote. Earlier entries come from the client, who may write anything there.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        address = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2] or address
    try:
        return str(ipaddress.ip_address(address.strip()))
    except ValueError:
        return None
