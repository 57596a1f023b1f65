"""Writing a plan: one transaction, in batches, with history."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

import pghistory
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts import roles
from accounts.account_lists.known import counties
from accounts.account_lists.plan import Addition, Change, Changed, Plan
from accounts.account_lists.progress import Progress, batches, no_progress, with_progress
from accounts.account_lists.slips import Slip, activation_code
from accounts.hashers import InitialPasswordHasher
from accounts.models import Unit, User

BATCH = 2_000
UPDATE_BATCH = 500  # an update compares every row with every case
UNIT_FIELDS = ("name", "parent", "category", "contact_email")


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
    progress: Progress = no_progress,
    deliver: Callable[[Sequence[Slip]], None] | None = None,
) -> Outcome:
    """Write the plan, or nothing. Accounts that exist are never touched: no password, no role.

    History records `by` and the file's name. `deliver` is given the slips before the
    transaction ends: when it raises, nothing has happened and no code is lost.
    Raises ValueError for a plan with rejected rows or unanswered questions, IntegrityError for
    an account made meanwhile.
    """
    if plan.rejected:
        raise ValueError("A plan with rejected rows cannot be applied.")
    if plan.unanswered:
        raise ValueError("A plan with unanswered questions cannot be applied.")
    writer = _Writer({"account_list": source} | ({"user": by.pk} if by else {}), progress)
    with transaction.atomic():
        _check_references_at_once()
        writer.add_units(plan.added)
        slips = writer.add_users(plan)
        writer.change_units(plan.changed)
        if deliver is not None and slips:
            deliver(slips)
        _check_references_at_the_end()
    return Outcome(len(plan.added), len(plan.changed), slips)


def _check_references_at_once() -> None:
    """Foreign keys are checked per statement instead of at the end.

    Each history trigger runs in a subtransaction that looks through every check still waiting:
    with a hundred thousand of them, writing would slow down from batch to batch.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _check_references_at_the_end() -> None:
    """As usual again, for whatever an outer transaction still writes."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


class _Writer:
    """Writes in batches, each under a history context of its own.

    Within one context every row that is written updates the context's row once more; in a
    transaction of fifty thousand rows the dead versions would be walked through each time.
    """

    def __init__(self, why: Mapping[str, object], progress: Progress) -> None:
        self.why = why
        self.progress = progress
        self.keys: dict[str, int] = {}  # account → key of its unit

    def add_units(self, added: Sequence[Addition]) -> None:
        """Make the units, parents first."""
        self.keys |= {a.entry.account: a.unit_pk for a in added if a.unit_pk is not None}
        new = sorted((a for a in added if a.unit_pk is None), key=lambda addition: addition.level)
        self.keys |= _keys_of({a.parent for a in new} - {a.entry.account for a in new})
        stage, done = _("建立單位"), 0
        for _level, same_level in groupby(new, key=lambda addition: addition.level):
            for batch in batches(same_level, BATCH):
                units = [_unit(addition, self.keys) for addition in batch]
                with pghistory.context(**self.why):
                    Unit.objects.bulk_create(units)
                self.keys |= {unit.county_id + unit.code: unit.pk for unit in units}
                done += len(batch)
                self.progress(stage, done, len(new))

    def add_users(self, plan: Plan) -> list[Slip]:
        """Make the accounts; the slips of those whose password is made here."""
        slips: list[Slip] = []
        names = counties()
        stage, done = _("建立帳號"), 0
        for batch in batches(plan.added, BATCH):
            users = []
            for addition in batch:
                entry = addition.entry
                password = entry.password
                if not plan.has_passwords:
                    password = activation_code()
                    slips.append(Slip(entry.account, names[entry.letter], entry.name, password))
                users.append(_user(addition, self.keys[entry.account], password))
            with pghistory.context(**self.why):
                User.objects.bulk_create(users)
            done += len(batch)
            self.progress(stage, done, len(plan.added))
        return slips

    def change_units(self, changed: Sequence[Changed]) -> None:
        """Set what differs. A name or an e-mail that the unit has set meanwhile stays."""
        changes = [change for unit in changed for change in unit.changes]
        parents = {change.after for change in changes if change.field == "parent"}
        keys = _keys_of(parents)
        for batch in batches(with_progress(changed, _("更新單位"), self.progress), UPDATE_BATCH):
            units = Unit.objects.select_for_update().in_bulk([unit.unit_pk for unit in batch])
            for unit in batch:
                _set(units[unit.unit_pk], unit.changes, keys)
            with pghistory.context(**self.why):
                Unit.objects.bulk_update(units.values(), UNIT_FIELDS)


def _set(unit: Unit, changes: Sequence[Change], keys: Mapping[str, int]) -> None:
    for change in changes:
        if change.field == "parent":
            unit.parent_id = keys[change.after]
        elif change.field == "contact_email":
            unit.contact_email = unit.contact_email or change.after
        elif change.field == "name":
            unit.name = change.after if unit.name == change.before else unit.name
        elif change.field in UNIT_FIELDS:
            setattr(unit, change.field, change.after)


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


def _user(addition: Addition, unit: int, password: str) -> User:
    """A new account. Its role is the list's word once: afterwards it is what a person sets."""
    role = roles.COUNTY_ADMINISTRATOR if addition.is_root else roles.UNIT_STAFF
    return User(
        username=addition.entry.account,
        unit_id=unit,
        password=make_password(password, hasher=InitialPasswordHasher.algorithm),
        must_change_password=True,
        role=role.code,
    )
