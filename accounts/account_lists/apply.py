"""Writing a plan: one transaction, in batches, with history."""

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from itertools import groupby

import pghistory
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.account_lists.known import counties
from accounts.account_lists.plan import Addition, Changed, Plan
from accounts.account_lists.progress import Progress, batches, silent, told
from accounts.account_lists.slips import Slip, activation_code
from accounts.hashers import InitialPasswordHasher
from accounts.models import Unit, User

BATCH = 2_000
UPDATE_BATCH = 500  # an update compares every row with every case


@dataclass(frozen=True)
class Outcome:
    """What was done. `slips` has the activation codes, in the order of the list."""

    added: int
    changed: int
    slips: list[Slip] = field(default_factory=list, repr=False)


def apply(
    plan: Plan,
    *,
    by: User | None,
    source: str = "",
    progress: Progress = silent,
    deliver: Callable[[Sequence[Slip]], None] | None = None,
) -> Outcome:
    """Write the plan, or nothing. Passwords of accounts that exist are never touched.

    History records `by` and the `source` (the file's name). `deliver` is given the slips
    before the transaction ends: when it raises, nothing has happened and no code is lost.

    Raises ValueError for a plan with refusals, IntegrityError when someone made one of the
    accounts meanwhile.
    """
    if plan.refused:
        raise ValueError("A plan with refusals cannot be applied.")
    who = pghistory.context(user=by.pk) if by else nullcontext()
    with transaction.atomic(), pghistory.context(account_list=source), who:
        units = _add_units(plan.added, progress)
        slips = _add_users(plan, units, progress)
        _change_units(plan.changed, progress)
        _change_users(plan.changed)
        if deliver is not None and slips:
            deliver(slips)
    return Outcome(len(plan.added), len(plan.changed), slips)


def _add_units(added: Sequence[Addition], progress: Progress) -> dict[str, int]:
    """Make the units, parents first; account → key of each unit that gets an account."""
    keys = {a.entry.account: a.unit_pk for a in added if a.unit_pk is not None}
    new = sorted((a for a in added if a.unit_pk is None), key=lambda addition: addition.level)
    above = _keys_of({a.parent for a in new} - {a.entry.account for a in new})
    stage, done = _("建立單位"), 0
    for _level, same_level in groupby(new, key=lambda addition: addition.level):
        for batch in batches(same_level, BATCH):
            made = [_unit(addition, above | keys) for addition in batch]
            for unit in Unit.objects.bulk_create(made):
                keys[unit.county_id + unit.code] = unit.pk
            done += len(batch)
            progress(stage, done, len(new))
    return keys


def _unit(addition: Addition, keys: dict[str, int]) -> Unit:
    entry = addition.entry
    return Unit(
        code=entry.code,
        name=entry.name,
        county_id=entry.letter,
        parent_id=keys[addition.parent] if addition.parent else None,
        category=entry.category,
        contact_email=entry.email,
    )


def _keys_of(accounts: set[str]) -> dict[str, int]:
    """account → key of units that are in the database."""
    keys: dict[str, int] = {}
    for batch in batches((account for account in accounts if account), BATCH):
        rows = Unit.objects.filter(code__in=[account[1:] for account in batch])
        keys |= {letter + code: pk for letter, code, pk in rows.values_list("county", "code", "pk")}
    return keys


def _add_users(plan: Plan, units: dict[str, int], progress: Progress) -> list[Slip]:
    slips: list[Slip] = []
    names = counties()
    stage, done = _("建立帳號"), 0
    for batch in batches(plan.added, BATCH):
        made = []
        for addition in batch:
            entry = addition.entry
            password = entry.password
            if not plan.has_passwords:
                password = activation_code()
                slips.append(Slip(entry.account, names[entry.letter], entry.name, password))
            made.append(_user(addition, units[entry.account], password))
        User.objects.bulk_create(made)
        done += len(batch)
        progress(stage, done, len(plan.added))
    return slips


def _user(addition: Addition, unit: int, password: str) -> User:
    return User(
        username=addition.entry.account,
        unit_id=unit,
        password=make_password(password, hasher=InitialPasswordHasher.algorithm),
        must_change_password=True,
        is_county_administrator=addition.is_root,
    )


def _change_units(changed: Sequence[Changed], progress: Progress) -> None:
    """Set what differs. An e-mail that the unit has filled in meanwhile stays."""
    keys = _keys_of({c.after for one in changed for c in one.changes if c.field == "parent"})
    stage = _("更新單位")
    for batch in batches(told(changed, stage, progress), BATCH):
        units = Unit.objects.select_for_update().in_bulk([one.unit_pk for one in batch])
        for one in batch:
            unit = units[one.unit_pk]
            for change in one.changes:
                if change.field == "parent":
                    unit.parent_id = keys[change.after]
                elif change.field == "contact_email":
                    unit.contact_email = unit.contact_email or change.after
                elif change.field != "is_county_administrator":
                    setattr(unit, change.field, change.after)
        fields = ["name", "parent", "category", "contact_email"]
        Unit.objects.bulk_update(units.values(), fields, batch_size=UPDATE_BATCH)


def _change_users(changed: Sequence[Changed]) -> None:
    keys = [
        one.user_pk
        for one in changed
        if any(change.field == "is_county_administrator" for change in one.changes)
    ]
    User.objects.filter(pk__in=keys).update(is_county_administrator=True)
