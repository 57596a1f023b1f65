"""The database's part: which filings do not add up. Exact, for PostgreSQL's numeric is decimal.

round() of numeric rounds halves away from zero, which for kilograms (never negative) is up.
A number that cannot be read ends the query with DataError.
"""

from collections.abc import Iterator

from django.db import connection


def kg_again(quantity: str, terms: str) -> str:
    """SQL for a quantity's kg CO2e by its frozen terms, rounded once; both are SQL expressions.

    NULL without terms, and where a term lacks its value or GWP: never counted as zero.
    """
    return f"""(
        SELECT CASE WHEN count(*) = count(share.kg) THEN round(sum(share.kg), 4) END
        FROM (
            SELECT {quantity} * (term ->> 'value')::numeric * (term ->> 'gwp')::numeric AS kg
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


# Entries against their frozen factors, subtotals against entries.
OFF_BY_ENTRIES = f"""
    SELECT filing.id
    FROM inventory_filing filing
    LEFT JOIN (
        SELECT filing_id, count(*) AS number, bool_or({_is_off("entry")}) AS is_off,
            {_sum("own")} AS own_kg, {_sum("outsourced")} AS outsourced_kg
        FROM inventory_entry entry
        WHERE filing_id BETWEEN %(first)s AND %(last)s
        GROUP BY filing_id
    ) entries ON entries.filing_id = filing.id
    WHERE filing.id BETWEEN %(first)s AND %(last)s
    AND (
        (filing.own_kg, filing.outsourced_kg)
            IS DISTINCT FROM (COALESCE(entries.own_kg, 0), COALESCE(entries.outsourced_kg, 0))
        OR entries.is_off
        OR (filing.version = 0 AND entries.number > 0)
    )
"""  # noqa: S608

# Every version from the first to the current one is there, and no other.
OFF_BY_NUMBERS = """
    SELECT filing.id
    FROM inventory_filing filing
    LEFT JOIN inventory_filingversion version ON version.filing_id = filing.id
    WHERE filing.id BETWEEN %(first)s AND %(last)s
    GROUP BY filing.id
    HAVING count(version.number) <> filing.version
    OR max(version.number) <> filing.version
    OR min(version.number) <> 1
"""

# Every version's content against its check value, its own columns and its own entries, and the
# current version's entries against those of the filing. OFFSET 0: a content is read only once.
OFF_BY_VERSIONS = f"""
    SELECT version.filing_id
    FROM (
        SELECT filing_id, number, is_current, own_kg, outsourced_kg,
            parsed -> 'entries' AS entries,
            is_forged OR parsed -> 'entries' IS NULL
                OR parsed -> 'version' IS DISTINCT FROM to_jsonb(number)
                OR parsed -> 'year' IS DISTINCT FROM to_jsonb(year_id)
                OR parsed -> 'factor_set' IS DISTINCT FROM to_jsonb(factor_set_id)
                OR parsed -> 'own_kg' IS DISTINCT FROM to_jsonb(own_kg::text)
                OR parsed -> 'outsourced_kg' IS DISTINCT FROM to_jsonb(outsourced_kg::text)
                AS is_off
        FROM (
            SELECT saved.filing_id, saved.number, saved.own_kg, saved.outsourced_kg,
                saved.factor_set_id, filing.year_id, saved.number = filing.version AS is_current,
                saved.content::jsonb AS parsed,
                saved.check_value <> upper(
                    substr(encode(sha256(convert_to(saved.content, 'UTF8')), 'hex'), 1, 20)
                ) AS is_forged
            FROM inventory_filingversion saved
            JOIN inventory_filing filing ON filing.id = saved.filing_id
            WHERE saved.filing_id BETWEEN %(first)s AND %(last)s
            AND filing.id BETWEEN %(first)s AND %(last)s
            OFFSET 0
        ) readable
        OFFSET 0
    ) version
    LEFT JOIN LATERAL jsonb_to_recordset(version.entries) AS written(
        operation text, line text, position int, name text, answer text, quantity numeric,
        unit text, factor_set text, terms jsonb, kg numeric, reason text, reason_note text
    ) ON true
    LEFT JOIN (
        SELECT * FROM inventory_entry WHERE filing_id BETWEEN %(first)s AND %(last)s
    ) entry ON version.is_current AND entry.filing_id = version.filing_id
        AND entry.operation = written.operation AND entry.line = written.line
        AND entry.position = written.position
    GROUP BY version.filing_id, version.number, version.is_current, version.is_off,
        version.own_kg, version.outsourced_kg
    HAVING version.is_off
    OR version.own_kg
        <> COALESCE(sum(written.kg) FILTER (WHERE written.operation = 'own'), 0)
    OR version.outsourced_kg
        <> COALESCE(sum(written.kg) FILTER (WHERE written.operation = 'outsourced'), 0)
    OR bool_or({_is_off("written")})
    OR (
        version.is_current
        AND (
            count(written.line) <> (
                SELECT count(*) FROM inventory_entry WHERE filing_id = version.filing_id
            )
            OR bool_or(
                (entry.name, entry.answer, entry.quantity, entry.unit, entry.factor_set_id,
                    entry.terms, entry.kg, entry.reason, entry.reason_note)
                IS DISTINCT FROM
                (written.name, written.answer, written.quantity, written.unit,
                    written.factor_set, written.terms, written.kg, written.reason,
                    written.reason_note)
            )
        )
    )
"""  # noqa: S608


def mismatching(first: int, last: int) -> set[int]:
    """The filings from `first` to `last` (their pk) that do not add up. Raises DataError."""
    return {
        pk
        for query in (OFF_BY_ENTRIES, OFF_BY_NUMBERS, OFF_BY_VERSIONS)
        for pk in _rows(query, first, last)
    }


def _rows(query: str, first: int, last: int) -> Iterator[int]:
    with connection.cursor() as cursor:
        cursor.execute(query, {"first": first, "last": last})
        yield from (pk for (pk,) in cursor.fetchall())
