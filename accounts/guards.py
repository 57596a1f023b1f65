"""Triggers that nobody switches off from a session, and tables that are only ever added to.

pgtrigger's own triggers ask the session's setting `pgtrigger.ignore` first, and whoever can send
one statement can set it. A guard that an attacker turns off with the statement before is none, so
these leave that question out. What remains is the tables' owner, who can drop a trigger or
disable it; `verify_totals` recomputes what such a hand may have moved.

Migrations name the classes of this module: what it writes for a guard stays as it is.
"""

import pgtrigger
from django.db.models import Model
from pgtrigger import compiler

IGNORED_BY = "ignore_func_name"  # what asks the setting
TEMPLATE = """
    CREATE OR REPLACE FUNCTION {pgid}()
    RETURNS TRIGGER AS $$
        {declare}
        BEGIN
            {func}
        END;
    $$ LANGUAGE plpgsql;

    DROP TRIGGER IF EXISTS {pgid} ON {table};
    CREATE {constraint} TRIGGER {pgid}
        {when} {operation} ON {table}
        {timing}
        {referencing}
        FOR EACH {level} {condition}
        EXECUTE PROCEDURE {execute};

    COMMENT ON TRIGGER {pgid} ON {table} IS '{hash}';
"""


class GuardSql(compiler.UpsertTriggerSql):
    """What installs a guard."""

    def get_template(self) -> str:
        """The first and only version; released migrations rest on it."""
        return TEMPLATE


class Unignorable:
    """Mixed into a trigger class: its triggers do not heed `pgtrigger.ignore`."""

    def compile(self, model: type[Model]) -> compiler.Trigger:
        """The same trigger as pgtrigger makes it, without its question."""
        trigger = super().compile(model)  # type: ignore[misc]
        parts = {name: part for name, part in trigger.sql.kwargs.items() if name != IGNORED_BY}
        return compiler.Trigger(name=trigger.name, sql=GuardSql(**parts))


class Guard(Unignorable, pgtrigger.Trigger):  # type: ignore[misc]
    """A trigger of ours that holds whatever the session says."""


def refusal(what: str) -> str:
    """PL/pgSQL that refuses the statement, saying what is never done to which table."""
    return f"""
        RAISE EXCEPTION 'rows of % are never {what}', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
    """


def never_emptied() -> Guard:
    """Refuse TRUNCATE, which passes by every trigger on rows."""
    return Guard(
        name="never_emptied",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func=refusal("emptied"),
    )


def insert_only() -> list[Guard]:
    """Rows are added and never changed, deleted or emptied, by whomever and however."""
    return [
        Guard(
            name="insert_only",
            when=pgtrigger.Before,
            operation=pgtrigger.Update | pgtrigger.Delete,
            func=refusal("changed or deleted"),
        ),
        never_emptied(),
    ]
