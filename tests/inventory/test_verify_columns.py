"""Every column of every table that figures rest on: who says what verifies it, and that it does."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import chain
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models, transaction

from inventory.verifying import (
    Difference,
    verify_factor_sets,
    verify_filings,
    verify_histories,
    verify_references,
)
from inventory.verifying.columns import HEAD, HEAD_FORMAT, REFERENCE, TABLES
from inventory.verifying.head import Head, differences_since, read_line
from tests.inventory.conftest import County
from tests.inventory.test_verify_head import head_of
from tests.inventory.whole_story import falsify, tell

# Tables of ours that no figure rests on.
BESIDE = {"inventory.Finding", "inventory.Judgement", "inventory.SiblingSpread"}


def columns_of(label: str) -> list[str]:
    return [str(field.column) for field in apps.get_model(label)._meta.concrete_fields]


@pytest.mark.parametrize("label", TABLES)
def test_every_column_is_said_to_be_verified_or_why_not(label: str) -> None:
    """A new column fails here until `inventory/verifying/columns.py` says it."""
    assert sorted(set(TABLES[label].columns)) == sorted(columns_of(label))


def test_every_table_is_said() -> None:
    ours = {
        model._meta.label
        for app in ("accounts", "inventory")
        for model in apps.get_app_config(app).get_models()
    }
    assert ours == TABLES.keys() | BESIDE


@pytest.mark.parametrize("label", [label for label, table in TABLES.items() if table.in_head])
def test_what_is_only_added_to_is_wholly_in_the_head(label: str) -> None:
    """Of a filing itself only what never changes; the rest follows from versions and events."""
    listed = TABLES[label].head_columns(HEAD_FORMAT)
    assert len(listed) == len(set(listed))
    if label != "inventory.Filing":
        assert sorted(listed) == sorted(columns_of(label))


def test_every_table_that_is_insert_only_is_in_the_head() -> None:
    def is_insert_only(label: str) -> bool:
        triggers = getattr(apps.get_model(label)._meta, "triggers", [])
        return any(trigger.name == "insert_only" for trigger in triggers)

    assert all(table.in_head for label, table in TABLES.items() if is_insert_only(label))


@pytest.mark.slow
@pytest.mark.django_db
def test_whatever_is_changed_in_any_column_is_found(county: County) -> None:
    """One row of each column, one after the other, each in a savepoint; constraints are away."""
    tell(county)
    head = read_line(head_of())
    unseen, tried = [], 0
    for label, table in TABLES.items():
        only_in_head = table.by.get(HEAD, "").split()
        passed = {name for names in table.left.values() for name in names.split()}
        passed |= set(table.by.get(REFERENCE, "").split())
        for field in apps.get_model(label)._meta.concrete_fields:
            if field.column in passed:
                continue
            tried += 1
            if not is_found(label, field, head if field.column in only_in_head else None):
                unseen.append(f"{label}.{field.column}")
    assert unseen == []
    assert tried > 150


def is_found(label: str, field: Any, head: Head | None) -> bool:
    with transaction.atomic():
        table = apps.get_model(label)._meta.db_table
        pk = apps.get_model(label)._meta.pk.column
        without_constraints(table)
        key = row_to_change(label, field, table, pk)
        falsify(f"UPDATE {table} SET {field.column} = %s WHERE {pk} = %s", *key)
        found = next(chain.from_iterable(checks(head)), None)
        transaction.set_rollback(True)
    return found is not None


def checks(head: Head | None) -> Iterator[Iterable[Difference]]:
    """All but those of constraints, which are away here, and of what is published."""
    if head is not None:
        yield differences_since(head, site=head.site)
        return
    yield verify_references()
    yield verify_histories()
    yield verify_factor_sets()
    yield verify_filings()


def without_constraints(table: str) -> None:
    """As somebody would who may do everything: what the row may be is told apart."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I CASCADE', conrelid::regclass,"
            " conname) FROM pg_constraint WHERE contype IN ('c', 'u')"
            " AND conrelid = %s::regclass",
            [table],
        )
        for (statement,) in cursor.fetchall():
            cursor.execute(statement)


def row_to_change(label: str, field: Any, table: str, pk: str) -> tuple[Any, Any]:
    """The value to put in, and the key of the row that has most to lose."""
    column = field.column
    last = {
        "inventory.Filing": "version DESC, revision DESC",
        "inventory.Entry": "kg DESC NULLS LAST",
        "inventory.FilingEvent": "verb = 'send_back' DESC, revision DESC",
        "inventory.Factor": "id IN (SELECT (terms -> 0 ->> 'factor')::int FROM inventory_entry"
        " WHERE terms <> '[]') DESC",
        "inventory.FilingVersion": "number DESC",
    }
    order = last.get(label, f"{pk} DESC")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {pk}, {column} FROM {table} ORDER BY {column} IS NULL, {order} LIMIT 1"
        )
        [(key, value)] = cursor.fetchall()
    return another(field, value), key


def another(field: Any, value: Any) -> Any:
    """A value of the column's kind that it does not have."""
    kinds = {
        models.JSONField: '["x"]',
        models.BooleanField: not value,
        models.DateTimeField: datetime.fromisoformat("2016-01-01T00:00:00+00:00"),
        models.DateField: date(2001, 1, 1),
        models.DecimalField: Decimal(999),
    }
    for kind, instead in kinds.items():
        if isinstance(field, kind):
            return instead
    target = field.target_field if field.is_relation else field
    is_number = not isinstance(target, models.CharField | models.TextField)
    return (value or 0) + 30_000 if is_number else "bx"[target.max_length != 1]
