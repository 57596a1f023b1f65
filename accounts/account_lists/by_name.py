"""Parents that a list names instead of giving their accounts."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from django.utils.translation import gettext as _

from accounts import cleaning
from accounts.account_lists.entries import Entry
from accounts.account_lists.known import Known
from accounts.spreadsheets import RowError, Table
from accounts.wording import listed


def with_parents(
    entries: Mapping[str, Entry], known: Known, table: Table
) -> tuple[dict[str, Entry], list[RowError]]:
    """The entries, each with its parent's account; rejected where a name means none or several.

    A name counts inside its county, whether the list or the database has the unit.
    """
    if not any(entry.parent_name for entry in entries.values()):
        return dict(entries), []
    accounts = _accounts(entries, known)
    found: dict[str, Entry] = {}
    rejected: list[RowError] = []
    for account, entry in entries.items():
        same = sorted(accounts[entry.letter, cleaning.key(entry.parent_name)] - {account})
        found[account] = replace(entry, parent=same[0]) if len(same) == 1 else entry
        if entry.parent_name and len(same) != 1:
            reason = _("清單與資料庫裡都沒有這個名稱的上級機關；請填帳號。")
            if same:
                reason = _("有好幾個單位叫這個名稱（%(accounts)s）；請填帳號。")
                reason %= {"accounts": listed(same)}
            rejected.append(table.row_error(entry.row, "parent", reason))
    return found, rejected


def _accounts(entries: Mapping[str, Entry], known: Known) -> dict[tuple[str, str], set[str]]:
    """County letter and name → accounts."""
    accounts: dict[tuple[str, str], set[str]] = defaultdict(set)
    for unit in known.units.values():
        if unit.is_active:
            accounts[unit.account[0], cleaning.key(unit.name)].add(unit.account)
    for entry in entries.values():
        accounts[entry.letter, cleaning.key(entry.name)].add(entry.account)
    return accounts
