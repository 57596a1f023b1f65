"""What the database itself does and refuses, beyond constraints on one row.

Nobody's values are in these texts: they are made from names of columns. All of them hold whatever
the session says (`accounts.guards`).
"""

import pgtrigger

from accounts.guards import Guard
from inventory.models.version_sql import (
    entries_as_json,
    entries_of_version,
    unlike_its_filing,
    version_as_json,
    version_columns,
)

HASH = "encode(sha256(convert_to({text}, 'UTF8')), 'hex')"


def one_title_one_set() -> Guard:
    """Refuse a factor set under a title that another one has.

    No unique index: a database from before may have two, and neither may be changed. Whoever
    stores at the same time waits, so that none of two slips through.
    """
    return Guard(
        name="one_title_one_set",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func="""
            PERFORM pg_advisory_xact_lock(hashtext('inventory_factorset.title'));
            IF EXISTS (
                SELECT 1 FROM inventory_factorset
                WHERE title = NEW.title AND slug <> NEW.slug
            ) THEN
                RAISE EXCEPTION 'another factor set has the title %', NEW.title
                USING ERRCODE = 'unique_violation';
            END IF;
            RETURN NEW;
        """,
    )


def one_revision_at_a_time() -> Guard:
    """Refuse a change of a filing that is not its next revision.

    A statement that only moves a status, a text or a place passes every other guard; without a
    revision of its own no event would have to tell it. A new filing begins with nothing.
    """
    return Guard(
        name="one_revision_at_a_time",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func="""
            IF TG_OP = 'INSERT' THEN
                IF (
                    NEW.revision, NEW.version, NEW.own_kg, NEW.outsourced_kg, NEW.uncounted,
                    NEW.outsourced_scope
                ) IS DISTINCT FROM (0, 0, 0, 0, 0, '')
                THEN
                    RAISE EXCEPTION 'a filing begins without figures and decisions'
                    USING ERRCODE = 'check_violation';
                END IF;
            ELSIF NEW IS DISTINCT FROM OLD AND (
                NEW.revision <> OLD.revision + 1
                OR NEW.version NOT IN (OLD.version, OLD.version + 1)
            ) THEN
                RAISE EXCEPTION 'filing % changed without its next revision', OLD.id
                USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """,
    )


def every_revision_is_told() -> Guard:
    """Refuse, when the transaction commits, a revision of a filing without its event."""
    return Guard(
        name="every_revision_is_told",
        when=pgtrigger.After,
        timing=pgtrigger.Deferred,
        operation=pgtrigger.UpdateOf("revision"),  # type: ignore[no-untyped-call]
        func="""
            IF NEW.revision > 0 AND NOT EXISTS (
                SELECT 1 FROM inventory_filingevent
                WHERE filing_id = NEW.id AND revision = NEW.revision
            ) THEN
                RAISE EXCEPTION 'revision % of filing % has no event', NEW.revision, NEW.id
                USING ERRCODE = 'check_violation';
            END IF;
            RETURN NULL;
        """,
    )


def not_ahead_of_its_filing(column: str, own: str) -> Guard:
    """Refuse, when the transaction commits, a row whose number its filing has not come to.

    Written ahead, it would stand there in place of the one that the next verb writes.
    """
    return Guard(
        name="not_ahead_of_its_filing",
        when=pgtrigger.After,
        timing=pgtrigger.Deferred,
        operation=pgtrigger.Insert,
        func=f"""
            IF NOT EXISTS (
                SELECT 1 FROM inventory_filing filing
                WHERE filing.id = NEW.filing_id AND NEW.{own} BETWEEN 1 AND filing.{column}
            ) THEN
                RAISE EXCEPTION '{column} % of filing % was never made', NEW.{own}, NEW.filing_id
                USING ERRCODE = 'check_violation';
            END IF;
            RETURN NULL;
        """,  # noqa: S608
    )


