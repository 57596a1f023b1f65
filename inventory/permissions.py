"""What this user may do with a filing. Every rule twice: `can_…` asks, `check_…` raises.

A button is shown by `can_…` and a request is refused by `check_…`, so the two never disagree.
"""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied

from accounts.models import User
from inventory import scope
from inventory.models import Filing

Rule = Callable[[User, Filing], bool]


def can_file(user: User, filing: Filing) -> bool:
    """People of the unit file for the unit, and nobody else does."""
    return user.unit_id is not None and user.unit_id == filing.unit_id


def can_view(user: User, filing: Filing) -> bool:
    """A unit sees itself and what is below it in that year's tree."""
    desk = _desk(user, filing)
    return desk is not None and filing.path.startswith(desk.path)


def can_review(user: User, filing: Filing) -> bool:
    """The agency directly above confirms and sends back; so does the county, for all below it.

    Nobody judges the filing of the own unit.
    """
    desk = _desk(user, filing)
    if desk is None or desk.pk == filing.pk or not filing.path.startswith(desk.path):
        return False
    if user.unit_id == filing.unit_id:
        return False
    return filing.parent_id == desk.pk or _is_county_desk(user, desk)


def can_extend(user: User, filing: Filing) -> bool:
    """The county extends due dates, for every unit of the county, itself included."""
    desk = _desk(user, filing)
    if desk is None or not filing.path.startswith(desk.path):
        return False
    return _is_county_desk(user, desk)


def is_platform_administrator(user: User) -> bool:
    """Platform administrators open years, import, publish factor sets and recompute."""
    return user.is_active and user.is_staff


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


def _is_county_desk(user: User, desk: Filing) -> bool:
    """A unit that merely has nobody above it is not the county government."""
    return user.is_county_administrator and desk.level == 1


def _desk(user: User, filing: Filing) -> Filing | None:
    """The user's desk in the filing's year, if the user has one."""
    try:
        return scope.root_filing_for(user, filing.year_id)
    except Filing.DoesNotExist:
        return None
