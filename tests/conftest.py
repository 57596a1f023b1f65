"""What every test may count on."""

import os
from importlib import import_module
from typing import Any

import pgtrigger
import pytest
from django.apps import apps
from django.core.cache import cache
from django.db.models.signals import post_migrate
from django.dispatch import receiver
from django.test import TransactionTestCase

COUNTIES = import_module("accounts.migrations.0002_counties")
IDENTITY = import_module("portal.migrations.0002_database_identity")

# For what a test starts: only pytest itself has the embedded PostgreSQL unasked.
os.environ.setdefault("DATABASE_URL", "embedded")


@receiver(post_migrate)
def _put_rows_of_migrations_back(sender: Any, **options: Any) -> None:
    """Some rows come by a migration; a test on a live server empties every table."""
    if sender.label == "accounts":
        COUNTIES.add_counties(apps, None)
    if sender.label == "portal":
        IDENTITY.write_down(apps, None)


@pytest.fixture(autouse=True, scope="session")
def _let_tests_empty_tables() -> None:
    """A table that refuses TRUNCATE refuses it from everybody but the tests' own cleaning up."""
    empty = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]
    refusing = [
        f"{model._meta.label}:{trigger.name}"
        for model, trigger in pgtrigger.registered()
        if trigger.operation == pgtrigger.Truncate
    ]

    def empty_all(self: TransactionTestCase) -> None:
        with pgtrigger.ignore(*refusing):
            empty(self)

    TransactionTestCase._fixture_teardown = empty_all  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """Nothing that a test leaves in the cache reaches the next one."""
    cache.clear()
