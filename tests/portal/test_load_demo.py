"""manage.py load_demo: the demonstration county and the accounts that it prints."""

import stat
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Unit, User
from inventory import policies
from inventory.models import CountyDates, Filing, ReportingYear
from inventory.states import Status
from portal.management.commands import load_demo
from portal.models import Purpose
from tests.database import set_identity

pytestmark = [pytest.mark.django_db, pytest.mark.long]


@pytest.fixture(autouse=True)
def var(db: None, settings: Any, tmp_path: Path) -> Path:
    set_identity(Purpose.DEMONSTRATION)
    settings.DEMONSTRATION = True
    settings.VAR_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path


def run() -> str:
    out = StringIO()
    call_command("load_demo", stdout=out)
    return out.getvalue()


def test_it_loads_the_county_once_and_prints_its_accounts(var: Path) -> None:
    printed = run()
    assert Unit.objects.count() == 58
    states = set(Filing.objects.filter(year=102).values_list("status", flat=True))
    assert states == set(Status.values) - {Status.EXCUSED}
    for account in ("371036500X", "371032300A", "371030000A"):
        assert account in printed
    assert due_dates() == {("z", 6, 30), ("", 7, 31)}
    events = Unit.pgh_event_models["update"].objects.count()

    ReportingYear.objects.update(due_on=load_demo.OPENED)
    CountyDates.objects.update(due_on=load_demo.OPENED)
    assert run() == printed
    assert Unit.objects.count() == 58
    assert Unit.pgh_event_models["update"].objects.count() == events
    assert due_dates() == {("z", 6, 30), ("", 7, 31)}
    school = Filing.objects.filter(unit__code=load_demo.STORY_UNIT)
    assert all(policies.is_open(filing, policies.today()) for filing in school)


def test_nothing_in_it_differs_from_its_source() -> None:
    run()
    for options in ((), ("--thorough",)):
        out = StringIO()
        call_command("verify_totals", *options, stdout=out, stderr=StringIO())
        assert out.getvalue().endswith("全部相符。\n")


def due_dates() -> set[tuple[str, int, int]]:
    """County ("" for the nation), month and day of every due date that is still to come."""
    dates = [("", year.due_on) for year in ReportingYear.objects.all()]
    dates += [(own.county_id, own.due_on) for own in CountyDates.objects.all()]
    return {(letter, day.month, day.day) for letter, day in dates if day >= policies.today()}


def test_it_runs_only_in_a_demonstration(settings: Any) -> None:
    settings.DEMONSTRATION = False
    with pytest.raises(CommandError, match="DEMONSTRATION=1"):
        run()
    assert not User.objects.exists()


def test_it_leaves_the_database_of_a_site_alone_whatever_the_shell_exports() -> None:
    set_identity(Purpose.SITE)
    with pytest.raises(CommandError, match="it is a real site's, and a demonstration"):
        run()
    assert not User.objects.exists()


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the administrator: the units are made by the test above."""
    monkeypatch.setattr(load_demo.Command, "_fill", lambda self, administrator, quiet: _units())


def _units() -> None:
    county = Unit._meta.get_field("county").related_model.objects.get(letter="z")
    for code in (load_demo.STORY_UNIT, load_demo.TOWNSHIP, load_demo.COUNTY):
        Unit.objects.create(code=code, name=code, county=county)


@pytest.mark.usefixtures("small")
class TestTheAdministrator:
    def test_has_a_password_that_is_made_once_and_kept_for_nobody_else(self, var: Path) -> None:
        printed = run()
        kept = var / "demo_admin_password"
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
        password = kept.read_text()
        assert f"admin / {password}" in printed
        stored = User.objects.get(username="admin")
        assert stored.check_password(password)
        assert stored.is_superuser

        assert run() == printed
        assert User.objects.get(username="admin").password == stored.password

    def test_keeps_a_password_that_was_changed(self) -> None:
        run()
        user = User.objects.get(username="admin")
        user.set_password("wind-over-nangan")
        user.save()
        printed = run()
        assert User.objects.get(username="admin").check_password("wind-over-nangan")
        assert "admin / （密碼已變更" in printed

    def test_is_not_given_an_empty_password_after_a_crash(self, var: Path) -> None:
        (var / "demo_admin_password").touch()
        run()
        assert len((var / "demo_admin_password").read_text()) >= 16

    def test_gets_the_kept_password_on_a_new_database(self, var: Path) -> None:
        (var / "demo_admin_password").write_text("kept-from-before")
        assert "admin / kept-from-before" in run()

    def test_whose_password_is_kept_nowhere_is_not_printed(self) -> None:
        User.objects.create_superuser("admin", "of-another-machine")
        assert "of-another-machine" not in run()
