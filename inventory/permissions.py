"""What this user may do with a filing. Every rule twice: `can_…` asks, `check_…` raises.

A button is shown by `can_…` and a request is refused by `check_…`, so the two never disagree.
What a role may at all stands in `accounts/roles.py`; here it meets one filing.
"""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Permission, Scope
from inventory import scope
from inventory.models import Filing
from inventory.policies import NotAllowed

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


def can_file_for(user: User, filing: Filing) -> bool:
    """A county's administrator fills in the form of a unit of the county that has nobody to do it.

    By name and never of the own unit; whether it is called for says `unit_rules`.
    """
    return can_arrange(user, filing) and files_for_unit(user)


def did_complete(user: User, filing: Filing) -> bool:
    """Whether the account itself completed the figures, for another unit's.

    Then somebody else confirms them: a confirmation says that a second person has looked.
    """
    return filing.completed_by_id == user.pk


def check_did_not_complete(user: User, filing: Filing) -> None:
    """Raises NotAllowed for whoever would confirm figures that the own hand filled in."""
    if did_complete(user, filing):
        raise NotAllowed(
            _(
                "這份填報由您代填，須由另一位有審核權限的承辦人確認；沒有其他承辦人時，請洽平台管理者新增帳號。"
            )
        )


def can_extend_branch(user: User, top: Filing) -> bool:
    """Who extends a filing extends everything below it at once; so do platform administrators."""
    return is_platform_administrator(user) or can_extend(user, top)


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
    return can_arrange_below(user, filing) and user.unit_id != filing.unit_id


def can_arrange_below(user: User, filing: Filing) -> bool:
    """An administrator says what stands below a filing, the own unit's included."""
    if is_platform_administrator(user):
        return True
    root = _root(user, filing)
    if root is None or not filing.path.startswith(root.path):
        return False
    return user.may(Permission.ARRANGE) and _looks_after_county(user)


def arranges_units(user: User) -> bool:
    """Whether there are filings at all that the account may arrange."""
    is_countys = user.scope is Scope.COUNTY and user.unit_id is not None
    return is_platform_administrator(user) or (is_countys and user.may(Permission.ARRANGE))


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
check_can_file_for = _checking(can_file_for)
check_can_extend_branch = _checking(can_extend_branch)
check_can_arrange_below = _checking(can_arrange_below)


def _looks_after_county(user: User) -> bool:
    """By the role: a unit that merely has nobody above it is not the county government."""
    return user.scope is Scope.COUNTY


def _root(user: User, filing: Filing) -> Filing | None:
    """The top of what the user looks after in the filing's year, if there is anything."""
    try:
        return scope.root_filing_for(user, filing.year_id)
    except Filing.DoesNotExist:
        return None
