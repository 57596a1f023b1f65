"""The database's part of what filings are held against: events, histories, factor rows."""

from inventory.models import PATH_WIDTH
from inventory.states import FILED, Verb
from inventory.verifying.told import SAVED_AS

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
BASE = len(DIGITS)
UNITS, ACCOUNTS = "accounts_unitevent", "accounts_userevent"
YEARS = "inventory_reportingyearevent"


def steps() -> str:
    """Each filing with its verbs, as `told.replay` takes them, and what they have to lead to."""
    return """
    SELECT filing.id, filing.status, filing.version, filing.is_prefilled,
        COALESCE(
            jsonb_agg(
                jsonb_build_array(event.verb, event.version, event.details -> 'status' ->> 1)
                ORDER BY event.revision
            ) FILTER (WHERE event.id IS NOT NULL),
            '[]'
        )
    FROM inventory_filing filing
    LEFT JOIN inventory_filingevent event ON event.filing_id = filing.id
    WHERE filing.id BETWEEN %(first)s AND %(last)s
    GROUP BY filing.id
    """


def off_by_events() -> str:
    """What was decided, when and by whom; where the filing stands; what is public."""
    filed = ", ".join(f"'{status.value}'" for status in sorted(FILED))
    return f"""
    WITH event AS MATERIALIZED (
        SELECT * FROM inventory_filingevent WHERE filing_id BETWEEN %(first)s AND %(last)s
    ), last_of AS ({_last_revisions()})
    SELECT filing.id
    FROM inventory_filing filing
    LEFT JOIN last_of ON last_of.filing_id = filing.id
    LEFT JOIN inventory_filing above ON above.id = filing.parent_id
    {_joined("completed", "confirmed", "returned", "extended", "extended_to", "public", "moved")}
    WHERE filing.id BETWEEN %(first)s AND %(last)s
    AND (
        CASE WHEN filing.status IN ({filed}) THEN {_unlike("completed", "at", "by_id")}
            ELSE (filing.completed_at, filing.completed_by_id) IS DISTINCT FROM (NULL, NULL) END
        OR filing.confirmed_version IS DISTINCT FROM confirmed.version
        OR {_unlike("confirmed", "at", "by_id")}
        OR {_unlike("returned", "at", "by_id")}
        OR filing.return_reason IS DISTINCT FROM COALESCE(returned.reason, '')
        OR filing.returned_lines IS DISTINCT FROM COALESCE(returned.lines, '[]')
        OR {_unlike("extended", "at", "by_id")}
        OR filing.extension_reason IS DISTINCT FROM COALESCE(extended.reason, '')
        OR filing.extension_document IS DISTINCT FROM
            COALESCE(extended.details ->> 'document', '')
        OR filing.extended_to::text IS DISTINCT FROM extended_to.details -> 'extended_to' ->> 1
        OR filing.published_version IS DISTINCT FROM COALESCE(
            (public.details -> 'published_version' ->> 1)::int, public.version)
        OR {_is_misplaced()}
        OR CASE WHEN moved.id IS NULL THEN {_is_below_another()} ELSE {_is_moved_elsewhere()} END
        OR (filing.version = 0 AND (
            filing.factor_set_id, filing.saved_at, filing.saved_by_id, filing.saved_as,
            filing.save_reason) IS DISTINCT FROM (NULL, NULL, NULL, '', ''))
    )
    """  # noqa: S608 - from expressions of ours


def _last_revisions() -> str:
    """The last revision of each kind that a column of the filing follows from."""

    def last(condition: str) -> str:
        return f"max(revision) FILTER (WHERE {condition})"

    return f"""
        SELECT filing_id,
            {last(f"verb = '{Verb.COMPLETE.value}'")} AS completed,
            {last(f"verb = '{Verb.CONFIRM.value}'")} AS confirmed,
            {last(f"verb = '{Verb.SEND_BACK.value}'")} AS returned,
            {last(f"verb = '{Verb.EXTEND.value}'")} AS extended,
            {last("details ? 'extended_to'")} AS extended_to,
            {last(f"verb = '{Verb.CONFIRM.value}' OR details ? 'published_version'")} AS public,
            {last("details ? 'parent'")} AS moved
        FROM event
        GROUP BY filing_id
    """  # noqa: S608


def _joined(*names: str) -> str:
    return "\n".join(
        f"LEFT JOIN event {name} ON {name}.filing_id = filing.id"
        f" AND {name}.revision = last_of.{name}"
        for name in names
    )


def _unlike(decision: str, *columns: str) -> str:
    own = ", ".join(f"filing.{decision}_{column}" for column in columns)
    told = ", ".join(f"{decision}.{column}" for column in columns)
    return f"({own}) IS DISTINCT FROM ({told})"


def _is_misplaced() -> str:
    """The path is that of the filing above and the unit's number in base 36."""
    powers = [BASE**power for power in reversed(range(PATH_WIDTH))]
    piece = " || ".join(
        f"substr('{DIGITS}', (filing.unit_id / {power})::int %% {BASE} + 1, 1)" for power in powers
    )
    return f"""filing.path IS DISTINCT FROM COALESCE(above.path, '') || {piece}
        OR filing.level IS DISTINCT FROM COALESCE(above.level, 0) + 1
        OR (above.id IS NOT NULL AND above.year_id <> filing.year_id)
        OR (above.id IS NULL AND filing.parent_id IS NOT NULL)"""


