"""Reads the TOML file of a factor set into types, and knows in which line everything stands.

Reading refuses what has another shape: a key that it does not know, one that is missing, a value
of another type. Whether a set is right and complete is another question, asked once, before it is
stored (`judging`); a stored file is only read.
"""

import re
from datetime import date
from decimal import Decimal
from typing import Any, NoReturn

from django.utils.translation import gettext as _

from inventory.factors.limits import shown
from inventory.factors.publication import FactorRow, Potential, Publication
from inventory.factors.toml_text import PublicationError, read_toml

TABLE = re.compile(r"\s*\[\[?\s*(gwp|factor)\s*\]?\]")
KEY = re.compile(r"\s*([A-Za-z_]+)\s*=")
Spec = dict[str, tuple[type, bool]]  # key → its type, whether it must be there
Place = tuple[str, int]  # which table, and which of its kind; ("", 0) is the head of the file
HEAD: Place = ("", 0)

# A key that is added later is never a required one: older files are read for ever.
HEADER: Spec = {
    "id": (str, True),
    "title": (str, True),
    "title_en": (str, False),
    "publisher": (str, True),
    "source": (str, True),
    "published": (date, False),
    "file_date": (date, False),
    "corrects": (str, False),
    "gwp_basis": (str, True),
    "years": (list, True),
    "review_by": (date, True),
    "note": (str, False),
    "note_en": (str, False),
    "gwp": (list, False),  # both are there but where the set corrects another
    "factor": (list, False),
}
POTENTIAL: Spec = {
    "gas": (str, True),
    "value": (Decimal, True),
    "basis": (str, False),
    "source": (str, True),
    "page": (str, False),
    "confidence": (str, True),
    "added": (bool, False),
}
FACTOR: Spec = {
    "line": (str, True),
    "name": (str, False),
    "use": (str, False),  # the name, where a line is answered by use
    "name_en": (str, False),
    "year": (int, False),
    "unit": (str, True),
    "gas": (str, True),
    "value": (Decimal, True),
    "heating_value": (Decimal, False),
    "ipcc_default": (Decimal, False),
    "litres_per_kg": (Decimal, False),
    "derivation": (str, False),
    "source": (str, True),
    "page": (str, False),
    "confidence": (str, True),
    "biogenic": (bool, False),
    "added": (bool, False),
}


class SetFile:
    """A factor set as its file says it, with the line of the file that says each thing.

    values: every value with its place and key; bases: the GWP edition that each gas's table names
    ("" where it names none); added: the places of what a correction adds. Of a set that corrects
    another, `publication` is only what the file says, until `corrections` completes it. places:
    where each of its potentials and factors stands; HEAD for those of the corrected set.
    """

    def __init__(self, content: bytes, name: str) -> None:
        """`name` is what the refusals call the file. Raises PublicationError."""
        text, table = read_toml(content, name)
        self.name = name
        self.lines = _key_lines(text)
        self.values: list[tuple[Place, str, Any]] = []
        header = self._fields(table, HEADER, HEAD)
        gases = self._tables(header, "gwp", POTENTIAL)
        rows = self._tables(header, "factor", FACTOR)
        self.bases: list[str] = [gas.pop("basis", "") for gas in gases]
        self.added: set[Place] = {
            (kind, at)
            for kind, tables in (("gwp", gases), ("factor", rows))
            for at, one in enumerate(tables)
            if one.pop("added", False)
        }
        self.places: dict[str, list[Place]] = {
            kind: [(kind, at) for at in range(len(tables))]
            for kind, tables in (("gwp", gases), ("factor", rows))
        }
        self.publication = Publication(
            **header | {"years": tuple(header["years"])},
            potentials=tuple(Potential(**gas) for gas in gases),
            factors=tuple(FactorRow(**self._named(row, at)) for at, row in enumerate(rows)),
        )

    def line_of(self, place: Place, key: str = "") -> int:
        """The line of the file that says this: the key's, or where its table begins."""
        return self.lines.get((*place, key)) or self.lines.get((*place, "")) or 1

    def refuse(self, why: str, place: Place = HEAD, key: str = "") -> NoReturn:
        """Say what is wrong in which line: the key's, or where its table begins."""
        what = {"file": self.name, "line": self.line_of(place, key), "why": why}
        raise PublicationError(_("%(file)s 第 %(line)s 行：%(why)s") % what)

    def _tables(self, header: dict[str, Any], kind: str, known: Spec) -> list[dict[str, Any]]:
        """The file's tables of a kind; only a correction may do without."""
        if kind not in header and "corrects" not in header:
            self.refuse(_("缺少 %(key)s。") % {"key": kind})
        tables = header.pop(kind, [])
        return [self._fields(table, known, (kind, at)) for at, table in enumerate(tables)]

    def _named(self, row: dict[str, Any], at: int) -> dict[str, Any]:
        """A use is the row's name."""
        if "use" in row and "name" in row:
            self.refuse(_("name 與 use 只能有一個。"), ("factor", at), "use")
        return {"name": row.pop("use"), **row} if "use" in row else row

    def _fields(self, table: Any, known: Spec, place: Place) -> dict[str, Any]:
        """The table's values by key: all known, all required ones there, each of its type."""
        if not isinstance(table, dict):
            self.refuse(_("這裡應該是一個表格。"), place)
        for key in table:
            if key not in known:
                self.refuse(_("不認得的鍵 %(key)s。") % {"key": shown(key)}, place, key)
        found = {}
        for key, (kind, required) in known.items():
            if key not in table:
                if required:
                    self.refuse(_("缺少 %(key)s。") % {"key": key}, place)
                continue
            value = table[key]
            if kind is Decimal and type(value) is int:
                value = Decimal(value)
            if type(value) is not kind:
                what = {"key": key, "value": shown(value), "kind": kind.__name__}
                self.refuse(_("%(key)s = %(value)s 不是 %(kind)s。") % what, place, key)
            found[key] = value
            self.values.append((place, key, value))
        return found


def _key_lines(text: str) -> dict[tuple[str, int, str], int]:
    """(table, its number, key) → line; the key "" is where the table begins."""
    found: dict[tuple[str, int, str], int] = {("", 0, ""): 1}
    counts = {"gwp": -1, "factor": -1}
    place = HEAD
    for number, line in enumerate(text.split("\n"), 1):
        table = TABLE.match(line)
        if table:
            counts[table[1]] += 1
            place = (table[1], counts[table[1]])
            found[(*place, "")] = number
        elif key := KEY.match(line):
            found.setdefault((*place, key[1]), number)
    return found
