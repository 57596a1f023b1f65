"""A unit's code and its account stay in step: the one rule for pages and lists.

A unit's account is the county's letter and the agency code. Without this, a code that was put
right would leave the account under the old name, and the next list would make a second one.
Accounts of people's own names are nobody's code and stay.
"""

from collections.abc import Collection

import pghistory
from django.core.exceptions import ValidationError
from django.db.models import F
from django.db.models.functions import Concat, Lower
from django.utils.translation import gettext as _

from accounts.models import Unit, User

FORM_OF_AN_ACCOUNT = r"^[a-z][0-9][0-9a-z]{3,11}$"


def account_name(unit: Unit) -> str:
    """The name of the unit's own account.

    >>> account_name(Unit(code="371036500X", county_id="z"))
    'z371036500X'
    """
    return unit.county_id + unit.code


def check_account_can_follow(unit: Unit, before: str) -> None:
    """Refuse a code or county whose account somebody else has.

    `before`: the account's name as it was. Raises ValidationError for the field `code`.
    """
    now = account_name(unit)
    own = _account(unit, before)
    if own is None or now.lower() == before.lower():
        return
    same = User.objects.alias(lower=Lower("username")).filter(lower=now.lower())
    if same.exclude(pk=own.pk).exists():
        message = _(
            "代碼變更後，帳號 %(before)s 須改為 %(now)s，但這個帳號已經存在；請先處理該帳號。"
        )
        raise ValidationError({"code": message % {"before": own.username, "now": now}})


def rename_account(*, unit: Unit, before: str, by: User) -> str:
    """Give the unit's account the name that goes with its code; "" where there is nothing to do.

    `before`: the account's name as it was, in any case. Returns the new name. The transaction has
    to be open, so that code and account change together. Raises ValidationError.
    """
    check_account_can_follow(unit, before)
    own, now = _account(unit, before), account_name(unit)
    if own is None or own.username == now:
        return ""
    own.username = now
    with pghistory.context(user=by.pk, verb="rename_account"):
        own.save(update_fields=["username"])
    return now


def _account(unit: Unit, name: str) -> User | None:
    accounts = User.objects.alias(lower=Lower("username"))
    return accounts.filter(unit=unit.pk, lower=name.lower()).first()


def units_by_former_account(accounts: Collection[str]) -> dict[str, Unit]:
    """Of these accounts (z371036500X) those that a unit had before its code changed, with the unit.

    As the history of units tells it.
    """
    events = Unit.pgh_event_models["insert"].objects  # type: ignore[attr-defined]
    codes = {account[1:] for account in accounts}
    former = events.filter(code__in=codes).annotate(account=Concat("county_id", "code"))
    pairs = dict(former.order_by("pgh_id").values_list("account", "pgh_obj_id"))
    units = Unit.objects.in_bulk(set(pairs.values()))
    return {
        account: units[pk]
        for account, pk in pairs.items()
        if account in accounts and pk in units and account_name(units[pk]) != account
    }


def accounts_out_of_step(units: Collection[int]) -> dict[int, str]:
    """Unit → its account, for those of the units whose account has the form of another code."""
    users = User.objects.filter(unit__in=units, username__iregex=FORM_OF_AN_ACCOUNT)
    name = Concat("unit__county_id", "unit__code")
    others = users.alias(wanted=Lower(name), lower=Lower("username")).exclude(lower=F("wanted"))
    return dict(others.order_by("-pk").values_list("unit", "username"))
