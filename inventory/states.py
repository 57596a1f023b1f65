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
    EXCUSED = "excused", _("免填報")


class Verb(TextChoices):
    """What is done to a filing."""

    IMPORT = "import", _("匯入")
    SAVE = "save", _("存檔")
    COMPLETE = "complete", _("確認完整並存檔")
    CONFIRM = "confirm", _("確認")
    SEND_BACK = "send_back", _("退回")
    EXTEND = "extend", _("展延")
    RECOMPUTE = "recompute", _("重算")
    TAKE_BACK = "take_back", _("撤回匯入")
    MOVE = "move", _("改列上級機關")
    EXCUSE = "excuse", _("免填報")
    REINSTATE = "reinstate", _("恢復填報")
    KEEP_PUBLIC = "keep_public", _("維持公開")
    TAKE_IN = "take_in", _("納入填報")
    CLOSE = "close", _("裁撤或整併")
    TAKE_OVER = "take_over", _("承接整併")
    REOPEN = "reopen", _("撤銷裁撤或整併")


# Whose unit has still to do something, or may be asked to.
WORKED_ON = tuple(status for status in Status if status != Status.EXCUSED)

FILED = frozenset({Status.COMPLETED, Status.CONFIRMED})  # counted as 已填報

# verb → from which state to which. The one place that says so.
TRANSITIONS: dict[Verb, dict[Status, Status]] = {
    Verb.IMPORT: {Status.NOT_STARTED: Status.DRAFT, Status.DRAFT: Status.DRAFT},
    Verb.SAVE: dict.fromkeys(WORKED_ON, Status.DRAFT),
    Verb.COMPLETE: dict.fromkeys(WORKED_ON, Status.COMPLETED),
    Verb.CONFIRM: {Status.COMPLETED: Status.CONFIRMED},
    Verb.SEND_BACK: dict.fromkeys(FILED, Status.RETURNED),
    Verb.EXTEND: {status: status for status in Status},
    # A confirmation belongs to the figures that it was given for.
    Verb.RECOMPUTE: {
        Status.DRAFT: Status.DRAFT,
        Status.COMPLETED: Status.COMPLETED,
        Status.CONFIRMED: Status.COMPLETED,
        Status.RETURNED: Status.RETURNED,
    },
    Verb.TAKE_BACK: {Status.DRAFT: Status.NOT_STARTED},
    Verb.MOVE: {status: status for status in Status},
    # What is completed or confirmed goes back to its unit first, which then knows of it.
    Verb.EXCUSE: dict.fromkeys((Status.NOT_STARTED, Status.DRAFT, Status.RETURNED), Status.EXCUSED),
    Verb.REINSTATE: {Status.EXCUSED: Status.NOT_STARTED},
    # What stood completed when its year closed stays public when the year opens again.
    Verb.KEEP_PUBLIC: {Status.COMPLETED: Status.COMPLETED},
    Verb.TAKE_IN: {Status.NOT_STARTED: Status.NOT_STARTED},
    # They say which part of the year is meant, and move no figure: `policies` says of which.
    Verb.CLOSE: {status: status for status in Status},
    Verb.TAKE_OVER: {status: status for status in Status},
    Verb.REOPEN: {status: status for status in Status},
}


class WrongState(ValueError):
    """The verb is not allowed in the state that the filing is in."""

    def __init__(self, verb: Verb, status: Status) -> None:
        super().__init__(f"{verb.value} is not allowed in state {status.value}")
        self.verb, self.status = verb, status


def is_allowed(verb: Verb, status: str) -> bool:
    """Whether the verb may be done to a filing in this state."""
    return Status(status) in TRANSITIONS[verb]


def after(verb: Verb, status: str) -> Status:
    """The state after the verb. Raises WrongState where the verb is not allowed."""
    if not is_allowed(verb, status):
        raise WrongState(verb, Status(status))
    return TRANSITIONS[verb][Status(status)]
