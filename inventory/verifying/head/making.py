"""From rows to a head: hashes over tables and over parts of the filings."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from inventory.verifying.columns import HEAD_FORMAT, TABLES
from inventory.verifying.head.line import PART, SHORT, Head, TableHead
from inventory.verifying.head.marks import Marks
from inventory.verifying.head.rows import PARTS, RowDigest, row_digests

Tell = Callable[[str, RowDigest], None]


@dataclass
class Hashes:
    """The hashes of all tables, each divided into parts, while their rows are read."""

    rows: dict[str, int] = field(default_factory=dict)
    parts: dict[str, list[Any]] = field(default_factory=dict)

    def begin(self, label: str) -> None:
        """Take in a table, even one without rows."""
        self.rows[label] = 0
        self.parts[label] = [hashlib.sha256() for _part in range(PARTS)]

    def add(self, label: str, key: str, part: int, digest: str) -> None:
        """Take in the next row of the table, in the order of their keys."""
        self.rows[label] += 1
        self.parts[label][part].update(f"{key} {digest}\n".encode())

    def of_table(self, label: str) -> str:
        """The hash of one table."""
        return _hash(part.hexdigest() for part in self.parts[label])

    def of_part(self, part: int) -> str:
        """The hash of one part of the filings, over all tables that belong to filings."""
        tables = (label for label in self.parts if TABLES[label].of_filing)
        return _hash(self.parts[label][part].hexdigest() for label in tables)

    def head(self, *, site: str, at: datetime, marks: Marks, number: int) -> Head:
        """The head of everything that was taken in."""
        hashes = {label: self.of_table(label) for label in self.parts}
        tables = {
            label: TableHead(self.rows[label], marks.get(label, 0), digest[:SHORT])
            for label, digest in hashes.items()
        }
        whole = [f"{number} {site} {at.isoformat()}"]
        whole += [
            f"{label} {table.rows} {table.mark} {hashes[label]}" for label, table in tables.items()
        ]
        parts = tuple(self.of_part(part)[:PART] for part in range(PARTS))
        return Head(number, site, at, tables, parts, _hash(whole))


def _hash(texts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def make_head(
    *, site: str, at: datetime, marks: Marks, number: int = HEAD_FORMAT, tell: Tell | None = None
) -> Head:
    """The head of the rows up to the marks. `tell` is handed every row, table by table.

    site: what tells this database from every other. To be called within one moment of the
    database, after the marks were sealed.
    """
    hashes = Hashes()
    for label, row in _all_rows(marks, number, hashes):
        hashes.add(label, row.key, row.part, row.digest)
        if tell:
            tell(label, row)
    return hashes.head(site=site, at=at, marks=marks, number=number)


def _all_rows(marks: Marks, number: int, hashes: Hashes) -> Iterator[tuple[str, RowDigest]]:
    for label, table in TABLES.items():
        if table.head_columns(number):
            hashes.begin(label)
            for row in row_digests(label, marks, number):
                yield label, row
