"""Figures from a sheet, for their units to check: read, shown, filled in, taken back.

plan = read_import(source, "figures.xlsx", year=103)   # SpreadsheetError: no such table
plan.problems, plan.questions                          # by cell; what has to be waved through
made = apply_import(plan, by=administrator, accepted=["names"])   # all or nothing
take_back_import(made, revisions=…, reason="…", by=administrator)
"""

from inventory.importing.apply import apply_import
from inventory.importing.plan import Plan, PlannedFiling, read_import
from inventory.importing.questions import QuestionsOpen
from inventory.importing.remarks import remarks_csv
from inventory.importing.taking_back import Filled, filled_by, import_of, take_back_import

__all__ = [
    "Filled",
    "Plan",
    "PlannedFiling",
    "QuestionsOpen",
    "apply_import",
    "filled_by",
    "import_of",
    "read_import",
    "remarks_csv",
    "take_back_import",
]
