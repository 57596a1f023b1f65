"""What every test may count on."""

import os
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.cache import cache
from django.db.backends.postgresql.operations import DatabaseOperations
from django.db.models.signals import post_migrate
from django.dispatch import receiver

COUNTIES = import_module("accounts.migrations.0002_counties")
IDENTITY = import_module("portal.migrations.0002_database_identity")

# For what a test starts: only pytest itself has the embedded PostgreSQL unasked.
os.environ.setdefault("DATABASE_URL", "embedded")

# The same algorithm for less: a password of a site costs 100 MB and a tenth of a second, also in
# the hundreds of tests in which somebody types one.
Argon2PasswordHasher.time_cost = 1
Argon2PasswordHasher.memory_cost = 64
Argon2PasswordHasher.parallelism = 1


@receiver(post_migrate)
def _put_rows_of_migrations_back(sender: Any, **options: Any) -> None:
    """Some rows come by a migration; a test on a live server empties every table."""
    if sender.label == "accounts":
        COUNTIES.add_counties(apps, None)
    if sender.label == "portal":
        IDENTITY.write_down(apps, None)


@pytest.fixture(autouse=True, scope="session")
def _let_tests_empty_tables() -> Iterator[None]:
    """Between tests on a live server every table is emptied, which the guards refuse to everybody.

    So it is done as a replica does it: with the triggers asleep, which takes a superuser or the
    right to that one setting. The guards stay as they are.
    """
    flush = DatabaseOperations.sql_flush

    def asleep(self: DatabaseOperations, *arguments: Any, **options: Any) -> list[str]:
        statements = flush(self, *arguments, **options)
        return ["SET LOCAL session_replication_role = replica", *statements] if statements else []

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", asleep)
        yield


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """Nothing that a test leaves in the cache reaches the next one."""
    cache.clear()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say aloud how many tests could not run here; the reasons are listed above by pytest."""
    skipped = len(terminalreporter.stats.get("skipped", []))
    if skipped:
        terminalreporter.write_sep("!", f"DID NOT RUN HERE: {skipped}", red=True, bold=True)
