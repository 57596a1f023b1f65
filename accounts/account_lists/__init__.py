"""Account lists: from the sheet that an administrator is handed to units and accounts.

table = read_account_list(source, "list.xlsx")     # SpreadsheetError: cannot be read
plan = make_plan(table)                            # added, changed, unchanged, rejected, asked
apply(plan, by=user)                               # all or nothing, once nothing is asked
"""

from accounts.account_lists.apply import Outcome, apply
from accounts.account_lists.outline import PlannedUnit, State
from accounts.account_lists.plan import Addition, Change, Changed, Plan, PreservedName, make_plan
from accounts.account_lists.reader import read_account_list
from accounts.account_lists.remarks import moved_text, remarks_workbook
from accounts.account_lists.slips import Slip, slips_page

__all__ = [
    "Addition",
    "Change",
    "Changed",
    "Outcome",
    "Plan",
    "PlannedUnit",
    "PreservedName",
    "Slip",
    "State",
    "apply",
    "make_plan",
    "moved_text",
    "read_account_list",
    "remarks_workbook",
    "slips_page",
]
