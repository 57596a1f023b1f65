"""What the database itself refuses, beyond constraints on one row."""

import pgtrigger


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
            IF EXISTS (
                SELECT 1
                FROM inventory_inventory filing
                CROSS JOIN LATERAL (
                    SELECT
                        COALESCE(SUM(kg) FILTER (WHERE operation = 'own'), 0) AS own_kg,
                        COALESCE(SUM(kg) FILTER (WHERE operation = 'outsourced'), 0)
                            AS outsourced_kg
                    FROM inventory_entry
                    WHERE inventory_id = filing.id
                ) sums
                WHERE filing.id = {filing}
                AND (filing.own_kg, filing.outsourced_kg)
                    IS DISTINCT FROM (sums.own_kg, sums.outsourced_kg)
            ) THEN
                RAISE EXCEPTION 'the totals of filing % are not the sums of its entries', {filing}
                USING ERRCODE = 'check_violation';
            END IF;
            RETURN NULL;
        """,  # noqa: S608  no value of anybody's is in the text
    )
