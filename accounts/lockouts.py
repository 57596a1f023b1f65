"""How long an account stays locked for an address after repeated failures."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from axes.models import AccessAttempt
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Lockout:
    """A locked pair of account and address, and when it opens again."""

    until: datetime  # a full minute, so that the clock time on the page is late enough
    minutes: int

    @property
    def message(self) -> str:
        """What the person is told; the same for accounts that do not exist."""
        return _(
            "登入失敗次數過多，此帳號已暫停由您的網路位址登入。"
            "請於 %(time)s（約 %(minutes)d 分鐘後）再試。"
        ) % {"time": timezone.localtime(self.until).strftime("%H:%M"), "minutes": self.minutes}


def lockout_of(username: str, address: str | None) -> Lockout:
    """When the pair opens again: as soon as fewer than AXES_FAILURE_LIMIT failures are recent.

    `username` is the counted spelling (`account_names.username_of_attempt`). A failure is recent
    for AXES_COOLOFF_TIME. Failures are counted per browser, so there may be several rows.
    """
    now = timezone.now()
    recent = AccessAttempt.objects.filter(
        username=username,
        ip_address=address,
        attempt_time__gte=now - settings.AXES_COOLOFF_TIME,
    ).order_by("attempt_time")
    rows = list(recent.values_list("attempt_time", "failures_since_start"))
    failures, until = sum(count for _time, count in rows), now
    for last_time, count in rows:
        if failures < settings.AXES_FAILURE_LIMIT:
            break
        failures -= count
        until = last_time + settings.AXES_COOLOFF_TIME
    minutes = max(1, math.ceil((until - now).total_seconds() / 60))
    return Lockout(_next_full_minute(until), minutes)


def _next_full_minute(time: datetime) -> datetime:
    full = time.replace(second=0, microsecond=0)
    return full if full == time else full + timedelta(minutes=1)
