"""Where each unit of a list hangs: its parent, the county's root, no cycles."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from accounts.account_lists.entries import Entry
from accounts.account_lists.known import Known, KnownUnit
from accounts.spreadsheets import Problem, Table

COUNTY_GOVERNMENT = "縣市政府"
MOST_LEVELS = 20


@dataclass
class Tree:
    """account → parent's account ("" for a root), for the list's entries and the known units."""

    parents: dict[str, str] = field(default_factory=dict)
    levels: dict[str, int] = field(default_factory=dict)
    roots: set[str] = field(default_factory=set)  # of the counties that have exactly one
    refused: list[Problem] = field(default_factory=list)


def make_tree(
    entries: Mapping[str, Entry], known: Known, counties: Mapping[str, str], table: Table
) -> Tree:
    """The tree after the list is applied; `Tree.refused` says what is wrong with it.

    An entry that names no parent keeps the one it has in the database; a new one hangs below
    the county government, unless it is the county government.
    """
    tree = Tree({unit.account: unit.parent for unit in known.units.values()})
    unplaced: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries.values():
        if entry.parent:
            _check_parent(entry, entries, known, table, tree)
            tree.parents[entry.account] = entry.parent
        elif entry.account not in known.units:
            unplaced[entry.letter].append(entry)
    for letter, waiting in unplaced.items():
        _place(waiting, letter, counties[letter], entries, known, table, tree)
    _check_levels(entries, table, tree)
    tree.roots = _roots(tree, known)
    return tree


def _roots(tree: Tree, known: Known) -> set[str]:
    by_letter: dict[str, list[str]] = defaultdict(list)
    for account, parent in tree.parents.items():
        unit = known.units.get(account)
        if not parent and (unit is None or unit.is_active):
            by_letter[account[0]].append(account)
    return {accounts[0] for accounts in by_letter.values() if len(accounts) == 1}


def _check_parent(
    entry: Entry, entries: Mapping[str, Entry], known: Known, table: Table, tree: Tree
) -> None:
    unit = known.units.get(entry.parent)
    if entry.parent not in entries and unit is None:
        reason = _("清單與資料庫裡都沒有這個上級機關帳號。")
        tree.refused.append(table.problem(entry.row, "parent", reason))
    elif unit is not None and not unit.is_active:
        reason = _("這個上級機關已經裁撤或整併。")
        tree.refused.append(table.problem(entry.row, "parent", reason))


def _place(
    waiting: Sequence[Entry],
    letter: str,
    county: str,
    entries: Mapping[str, Entry],
    known: Known,
    table: Table,
    tree: Tree,
) -> None:
    """Hang the entries without a parent below the county's one root."""
    roots: list[KnownUnit | Entry] = [
        unit
        for unit in known.units.values()
        if unit.account[0] == letter and unit.is_active and not tree.parents[unit.account]
    ]
    roots = roots or list(waiting)
    named = {entry.parent for entry in entries.values()}
    candidates = _candidates(roots, county, named)
    if len(candidates) == 1:
        root = candidates[0].account
        for entry in waiting:
            tree.parents[entry.account] = "" if entry.account == root else root
        return
    for entry in waiting:
        tree.parents[entry.account] = ""
    tree.refused.append(_no_root(waiting[0], county, candidates, table))


def _candidates(
    roots: Sequence[KnownUnit | Entry], county: str, named: set[str]
) -> Sequence[KnownUnit | Entry]:
    """Who may be the county government: by the surest sign that anyone bears.

    The name, else the category 縣市政府, else being named as the parent of others; one root
    that the database already has needs no sign.
    """
    if len(roots) == 1 and isinstance(roots[0], KnownUnit):
        return roots
    by_name = [unit for unit in roots if unit.name.replace("台", "臺") == county + "政府"]
    by_category = [unit for unit in roots if unit.category == COUNTY_GOVERNMENT]
    return by_name or by_category or [unit for unit in roots if unit.account in named]


def _no_root(
    first: Entry, county: str, candidates: Sequence[KnownUnit | Entry], table: Table
) -> Problem:
    if candidates:
        accounts = "、".join(unit.account for unit in candidates)
        reason = _(
            "沒有上級機關帳號的單位屬於縣市政府，但%(county)s有好幾個單位都像是縣市政府"
            "（%(accounts)s）；請填上級機關帳號。"
        ) % {"county": county, "accounts": accounts}
    else:
        reason = _(
            "沒有上級機關帳號的單位屬於縣市政府，但清單與資料庫裡都找不到%(county)s政府；"
            "請填上級機關帳號，或把縣市政府列入清單。"
        ) % {"county": county}
    column = "parent" if "parent" in table.letters else "account"
    return table.problem(first.row, column, reason, first.row["parent"] or first.account)


def _check_levels(entries: Mapping[str, Entry], table: Table, tree: Tree) -> None:
    """Find the level of each entry; a chain that meets itself is refused, once."""
    levels = tree.levels
    for start, entry in entries.items():
        chain: dict[str, None] = {}
        account = start
        while account and account not in levels and account not in chain:
            chain[account] = None
            account = tree.parents.get(account, "")
        upwards = list(chain)
        is_cycle = account in chain
        for level, unit in enumerate(reversed(upwards), start=levels.get(account, 0) + 1):
            levels[unit] = level
        if is_cycle:
            _refuse_cycle(upwards[upwards.index(account) :], entries, table, tree)
        elif levels[start] > MOST_LEVELS:
            reason = _("上下層級超過 %(most)s 層。") % {"most": MOST_LEVELS}
            tree.refused.append(table.problem(entry.row, "parent", reason))


def _refuse_cycle(cycle: list[str], entries: Mapping[str, Entry], table: Table, tree: Tree) -> None:
    first = next(account for account in cycle if account in entries)
    at = cycle.index(first)
    loop = " → ".join([*cycle[at:], *cycle[:at], first])
    reason = _("上級機關繞成一圈：%(loop)s。") % {"loop": loop}
    tree.refused.append(table.problem(entries[first].row, "parent", reason))
