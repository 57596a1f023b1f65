"""The database's part: which filings do not add up. Exact, for PostgreSQL's numeric is decimal.

round() of numeric rounds halves away from zero, which for kilograms (never negative) is up.
A number that cannot be read ends the query with DataError.
"""

import json
from collections.abc import Iterator
from typing import Any

from django.db import connection

from inventory.models.version_fields import EntryField, Kind, entry_fields, version_fields
from inventory.models.version_sql import (
    known_formats,
    unlike_its_columns,
    unlike_its_filing,
    written_entry,
)
from inventory.verifying.frozen import EXPECTED, joined_with_expected, off_by_factors
from inventory.verifying.sql_sources import (
    off_by_events,
    off_by_histories,
    off_by_makers,
    steps,
)
from inventory.verifying.told import replay, steps_of


def kg_again(quantity: str, terms: str) -> str:
    """SQL for a quantity's kg CO2e by its frozen terms, rounded once; both are SQL expressions.

    Biogenic CO2 is no part of it. NULL without terms, and where a term lacks its value or GWP:
    never counted as zero.
    """
    return f"""(
        SELECT CASE
            WHEN count(*) > 0 AND count(*) = count(share.kg)
            THEN round(COALESCE(sum(share.kg) FILTER (WHERE NOT share.is_biogenic), 0), 4)
        END
        FROM (
            SELECT {quantity} * (term ->> 'value')::numeric * (term ->> 'gwp')::numeric AS kg,
                COALESCE((term -> 'biogenic')::boolean, false) AS is_biogenic
            FROM jsonb_array_elements({terms}) AS term
        ) share
    )"""  # noqa: S608 - from expressions of ours


def _is_off(row: str) -> str:
    """SQL for whether a row's kg is not its quantity by its terms (or is no number at all)."""
    return f"""COALESCE({row}.kg = 'NaN', false) OR CASE
        WHEN {row}.terms = '[]' THEN {row}.kg IS NOT NULL
        ELSE {row}.kg IS DISTINCT FROM {kg_again(f"{row}.quantity", f"{row}.terms")}
    END"""


def _sum(operation: str) -> str:
    return f"COALESCE(sum(kg) FILTER (WHERE operation = '{operation}'), 0)"


def off_by_entries() -> str:
    """Entries against their frozen factors, subtotals against entries."""
    return f"""
    SELECT filing.id
    FROM inventory_filing filing
    LEFT JOIN (
        SELECT filing_id, count(*) AS number, bool_or({_is_off("entry")}) AS is_off,
            {_sum("own")} AS own_kg, {_sum("outsourced")} AS outsourced_kg,
            count(*) FILTER (WHERE kg IS NULL AND quantity > 0) AS uncounted
        FROM inventory_entry entry
        WHERE filing_id BETWEEN %(first)s AND %(last)s
        GROUP BY filing_id
    ) entries ON entries.filing_id = filing.id
    WHERE filing.id BETWEEN %(first)s AND %(last)s
    AND (
        (filing.own_kg, filing.outsourced_kg, filing.uncounted) IS DISTINCT FROM (
            COALESCE(entries.own_kg, 0), COALESCE(entries.outsourced_kg, 0),
            COALESCE(entries.uncounted, 0)
        )
        OR entries.is_off
        OR (filing.version = 0 AND (entries.number > 0 OR filing.outsourced_scope <> ''))
    )
    """  # noqa: S608


def off_by_frozen_factors() -> str:
    """Entries against the rows of the set that they were computed with."""
    row = "entry"
    return f"""
    WITH expected AS MATERIALIZED ({EXPECTED}),
    filing AS (
        SELECT id, year_id, factor_set_id FROM inventory_filing
        WHERE id BETWEEN %(first)s AND %(last)s
    ),
    entry AS (
        SELECT *, factor_set_id AS factor_set FROM inventory_entry
        WHERE filing_id BETWEEN %(first)s AND %(last)s
    )
    SELECT DISTINCT entry.filing_id
    FROM entry
    JOIN filing ON filing.id = entry.filing_id
    {joined_with_expected(row, "filing.year_id", "filing.factor_set_id")}
    WHERE {off_by_factors(row, "filing.factor_set_id")}
    """  # noqa: S608


def off_by_numbers(table: str, number: str, last: str) -> str:
    """Every row of a filing from the first to the last number is there, and no other."""
    return f"""
    SELECT filing.id
    FROM inventory_filing filing
    LEFT JOIN {table} made ON made.filing_id = filing.id
    WHERE filing.id BETWEEN %(first)s AND %(last)s
    GROUP BY filing.id
    HAVING count(made.{number}) <> filing.{last}
    OR max(made.{number}) <> filing.{last}
    OR min(made.{number}) <> 1
    """  # noqa: S608


def off_by_versions() -> str:
    """Every version's content against its check value, its columns, its arithmetic and the version
    before it; the current version against its filing and the filing's entries.

    The arithmetic of current versions is that of the entries, screened above, and so are the
    factors that it was done with.
    """
    return f"""
    WITH parsed AS MATERIALIZED ({_parsed()}), written AS MATERIALIZED ({_written()}),
    expected AS MATERIALIZED ({EXPECTED})
    {_off_by_content()}
    UNION
    {off_by_histories()}
    UNION
    SELECT written.filing_id FROM written
    {joined_with_expected("written", "written.year_id", "written.of_version")}
    WHERE NOT is_current AND written.line IS NOT NULL
    AND {off_by_factors("written", "written.of_version")}
    UNION
    {_off_by_current_entries()}
    UNION
    SELECT filing_id FROM written WHERE NOT is_current
    GROUP BY filing_id, number, own_kg, outsourced_kg
    HAVING bool_or({_is_off("written")})
    OR (own_kg, outsourced_kg) IS DISTINCT FROM ({_sum("own")}, {_sum("outsourced")})
    """  # noqa: S608


