"""The verbs: what can happen to a filing, each in one transaction on the locked row.

Every verb checks who asks (permissions) and whether the calendar and the state allow it
(policies) before it writes. `revision` is the one that the person saw: a filing to which anything
was done since is left alone, and FilingConflict says what.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from inventory import permissions, policies
from inventory.entries.answers import Answer, answers_from, unanswered
from inventory.models import Filing, SavedAs
from inventory.policies import NotAllowed
from inventory.states import Verb
from inventory.workflow.changing import check_replied, is_change, returned_version
from inventory.workflow.filing_for import told_filed_for
from inventory.workflow.recording import Deed, Seen, recorded
from inventory.workflow.writing import check_asked, prepare, write_answers


def save(  # noqa: PLR0913 - one argument for each thing that the form hands in
    *,
    filing: Filing,
    answers: Iterable[Answer],
    outsourced_scope: str,
    complete: bool,
    revision: int,
    factor_set: str,
    by: User,
    reply: str = "",
    filed_for: str | None = None,
) -> Filing:
    """Store the answers as the filing's next version, computed with the year's factor set.

    `complete` is the tick 「我已確認完整填報各欄位」; `factor_set` the set that the person saw;
    `reply` answers the reason of a return; `filed_for` says why a county fills in another unit's
    form, "" where that has nobody. A save that changes nothing stores nothing and gives the filing
    back at the revision that was seen. Raises PermissionDenied, NotAllowed (closed, a line that
    the form does not ask, unanswered lines with the tick), ReplyNeeded, FilingConflict,
    MissingFactor.
    """
    answers = list(answers)
    verb, saved_as = (Verb.COMPLETE, SavedAs.COMPLETE) if complete else (Verb.SAVE, SavedAs.DRAFT)
    with recorded(verb, filing, by=by, seen=Seen(revision, factor_set)) as deed:
        filing = deed.filing
        _check_filer(deed, filed_for, by)
        policies.check_open(filing, policies.today())
        _check_answers(answers, filing.year_id, is_complete=complete)
        draft = prepare(filing, answers, saved_as)
        if not is_change(filing, draft, outsourced_scope, complete=complete):
            deed.is_nothing = True
            return filing
        if returned := returned_version(filing):
            deed.reason = reply.strip()
            check_replied(returned, draft, outsourced_scope, is_handed_in=complete, reply=reply)
        write_answers(deed, draft, saved_as, by)
        filing.outsourced_scope = outsourced_scope
        filing.is_prefilled = False
        filing.completed_at, filing.completed_by = (deed.at, by) if complete else (None, None)
    return filing


def _check_answers(answers: list[Answer], year: int, *, is_complete: bool) -> None:
    """Raises NotAllowed for what is not asked, and where a line under the tick has no answer."""
    check_asked(answers, year)
    if is_complete and unanswered(answers, year):
        raise NotAllowed(_("尚有項目未填，請填寫數量或勾選「未使用」。"))


def _check_filer(deed: Deed, filed_for: str | None, by: User) -> None:
    """People of the unit file for it; whoever fills in for another unit stands in the event."""
    if filed_for is None:
        permissions.check_can_file(by, deed.filing)
    else:
        permissions.check_can_file_for(by, deed.filing)
        deed.details["filed_for"] = told_filed_for(deed.filing, filed_for, by)


def prefill(
    *,
    filing: Filing,
    answers: Iterable[Answer],
    outsourced_scope: str,
    by: User,
    seen: Seen | None = None,
) -> Filing:
    """Fill in a filing that its unit has not begun, for the unit to check (an import).

    `seen` is what the administrator was shown, where that was shown. Only platform administrators.
    Raises PermissionDenied, NotAllowed, FilingConflict, MissingFactor.
    """
    answers = list(answers)
    permissions.check_is_platform_administrator(by)
    with recorded(Verb.IMPORT, filing, by=by, seen=seen) as deed:
        filing = deed.filing
        policies.check_can_import(filing)
        check_asked(answers, filing.year_id)
        write_answers(deed, prepare(filing, answers, SavedAs.IMPORT), SavedAs.IMPORT, by)
        filing.outsourced_scope = outsourced_scope
        filing.is_prefilled = True
    return filing


def confirm(*, filing: Filing, revision: int, by: User) -> Filing:
    """The agency above confirms the figures of exactly this revision.

    Raises PermissionDenied, NotAllowed, FilingConflict.
    """
    with recorded(Verb.CONFIRM, filing, by=by, seen=Seen(revision)) as deed:
        filing = deed.filing
        permissions.check_can_review(by, filing)
        policies.check_can_confirm(filing)
        permissions.check_did_not_complete(by, filing)
        filing.confirmed_at, filing.confirmed_by = deed.at, by
        filing.confirmed_version = filing.published_version = filing.version
    return filing


@transaction.atomic
def confirm_many(*, revisions: Mapping[int, int], by: User) -> list[Filing]:
    """Confirm several filings, given as pk → revision; all of them or none.

    Raises what `confirm` raises for the first that cannot be confirmed.
    """
    filings = Filing.objects.filter(pk__in=revisions).order_by("pk")
    return [confirm(filing=filing, revision=revisions[filing.pk], by=by) for filing in filings]


@transaction.atomic
def send_back(
    *,
    filing: Filing,
    revision: int,
    reason: str,
    lines: list[str],
    by: User,
    extend_to: date | None = None,
) -> Filing:
    """The agency above sends a filing back to be corrected, saying why and at which lines.

    `extend_to`: the county lets the unit file until that day in the same step, for a filing that
    comes back after the due date could not be corrected by anybody. Raises PermissionDenied,
    NotAllowed (also without a reason), FilingConflict.
    """
    filing = _send_back(filing, revision, reason, lines, by)
    if extend_to is None:
        return filing
    return extend(filing=filing, revision=filing.revision, to=extend_to, reason=reason, by=by)


def _send_back(filing: Filing, revision: int, reason: str, lines: list[str], by: User) -> Filing:
    with recorded(Verb.SEND_BACK, filing, by=by, seen=Seen(revision), reason=reason) as deed:
        filing = deed.filing
        permissions.check_can_review(by, filing)
        policies.check_can_send_back(filing)
        if not deed.reason:
            raise NotAllowed(_("請填寫退回原因。"))
        deed.lines = lines
        filing.returned_at, filing.returned_by = deed.at, by
        filing.return_reason, filing.returned_lines = deed.reason, lines
        filing.completed_at = filing.completed_by = None
    return filing


def extend(
    *, filing: Filing, revision: int, to: date, reason: str, by: User, document: str = ""
) -> Filing:
    """The county lets one unit file until a later day, with a reason.

    `document`: the number of the official letter behind it, where there is one.
    Raises PermissionDenied, NotAllowed, FilingConflict.
    """
    with recorded(Verb.EXTEND, filing, by=by, seen=Seen(revision), reason=reason) as deed:
        filing = deed.filing
        permissions.check_can_extend(by, filing)
        policies.check_extension(filing, to, policies.today())
        if not deed.reason:
            raise NotAllowed(_("請填寫展延原因。"))
        filing.extended_to, filing.extension_reason = to, deed.reason
        filing.extended_at, filing.extended_by = deed.at, by
        filing.extension_document = document.strip()
        if filing.extension_document:
            deed.details["document"] = filing.extension_document
    return filing


def recompute(*, filing: Filing, revision: int, reason: str, by: User) -> Filing:
    """Compute a filing anew with its year's factor set of today, as a new version with a reason.

    Only platform administrators; the calendar does not matter. A confirmation stays with the
    version it was given for. Raises PermissionDenied, NotAllowed (nothing saved yet, no reason),
    FilingConflict, MissingFactor.
    """
    permissions.check_is_platform_administrator(by)
    with recorded(Verb.RECOMPUTE, filing, by=by, seen=Seen(revision), reason=reason) as deed:
        filing = deed.filing
        policies.check_can_recompute(filing)
        if not deed.reason:
            raise NotAllowed(_("請填寫重算原因。"))
        draft = prepare(filing, answers_from(filing.entries.all()), SavedAs.RECOMPUTE)
        write_answers(deed, draft, SavedAs.RECOMPUTE, by)
    return filing
