"""Every filing, in pieces: the database looks at all of them, Python at those that look wrong."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import DataError, connection, transaction
from django.utils.translation import gettext as _

from accounts.account_lists.progress import Progress, batches, no_progress
from inventory.models import Entry, Filing, FilingVersion
from inventory.verifying.differences import Difference
from inventory.verifying.explain import differences_of
from inventory.verifying.places import Sources
from inventory.verifying.sql_screen import mismatching
from inventory.verifying.unit_changes import wrong_parts

PIECE = 2_000  # filings that the database looks at in one go
FEW = 200  # filings that are in memory with their entries at once
SETTINGS = "SET LOCAL work_mem = '64MB'; SET LOCAL jit = off"


@dataclass(frozen=True, slots=True)
class Counted:
    """How much there was to verify."""

    filings: int
    entries: int
    versions: int


@contextmanager
def read_only_moment() -> Iterator[None]:
    """One moment for everything read within, settings for large reads, and no write at all.

    Unlike `inventory.read_snapshot` it forbids writing also where it only joins.
    """
    level = "" if connection.in_atomic_block else "ISOLATION LEVEL REPEATABLE READ, "
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET TRANSACTION {level}READ ONLY; {SETTINGS}")
        yield


def counted() -> Counted:
    """What is in the database now."""
    return Counted(*(kind.objects.count() for kind in (Filing, Entry, FilingVersion)))


def verify_filings(
    *, thorough: bool = False, progress: Progress = no_progress
) -> Iterator[Difference]:
    """Recompute every filing and its versions; yield each cell that differs.

    thorough: Python recomputes all of them, whatever the database says.
    """
    everyone = list(Filing.objects.order_by("pk").values_list("pk", flat=True))
    sources, done = Sources(), 0
    for piece in batches(everyone, PIECE):
        yield from _piece(piece, sources, thorough=thorough)
        done += len(piece)
        progress(_("填報"), done, len(everyone))
    yield from wrong_parts()


def _piece(piece: list[int], sources: Sources, *, thorough: bool) -> Iterator[Difference]:
    wrong = _suspects(piece, sources.factors.as_json)
    unread = set(wrong)
    for filing in _read(piece if thorough else sorted(wrong), sources):
        unread.discard(filing.pk)
        found = differences_of(filing, sources)
        yield from found
        if filing.pk in wrong and not found:
            yield _disagreement(filing)
    for pk in sorted(unread):
        cell = _("填報 %(number)s") % {"number": pk}
        yield Difference(_("單位"), None, cell, _("無法讀取"), _("單位、年度與上級機關的填報"))


def _suspects(piece: list[int], expected: str) -> set[int]:
    """Where the database cannot read something, halves and halves again say in which filing."""
    try:
        with transaction.atomic():
            return mismatching(piece[0], piece[-1], expected)
    except DataError:
        half = len(piece) // 2
        if not half:
            return set(piece)
        return _suspects(piece[:half], expected) | _suspects(piece[half:], expected)


def _read(filings: Iterable[int], sources: Sources) -> Iterator[Filing]:
    for few in batches(filings, FEW):
        rows = Filing.objects.filter(pk__in=few).order_by("pk")
        rows = rows.select_related("unit", "parent__unit")
        found = list(rows.prefetch_related("entries", "versions", "events"))
        sources.read_for(found)
        yield from found


def _disagreement(filing: Filing) -> Difference:
    """The database says that a filing is wrong and the calculator does not see it."""
    return Difference(
        filing.unit.code, filing.year_id, _("重算結果"), _("資料庫：不符"), _("計算程式：相符")
    )
