"""Who may do what: one table, one row per role.

What asks for permission asks this table and never compares a role, so a new role is one row here
and its words in the catalogue: no migration, no other module. What a row does not say, the role
may not; a role that the table does not know may nothing.
"""

from dataclasses import dataclass
from enum import Enum, auto

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Permission(Enum):
    """What a role may do, with the rows that its scope gives it."""

    VIEW = auto()  # filings: lists, 檢視, versions, workbooks
    FILE = auto()  # fill in the filing of the own unit
    KEEP_CONTACTS = auto()  # write what the own unit says about itself
    REVIEW = auto()  # confirm and send back
    EXTEND = auto()  # extend due dates
    ARRANGE = auto()  # say where a unit stands in an open year, and whether it owes a filing
    READ_HISTORIES = auto()  # who changed accounts and units, and when
    ADMINISTER = auto()  # the administration pages and the verbs behind them


class Scope(Enum):
    """Whose rows a role is given."""

    UNIT = auto()  # the own unit and everything below it
    COUNTY = auto()  # the whole county of the own unit
    PLATFORM = auto()  # every county; such an account has no unit


@dataclass(frozen=True, slots=True)
class Role:
    """One row: `code` is stored with every account that has the role, so it is never renamed."""

    code: str
    label: str | Promise
    help_text: str | Promise
    scope: Scope
    permissions: frozenset[Permission]


UNIT_STAFF = Role(
    "unit_staff",
    _("機關單位"),
    _("填報本單位，並檢視、確認或退回所屬機關的填報。"),
    Scope.UNIT,
    frozenset({Permission.VIEW, Permission.FILE, Permission.KEEP_CONTACTS, Permission.REVIEW}),
)
COUNTY_ADMINISTRATOR = Role(
    "county_administrator",
    _("縣市管理者"),
    _(
        "填報本單位，並檢視、確認或退回全縣市的填報、展延期限、調整所屬機關與免填報、"
        "查閱全縣市的帳號異動紀錄。"
    ),
    Scope.COUNTY,
    UNIT_STAFF.permissions | {Permission.EXTEND, Permission.ARRANGE, Permission.READ_HISTORIES},
)
COUNTY_VIEWER = Role(
    "county_viewer",
    _("縣市檢視者"),
    _("檢視全縣市的填報，不作任何變更。"),
    Scope.COUNTY,
    frozenset({Permission.VIEW}),
)
PLATFORM_ADMINISTRATOR = Role(
    "platform_administrator",
    _("平台管理者"),
    _("管理全平台的縣市、單位、帳號、年度、係數版本與公開內容；不屬於任何單位。"),
    Scope.PLATFORM,
    frozenset({Permission.ADMINISTER, Permission.READ_HISTORIES}),
)

ROLES = {
    role.code: role
    for role in (UNIT_STAFF, COUNTY_ADMINISTRATOR, COUNTY_VIEWER, PLATFORM_ADMINISTRATOR)
}
UNKNOWN = Role("", "", "", Scope.UNIT, frozenset())


def role_of(code: str) -> Role:
    """The row with this code; one without any permission where the table has none."""
    return ROLES.get(code, UNKNOWN)


def choices() -> list[tuple[str, str | Promise]]:
    """The roles that an account can be given, as a field's choices.

    The migration of the field names this function, not what it returns.
    """
    return [(role.code, role.label) for role in ROLES.values()]
