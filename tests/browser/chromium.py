"""Which browser the tests drive."""

import pytest

from tools import browser


def find_chromium() -> str:
    """$CHROMIUM or the system's Chromium. Never skips: a test run without a browser fails."""
    found = browser.find()
    if not found:
        pytest.fail("No Chromium here: `make test` installs one or says how.")
    return found
