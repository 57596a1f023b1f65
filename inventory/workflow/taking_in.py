"""A unit that was added, or came to the county, after the year was opened gets its filing."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Unit, User
from inventory import permissions, policies
from inventory.models import Filing
from inventory.policies import NotAllowed
from inventory.states import Verb
from inventory.unit_rules import check_can_take_in
from inventory.workflow.opening import filing_at
from inventory.workflow.previews import Preview, rehearse
from inventory.workflow.recording import recorded
from inventory.workflow.years import locked_year


@transaction.atomic
def take_in(*, unit: Unit, under: Filing, reason: str, by: User) -> Filing:
    """Give a unit its filing in the open year of `under`, directly below it.

    Raises PermissionDenied, NotAllowed (no reason, a year that is over, another county, a unit
    that is closed or has its filing).
    """
    # Nobody opens the year, moves its tree or takes the same unit in meanwhile.
    locked_year(under.year_id)
    under = Filing.objects.with_dates().select_related("year", "unit").get(pk=under.pk)
    unit = Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    permissions.check_can_arrange_below(by, under)
    check_can_take_in(unit, under, policies.today())
    if not reason.strip():
        raise NotAllowed(_("請填寫原因。"))
    made = filing_at(under, unit)
    made.save(force_insert=True)
    with recorded(Verb.TAKE_IN, made, by=by, reason=reason) as deed:
        deed.details["under"] = under.unit.code
    return deed.filing


def preview_of_taking_in(*, unit: Unit, under: Filing, **decided: Any) -> Preview:
    """What taking the unit in would change. Raises as `take_in` does."""
    totals = rehearse(lambda: take_in(unit=unit, under=under, **decided), [under])
    what = {"unit": unit.name, "code": unit.code, "year": under.year_id, "under": under.unit.name}
    sentence = _("「%(unit)s」（%(code)s）將納入 %(year)s 年度填報，列於「%(under)s」之下。") % what
    return Preview([sentence], totals)
