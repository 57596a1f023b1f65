"""What every test may count on."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """Nothing that a test leaves in the cache reaches the next one."""
    cache.clear()
