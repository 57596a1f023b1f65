"""The factors that entries were frozen with against the rows of the sets that they came from.

What an entry has to be frozen with is worked out once, from the rows, for every set, line, name
and year: the database compares all entries with that list (`EXPECTED`), Python says of one entry
which term differs in what.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from inventory.factors.limits import MAX_KG_PER_UNIT
from inventory.factors.table import FactorTable, kg_per_unit
from inventory.figures import plain
from inventory.lines import LINES, codes_of
from inventory.models import AnswerKind, Entry, Factor, ReportingYear
from inventory.verifying.differences import as_text, field_name
from inventory.versions.formats import VersionEntry

# FROM clause for the list; `terms` of one set, line, name and year, in the order of the rows.
EXPECTED = """
    SELECT * FROM jsonb_to_recordset(%(expected)s::jsonb) AS expected(
        factor_set text, year int, line text, name text, unit text, terms jsonb,
        is_asked boolean, is_owed boolean
    )
"""
# Names of facilities decide nothing about factors.
FREE_NAMES = tuple(line.code for line in LINES if not line.is_named)
Cell = tuple[str, str, str, str]  # column, stored, expected, source


@dataclass(frozen=True, slots=True)
class Expected:
    """What an entry of one set, line, name and year is frozen with.

    is_owed: an answer with a quantity in this unit may not go without.
    """

    unit: str
    rows: tuple[Factor, ...]
    is_asked: bool
    is_owed: bool

    @property
    def terms(self) -> list[dict[str, Any]]:
        """As an entry has them, in the order of the rows."""
        return [term_of(row) for row in self.rows]


def term_of(row: Factor) -> dict[str, Any]:
    """What stands in an entry for one row of a set: worked out here, not by what froze it."""
    term = {"factor": row.pk, "gas": row.gas, "value": plain(row.value), "gwp": plain(row.gwp)}
    return {**term, "biogenic": True} if row.is_biogenic else term


class FrozenFactors:
    """What the rows of all sets say for the years that there are; two queries."""

    def __init__(self) -> None:
        self.rows: dict[int, Factor] = {}
        by_set: dict[str, list[Factor]] = defaultdict(list)
        for row in Factor.objects.order_by("pk"):
            self.rows[row.pk] = row
            by_set[row.factor_set_id].append(row)
        self.expected: dict[tuple[str, int, str, str], Expected] = {}
        for year in ReportingYear.objects.values_list("year", flat=True):
            asked = codes_of(year)
            for slug, rows in by_set.items():
                table = FactorTable.from_rows(year, slug, rows)
                for (line, name), found in table.rows.items():
                    is_asked = line in asked
                    is_owed = is_asked and kg_per_unit(found) <= MAX_KG_PER_UNIT
                    of = Expected(found[0].unit, found, is_asked, is_owed)
                    self.expected[slug, year, line, name] = of

    @cached_property
    def as_json(self) -> str:
        """The whole list, as `EXPECTED` reads it."""
        return json.dumps(
            [
                {
                    "factor_set": slug,
                    "year": year,
                    "line": line,
                    "name": name,
                    "unit": of.unit,
                    "terms": of.terms,
                    "is_asked": of.is_asked,
                    "is_owed": of.is_owed,
                }
                for (slug, year, line, name), of in self.expected.items()
            ],
            ensure_ascii=False,
        )

    def differences(self, entry: VersionEntry, year: int, factor_set: str | None) -> Iterator[Cell]:
        """What differs in one entry of a version (or filing) that was saved with a set."""
        if entry.answer != AnswerKind.NUMBER:
            yield from _of_unused(entry)
            return
        name = "" if entry.line in FREE_NAMES else entry.name
        slug = entry.factor_set or factor_set or ""
        expected = self.expected.get((slug, year, entry.line, name))
        source = _("係數版本 %(set)s 的 %(line)s") % {
            "set": slug, "line": f"{entry.line} {name}".strip()
        }  # fmt: skip
        if not entry.terms and entry.kg is None and entry.factor_set is None:
            if expected and expected.is_owed and expected.unit == entry.unit:
                yield (_column("terms"), "", as_text(expected.terms), source)
            return
        if expected is None:
            yield (_column("terms"), as_text(entry.terms), "", source)
            return
        if entry.unit != expected.unit:
            yield (_column("unit"), entry.unit, expected.unit, source)
        if expected.is_asked and entry.factor_set != factor_set:
            own = _("這一版採用的係數版本")
            yield (_column("factor_set"), entry.factor_set or "", factor_set or "", own)
        yield from self._terms(entry, expected, source)

    def _terms(self, entry: VersionEntry, expected: Expected, source: str) -> Iterator[Cell]:
        """Term by term; where the rows are others altogether, the whole."""
        wanted = expected.terms
        if entry.terms == wanted:
            return
        if _rows_of(entry.terms) != [row.pk for row in expected.rows]:
            yield (_column("terms"), as_text(entry.terms), as_text(wanted), source)
            return
        for term, right in zip(entry.terms, wanted, strict=True):
            row = _("%(source)s，第 %(row)s 列") % {"source": source, "row": right["factor"]}
            for key in sorted({**term, **right}):
                if term.get(key) != right.get(key):
                    cell = f"{_column('terms')} {right['gas']} {_part(key)}"
                    yield (cell, as_text(term.get(key)), as_text(right.get(key)), row)


def _of_unused(entry: VersionEntry) -> Iterator[Cell]:
    """What is not used has no quantity and nothing that it was computed with."""
    for column in ("quantity", "terms", "factor_set"):
        if value := getattr(entry, column):
            yield (_column(column), as_text(value), "", str(AnswerKind.UNUSED.label))


def _rows_of(terms: Any) -> list[Any]:
    if not all(isinstance(term, Mapping) for term in terms):
        return []
    return [term.get("factor") for term in terms]


def _column(name: str) -> str:
    return field_name(Entry, name)


def _part(key: str) -> str:
    columns = {"value": "value", "gwp": "gwp", "gas": "gas", "biogenic": "is_biogenic"}
    return field_name(Factor, columns[key]) if key in columns else key


def off_by_factors(row: str, of_set: str) -> str:
    """SQL for whether an entry (`row`), saved with a set, is not frozen as
    `expected`, which it is joined with by `joined_with_expected`.

    The factor set of the entry stands in `factor_set` of the row type, `of_set` is the version's.
    """
    return f"""CASE
        WHEN {row}.answer <> 'number' THEN {row}.terms <> '[]'
            OR {row}.quantity IS NOT NULL OR {row}.factor_set IS NOT NULL
        WHEN {row}.terms = '[]' AND {row}.kg IS NULL AND {row}.factor_set IS NULL
            THEN COALESCE(expected.is_owed AND expected.unit = {row}.unit, false)
        ELSE expected.terms IS NULL
            OR {row}.terms IS DISTINCT FROM expected.terms
            OR {row}.unit IS DISTINCT FROM expected.unit
            OR (expected.is_asked AND {row}.factor_set IS DISTINCT FROM {of_set})
    END"""


def joined_with_expected(row: str, year: str, of_set: str) -> str:
    """SQL that joins an entry with what it has to be frozen with."""
    free = ", ".join(f"'{code}'" for code in FREE_NAMES)
    return f"""
        LEFT JOIN expected ON expected.factor_set = COALESCE({row}.factor_set, {of_set})
            AND expected.year = {year} AND expected.line = {row}.line
            AND expected.name = CASE WHEN {row}.line IN ({free}) THEN '' ELSE {row}.name END
    """
