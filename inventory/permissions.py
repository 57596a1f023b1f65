"""What this user may do with a filing. Every rule twice: `can_…` asks, `check_…` raises.

A button is shown by `can_…` and a request is refused by `check_…`, so the two never disagree.
What a role may at all stands in `accounts/roles.py`; here it meets one filing.
"""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied

from accounts.models import User
from accounts.roles import Permission, Scope
from inventory import scope
from inventory.models import Filing

Rule = Callable[[User, Filing], bool]


def files_for_unit(user: User) -> bool:
    """Whether the account fills in the filings of a unit at all."""
    return user.unit_id is not None and user.may(Permission.FILE)


def looks_after_units(user: User) -> bool:
    """Whether there is a tree of units whose filings the account reads."""
    return user.unit_id is not None and user.may(Permission.VIEW)


def check_reviews_units(user: User) -> None:
    """Raises PermissionDenied for a role that only reads."""
    if not user.may(Permission.REVIEW):
        raise PermissionDenied("reviews_units")


def can_file(user: User, filing: Filing) -> bool:
    """People of the unit file for the unit, and nobody else does."""
    return files_for_unit(user) and user.unit_id == filing.unit_id


def can_view(user: User, filing: Filing) -> bool:
    """A unit sees itself and what is below it in that year's tree."""
    root = _root(user, filing)
    return root is not None and filing.path.startswith(root.path)


def can_review(user: User, filing: Filing) -> bool:
    """The agency directly above confirms and sends back; so does the county, for all below it.

    Nobody judges the filing of the own unit.
    """
    root = _root(user, filing)
    if root is None or root.pk == filing.pk or not filing.path.startswith(root.path):
        return False
    if user.unit_id == filing.unit_id or not user.may(Permission.REVIEW):
        return False
    return filing.parent_id == root.pk or _looks_after_county(user)


def can_extend(user: User, filing: Filing) -> bool:
    """The county extends due dates, for every unit of the county, itself included."""
    root = _root(user, filing)
    if root is None or not filing.path.startswith(root.path):
        return False
    return user.may(Permission.EXTEND) and _looks_after_county(user)


def can_arrange(user: User, filing: Filing) -> bool:
    """An administrator says where a unit stands in a year and what it owes: a county's for every
    unit of the county, the platform's for all. Nobody excuses or moves the own unit.
    """
    if is_platform_administrator(user):
        return True
    root = _root(user, filing)
    if root is None or user.unit_id == filing.unit_id or not filing.path.startswith(root.path):
        return False
    return user.may(Permission.ARRANGE) and _looks_after_county(user)


def is_platform_administrator(user: User) -> bool:
    """Platform administrators open years, import, publish factor sets and recompute."""
    return user.may(Permission.ADMINISTER)


def check_is_platform_administrator(user: User) -> None:
    """Raises PermissionDenied for everybody else."""
    if not is_platform_administrator(user):
        raise PermissionDenied("is_platform_administrator")


def _checking(rule: Rule) -> Callable[[User, Filing], None]:
    def check(user: User, filing: Filing) -> None:
        if not rule(user, filing):
            raise PermissionDenied(rule.__name__)

    check.__doc__ = f"Raises PermissionDenied unless: {rule.__doc__}"
    return check


check_can_file = _checking(can_file)
check_can_view = _checking(can_view)
check_can_review = _checking(can_review)
check_can_extend = _checking(can_extend)
check_can_arrange = _checking(can_arrange)


def _looks_after_county(user: User) -> bool:
    """By the role: a unit that merely has nobody above it is not the county government."""
    return user.scope is Scope.COUNTY


def _root(user: User, filing: Filing) -> Filing | None:
    """The top of what the user looks after in the filing's year, if there is anything."""
    try:
        return scope.root_filing_for(user, filing.year_id)
    except Filing.DoesNotExist:
        return None
