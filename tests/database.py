"""The test database as another one: its triggers let only the tests do so."""

import pgtrigger

from portal.models import DatabaseIdentity

INSERT_ONLY = "portal.DatabaseIdentity:insert_only"


def set_identity(purpose: str) -> None:
    """Make the database of this test a demonstration's or a site's."""
    with pgtrigger.ignore(INSERT_ONLY):
        DatabaseIdentity.objects.update(purpose=purpose)


def remove_identity() -> None:
    """Make it one whose set-up was cut short before it was told what it is."""
    with pgtrigger.ignore(INSERT_ONLY):
        DatabaseIdentity.objects.all().delete()
