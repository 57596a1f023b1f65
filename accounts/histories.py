"""Who changed accounts and units, and when: read from the histories that the database keeps.

Triggers write a row with every change, whatever made it; nothing here is written by a page.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Model, OuterRef, Q, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import County, Unit, User
from accounts.roles import Permission, Scope
from accounts.searching import named

PAGE_LENGTH = 50
MAX_EVENT = 2_147_483_647  # what the column of the events' numbers can hold
LABELS = {"insert": gettext_lazy("新增"), "delete": gettext_lazy("刪除")}


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of thing with a history: its fields that are told, and where its county stands."""

    name: str
    label: Promise
    model: type[Model]
    fields: Sequence[str]
    related: Sequence[str]
    county: str
    searched: Sequence[str]
    code: str

    @property
    def events(self) -> QuerySet[Any]:
        """Every event of the kind."""
        events: Any = self.model.pgh_event_models["insert"]  # type: ignore[attr-defined]
        return events.objects.all()  # type: ignore[no-any-return]


ACCOUNTS = Kind(
    "account",
    gettext_lazy("帳號"),
    User,
    ("username", "unit", "role", "is_active", "must_change_password", "is_superuser"),
    ("unit",),
    "unit__county",
    ("username", "unit__name"),
    "unit__code",
)
UNITS = Kind(
    "unit",
    gettext_lazy("單位"),
    Unit,
    (
        "code", "name", "county", "parent", "category", "is_active", "closed_on", "merged_into",
        "contact_name", "contact_phone", "contact_fax", "contact_email", "persons", "floor_area",
    ),
    ("county", "parent", "merged_into"),
    "county",
    ("code", "name"),
    "code",
)  # fmt: skip
KINDS = {kind.name: kind for kind in (ACCOUNTS, UNITS)}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of one change."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One change of one account or unit: of what, by whom, from which list."""

    time: datetime
    what: str
    subject: str
    who: str
    account_list: str
    fields: Sequence[FieldChange]


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Changes, newest first; `next_before` asks for the older ones, None where there are none."""

    rows: Sequence[HistoryRow]
    next_before: int | None


def can_read_histories(user: User) -> bool:
    """Platform administrators read every history, a county's administrators their county's."""
    return user.may(Permission.READ_HISTORIES)


def check_can_read_histories(user: User) -> None:
    """Raises PermissionDenied for everybody else."""
    if not can_read_histories(user):
        raise PermissionDenied("can_read_histories")


def history_page(user: User, kind: Kind, words: str = "", before: int | None = None) -> HistoryPage:
    """The newest changes that the user may read, or those before an event: four queries.

    `words` are searched in account, code and name. Raises PermissionDenied.
    """
    check_can_read_histories(user)
    events = kind.events.annotate(earlier=Subquery(_earlier(kind).values("pgh_id")[:1]))
    events = events.alias(county_before=Subquery(_earlier(kind).values(kind.county)[:1]))
    events = events.filter(_in_scope(user, kind), _named(kind, words))
    if before is not None:
        events = events.filter(pgh_id__lt=before)
    found = list(events.select_related(*kind.related).order_by("-pgh_id")[: PAGE_LENGTH + 1])
    shown = found[:PAGE_LENGTH]
    rows = _rows(kind, shown)
    return HistoryPage(rows, shown[-1].pgh_id if len(found) > PAGE_LENGTH else None)


def _earlier(kind: Kind) -> QuerySet[Any]:
    """The events of the same thing before an event of an outer query, the last one first."""
    same = kind.events.filter(pgh_obj_id=OuterRef("pgh_obj_id"), pgh_id__lt=OuterRef("pgh_id"))
    return same.order_by("-pgh_id")


def _in_scope(user: User, kind: Kind) -> Q:
    """What happened in the county, and what left it: that event stands in the next county."""
    if user.scope is Scope.PLATFORM:
        return Q()
    if user.scope is not Scope.COUNTY or user.unit is None:
        return Q(pk__in=())
    county = user.unit.county_id
    return Q(**{kind.county: county}) | Q(county_before=county)


def _named(kind: Kind, words: str) -> Q:
    return named(words, *kind.searched, account=(kind.county, kind.code))


def _rows(kind: Kind, events: Sequence[Any]) -> list[HistoryRow]:
    earlier = kind.events.select_related(*kind.related).in_bulk(
        [event.earlier for event in events if event.earlier is not None]
    )
    names = names_of(events)
    return [
        HistoryRow(
            time=event.pgh_created_at,
            what=str(LABELS.get(event.pgh_label, _("變更"))),
            subject=_text(event, kind.searched[0]),
            who=names.get(user_of(event), _("系統")),
            account_list=_metadata(event).get("account_list", ""),
            fields=_changes(kind, earlier.get(event.earlier), event),
        )
        for event in events
    ]


def _changes(kind: Kind, before: Any, after: Any) -> list[FieldChange]:
    changes = []
    for name in kind.fields:
        texts = (_text(before, name), _text(after, name))
        if texts[0] != texts[1]:
            label = kind.model._meta.get_field(name).verbose_name  # type: ignore[union-attr]
            changes.append(FieldChange(str(label), *texts))
    return changes


def _text(event: Any, field: str) -> str:
    """The value in words; "" for nothing."""
    if event is None:
        return ""
    if hasattr(event, f"get_{field}_display"):
        return str(getattr(event, f"get_{field}_display")())
    value = getattr(event, field)
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, Unit):
        return f"{value.code} {value.name}"
    if isinstance(value, County):
        return value.label
    return str(value or "")


def user_of(event: Any) -> int | None:
    """The key of the account that made a change; None where it was none."""
    user: int | None = _metadata(event).get("user")
    return user


def names_of(events: Iterable[Any]) -> dict[int | None, str]:
    """Key → name of the accounts that made these changes, deleted ones included. One query."""
    users = {user_of(event) for event in events} - {None}
    last = ACCOUNTS.events.filter(pgh_obj_id__in=users).order_by("pgh_obj_id", "-pgh_id")
    return dict(last.distinct("pgh_obj_id").values_list("pgh_obj_id", "username"))


def _metadata(event: Any) -> dict[str, Any]:
    return event.pgh_context or {}
