"""Several queries, one state of the data."""

import pytest
from django.db import DatabaseError, connection, transaction

from inventory.read_snapshot import read_snapshot
from tests.factories import UnitFactory


@pytest.mark.django_db(transaction=True)
def test_everything_inside_is_of_one_moment_and_read_only() -> None:
    with read_snapshot(), connection.cursor() as cursor:
        cursor.execute("SHOW transaction_isolation")
        assert cursor.fetchone() == ("repeatable read",)
        with pytest.raises(DatabaseError, match="read-only"), transaction.atomic():
            UnitFactory()


@pytest.mark.django_db
def test_it_joins_a_transaction_that_is_under_way() -> None:
    with read_snapshot():
        assert UnitFactory().pk
