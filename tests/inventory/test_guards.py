"""No statement, however it reaches the database, moves a filing unseen."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F
from django.utils import timezone

from inventory import workflow
from inventory.models import Entry, Filing, FilingEvent, FilingVersion
from tests.inventory.conftest import County, complete, number
from tests.unguarded import check_constraints_now, guards_asleep

pytestmark = pytest.mark.django_db
POWER = Entry.objects.filter(line="electricity", operation="own")
SAVED = Filing.objects.filter(version=1)
NEXT = F("revision") + 1


@pytest.fixture
def filed(county: County) -> Filing:
    """The school's filing, completed once."""
    filing = county.filing(county.school)
    saved = workflow.save(
        filing=filing,
        answers=complete(number("electricity", "1000")),
        outsourced_scope="校車",
        complete=True,
        revision=0,
        factor_set=filing.year.factor_set_id,
        by=county.user(county.school),
    )
    check_constraints_now()
    return saved


def tell(filing: Filing, **fields: object) -> None:
    """An event that looks like a save."""
    given = {"revision": 2, "version": 1, "verb": "save", "by": filing.saved_by, **fields}
    FilingEvent.objects.create(filing=filing, at=timezone.now(), **given)


def refused_at_commit(change: Callable[[], object], says: str) -> None:
    with transaction.atomic():
        change()
        with pytest.raises(IntegrityError, match=says), transaction.atomic():
            check_constraints_now()
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    "fields",
    [
        {"outsourced_scope": "無"},
        {"status": "draft", "completed_at": None, "completed_by": None},
        {"own_kg": 1},
        {"extension_reason": "改"},
        {"path": "00000"},
        {"is_prefilled": True},
        {"revision": 5, "outsourced_scope": "無"},
        {"revision": 0},
        {"revision": NEXT, "version": 3},
        {"revision": NEXT, "version": 0, "saved_at": None},
    ],
)
def test_a_filing_never_changes_without_its_next_revision(filed: Filing, fields: dict) -> None:
    with pytest.raises(IntegrityError, match="without its next revision"), transaction.atomic():
        SAVED.update(**fields)


def test_a_statement_that_changes_nothing_is_none(filed: Filing, county: County) -> None:
    SAVED.update(outsourced_scope="校車")
    county.filing(county.township).save()
    check_constraints_now()


@pytest.mark.parametrize(
    "fields",
    [
        {"revision": 1},
        {"version": 1, "status": "draft"},
        {"own_kg": 1},
        {"outsourced_scope": "校車"},
    ],
)
def test_a_filing_begins_with_nothing(filed: Filing, fields: dict) -> None:
    new = Filing(year=filed.year, unit=filed.unit, path="ZZZZZ", level=1, **fields)
    with pytest.raises(IntegrityError, match="begins without"), transaction.atomic():
        new.save()


def test_every_revision_has_its_event(filed: Filing) -> None:
    refused_at_commit(
        lambda: SAVED.update(revision=NEXT, extension_reason=""), "revision 2 of filing .* no event"
    )


def test_an_event_is_not_of_another_revision(filed: Filing) -> None:
    def change() -> None:
        SAVED.update(revision=NEXT)
        tell(filed, revision=3)

    refused_at_commit(change, "no event|was never made")


@pytest.mark.parametrize(
    "fields",
    [
        {"outsourced_scope": "無"},
        {"own_kg": 1},
        {"outsourced_kg": 1},
        {"save_reason": "改"},
        {"saved_as": "import"},
        {"saved_at": timezone.now() + timedelta(days=1)},
        {"year_id": 103},
    ],
)
def test_what_a_version_says_does_not_move_without_a_new_one(filed: Filing, fields: dict) -> None:
    """Even told by an event of its own."""
    if "year_id" in fields:
        Filing.objects.filter(year=103, unit=filed.unit).delete()

    def change() -> None:
        SAVED.update(revision=NEXT, **fields)
        tell(filed)

    refused_at_commit(change, "not the sums|not what its version says")


@pytest.mark.parametrize(
    "change",
    [
        lambda: POWER.update(kg=1),
        lambda: POWER.update(quantity=7),
        lambda: POWER.update(reason="other"),
        lambda: POWER.update(position=3),
        POWER.delete,
        lambda: Entry.objects.create(
            filing=SAVED.get(), operation="own", line="other", position=9, name="x",
            answer="number", quantity=1,
        ),
    ],
)  # fmt: skip
def test_entries_do_not_move_without_a_version(filed: Filing, change: Callable[[], object]) -> None:
    refused_at_commit(change, "not the sums|not what its version says")


def test_entries_of_a_filing_that_was_never_saved(filed: Filing, county: County) -> None:
    other = county.filing(county.township)
    refused_at_commit(
        lambda: Entry.objects.create(
            filing=other, operation="own", line="lpg", answer="unused", unit="kg"
        ),
        "not what its version says",
    )


def test_a_lie_about_totals_with_a_new_version_is_refused_too(filed: Filing) -> None:
    def change() -> None:
        SAVED.update(own_kg=5, version=2, revision=NEXT)
        tell(filed, version=2)

    refused_at_commit(change, "not the sums")


def test_no_version_without_the_one_before(filed: Filing) -> None:
    """The chain of hashes never begins in the middle."""
    with guards_asleep():
        FilingVersion.objects.all()._raw_delete("default")
    with pytest.raises(DatabaseError, match="no rows"), transaction.atomic():
        SAVED.update(version=2, revision=NEXT)


def test_nothing_is_written_ahead(filed: Filing) -> None:
    """It would stand there in place of the event or version that the next verb writes."""
    refused_at_commit(lambda: tell(filed), "revision 2 of filing .* was never made")
    ahead = FilingVersion.objects.get()
    ahead.pk, ahead.number = None, 2
    refused_at_commit(lambda: ahead.save(force_insert=True), "version 2 of filing .* never made")
    refused_at_commit(lambda: tell(filed, revision=0), "was never made")


def test_events_are_of_known_verbs_and_have_reasons(filed: Filing) -> None:
    for wrong in ({"verb": "forget"}, {"verb": "send_back", "reason": ""}, {"revision": 1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            tell(filed, **wrong)


@pytest.mark.parametrize("trigger", ["one_revision_at_a_time", "stands_as_its_version"])
def test_a_session_cannot_put_the_guards_to_sleep(filed: Filing, trigger: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgname LIKE %s", [f"%{trigger}%"])
        names = [name for (name,) in cursor.fetchall()]
        assert names
        ignored = "{" + ",".join(names) + "}"
        cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", [ignored])
        with pytest.raises(IntegrityError), transaction.atomic():
            SAVED.update(outsourced_scope="無")
        refused_at_commit(lambda: POWER.update(quantity=7), "not what its version says")
