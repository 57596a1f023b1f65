"""What every test may count on."""

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db.models.signals import post_migrate
from django.dispatch import receiver

COUNTIES = import_module("accounts.migrations.0002_counties")


@receiver(post_migrate)
def _put_counties_back(sender: Any, **options: Any) -> None:
    """The 22 counties come by a migration; a test on a live server empties every table."""
    if sender.label == "accounts":
        COUNTIES.add_counties(apps, None)


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """Nothing that a test leaves in the cache reaches the next one."""
    cache.clear()
