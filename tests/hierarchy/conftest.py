"""What the tests of the parent's desk start from."""

import pytest

from tests.hierarchy.county import County, county, opened, person


@pytest.fixture
def land(db) -> County:
    """The county with year 104 open and nothing filed yet."""
    made = county()
    opened()
    return made


@pytest.fixture
def as_of(client):
    """A client signed in as somebody of a unit."""

    def sign_in(unit, **fields):
        client.force_login(
            person(unit, **fields), backend="django.contrib.auth.backends.ModelBackend"
        )
        return client

    return sign_in
