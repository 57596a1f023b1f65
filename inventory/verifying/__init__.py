"""Whether what is stored still follows from what it was computed from, to the last digit.

The database recomputes everything and names the filings that look wrong (`screening`); Python,
with the calculator, says of those what differs, cell by cell (`explaining`). The two share no
line of arithmetic, so an error in either shows as a disagreement.
"""

from inventory.verifying.differences import Difference, Unreadable, field_name
from inventory.verifying.filings import Counted, counted, read_only_moment, verify_filings
from inventory.verifying.sql_screen import kg_again

__all__ = [
    "Counted",
    "Difference",
    "Unreadable",
    "counted",
    "field_name",
    "kg_again",
    "read_only_moment",
    "verify_filings",
]
