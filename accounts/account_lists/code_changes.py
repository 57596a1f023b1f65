"""Rows of a list that would make a second account for a unit whose code was changed."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from accounts.account_lists.entries import Entry
from accounts.account_lists.known import CHUNK, Known
from accounts.account_lists.progress import batches
from accounts.unit_codes import accounts_out_of_step, units_by_former_account


def second_accounts(entries: Mapping[str, Entry], known: Known) -> dict[str, str]:
    """Account → why the list may not make it; only of accounts that it would make."""
    new = {account for account in entries if account.lower() not in known.users}
    return _by_former_code(new - known.units.keys()) | _beside_another(new, known)


def _by_former_code(accounts: set[str]) -> dict[str, str]:
    """The list has the code that a unit had before."""
    sentence = _(
        "這是「%(unit)s」變更前的代碼，現為 %(account)s，請改用現在的代碼；"
        "若確為另一個單位，請先在管理頁面的「單位」新增。"
    )
    found: dict[str, str] = {}
    for chunk in batches(accounts, CHUNK):
        for account, unit in units_by_former_account(set(chunk)).items():
            what = {"unit": unit.name, "account": unit.county_id + unit.code}
            found[account] = sentence % what
    return found


def _beside_another(accounts: set[str], known: Known) -> dict[str, str]:
    """The unit is there, and its account has the form of another code."""
    units = {known.units[one].pk: one for one in accounts & known.units.keys()}
    sentence = _(
        "這個單位已有帳號 %(own)s，與代碼不符；請先在管理頁面的「帳號」將它改名為 %(account)s。"
    )
    found: dict[str, str] = {}
    for chunk in batches(units, CHUNK):
        for unit, own in accounts_out_of_step(chunk).items():
            found[units[unit]] = sentence % {"own": own, "account": units[unit]}
    return found
