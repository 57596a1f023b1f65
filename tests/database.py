"""The test database as another one: its triggers let only the tests do so."""

from portal.models import DatabaseIdentity
from tests.unguarded import guards_asleep


def set_identity(purpose: str) -> None:
    """Make the database of this test a demonstration's or a site's."""
    with guards_asleep():
        DatabaseIdentity.objects.update(purpose=purpose)


def remove_identity() -> None:
    """Make it one whose set-up was cut short before it was told what it is."""
    with guards_asleep():
        DatabaseIdentity.objects.all().delete()