def totals_are_sums(filing: str, operation: pgtrigger.Operation) -> Guard:
    """Refuse, when the transaction commits, a filing whose subtotals are not its entries' sums.

    Nor may its number of entries that are in no sum be another. `filing` is the SQL for the id of
    the filing that the changed row belongs to.
    """
    return Guard(
        name="totals_are_sums",
        when=pgtrigger.After,
        timing=pgtrigger.Deferred,
        operation=operation,
        func=f"""
            IF EXISTS (
                SELECT 1
                FROM inventory_filing filing
                CROSS JOIN LATERAL (
                    SELECT
                        COALESCE(SUM(kg) FILTER (WHERE operation = 'own'), 0) AS own_kg,
                        COALESCE(SUM(kg) FILTER (WHERE operation = 'outsourced'), 0)
                            AS outsourced_kg,
                        COUNT(*) FILTER (WHERE kg IS NULL AND quantity > 0) AS uncounted
                    FROM inventory_entry
                    WHERE filing_id = filing.id
                ) sums
                WHERE filing.id = {filing}
                AND (filing.own_kg, filing.outsourced_kg, filing.uncounted)
                    IS DISTINCT FROM (sums.own_kg, sums.outsourced_kg, sums.uncounted)
            ) THEN
                RAISE EXCEPTION 'the totals of filing % are not the sums of its entries', {filing}
                USING ERRCODE = 'check_violation';
            END IF;
            RETURN NULL;
        """,  # noqa: S608
    )


def stands_as_its_version(filing: str, operation: pgtrigger.Operation) -> Guard:
    """Refuse, when the transaction commits, a filing that is not what its version wrote down.

    Entries, totals and words: no statement, however it reaches the database, changes any of them
    without a new version. Compared in the form of the version's own format.
    """
    return Guard(
        name="stands_as_its_version",
        when=pgtrigger.After,
        timing=pgtrigger.Deferred,
        operation=operation,
        func=f"""
            IF EXISTS (
                SELECT 1
                FROM inventory_filing filing
                LEFT JOIN LATERAL (
                    SELECT format, content::jsonb AS content
                    FROM inventory_filingversion
                    WHERE filing_id = filing.id AND number = filing.version
                    OFFSET 0
                ) version ON true
                WHERE filing.id = {filing}
                AND (
                    COALESCE({entries_of_version("version", "version.content")}, '[]'::jsonb)
                        IS DISTINCT FROM ({entries_as_json("filing.id")})
                    OR CASE WHEN filing.version = 0 THEN filing.outsourced_scope <> ''
                        ELSE {unlike_its_filing("version", "version.content", "filing")} END
                )
            ) THEN
                RAISE EXCEPTION 'filing % is not what its version says', {filing}
                USING ERRCODE = 'check_violation';
            END IF;
            RETURN NULL;
        """,  # noqa: S608
    )


def every_save_is_a_version() -> Guard:
    """Write down a filing with its entries whenever its version number is set.

    The entries have to be written before the filing's row, as `workflow` does. The text carries
    the hash of the version before it: an insert-only table cannot be filled in later, so the
    chain begins with the first version.
    """
    columns, values = version_columns()
    return Guard(
        name="every_save_is_a_version",
        when=pgtrigger.After,
        operation=pgtrigger.UpdateOf("version"),  # type: ignore[no-untyped-call]
        condition=pgtrigger.Q(old__version__df=pgtrigger.F("new__version")),
        declare=[("written", "text"), ("previous", "text")],
        func=f"""
            previous := '';
            IF NEW.version > 1 THEN
                SELECT {HASH.format(text="content")} INTO STRICT previous
                FROM inventory_filingversion
                WHERE filing_id = NEW.id AND number = NEW.version - 1;
            END IF;
            SELECT ({version_as_json("NEW.id")})::text INTO STRICT written
            FROM accounts_unit unit, accounts_user actor
            WHERE unit.id = NEW.unit_id AND actor.id = NEW.saved_by_id;
            INSERT INTO inventory_filingversion (
                filing_id, saved_by_id, content, check_value, {columns}
            ) VALUES (
                NEW.id, NEW.saved_by_id, written,
                upper(substr({HASH.format(text="written")}, 1, 20)), {values}
            );
            RETURN NULL;
        """,  # noqa: S608
    )
