"""What was done to a filing, one row per verb."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.guards import insert_only
from inventory.models.filings import Filing
from inventory.models.triggers import not_ahead_of_its_filing
from inventory.states import Verb

WITH_REASON = (
    Verb.SEND_BACK,
    Verb.EXTEND,
    Verb.RECOMPUTE,
    Verb.TAKE_BACK,
    Verb.MOVE,
    Verb.EXCUSE,
    Verb.REINSTATE,
    Verb.TAKE_IN,
    Verb.CLOSE,
    Verb.TAKE_OVER,
    Verb.REOPEN,
)


class FilingEvent(models.Model):
    """One verb that was done to a filing: who, when, why, and what it moved. Insert only.

    `revision` and `version` are the filing's afterwards. `lines` are the rows that the reason
    points at (own-electricity). `details` has what moved, each as [before, after].
    """

    filing = models.ForeignKey(
        Filing, on_delete=models.PROTECT, related_name="events", verbose_name=_("填報")
    )
    revision = models.PositiveIntegerField(_("異動序號"))
    verb = models.CharField(_("事項"), max_length=12, choices=Verb)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("辦理者"),
    )
    at = models.DateTimeField(_("時間"))
    version = models.PositiveIntegerField(_("版次"))
    reason = models.TextField(_("原因"), blank=True, max_length=1000)
    lines = models.JSONField(_("原因所指項目"), default=list, blank=True)
    details = models.JSONField(_("異動內容"), default=dict, blank=True)

    class Meta:
        verbose_name = _("辦理紀錄")
        verbose_name_plural = _("辦理紀錄")
        ordering: ClassVar = ["filing", "revision"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["filing", "revision"], name="event_once_per_revision"),
            models.CheckConstraint(condition=Q(verb__in=Verb.values), name="event_verb"),
            models.CheckConstraint(
                condition=~Q(verb__in=WITH_REASON) | ~Q(reason=""), name="event_with_reason"
            ),
        ]
        triggers: ClassVar = [*insert_only(), not_ahead_of_its_filing("revision", "revision")]

    def __str__(self) -> str:
        return f"{self.filing} {self.verb}"
