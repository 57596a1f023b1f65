"""Whether what is stored still follows from what it came from, to the last digit.

The database recomputes everything and names the filings that look wrong (`sql_screen`,
`sql_sources`); Python, with the calculator, says of those what differs, cell by cell and with its
source (`explain`, `told`, `places`, `frozen`). The two share no line of arithmetic, so an error in
either shows as a disagreement. `columns` lists every column and what verifies it; `head` is what
can be kept elsewhere, against somebody who changes everything alike.
"""

from inventory.verifying.differences import Difference, Unreadable, as_text, field_name
from inventory.verifying.factor_sets import verify_factor_sets
from inventory.verifying.filings import Counted, counted, read_only_moment, verify_filings
from inventory.verifying.histories import (
    APPS,
    verify_guards,
    verify_histories,
    verify_references,
)
from inventory.verifying.sql_screen import kg_again

__all__ = [
    "APPS",
    "Counted",
    "Difference",
    "Unreadable",
    "as_text",
    "counted",
    "field_name",
    "kg_again",
    "read_only_moment",
    "verify_factor_sets",
    "verify_filings",
    "verify_guards",
    "verify_histories",
    "verify_references",
]
