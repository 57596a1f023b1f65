"""Taking a whole import back: every filing that it filled in and nobody has saved since."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.account_lists.progress import Progress, no_progress, with_progress
from accounts.models import User
from inventory import workflow
from inventory.models import Filing, FilingImport, ImportedFiling
from inventory.policies import NotAllowed, can_take_back
from inventory.states import Status
from inventory.workflow import FilingConflict


@dataclass(frozen=True, slots=True)
class Filled:
    """A filing that an import filled in, and why its figures stay; "" where they can go."""

    filing: Filing
    stays: str

    @property
    def can_go(self) -> bool:
        """Whether the import can be taken back from it."""
        return not self.stays


def import_of(number: int) -> FilingImport:
    """One import. Raises FilingImport.DoesNotExist."""
    return FilingImport.objects.select_related("by").get(pk=number)


def filled_by(made: FilingImport) -> list[Filled]:
    """What an import filled in, in the order of year and tree, as it stands now."""
    rows = ImportedFiling.objects.filter(imported=made)
    rows = rows.select_related("filing__unit", "filing__year")
    rows = rows.order_by("filing__year", "filing__path")
    return [Filled(row.filing, _why_it_stays(row)) for row in rows]


def _why_it_stays(row: ImportedFiling) -> str:
    filing = row.filing
    if filing.version == row.version and can_take_back(filing):
        return ""
    if filing.status == Status.EXCUSED:
        return _("已免填報")
    if filing.status == Status.NOT_STARTED:
        return _("已經撤回")
    if can_take_back(filing):
        return _("後來又匯入或重算過，請從最後一次匯入撤回，或到填報頁個別撤回")
    return _("單位已存檔")


@transaction.atomic
def take_back_import(
    made: FilingImport,
    *,
    revisions: Mapping[int, int],
    reason: str,
    by: User,
    progress: Progress = no_progress,
) -> list[Filing]:
    """Make every filing that can still go 未登錄 again; the others stay as they are.

    `revisions` is what was shown: pk → revision of those that can go. Who may, is asked of each
    filing, by the verb that takes one back. Raises PermissionDenied,
    NotAllowed (no reason, nothing left to take back, something happened since it was shown).
    """
    going = {one.filing.pk: one.filing for one in filled_by(made) if one.can_go}
    if not going:
        raise NotAllowed(_("這次匯入已經沒有可以撤回的填報。"))
    if {pk: filing.revision for pk, filing in going.items()} != dict(revisions):
        raise NotAllowed(_("有填報在您檢視之後有異動，沒有撤回任何一份；請再看一次。"))
    filings = [going[pk] for pk in sorted(going)]
    return [
        _take_back(filing, reason, by) for filing in with_progress(filings, _("撤回匯入"), progress)
    ]


def _take_back(filing: Filing, reason: str, by: User) -> Filing:
    try:
        return workflow.take_back(filing=filing, revision=filing.revision, reason=reason, by=by)
    except FilingConflict as conflict:
        message = _("%(unit)s 剛才有異動，沒有撤回任何一份；請再看一次。")
        raise NotAllowed(message % {"unit": filing}) from conflict
