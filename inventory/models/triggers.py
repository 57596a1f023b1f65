"""What the database itself does and refuses, beyond constraints on one row.

Values of nobody are in these texts: `filing` is the name of a column in the trigger's row.
"""

import pgtrigger

# A filing's entries as one JSON text: the same entries always give the same text.
ENTRIES = """
    SELECT COALESCE(
        jsonb_agg(
            jsonb_build_object(
                'operation', operation, 'line', line, 'position', position, 'name', name,
                'answer', answer, 'quantity', quantity::text, 'unit', unit,
                'factor_set', factor_set_id, 'terms', terms, 'kg', kg::text,
                'reason', reason, 'reason_note', reason_note
            )
            ORDER BY operation DESC, line, position
        ),
        '[]'::jsonb
    )
    FROM inventory_entry
    WHERE filing_id = {filing}
"""

# A filing that was just made has no entries yet; opening a year makes thousands.
NOTHING_TO_ADD = """
            IF TG_OP = 'INSERT' AND NEW.own_kg = 0 AND NEW.outsourced_kg = 0 THEN
                RETURN NULL;
            END IF;
"""


def totals_are_sums(filing: str, columns: tuple[str, ...] = ()) -> pgtrigger.Trigger:
    """Refuse, when the transaction commits, a filing whose subtotals are not its entries' sums.

    `filing` is the SQL for the id of the filing that the changed row belongs to.
    """
    operation = pgtrigger.Insert | (pgtrigger.UpdateOf(*columns) if columns else pgtrigger.Update)
    if not columns:
        operation |= pgtrigger.Delete
    return pgtrigger.Trigger(
        name="totals_are_sums",
        when=pgtrigger.After,
        timing=pgtrigger.Deferred,
        operation=operation,
        func=f"""
            {NOTHING_TO_ADD if columns else ""}
            IF EXISTS (
                SELECT 1
                FROM inventory_filing filing
                CROSS JOIN LATERAL (
                    SELECT
                        COALESCE(SUM(kg) FILTER (WHERE operation = 'own'), 0) AS own_kg,
                        COALESCE(SUM(kg) FILTER (WHERE operation = 'outsourced'), 0)
                            AS outsourced_kg
                    FROM inventory_entry
                    WHERE filing_id = filing.id
                ) sums
                WHERE filing.id = {filing}
                AND (filing.own_kg, filing.outsourced_kg)
                    IS DISTINCT FROM (sums.own_kg, sums.outsourced_kg)
            ) THEN
                RAISE EXCEPTION 'the totals of filing % are not the sums of its entries', {filing}
                USING ERRCODE = 'check_violation';
            END IF;
            RETURN NULL;
        """,  # noqa: S608
    )


def entries_are_a_version(filing: str) -> pgtrigger.Trigger:
    """Refuse, when the transaction commits, entries that are not those of the current version.

    So no statement, however it reaches the database, changes a figure without a new version.
    """
    return pgtrigger.Trigger(
        name="entries_are_a_version",
        when=pgtrigger.After,
        timing=pgtrigger.Deferred,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=f"""
            IF EXISTS (
                SELECT 1
                FROM inventory_filing filing
                LEFT JOIN inventory_filingversion version
                    ON version.filing_id = filing.id AND version.number = filing.version
                WHERE filing.id = {filing}
                AND (version.content::jsonb -> 'entries')
                    IS DISTINCT FROM ({ENTRIES.format(filing="filing.id")})
            ) THEN
                RAISE EXCEPTION 'the entries of filing % changed without a version', {filing}
                USING ERRCODE = 'check_violation';
            END IF;
            RETURN NULL;
        """,  # noqa: S608
    )


def every_save_is_a_version() -> pgtrigger.Trigger:
    """Write down a filing with its entries whenever its version number is set.

    The entries have to be written before the filing's row, as `workflow` does.
    """
    return pgtrigger.Trigger(
        name="every_save_is_a_version",
        when=pgtrigger.After,
        operation=pgtrigger.UpdateOf("version"),
        condition=pgtrigger.Q(old__version__df=pgtrigger.F("new__version")),
        declare=[("written", "text")],
        func=f"""
            SELECT jsonb_build_object(
                'unit', unit.code, 'unit_name', unit.name, 'year', NEW.year_id,
                'version', NEW.version, 'saved_as', NEW.saved_as,
                'save_reason', NEW.save_reason,
                'saved_at', to_char(
                    NEW.saved_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'
                ),
                'saved_by', actor.username,
                'is_complete', NEW.completed_at IS NOT NULL,
                'factor_set', NEW.factor_set_id,
                'outsourced_scope', NEW.outsourced_scope,
                'own_kg', NEW.own_kg::text, 'outsourced_kg', NEW.outsourced_kg::text,
                'entries', ({ENTRIES.format(filing="NEW.id")})
            )::text
            INTO written
            FROM accounts_unit unit, accounts_user actor
            WHERE unit.id = NEW.unit_id AND actor.id = NEW.saved_by_id;
            INSERT INTO inventory_filingversion (
                filing_id, number, saved_at, saved_by_id, saved_as, save_reason, is_complete,
                own_kg, outsourced_kg, factor_set_id, content, check_value
            ) VALUES (
                NEW.id, NEW.version, NEW.saved_at, NEW.saved_by_id, NEW.saved_as,
                NEW.save_reason, NEW.completed_at IS NOT NULL, NEW.own_kg, NEW.outsourced_kg,
                NEW.factor_set_id, written,
                upper(substr(encode(sha256(convert_to(written, 'UTF8')), 'hex'), 1, 20))
            );
            RETURN NULL;
        """,  # noqa: S608
    )
