"""The verbs: what can happen to a filing, each in one transaction on the locked row.

Every verb checks who asks (permissions) and whether the calendar and the state allow it
(policies) before it writes, and names its actor in the history.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pghistory
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from inventory import permissions, policies, states
from inventory.calculator import total
from inventory.entries.answers import Answer, answers_from, not_on_form, unanswered
from inventory.entries.computing import entry_for
from inventory.factors.table import FactorTable
from inventory.lines import Operation, codes_of, line_of
from inventory.models import Entry, Filing, SavedAs
from inventory.policies import NotAllowed
from inventory.states import Status, Verb


class VersionConflict(Exception):
    """Someone else saved in the meantime; nothing was written. `inventory` is as it is now."""

    def __init__(self, filing: Filing) -> None:
        super().__init__(f"version {filing.version} is newer")
        self.filing = filing


@transaction.atomic
def save(
    *,
    filing: Filing,
    answers: Iterable[Answer],
    outsourced_scope: str,
    complete: bool,
    version: int,
    by: User,
) -> Filing:
    """Store the answers as the filing's next version, computed with the year's factor set.

    `complete` is the tick 「我已確認完整填報各欄位」. Raises PermissionDenied, NotAllowed (closed
    year, a line that the year's form does not ask, unanswered lines with the tick),
    VersionConflict, MissingFactor.
    """
    answers = list(answers)
    filing = _locked(filing, version)
    permissions.check_can_file(by, filing)
    policies.check_open(filing, policies.today())
    _check_asked(answers, filing.year_id)
    if complete and unanswered(answers, filing.year_id):
        raise NotAllowed(_("尚有項目未填，請填寫數量或勾選「未使用」。"))
    with pghistory.context(user=by.pk, verb=(Verb.COMPLETE if complete else Verb.SAVE).value):
        _write(filing, answers, by, SavedAs.COMPLETE if complete else SavedAs.DRAFT)
        filing.outsourced_scope = outsourced_scope
        filing.is_prefilled = False
        filing.status = states.after(Verb.COMPLETE if complete else Verb.SAVE, filing.status)
        filing.completed_at = filing.saved_at if complete else None
        filing.completed_by = by if complete else None
        filing.save()
    return filing


@transaction.atomic
def prefill(
    *, filing: Filing, answers: Iterable[Answer], outsourced_scope: str, by: User
) -> Filing:
    """Fill in a filing that its unit has not begun, for the unit to check (an import).

    Only platform administrators. Raises PermissionDenied, NotAllowed, MissingFactor.
    """
    answers = list(answers)
    permissions.check_is_platform_administrator(by)
    filing = _locked(filing)
    if filing.status != Status.NOT_STARTED:
        raise NotAllowed(_("%(unit)s 已開始填報，不能再匯入。") % {"unit": filing.unit})
    _check_asked(answers, filing.year_id)
    with pghistory.context(user=by.pk, verb="import"):
        _write(filing, answers, by, SavedAs.IMPORT)
        filing.outsourced_scope = outsourced_scope
        filing.is_prefilled = True
        filing.status = states.after(Verb.SAVE, filing.status)
        filing.save()
    return filing


@transaction.atomic
def confirm(*, filing: Filing, version: int, by: User) -> Filing:
    """The agency above confirms exactly this version of the figures.

    Raises PermissionDenied, NotAllowed, VersionConflict.
    """
    filing = _locked(filing, version)
    permissions.check_can_review(by, filing)
    policies.check_can_confirm(filing)
    with pghistory.context(user=by.pk, verb=Verb.CONFIRM.value):
        filing.status = states.after(Verb.CONFIRM, filing.status)
        filing.confirmed_at, filing.confirmed_by = timezone.now(), by
        filing.confirmed_version = filing.version
        filing.save()
    return filing


@transaction.atomic
def confirm_many(*, versions: Mapping[int, int], by: User) -> list[Filing]:
    """Confirm several filings, given as pk → version; all of them or none.

    Raises what `confirm` raises for the first that cannot be confirmed.
    """
    filings = Filing.objects.filter(pk__in=versions).order_by("pk")
    return [confirm(filing=filing, version=versions[filing.pk], by=by) for filing in filings]


@transaction.atomic
def send_back(*, filing: Filing, version: int, reason: str, lines: list[str], by: User) -> Filing:
    """The agency above sends a filing back to be corrected, saying why and at which lines.

    Raises PermissionDenied, NotAllowed (also without a reason), VersionConflict.
    """
    filing = _locked(filing, version)
    permissions.check_can_review(by, filing)
    policies.check_can_send_back(filing)
    if not reason.strip():
        raise NotAllowed(_("請填寫退回原因。"))
    with pghistory.context(user=by.pk, verb=Verb.SEND_BACK.value, reason=reason):
        filing.status = states.after(Verb.SEND_BACK, filing.status)
        filing.returned_at, filing.returned_by = timezone.now(), by
        filing.return_reason, filing.returned_lines = reason.strip(), lines
        filing.completed_at = filing.completed_by = None
        filing.save()
    return filing


@transaction.atomic
def extend(*, filing: Filing, to: date, reason: str, by: User) -> Filing:
    """The county lets one unit file until a later day, with a reason.

    Raises PermissionDenied, NotAllowed.
    """
    filing = _locked(filing)
    permissions.check_can_extend(by, filing)
    policies.check_extension(filing, to, policies.today())
    if not reason.strip():
        raise NotAllowed(_("請填寫展延原因。"))
    with pghistory.context(user=by.pk, verb="extend", reason=reason):
        filing.extended_to, filing.extension_reason = to, reason.strip()
        filing.extended_at, filing.extended_by = timezone.now(), by
        filing.save()
    return filing


@transaction.atomic
def recompute(*, filing: Filing, version: int, reason: str, by: User) -> Filing:
    """Compute a filing anew with its year's factor set of today, as a new version with a reason.

    Only platform administrators; the calendar does not matter. A confirmation stays with the
    version it was given for. Raises PermissionDenied, NotAllowed (nothing saved yet, no reason),
    VersionConflict, MissingFactor.
    """
    permissions.check_is_platform_administrator(by)
    filing = _locked(filing, version)
    policies.check_can_recompute(filing)
    if not reason.strip():
        raise NotAllowed(_("請填寫重算原因。"))
    with pghistory.context(user=by.pk, verb=Verb.RECOMPUTE.value, reason=reason):
        answers = answers_from(filing.entries.all())
        _write(filing, answers, by, SavedAs.RECOMPUTE, reason.strip())
        filing.status = states.after(Verb.RECOMPUTE, filing.status)
        filing.save()
    return filing


def _locked(filing: Filing, version: int | None = None) -> Filing:
    """The filing's row as it is now, locked until the transaction ends."""
    filings = Filing.objects.select_for_update(of=("self",))
    filing = filings.select_related("year", "unit").get(pk=filing.pk)
    if version is not None and filing.version != version:
        raise VersionConflict(filing)
    return filing


def _check_asked(answers: Iterable[Answer], year: int) -> None:
    """Raises NotAllowed for an answer to what the year's form does not ask."""
    asked = codes_of(year)
    other = next((answer.line for answer in answers if answer.line not in asked), None)
    if other is not None:
        what = {"year": year, "line": line_of(other).label}
        raise NotAllowed(_("%(year)s 年度的表單沒有「%(line)s」。") % what)


def _write(
    filing: Filing, answers: list[Answer], by: User, saved_as: SavedAs, reason: str = ""
) -> None:
    """Bring the stored entries to the answers and the subtotals to the entries' sums.

    The caller saves the filing's row afterwards: that is when the database writes the version
    down. Entries that stay the same are not touched, nor are those of lines that the year's form
    does not ask: they count as they were frozen.
    """
    table = FactorTable.of(filing.year)
    stored = {_key(entry): entry for entry in filing.entries.all()}
    unasked = {_key(entry): entry for entry in not_on_form(stored.values(), table.year)}
    given = (entry_for(one, table) for one in answers if one.key not in unasked)
    wanted = {_key(entry): entry for entry in given} | unasked
    gone = [entry.pk for key, entry in stored.items() if key not in wanted]
    changed, new = [], []
    for key, entry in wanted.items():
        entry.filing = filing
        known = stored.get(key)
        if known is None:
            new.append(entry)
        elif _content(known) != _content(entry):
            entry.pk = known.pk
            changed.append(entry)
    if gone:
        filing.entries.filter(pk__in=gone).delete()
    if changed:
        Entry.objects.bulk_update(changed, CONTENT)
    Entry.objects.bulk_create(new)
    kilograms = {
        operation: total(
            entry.kg
            for entry in wanted.values()
            if entry.operation == operation and entry.kg is not None
        )
        for operation in Operation
    }
    filing.own_kg = kilograms[Operation.OWN]
    filing.outsourced_kg = kilograms[Operation.OUTSOURCED]
    filing.factor_set_id = table.factor_set_id
    filing.version += 1
    filing.saved_at, filing.saved_by = timezone.now(), by
    filing.saved_as, filing.save_reason = saved_as, reason


CONTENT = (
    "name",
    "answer",
    "quantity",
    "unit",
    "factor_set",
    "terms",
    "kg",
    "reason",
    "reason_note",
)


def _key(entry: Entry) -> tuple[str, str, int]:
    return (entry.operation, entry.line, entry.position)


def _content(entry: Entry) -> tuple[Any, ...]:
    return tuple(
        getattr(entry, "factor_set_id" if field == "factor_set" else field) for field in CONTENT
    )