def _parsed() -> str:
    """The versions of the filings, each content parsed once."""
    columns = ", ".join(f"saved.{field.column}" for field in version_fields() if field.column)
    return f"""
        SELECT saved.filing_id, {columns}, saved.content::jsonb AS content, saved.check_value,
            encode(sha256(convert_to(saved.content, 'UTF8')), 'hex') AS digest,
            saved.saved_by_id, filing.year_id, saved.number = filing.version AS is_current
        FROM inventory_filingversion saved
        JOIN inventory_filing filing ON filing.id = saved.filing_id
        WHERE saved.filing_id BETWEEN %(first)s AND %(last)s
        AND filing.id BETWEEN %(first)s AND %(last)s
    """  # noqa: S608


def _written() -> str:
    """The entries of all versions; one row without an entry for a version that has none."""
    return f"""
        SELECT parsed.filing_id, parsed.number, parsed.format, is_current, parsed.own_kg,
            parsed.outsourced_kg, parsed.year_id, parsed.factor_set_id AS of_version, entry.*
        FROM parsed
        LEFT JOIN LATERAL jsonb_to_recordset(content -> 'entries') AS {written_entry("entry")}
            ON true
    """  # noqa: S608


def _off_by_content() -> str:
    """A missing link of the chain of hashes is found by its number, so it is none here."""
    return f"""
    SELECT filing_id
    FROM (
        SELECT parsed.filing_id,
            check_value <> upper(substr(digest, 1, 20))
                OR content -> 'entries' IS NULL
                OR format NOT IN ({known_formats()})
                OR content -> 'year' IS DISTINCT FROM to_jsonb(filing.year_id)
                OR {unlike_its_columns("parsed", "content")}
                OR (is_current AND ({unlike_its_filing("parsed", "content", "filing")}))
                OR previous_hash IS DISTINCT FROM CASE
                    WHEN number = 1 THEN ''
                    WHEN number = 1 + lag(number) OVER chain THEN lag(digest) OVER chain
                    ELSE previous_hash
                END
                AS is_off
        FROM parsed
        JOIN inventory_filing filing ON filing.id = parsed.filing_id
        WHERE filing.id BETWEEN %(first)s AND %(last)s
        WINDOW chain AS (PARTITION BY parsed.filing_id ORDER BY number)
    ) version
    WHERE is_off
    """  # noqa: S608


def _off_by_current_entries() -> str:
    """Joined in full: a nested loop over the entries would take most of the time."""
    places = [field for field in entry_fields() if field.is_place]
    same = " AND ".join(f"entry.{field.attribute} = written.{field.name}" for field in places)
    stored = ", ".join(f"entry.{field.attribute}" for field in entry_fields())
    said = ", ".join(map(_said, entry_fields()))
    return f"""
    SELECT COALESCE(entry.filing_id, written.filing_id)
    FROM (
        SELECT * FROM inventory_entry WHERE filing_id BETWEEN %(first)s AND %(last)s
    ) entry
    FULL JOIN (SELECT * FROM written WHERE is_current AND line IS NOT NULL) written
        ON entry.filing_id = written.filing_id AND {same}
    WHERE ({stored}) IS DISTINCT FROM ({said})
    UNION
    SELECT filing_id FROM written WHERE is_current
    GROUP BY filing_id, {", ".join(field.name for field in places)}
    HAVING count(*) > 1
    """  # noqa: S608


def _said(field: EntryField) -> str:
    """What a version says of an entry in one field; empty where its format lacks the field."""
    if field.since == 1:
        return f"written.{field.name}"
    text = json.dumps(field.empty) if field.kind is Kind.LIST else str(field.empty)
    empty = "NULL" if field.empty is None else f"'{text}'::{field.kind.value}"
    return f"CASE WHEN written.format < {field.since} THEN {empty} ELSE written.{field.name} END"


def mismatching(first: int, last: int, expected: str) -> set[int]:
    """The filings from `first` to `last` (their pk) that do not add up. Raises DataError.

    expected: what entries are frozen with (`FrozenFactors.as_json`).
    """
    queries = (
        off_by_entries(),
        off_by_frozen_factors(),
        off_by_numbers("inventory_filingversion", "number", "version"),
        off_by_numbers("inventory_filingevent", "revision", "revision"),
        off_by_versions(),
        off_by_events(),
        off_by_makers(),
    )
    values = {"first": first, "last": last, "expected": expected}
    found = {pk for query in queries for (pk,) in _rows(query, values)}
    return found | set(_off_by_steps(values))


def _off_by_steps(values: dict[str, Any]) -> Iterator[int]:
    """Filings whose verbs, one after the other, do not lead to where they stand.

    The same few stories come again and again: each is replayed once.
    """
    for pk, status, version, is_prefilled, told in _rows(steps(), values):
        verbs = steps_of(json.loads(told) if isinstance(told, str) else told)
        outcome = replay(verbs)
        stands = (outcome.status, outcome.version, outcome.is_prefilled)
        if outcome.wrong or stands != (status, version, is_prefilled):
            yield pk


def _rows(query: str, values: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())
