"""登錄狀況: which states a filing can be in and which verb leads from where to where."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Status(TextChoices):
    """The state of one unit's filing for one year."""

    NOT_STARTED = "not_started", _("未登錄")
    DRAFT = "draft", _("填報中")
    COMPLETED = "completed", _("已完成")
    CONFIRMED = "confirmed", _("已確認")
    RETURNED = "returned", _("退回修正")


class Verb(TextChoices):
    """What is done to a filing."""

    SAVE = "save", _("存檔")
    COMPLETE = "complete", _("確認完整並存檔")
    CONFIRM = "confirm", _("確認")
    SEND_BACK = "send_back", _("退回")


ANY = frozenset(Status)
FILED = frozenset({Status.COMPLETED, Status.CONFIRMED})

# verb → (from which states, to which state). The one place that says so.
TRANSITIONS: dict[Verb, tuple[frozenset[Status], Status]] = {
    Verb.SAVE: (ANY, Status.DRAFT),
    Verb.COMPLETE: (ANY, Status.COMPLETED),
    Verb.CONFIRM: (frozenset({Status.COMPLETED}), Status.CONFIRMED),
    Verb.SEND_BACK: (FILED, Status.RETURNED),
}


class WrongState(ValueError):
    """The verb is not allowed in the state that the filing is in."""

    def __init__(self, verb: Verb, status: Status) -> None:
        super().__init__(f"{verb.value} is not allowed in state {status.value}")
        self.verb, self.status = verb, status


def is_allowed(verb: Verb, status: str) -> bool:
    """Whether the verb may be done to a filing in this state."""
    return Status(status) in TRANSITIONS[verb][0]


def after(verb: Verb, status: str) -> Status:
    """The state after the verb. Raises WrongState where the verb is not allowed."""
    if not is_allowed(verb, status):
        raise WrongState(verb, Status(status))
    return TRANSITIONS[verb][1]