def _is_moved_elsewhere() -> str:
    return f"""NOT EXISTS (
        SELECT FROM {UNITS} unit WHERE unit.pgh_obj_id = above.unit_id
        AND unit.code = moved.details -> 'parent' ->> 1
    )"""


def _is_below_another() -> str:
    """By the history of its unit it never stood there; agencies out of use are passed over."""
    return f"""(
        NOT EXISTS (
            SELECT FROM {UNITS} unit WHERE unit.pgh_obj_id = filing.unit_id
            AND unit.parent_id IS NOT DISTINCT FROM above.unit_id
        )
        AND (above.id IS NULL OR NOT EXISTS (
            WITH RECURSIVE passed(unit) AS (
                SELECT parent_id FROM {UNITS} WHERE pgh_obj_id = filing.unit_id
                UNION
                SELECT unit.parent_id FROM passed JOIN {UNITS} unit ON unit.pgh_obj_id = passed.unit
                WHERE {_was_inactive("passed.unit")}
            )
            SELECT FROM passed
            WHERE passed.unit = above.unit_id
            OR (above.level = 1 AND {_was_inactive("passed.unit")})
        ))
    )"""  # noqa: S608


def _was_inactive(unit: str) -> str:
    return f"""EXISTS (
        SELECT FROM {UNITS} past WHERE past.pgh_obj_id = {unit} AND NOT past.is_active
    )"""


def off_by_makers() -> str:
    """Every version against the event that made it, and what that event tells of figures."""
    kinds = " ".join(f"WHEN '{verb.value}' THEN '{kind.value}'" for verb, kind in SAVED_AS.items())
    return f"""
    WITH saved AS MATERIALIZED (
        SELECT filing_id, number, saved_at, saved_by_id, save_reason, saved_as, own_kg,
            outsourced_kg, factor_set_id
        FROM inventory_filingversion WHERE filing_id BETWEEN %(first)s AND %(last)s
    ), maker AS MATERIALIZED (
        SELECT DISTINCT ON (filing_id, version) *
        FROM inventory_filingevent WHERE filing_id BETWEEN %(first)s AND %(last)s
        ORDER BY filing_id, version, revision
    )
    SELECT saved.filing_id
    FROM saved
    JOIN inventory_filing filing ON filing.id = saved.filing_id
    JOIN maker ON maker.filing_id = saved.filing_id AND maker.version = saved.number
    LEFT JOIN saved before
        ON before.filing_id = saved.filing_id AND before.number = saved.number - 1
    WHERE (saved.saved_at, saved.saved_by_id, saved.save_reason, saved.saved_as)
        IS DISTINCT FROM (maker.at, maker.by_id, maker.reason,
            CASE maker.verb {kinds} ELSE '' END)
    OR (saved.number = filing.version AND filing.saved_by_id IS DISTINCT FROM saved.saved_by_id)
    OR ((saved.number = 1 OR before.number IS NOT NULL) AND (
        {_untold("own_kg", "0", "::numeric")}
        OR {_untold("outsourced_kg", "0", "::numeric")}
        OR {_untold("factor_set_id", "NULL", "")}
    ))
    """  # noqa: S608


def _untold(column: str, at_first: str, kind: str) -> str:
    """Whether an event tells of a figure otherwise than the versions have it."""
    told = f"maker.details -> '{column.removesuffix('_id')}'"
    before = f"CASE WHEN saved.number = 1 THEN {at_first} ELSE before.{column} END"
    return f"""CASE
        WHEN {told} IS NOT NULL
            THEN jsonb_typeof({told}) <> 'array'
                OR (({told} ->> 0){kind}, ({told} ->> 1){kind})
                IS DISTINCT FROM ({before}, saved.{column})
        ELSE {before} IS DISTINCT FROM saved.{column}
    END"""


def off_by_histories() -> str:
    """Of parsed versions: what unit, account and year never were by their histories."""
    return f"""
    SELECT parsed.filing_id
    FROM parsed
    JOIN inventory_filing filing ON filing.id = parsed.filing_id
    WHERE filing.id BETWEEN %(first)s AND %(last)s
    AND (
        NOT EXISTS (
            SELECT FROM {UNITS} unit WHERE unit.pgh_obj_id = filing.unit_id
            AND (unit.code, unit.name, unit.county_id)
                = (content ->> 'unit', content ->> 'unit_name', content ->> 'county')
        )
        OR NOT EXISTS (
            SELECT FROM {ACCOUNTS} account WHERE account.pgh_obj_id = parsed.saved_by_id
            AND account.username = content ->> 'saved_by'
        )
        OR NOT EXISTS (
            SELECT FROM {YEARS} past WHERE past.year = filing.year_id
            AND past.factor_set_id = content ->> 'factor_set'
        )
    )
    """  # noqa: S608
