"""What an administrator puts right in an open year: a place, an import, a filing that is not owed.

Each is told by an event with its reason. Figures that were completed stay as they are: a place
moves what agencies add up, and never a unit's own kilograms.
"""

from typing import Any

import pghistory
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _

from accounts.models import Unit, User
from accounts.unit_tree import check_parent
from inventory import permissions, policies
from inventory.models import PATH_WIDTH, Filing
from inventory.policies import NotAllowed
from inventory.states import Status, Verb
from inventory.workflow.previews import Preview, rehearse
from inventory.workflow.recording import Seen, lock_rows, record_many, recorded
from inventory.workflow.writing import empty
from inventory.workflow.years import locked_year


def preview_of_move(*, filing: Filing, under: Filing, **decided: Any) -> Preview:
    """What moving the filing with all below it would change. Raises as `move` does."""
    what = {
        "unit": filing.unit.name,
        "from": filing.parent.unit.name if filing.parent else "",
        "to": under.unit.name,
        "units": Filing.objects.with_subtree_of(filing).count(),
    }
    watched = [filing.parent or filing, under]
    totals = rehearse(lambda: move(filing=filing, under=under, **decided), watched)
    sentence = _("%(unit)s（連同所屬共 %(units)s 個單位）將由「%(from)s」改列「%(to)s」之下。")
    return Preview([sentence % what], [total for total in totals if total.is_changed])


@transaction.atomic
def move(
    *,
    filing: Filing,
    under: Filing,
    revision: int,
    reason: str,
    by: User,
    in_later_years: bool = False,
) -> Filing:
    """Put a unit, with everything below it, under another agency in this one year.

    The tree of other years stays; `in_later_years`: years that are opened from now on have the
    unit there, too. Raises PermissionDenied, NotAllowed (no reason, a circle, another county, a
    closed year, the county's top), FilingConflict.
    """
    # One move of a year's tree after the other: two that cross would make a circle, or take along
    # what another has just moved away.
    locked_year(filing.year_id)
    lock_rows(Filing.objects.with_subtree_of(filing))
    with recorded(Verb.MOVE, filing, by=by, seen=Seen(revision), reason=reason) as deed:
        filing = deed.filing
        permissions.check_can_arrange(by, filing)
        under = Filing.objects.select_related("unit").get(pk=under.pk)
        policies.check_can_move(filing, under, policies.today())
        check_reason(deed.reason)
        old_path, old_parent = filing.path, filing.parent
        filing.parent = under
        filing.path = under.path + old_path[-PATH_WIDTH:]
        filing.level = under.level + 1
        deed.details["parent"] = [old_parent.unit.code if old_parent else "", under.unit.code]
        _move_below(filing, old_path, deed.reason, by)
        if in_later_years:
            deed.details["later"] = True
            _move_from_now_on(filing.unit_id, under.unit_id, deed.reason, by)
    return filing


def _move_from_now_on(unit: int, parent: int, reason: str, by: User) -> None:
    """Put a unit below another in today's tree. Raises NotAllowed for a circle in that one."""
    stored = Unit.objects.select_for_update(of=("self",), no_key=True).get(pk=unit)
    stored.parent_id = parent
    try:
        check_parent(stored)
    except ValidationError as error:
        raise NotAllowed(" ".join(error.messages)) from error
    with pghistory.context(user=by.pk, verb="move", reason=reason):
        stored.save(update_fields=["parent"])


def _move_below(top: Filing, old_path: str, reason: str, by: User) -> None:
    """Everything below comes along, each with a revision and an event of its own."""
    below = Filing.objects.filter(year_id=top.year_id, path__startswith=old_path)
    record_many(
        Verb.MOVE,
        below.exclude(pk=top.pk),
        by=by,
        reason=reason,
        details=lambda _filing: {"along_with": top.unit.code},
        path=Concat(Value(top.path), Substr("path", len(old_path) + 1)),
        level=F("level") + (top.level - len(old_path) // PATH_WIDTH),
    )


def excuse(*, filing: Filing, revision: int, reason: str, by: User) -> Filing:
    """Say that a unit owes nothing in the year: its figures so far are taken away by a version.

    Raises PermissionDenied, NotAllowed (no reason; completed, confirmed or closed; units below
    that owe a filing), FilingConflict.
    """
    with recorded(Verb.EXCUSE, filing, by=by, seen=Seen(revision), reason=reason) as deed:
        filing = deed.filing
        permissions.check_can_arrange(by, filing)
        policies.check_can_excuse(filing, policies.today())
        check_reason(deed.reason)
        owing = Filing.objects.below(filing).exclude(status=Status.EXCUSED)
        if owing.exists():
            raise NotAllowed(_("仍有所屬機關要填報，請先調整其上級機關或免其填報。"))
        empty(deed, by)
    return filing


def preview_of_excusing(*, filing: Filing, **decided: Any) -> Preview:
    """What excusing the unit would change. Raises as `excuse` does."""
    totals = rehearse(lambda: excuse(filing=filing, **decided), [filing])
    what = {"unit": filing.unit.name, "year": filing.year_id}
    return Preview([_("「%(unit)s」%(year)s 年度將免填報，不計入應填報數。") % what], totals)


def reinstate(*, filing: Filing, revision: int, reason: str, by: User) -> Filing:
    """Say that an excused unit owes its filing after all.

    Raises PermissionDenied, NotAllowed (no reason, not excused), FilingConflict.
    """
    policies.check_can_reinstate(filing)
    with recorded(Verb.REINSTATE, filing, by=by, seen=Seen(revision), reason=reason) as deed:
        permissions.check_can_arrange(by, deed.filing)
        policies.check_can_reinstate(deed.filing)
        check_reason(deed.reason)
    return deed.filing


def take_back(*, filing: Filing, revision: int, reason: str, by: User) -> Filing:
    """Take an import back while its unit has not saved: 未登錄 again, its versions stay.

    Raises PermissionDenied, NotAllowed (no reason, the unit has saved since), FilingConflict.
    """
    policies.check_can_take_back(filing)
    with recorded(Verb.TAKE_BACK, filing, by=by, seen=Seen(revision), reason=reason) as deed:
        filing = deed.filing
        permissions.check_can_arrange(by, filing)
        policies.check_can_take_back(filing)
        check_reason(deed.reason)
        empty(deed, by)
    return filing


def check_reason(reason: str) -> None:
    """Raises NotAllowed: whoever puts something right says why."""
    if not reason:
        raise NotAllowed(_("請填寫原因。"))
