"""A file beside a head: the digest of every row, so that what was forged is named to the row.

Its first line is the head itself; each further one has table, key, filing and digest. The line
that was kept elsewhere says whether the file is the right one, so the file needs no safe place.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TextIO

from django.utils.translation import gettext as _

from inventory.verifying.columns import TABLES
from inventory.verifying.head.line import Head, NotAHead, read_line
from inventory.verifying.head.making import Hashes
from inventory.verifying.head.rows import DIGITS, PARTS, RowDigest

Rows = dict[str, RowDigest]  # by key


@dataclass
class Parts:
    """The digests of every row, by table and key."""

    tables: dict[str, Rows] = field(default_factory=dict)

    def tell(self, label: str, row: RowDigest) -> None:
        """Take in a row, as `make_head` hands them."""
        self.tables.setdefault(label, {})[row.key] = row


def write_parts(file: TextIO, head: Head, parts: Parts) -> None:
    """Write a head and the digests of its rows."""
    file.write(f"{head}\n")
    for label, rows in parts.tables.items():
        file.writelines(f"{label} {row.key} {row.filing} {row.digest}\n" for row in rows.values())


def read_parts(lines: Iterable[str], head: Head) -> Parts:
    """The digests in a file that belongs to the head. Raises NotAHead for any other file."""
    lines = iter(lines)
    wrong = _("這個檔案不是與這一行一起寫出的，或已被改動。")
    if str(read_line(next(lines, ""))) != str(head):
        raise NotAHead(wrong)
    parts, hashes = Parts(), Hashes()
    for label, table in TABLES.items():
        if table.head_columns(head.number):
            hashes.begin(label)
    for label, row in _read(lines, wrong):
        parts.tell(label, row)
        hashes.add(label, row.key, row.part, row.digest)
    again = hashes.head(site=head.site, at=head.at, marks=head.marks, number=head.number)
    if again != head:
        raise NotAHead(wrong)
    return parts


def _read(lines: Iterator[str], wrong: str) -> Iterator[tuple[str, RowDigest]]:
    for line in lines:
        words = line.rstrip("\n").split(" ")
        if len(words) != 4 or words[0] not in TABLES or len(words[3]) != DIGITS:
            raise NotAHead(wrong)
        label, key, filing, digest = words
        if not filing.isdecimal():
            raise NotAHead(wrong)
        yield label, RowDigest(key, int(filing) % PARTS, int(filing), digest)
