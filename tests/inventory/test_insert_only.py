"""What happened stays: versions, events, factors, histories and logs are only ever added to.

Not by the application's own role, which may write every table, and not by the tables' owner.
"""

import re
import secrets
from collections.abc import Iterator
from datetime import timedelta

import pytest
from axes.models import AccessLog
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from accounts import roles
from accounts.models import Unit, User
from inventory import workflow
from inventory.importing import apply_import, read_import
from inventory.models import CheckedDoubt, ReportingYear
from tests.factories import UnitFactory, UserFactory
from tests.inventory.conftest import County, complete, make_year, number
from tests.unguarded import check_constraints_now

pytestmark = [pytest.mark.django_db, pytest.mark.long]
# table → a column that somebody would change
TABLES = {
    "inventory_filingversion": "own_kg = 0",
    "inventory_filingevent": "reason = ''",
    "inventory_filingimport": "file_name = 'x'",
    "inventory_importedfiling": "version = 2",
    "inventory_factorset": "title = ''",
    "inventory_factor": "value = 0",
    "inventory_checkeddoubt": "reason = 'x'",
    "inventory_reportingyearevent": "due_on = now()",
    "accounts_unitevent": "name = ''",
    "accounts_userevent": "role = 'platform_administrator'",
    "pghistory_context": "metadata = '{}'",
    "django_admin_log": "object_repr = ''",
    "axes_accesslog": "ip_address = '192.0.2.9'",
}
STATEMENTS = {
    "update": "UPDATE {table} SET {change}",
    "delete": "DELETE FROM {table}",
    "truncate": "TRUNCATE {table} CASCADE",
}


@pytest.fixture
def filled(county: County) -> None:
    """A row in every one of the tables."""
    filing = county.filing(county.school)
    workflow.save(
        filing=filing,
        answers=complete(number("electricity", "1")),
        outsourced_scope="",
        complete=True,
        revision=0,
        factor_set=filing.year.factor_set_id,
        by=county.user(county.school),
    )
    figures = "年度,帳號,電力\n103,371036500X,1\n".encode()
    apply_import(read_import(figures, "figures.csv"), by=county.administrator)
    LogEntry.objects.log_actions(
        county.administrator.pk, Unit.objects.filter(pk=county.school.pk), 2, single_object=True
    )
    CheckedDoubt.objects.create(
        factor_set=filing.year.factor_set, doubt="x", reason="x", checked_by=county.administrator
    )
    AccessLog.objects.create(username="x", user_agent="x", path_info="/", http_accept="*")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO pghistory_context VALUES (gen_random_uuid(), now(), now(), '{}')"
        )
        for table in TABLES:
            cursor.execute(f"SELECT count(*) > 0 FROM {table}")
            assert cursor.fetchone() == (True,), table


@pytest.fixture(params=["application", "owner"])
def role(request: pytest.FixtureRequest, filled: None) -> Iterator[str]:
    """A role that is no superuser: one that may write every table, or one that owns them."""
    name = f"{request.param}_{secrets.token_hex(6)}"
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"CREATE ROLE {name}")
        cursor.execute(f"GRANT ALL ON SCHEMA public TO {name}")
        for table in connection.introspection.table_names(cursor):
            if request.param == "owner":
                cursor.execute(f"ALTER TABLE {table} OWNER TO {name}")
            else:
                cursor.execute(f"GRANT ALL ON {table} TO {name}")
        cursor.execute(f"SET LOCAL ROLE {name}")
        yield name
        cursor.execute("RESET ROLE")


@pytest.mark.parametrize("statement", STATEMENTS)
@pytest.mark.parametrize("table", TABLES)
def test_it_is_refused(role: str, table: str, statement: str) -> None:
    sql = STATEMENTS[statement].format(table=table, change=TABLES[table])
    with (
        connection.cursor() as cursor,
        pytest.raises(DatabaseError, match=rf"rows of {table} are never"),
        transaction.atomic(),
    ):
        cursor.execute(sql)


@pytest.mark.parametrize("table", TABLES)
def test_not_even_with_the_triggers_ignored(role: str, table: str) -> None:
    with connection.cursor() as cursor:
        names = "SELECT array_agg(tgname)::text FROM pg_trigger WHERE NOT tgisinternal"
        cursor.execute(f"SELECT set_config('pgtrigger.ignore', ({names}), true)")
        for statement in STATEMENTS.values():
            sql = statement.format(table=table, change=TABLES[table])
            with pytest.raises(DatabaseError, match="are never"), transaction.atomic():
                cursor.execute(sql)


