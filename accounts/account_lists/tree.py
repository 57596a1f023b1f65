"""Where each unit of a list hangs: its parent, the county's root, no cycles."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.account_lists.entries import Entry
from accounts.account_lists.known import Known, KnownUnit
from accounts.spreadsheets import RowError, Table
from accounts.wording import listed

COUNTY_GOVERNMENT = "縣市政府"
MAX_LEVELS = 20


@dataclass(frozen=True)
class Tree:
    """account → parent's account ("" for a root), for the list's entries and the known units.

    `roots` has the roots of the counties that have exactly one.
    """

    parents: dict[str, str]
    levels: dict[str, int]
    roots: set[str]
    rejected: list[RowError]


def make_tree(
    entries: Mapping[str, Entry], known: Known, counties: Mapping[str, str], table: Table
) -> Tree:
    """The tree after the list is applied; `Tree.rejected` says what is wrong with it.

    An entry that names no parent keeps the one it has in the database; a new one hangs below
    the county government, unless it is the county government.
    """
    planter = _Planter(entries, known, table)
    unplaced = planter.plant()
    for letter, waiting in unplaced.items():
        planter.plant_below_root(waiting, letter, counties[letter])
    planter.check_levels()
    return Tree(planter.parents, planter.levels, planter.roots(), planter.rejected)


class _Planter:
    """Builds the tree."""

    def __init__(self, entries: Mapping[str, Entry], known: Known, table: Table) -> None:
        self.entries = entries
        self.known = known
        self.table = table
        self.parents = {unit.account: unit.parent for unit in known.units.values()}
        self.levels: dict[str, int] = {}
        self.rejected: list[RowError] = []

    def plant(self) -> dict[str, list[Entry]]:
        """Hang the entries that name their parent; county letter → new entries that do not."""
        unplaced: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.entries.values():
            if entry.parent:
                self._check_parent(entry)
                self.parents[entry.account] = entry.parent
            elif entry.account not in self.known.units:
                unplaced[entry.letter].append(entry)
        return unplaced

    def _reject(self, entry: Entry, reason: str) -> None:
        column = "parent" if entry.row["parent"] else "account"
        self.rejected.append(self.table.row_error(entry.row, column, reason))

    def _check_parent(self, entry: Entry) -> None:
        unit = self.known.units.get(entry.parent)
        if entry.parent not in self.entries and unit is None:
            self._reject(entry, _("清單與資料庫裡都沒有這個上級機關帳號。"))
        elif unit is not None and not unit.is_active and not self._hangs_there(entry):
            self._reject(entry, _("這個上級機關已經裁撤或整併。"))

    def _hangs_there(self, entry: Entry) -> bool:
        """Whether the list says no more than what is so already."""
        known = self.known.units.get(entry.account)
        return known is not None and known.parent == entry.parent

    def plant_below_root(self, waiting: Sequence[Entry], letter: str, county: str) -> None:
        """Hang new entries of one county below its root, which may be one of them."""
        known_roots = [
            unit
            for unit in self.known.units.values()
            if unit.account[0] == letter and unit.is_active and not self.parents[unit.account]
        ]
        if len(known_roots) == 1:
            candidates: Sequence[KnownUnit | Entry] = known_roots
        else:
            named = {entry.parent for entry in self.entries.values()}
            candidates = _candidates(known_roots or waiting, county, named)
        root = candidates[0].account if len(candidates) == 1 else ""
        for entry in waiting:
            self.parents[entry.account] = "" if entry.account == root else root
        if not root:
            self._reject(waiting[0], _no_root(county, candidates))

    def roots(self) -> set[str]:
        """The units without a parent, of counties where one active unit has none."""
        by_letter: dict[str, list[str]] = defaultdict(list)
        for account, parent in self.parents.items():
            unit = self.known.units.get(account)
            if not parent and (unit is None or unit.is_active):
                by_letter[account[0]].append(account)
        return {accounts[0] for accounts in by_letter.values() if len(accounts) == 1}

    def check_levels(self) -> None:
        """Find the level of each entry; a chain that meets itself is rejected, once."""
        for start, entry in self.entries.items():
            chain: dict[str, None] = {}
            account = start
            while account and account not in self.levels and account not in chain:
                chain[account] = None
                account = self.parents.get(account, "")
            upwards = list(chain)
            above = self.levels.get(account, 0)
            for level, unit in enumerate(reversed(upwards), start=above + 1):
                self.levels[unit] = level
            if account in chain:
                self._reject_cycle(upwards[upwards.index(account) :])
            elif self.levels[start] > MAX_LEVELS:
                reason = _("上下層級超過 %(most)s 層。") % {"most": MAX_LEVELS}
                self._reject(entry, reason)

    def _reject_cycle(self, cycle: list[str]) -> None:
        first = next(account for account in cycle if account in self.entries)
        at = cycle.index(first)
        loop = " → ".join([*cycle[at:], *cycle[:at], first])
        reason = _("上級機關繞成一圈：%(loop)s。") % {"loop": loop}
        self._reject(self.entries[first], reason)


def _candidates(
    roots: Sequence[KnownUnit | Entry], county: str, named: set[str]
) -> Sequence[KnownUnit | Entry]:
    """Who may be the county government: by the surest sign that anyone bears.

    The name, else the category 縣市政府, else being named as the parent of others.
    """
    by_name = [unit for unit in roots if unit.name.replace("台", "臺") == county + "政府"]
    by_category = [unit for unit in roots if unit.category == COUNTY_GOVERNMENT]
    return by_name or by_category or [unit for unit in roots if unit.account in named]


def _no_root(county: str, candidates: Sequence[KnownUnit | Entry]) -> str:
    if candidates:
        accounts = listed(unit.account for unit in candidates)
        return _(
            "沒有上級機關帳號的單位屬於縣市政府，但%(county)s有好幾個單位都像是縣市政府"
            "（%(accounts)s）；請填上級機關帳號。"
        ) % {"county": county, "accounts": accounts}
    return _(
        "沒有上級機關帳號的單位屬於縣市政府，但清單與資料庫裡都找不到%(county)s政府；"
        "請填上級機關帳號，或把縣市政府列入清單。"
    ) % {"county": county}
