"""More time for a branch, a category of units, or a whole county at once (a typhoon)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.account_lists.progress import batches
from accounts.models import User
from inventory import permissions, policies
from inventory.models import Filing, FilingQuerySet
from inventory.policies import NotAllowed
from inventory.states import Status, Verb
from inventory.workflow.recording import record_many

AT_ONCE = 500  # filings that one transaction extends, so that nobody who saves waits for long


@dataclass(frozen=True, slots=True)
class Extension:
    """Until when who may file, why, and by which document.

    `category`: only units of this 類別; "" for all of the branch.
    """

    top: Filing
    to: date
    reason: str
    document: str
    category: str = ""

    def filings(self) -> FilingQuerySet:
        """Those that it moves: owed, and due before the new day. Later days stay as they are."""
        due = Greatest("local_due_on", "extended_to")  # PostgreSQL passes over an empty one
        branch = Filing.objects.with_subtree_of(self.top).with_dates().alias(due=due)
        chosen = branch.exclude(status=Status.EXCUSED).filter(due__lt=self.to)
        return chosen.filter(unit__category=self.category) if self.category else chosen

    def check(self) -> None:
        """Raises NotAllowed for a day that is past or never meant, and without reason or number."""
        policies.check_extension_day(self.top.year_id, self.to, policies.today())
        if not self.reason.strip():
            raise NotAllowed(_("請填寫展延原因。"))
        if not self.document.strip():
            raise NotAllowed(_("一次展延多個單位時，請填公文文號。"))


def extend_many(*, extension: Extension, by: User) -> int:
    """Extend every filing of the extension that is due before; return how many.

    Each has an event of its own. In small transactions: where it is stopped on the way, doing it
    again extends the others. Raises PermissionDenied, NotAllowed.
    """
    permissions.check_can_extend_branch(by, extension.top)
    extension.check()
    keys = list(extension.filings().order_by("pk").values_list("pk", flat=True))
    return sum(_extend_few(extension, few, by) for few in batches(keys, AT_ONCE))


@transaction.atomic
def _extend_few(extension: Extension, keys: list[int], by: User) -> int:
    """What stood completed when its year closed is written down as public by the way."""
    day = policies.today()
    few = extension.filings().filter(pk__in=keys)
    stood = Q(status=Status.COMPLETED, published_version=None, due__lt=day)
    kept = _record(extension, few.filter(stood), by, published_version=F("version"))
    return kept + _record(extension, few, by)


def _record(extension: Extension, filings: FilingQuerySet, by: User, **changes: Any) -> int:
    at = timezone.now()
    return record_many(
        Verb.EXTEND,
        filings,
        by=by,
        reason=extension.reason.strip(),
        at=at,
        details=_told(extension, is_kept_public=bool(changes)),
        extended_to=extension.to,
        extended_at=at,
        extended_by=by,
        extension_reason=extension.reason.strip(),
        extension_document=extension.document.strip(),
        **changes,
    )


def _told(extension: Extension, *, is_kept_public: bool) -> Callable[[Filing], dict[str, Any]]:
    def details(filing: Filing) -> dict[str, Any]:
        was = filing.extended_to.isoformat() if filing.extended_to else None
        told: dict[str, Any] = {
            "extended_to": [was, extension.to.isoformat()],
            "document": extension.document.strip(),
        }
        if is_kept_public:
            told["published_version"] = [None, filing.version]
        return told

    return details
