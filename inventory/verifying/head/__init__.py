"""One line over everything that is only ever added to, to be kept where nobody of the site writes.

Whoever may write to the database can change quantity, kilograms, totals, version, check value and
event alike, and everything agrees with itself again. What cannot be changed is a line that was
noted elsewhere before: it commits to every row that there was (`rows`), up to a mark in each table
(`marks`), so what is added later moves nothing. `line` writes and reads it, `parts` keeps the
digest of every row in a file beside it, `comparing` says what differs.
"""

from inventory.verifying.head.comparing import differences_since
from inventory.verifying.head.line import Head, NotAHead, read_line
from inventory.verifying.head.making import make_head
from inventory.verifying.head.marks import Marks, StillWriting, sealed_marks
from inventory.verifying.head.parts import Parts, read_parts

__all__ = [
    "Head",
    "Marks",
    "NotAHead",
    "Parts",
    "StillWriting",
    "differences_since",
    "make_head",
    "read_line",
    "read_parts",
    "sealed_marks",
]
