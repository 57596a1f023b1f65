"""A database knows whether it is a demonstration's or a site's, and nothing turns it round."""

from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError

from portal import database_identity
from portal.database_identity import WrongDatabase
from portal.models import DatabaseIdentity, Purpose
from tests.database import remove_identity, set_identity
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
SITE, DEMONSTRATION = Purpose.SITE, Purpose.DEMONSTRATION


def test_a_new_database_was_told_what_it_is() -> None:
    assert database_identity.purpose() == SITE


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE portal_databaseidentity SET purpose = 'demonstration'",
        "DELETE FROM portal_databaseidentity",
        "TRUNCATE portal_databaseidentity",
    ],
)
def test_it_stays_what_it_is(statement: str) -> None:
    with (
        pytest.raises(IntegrityError, match="are never"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert database_identity.purpose() == SITE


@pytest.mark.parametrize("number", [1, 2])
def test_it_is_not_two_things(number: int) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        DatabaseIdentity.objects.create(id=number, purpose=DEMONSTRATION)


@pytest.mark.parametrize("found", [SITE, DEMONSTRATION])
@pytest.mark.parametrize("meant", [SITE, DEMONSTRATION])
def test_only_what_is_meant_is_worked_on_and_set_up(
    settings: Any, found: Purpose, meant: Purpose
) -> None:
    set_identity(found)
    settings.DEMONSTRATION = meant == DEMONSTRATION
    for check in (database_identity.check_is_meant, database_identity.check_can_be_set_up):
        if found == meant:
            check()
        else:
            sentence = "a demonstration's" if found == DEMONSTRATION else "a real site's"
            with pytest.raises(WrongDatabase, match=rf"Database test_.*: it is {sentence}"):
                check()


@pytest.mark.parametrize("is_demonstration", [True, False])
def test_an_empty_one_may_be_set_up_for_either_and_is_not_worked_on_before(
    settings: Any, is_demonstration: bool
) -> None:
    remove_identity()
    settings.DEMONSTRATION = is_demonstration
    database_identity.check_can_be_set_up()
    with pytest.raises(WrongDatabase, match="has not been set up: make migrate"):
        database_identity.check_is_meant()


@pytest.mark.parametrize("is_demonstration", [True, False])
def test_one_with_accounts_that_does_not_say_what_it_is_is_left_alone(
    settings: Any, is_demonstration: bool
) -> None:
    remove_identity()
    UserFactory()
    settings.DEMONSTRATION = is_demonstration
    with pytest.raises(WrongDatabase, match="is not empty and does not say what it is"):
        database_identity.check_can_be_set_up()


@pytest.mark.parametrize("is_demonstration", [True, False])
def test_one_of_a_release_that_had_no_identity_is_left_alone(
    settings: Any, is_demonstration: bool
) -> None:
    settings.DEMONSTRATION = is_demonstration
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE portal_databaseidentity RENAME TO of_another_name")
    assert database_identity.purpose() is None
    with pytest.raises(WrongDatabase, match=r"made before release 0\.2"):
        database_identity.check_can_be_set_up()


def test_a_demonstration_is_not_set_up_among_another_program_s_tables(settings: Any) -> None:
    remove_identity()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE letters (body text)")
    database_identity.check_can_be_set_up()  # a site may have such neighbours
    settings.DEMONSTRATION = True
    with pytest.raises(WrongDatabase, match="another program's"):
        database_identity.check_can_be_set_up()


@pytest.mark.django_db(transaction=True)
def test_a_server_may_start_before_its_database(monkeypatch: pytest.MonkeyPatch) -> None:
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
    monkeypatch.setitem(connection.settings_dict, "PORT", "9")
    database_identity.check_can_be_served()
    monkeypatch.undo()
    database_identity.check_can_be_served()
