"""Whether a save changes anything: figures, tick, reasons, texts or factor set.

A save that changes nothing is none: no version, no status, no confirmation moves by it.
"""

from django.utils.translation import gettext as _

from inventory.models import Filing, FilingVersion
from inventory.policies import NotAllowed
from inventory.states import Verb
from inventory.versions.formats import entry_as_written, read_version
from inventory.workflow.writing import Draft

HANDED = (Verb.COMPLETE, Verb.SEND_BACK)


class ReplyNeeded(NotAllowed):
    """A filing that was sent back is handed in unchanged, and the reason is not answered."""


def is_change(filing: Filing, draft: Draft, outsourced_scope: str, *, complete: bool) -> bool:
    """Whether the save would change the filing at all.

    The first save does, and so does the first one by the unit of what was imported: from then on
    the unit stands for the figures. So does the tick, which a return takes away.
    """
    if filing.version == 0 or filing.is_prefilled:
        return True
    is_complete = filing.completed_at is not None
    is_same = (
        filing.factor_set_id == draft.factor_set
        and _lines(filing.outsourced_scope) == _lines(outsourced_scope)
        and draft.is_as_stored
    )
    return complete != is_complete or not is_same


def returned_version(filing: Filing) -> FilingVersion | None:
    """The version that was sent back; None where none was, or where it is handed in again."""
    if filing.returned_at is None or filing.completed_at is not None:
        return None
    handed = filing.events.filter(verb__in=HANDED).order_by("-revision").first()
    if handed is None or handed.verb != Verb.SEND_BACK:
        return None
    return filing.versions.get(number=handed.version)


def check_replied(
    returned: FilingVersion,
    draft: Draft,
    outsourced_scope: str,
    *,
    is_handed_in: bool,
    reply: str,
) -> None:
    """Raises ReplyNeeded where what was sent back is handed in again to the letter, unanswered.

    Drafts in between make no difference, so nobody gets round the question by saving twice.
    """
    if reply.strip() or not is_handed_in:
        return
    before = read_version(returned)
    wanted = [entry_as_written(entry) for entry in draft.wanted.values()]
    is_same = (
        before.factor_set == draft.factor_set
        and _lines(before.outsourced_scope) == _lines(outsourced_scope)
        and {one.place: one for one in before.entries} == {one.place: one for one in wanted}
    )
    if is_same:
        raise ReplyNeeded(
            _("這份填報被退回後內容沒有變更；請修正，或在「回覆退回原因」說明為何不需修改。")
        )


def _lines(text: str) -> list[str]:
    """Browsers send line ends as they like; they are no change."""
    return text.strip().splitlines()
