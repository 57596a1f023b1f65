"""The tree as it will stand once a list is applied."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from accounts.account_lists.entries import Entry
from accounts.account_lists.known import Known, KnownUnit
from accounts.account_lists.tree import Tree


class State(StrEnum):
    """What happens to a unit of the list."""

    NEW = "new"
    MOVED = "moved"
    CHANGED = "changed"
    UNCHANGED = "unchanged"

    @property
    def word(self) -> str:
        """What people call it."""
        words = {"new": _("新增"), "moved": _("移動"), "changed": _("變更"), "unchanged": _("不變")}
        return words[self.value]


@dataclass(frozen=True, slots=True)
class PlannedUnit:
    """A unit of the list with its place: parent by account and name, level (1 is the county).

    `from_account` and `from_name` are the parent that it leaves, "" where it leaves none.
    """

    row: int
    account: str
    name: str
    level: int
    parent: str
    parent_name: str
    state: State
    from_account: str = ""
    from_name: str = ""


def outline(
    entries: Mapping[str, Entry], known: Known, tree: Tree, changed: set[str]
) -> list[PlannedUnit]:
    """The units of the list in the order of the tree: each behind its parent.

    `changed` has the accounts of units in which the list changes anything.
    """
    names = {account: unit.name for account, unit in known.units.items()}
    names |= {account: entry.name for account, entry in entries.items()}
    planned = []
    for account in _in_order(entries, tree):
        entry, unit = entries[account], known.units.get(account)
        parent = tree.parents.get(account, "")
        is_moved = unit is not None and unit.parent != parent
        before = unit.parent if unit is not None and is_moved else ""
        planned.append(
            PlannedUnit(
                row=entry.row.number,
                account=account,
                name=entry.name,
                level=tree.levels.get(account, 0),
                parent=parent,
                parent_name=names.get(parent, ""),
                state=_state(unit, is_moved, account in changed),
                from_account=before,
                from_name=names.get(before, ""),
            )
        )
    return planned


def _state(unit: KnownUnit | None, is_moved: bool, is_changed: bool) -> State:
    if unit is None:
        return State.NEW
    if is_moved:
        return State.MOVED
    return State.CHANGED if is_changed else State.UNCHANGED


def _in_order(entries: Mapping[str, Entry], tree: Tree) -> Iterator[str]:
    """The accounts of the list, parents first and siblings as the list has them.

    Units whose chain of parents meets itself come last, as the list has them.
    """
    below: dict[str, list[str]] = defaultdict(list)
    for account in entries:
        parent = tree.parents.get(account, "")
        below[parent if parent in entries else ""].append(account)
    seen: set[str] = set()
    waiting = list(reversed(below[""]))
    while waiting:
        account = waiting.pop()
        seen.add(account)
        yield account
        waiting.extend(reversed(below[account]))
    yield from (account for account in entries if account not in seen)
