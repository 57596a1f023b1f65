"""What the database already has of the units and accounts in a list."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import BooleanField, ExpressionWrapper, Q
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.account_lists.progress import batches
from accounts.models import County, Unit, User

CHUNK = 10_000  # values in one query


@dataclass(frozen=True, slots=True)
class KnownUnit:
    """A unit as it stands; `parent` is an account or ""."""

    pk: int
    account: str
    name: str
    parent: str
    category: str
    email: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class KnownUser:
    """An account as it stands."""

    unit_pk: int | None


@dataclass(frozen=True)
class Known:
    """Units of the list's counties by account, users by name in lower case.

    `elsewhere` has accounts of the list whose code belongs to a unit of another county:
    account → that county's letter.
    """

    units: dict[str, KnownUnit]
    users: dict[str, KnownUser]
    elsewhere: dict[str, str]


def counties() -> dict[str, str]:
    """Letter → name."""
    return dict(County.objects.values_list("letter", "name"))


def known_of(accounts: Collection[str]) -> Known:
    """Read it in a number of queries that does not grow with the list, but for chunks."""
    letters = {account[0] for account in accounts}
    elsewhere: dict[str, str] = {}
    users: dict[str, KnownUser] = {}
    for chunk in batches(accounts, CHUNK):
        elsewhere |= _elsewhere(chunk)
        users |= _users([account.lower() for account in chunk])
    return Known(_units(letters), users, elsewhere)


def _elsewhere(accounts: Collection[str]) -> dict[str, str]:
    units = Unit.objects.filter(code__in=[account[1:] for account in accounts])
    letters = dict(units.values_list("code", "county_id").order_by())
    return {
        account: letters[account[1:]]
        for account in accounts
        if letters.get(account[1:], account[0]) != account[0]
    }


def _units(letters: Collection[str]) -> dict[str, KnownUnit]:
    not_closed = Q(closed_on=None) | Q(closed_on__gt=timezone.localdate())
    is_there = Q(is_active=True) & not_closed
    rows = Unit.objects.filter(county__in=letters).values_list(
        "pk",
        "county_id",
        "code",
        "name",
        "parent__county_id",
        "parent__code",
        "category",
        "contact_email",
        ExpressionWrapper(is_there, BooleanField()),
    )
    return {
        letter + code: KnownUnit(
            pk=pk,
            account=letter + code,
            name=name,
            parent=(parent_letter or "") + (parent or ""),
            category=category,
            email=email,
            is_active=is_active,
        )
        for pk, letter, code, name, parent_letter, parent, category, email, is_active in rows
    }


def _users(names: list[str]) -> dict[str, KnownUser]:
    rows = User.objects.annotate(name=Lower("username")).filter(name__in=names)
    return {name: KnownUser(unit_pk) for name, unit_pk in rows.values_list("name", "unit_id")}
