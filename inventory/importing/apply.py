"""Filling in what was planned: all of it or nothing."""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.account_lists.progress import Progress, no_progress, with_progress
from accounts.models import User
from accounts.spreadsheets import SpreadsheetError
from inventory import workflow
from inventory.calculator import MissingFactor
from inventory.entries.computing import activity
from inventory.importing.plan import Plan, PlannedFiling
from inventory.importing.questions import check_answered
from inventory.models import Filing, FilingImport, ImportedFiling
from inventory.policies import NotAllowed
from inventory.workflow import FilingConflict, Seen


@transaction.atomic
def apply_import(
    plan: Plan,
    *,
    by: User,
    accepted: Collection[str] = (),
    progress: Progress = no_progress,
) -> FilingImport:
    """Fill in the filings, all or none, and remember which; `accepted` answers the questions.

    Raises PermissionDenied, SpreadsheetError with problems, QuestionsOpen, and NotAllowed where
    there is nothing to fill in, or a filing was begun, or another factor set published, since the
    file was read.
    """
    if plan.problems:
        raise SpreadsheetError(plan.problems)
    check_answered(plan.questions, accepted)
    if not plan.filings:
        raise NotAllowed(_("這份檔案沒有可以匯入的數據。"))
    # In the order of their keys, as everybody does who locks several.
    planned = sorted(plan.filings, key=lambda one: one.filing.pk)
    filled = [_fill(one, by) for one in with_progress(planned, _("匯入數據"), progress)]
    made = FilingImport.objects.create(
        file_name=plan.file_name[:255], check_value=plan.checksum, at=timezone.now(), by=by
    )
    ImportedFiling.objects.bulk_create(
        ImportedFiling(imported=made, filing=filing, version=filing.version) for filing in filled
    )
    return made


def _fill(planned: PlannedFiling, by: User) -> Filing:
    filing = planned.filing
    try:
        return workflow.prefill(
            filing=filing,
            answers=planned.answers,
            outsourced_scope="",
            by=by,
            seen=Seen(filing.revision, filing.year.factor_set_id),
        )
    except MissingFactor as missing:
        what = {"unit": filing, "why": activity(missing)}
        raise NotAllowed(_("%(unit)s 無法計算：%(why)s") % what) from missing
    except FilingConflict as conflict:
        message = _("%(unit)s 在檔案讀取之後有異動，沒有寫入任何資料；請再看一次。")
        raise NotAllowed(message % {"unit": filing}) from conflict
