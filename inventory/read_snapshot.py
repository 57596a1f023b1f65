"""One state of the data for several queries, so that sums and rows on one paper agree."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def read_snapshot() -> Iterator[None]:
    """Everything read inside is as it was at one moment, whoever saves meanwhile. Read only.

    Inside a transaction that is already under way nothing can be set any more; it then only
    joins that transaction.
    """
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