def test_entries_are_not_emptied_either(role: str) -> None:
    """TRUNCATE passes by the triggers that hold an entry to its version."""
    for table in ("inventory_entry", "inventory_filing", "accounts_user", "accounts_unit"):
        with (
            connection.cursor() as cursor,
            pytest.raises(DatabaseError, match="are never"),
            transaction.atomic(),
        ):
            cursor.execute(f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize("change", ["outsourced_scope = '無'", "status = 'draft'", "own_kg = 0"])
def test_a_filing_is_not_moved_by_a_statement_alone(role: str, change: str) -> None:
    with (
        connection.cursor() as cursor,
        pytest.raises(DatabaseError, match="without its next revision"),
        transaction.atomic(),
    ):
        cursor.execute(f"UPDATE inventory_filing SET {change} WHERE version > 0")


def test_whoever_is_no_superuser_cannot_put_all_triggers_to_sleep(role: str) -> None:
    with (
        connection.cursor() as cursor,
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
    ):
        cursor.execute("SET session_replication_role = replica")


def test_a_role_that_owns_nothing_does_all_that_people_do(county: County) -> None:
    """With the rights that docs/operations.md gives it."""
    name = f"web_{secrets.token_hex(6)}"
    unit, boss = county.user(county.school), county.user(county.government)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(f"CREATE ROLE {name}")
        cursor.execute(
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}"
        )
        cursor.execute(f"SET LOCAL ROLE {name}")
    filing = county.filing(county.school)
    for quantity in ("1", "2"):
        filing = workflow.save(
            filing=filing,
            answers=complete(number("electricity", quantity)),
            outsourced_scope="",
            complete=True,
            revision=filing.revision,
            factor_set=filing.year.factor_set_id,
            by=unit,
        )
    filing = workflow.confirm(filing=filing, revision=filing.revision, by=boss)
    unit.is_active = False
    unit.save()
    check_constraints_now()
    assert (filing.version, filing.revision, filing.events.count()) == (2, 3, 3)
    assert not unit.events.latest("pgh_id").is_active
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


def test_a_sign_in_is_told_its_end_once(filled: None) -> None:
    now = timezone.now()
    AccessLog.objects.update(logout_time=now)
    with pytest.raises(DatabaseError, match="but for signing out"), transaction.atomic():
        AccessLog.objects.update(logout_time=now + timedelta(hours=1))


def test_signing_in_and_out_works(county: County, client: Client) -> None:
    user = county.user(county.school)
    form = {"county": "z", "username": county.school.code, "password": "initial-password"}
    client.post("/accounts/login/", form)
    assert AccessLog.objects.get().username == user.username
    client.post("/accounts/logout/")
    assert AccessLog.objects.get().logout_time is not None


class TestHistories:
    """Accounts, units and years: what is deleted leaves an event, with who did it."""

    def test_a_deleted_account_unit_and_year(self, county: County, client: Client) -> None:
        unit = UnitFactory(name="裁撤的單位", parent=county.government)
        account = UserFactory(unit=unit)
        year = make_year(102, ReportingYear.objects.get(year=104).factor_set)
        client.force_login(county.administrator, "django.contrib.auth.backends.ModelBackend")
        for kept in (account, unit, year):
            kind = kept._meta
            address = f"/admin/{kind.app_label}/{kind.model_name}/{kept.pk}/delete/"
            assert client.post(address, {"post": "yes"}).status_code == 302
            assert not type(kept).objects.filter(pk=kept.pk).exists()
            event = type(kept).pgh_event_model.objects.get(pgh_label="delete")
            assert event.pgh_obj_id == kept.pk
            assert event.pgh_context["user"] == county.administrator.pk

    def test_a_session_cannot_leave_itself_out(self, county: County) -> None:
        names = "SELECT array_agg(tgname)::text FROM pg_trigger WHERE NOT tgisinternal"
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT set_config('pgtrigger.ignore', ({names}), true)")
        User.objects.filter(pk=county.administrator.pk).update(is_active=False)
        assert not User.pgh_event_model.objects.latest("pgh_id").is_active


class TestAdministration:
    """The pages offer neither a change nor a deletion of what is only ever added to."""

    LOGS = (
        "admin.LogEntry",
        "axes.AccessLog",
        "inventory.FactorSet",
        "inventory.Filing",
    )

    @pytest.fixture
    def desk(self, county: County, filled: None, client: Client) -> Client:
        client.force_login(county.administrator, "django.contrib.auth.backends.ModelBackend")
        return client

    @pytest.mark.parametrize("label", LOGS)
    def test_they_are_looked_at_only(self, desk: Client, label: str) -> None:
        model = apps.get_model(label)
        address = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        row = model.objects.first()
        page = desk.get(address)
        assert page.status_code == 200
        assert "delete_selected" not in page.content.decode()
        assert desk.get(f"{address}add/").status_code == 403
        html = desk.get(f"{address}{row.pk}/change/").content.decode()
        assert not re.search(r'name="_(save|continue|addanother)"', html)
        assert desk.post(f"{address}{row.pk}/change/", {}).status_code == 403
        assert desk.post(f"{address}{row.pk}/delete/", {"post": "yes"}).status_code == 403
        assert model.objects.filter(pk=row.pk).exists()

    def test_who_did_anything_there_is_not_deleted_with_the_log_of_it(
        self, desk: Client, county: County
    ) -> None:
        """The log would go with the account; so the page says what stands in the way."""
        colleague = UserFactory(unit=None, username="colleague", role=roles.PLATFORM_ADMINISTRATOR)
        LogEntry.objects.log_actions(colleague.pk, [county.school], 2, single_object=True)
        address = f"/admin/accounts/user/{colleague.pk}/delete/"
        assert "紀錄" in desk.get(address).content.decode()
        assert desk.post(address, {"post": "yes"}).status_code == 403
        assert User.objects.filter(pk=colleague.pk).exists()
