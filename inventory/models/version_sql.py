"""SQL about versions, made from the lists of `version_fields`: for triggers and for the screen."""

from inventory.models.version_fields import (
    VersionField,
    after_format,
    as_jsonb,
    current_format,
    entry_fields,
    version_fields,
)

# Places sort by their bytes: a database that is restored under another collation still agrees.
BY_PLACE = 'operation COLLATE "C" DESC, line COLLATE "C", position'


def entries_as_json(filing: str) -> str:
    """A query for a filing's entries as one list: the same entries always give the same text."""
    pairs = ", ".join(
        f"'{field.name}', {field.kind.written(field.attribute)}" for field in entry_fields()
    )
    return f"""
        SELECT COALESCE(jsonb_agg(jsonb_build_object({pairs}) ORDER BY {BY_PLACE}), '[]'::jsonb)
        FROM inventory_entry
        WHERE filing_id = {filing}
    """  # noqa: S608


def entries_of_version(version: str, content: str) -> str:
    """The entries that a version wrote down, as today's format would have written them.

    A field that came after the version's format is taken as empty, so an entry may not have
    gained one without a new version. NULL for a format that nobody knows.
    """
    stored = f"{content} -> 'entries'"
    cases = [f"WHEN {current_format()} THEN {stored}"]
    for number in range(1, current_format()):
        empty = {field.name: field.empty for field in after_format(entry_fields(), number)}
        cases.append(f"""WHEN {number} THEN (
            SELECT COALESCE(jsonb_agg({as_jsonb(empty)} || entry ORDER BY place), '[]'::jsonb)
            FROM jsonb_array_elements({stored}) WITH ORDINALITY AS written(entry, place)
        )""")  # noqa: S608
    return f"CASE {version}.format {' '.join(cases)} END"


def of_version(field: VersionField, version: str, content: str) -> str:
    """What a version says of itself in one field; empty where its format lacks the field."""
    stored = f"{content} -> '{field.name}'"
    if field.since == 1:
        return stored
    return (
        f"CASE WHEN {version}.format < {field.since} THEN {as_jsonb(field.empty)} ELSE {stored} END"
    )


def unlike_its_filing(version: str, content: str, filing: str) -> str:
    """Whether a version differs from its filing in a field that the filing has to hold."""
    return " OR ".join(
        f"{of_version(field, version, content)} IS DISTINCT FROM "
        f"{_as_stored(field, f'{filing}.{field.held_by}')}"
        for field in version_fields()
        if field.held_by
    )


def unlike_its_columns(version: str, content: str) -> str:
    """Whether a version's row differs from what its content says."""
    return " OR ".join(
        f"{of_version(field, version, content)} IS DISTINCT FROM "
        f"{_as_stored(field, f'{version}.{field.column}')}"
        for field in version_fields()
        if field.column
    )


def _as_stored(field: VersionField, column: str) -> str:
    """A column as the content has it; nothing is a JSON null there."""
    return f"COALESCE(to_jsonb({field.kind.written(column)}), 'null')"


def version_as_json(filing: str) -> str:
    """A version's whole content, for the trigger that writes it down."""
    pairs = ", ".join(
        f"'{field.name}', {field.kind.written(_source(field))}" for field in version_fields()
    )
    return f"jsonb_build_object({pairs}, 'entries', ({entries_as_json(filing)}))"


def version_columns() -> tuple[str, str]:
    """The columns of a version's row that its content repeats, and what goes into them."""
    fields = [field for field in version_fields() if field.column]
    return ", ".join(field.column for field in fields), ", ".join(map(_source, fields))


def _source(field: VersionField) -> str:
    return field.sql.format(format=current_format())


def written_entry(row: str) -> str:
    """A row type for `jsonb_to_recordset` that reads entries back: the columns and their types."""
    columns = ", ".join(f"{field.name} {field.kind.value}" for field in entry_fields())
    return f"{row}({columns})"


def known_formats() -> str:
    """The formats that there are, for IN (…)."""
    return ", ".join(str(number) for number in range(1, current_format() + 1))
