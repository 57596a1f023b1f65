"""A command says on which database it works, and does nothing on one that is not meant."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command

from config.commands import CommandLine
from portal.models import Notice, Purpose
from tests.database import remove_identity, set_identity

pytestmark = pytest.mark.django_db


def run(command: str, *arguments: str, **options: Any) -> None:
    """As manage.py would, in this process."""
    call_command(CommandLine(["manage.py"]).fetch_command(command), *arguments, **options)


@pytest.mark.parametrize("command", ["verify_totals", "load_content", "load_factor_sets"])
def test_it_names_the_database_and_what_it_is(
    capsys: pytest.CaptureFixture[str], settings: Any, tmp_path: Any, command: str
) -> None:
    settings.MEDIA_ROOT = tmp_path
    run(command)
    first = capsys.readouterr().err.splitlines()[0]
    name = settings.DATABASES["default"]["NAME"]
    assert first.startswith(f"Database {name} at ")
    assert first.endswith(" (site)")


def test_it_is_silent_where_it_is_asked_to_be(capsys: pytest.CaptureFixture[str]) -> None:
    run("load_factor_sets", verbosity=0)
    assert "Database" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("found", "is_demonstration", "why"),
    [
        (Purpose.DEMONSTRATION, False, "it is a demonstration's, its figures are invented"),
        (Purpose.SITE, True, "it is a real site's, and a demonstration .* does not touch it"),
    ],
)
@pytest.mark.parametrize("command", ["load_content", "migrate", "createsuperuser", "flush"])
def test_it_does_nothing_on_the_wrong_one(
    settings: Any, found: Purpose, is_demonstration: bool, why: str, command: str
) -> None:
    set_identity(found)
    settings.DEMONSTRATION = is_demonstration
    with pytest.raises(CommandError, match=why):
        run(command, verbosity=0)
    assert not Notice.objects.exists()


def test_only_migrate_works_on_one_that_is_not_set_up(capsys: pytest.CaptureFixture[str]) -> None:
    remove_identity()
    run("migrate", "--check")
    assert capsys.readouterr().err.strip().endswith(" (not set up)")
    with pytest.raises(CommandError, match="has not been set up: make migrate"):
        run("load_content")


def test_a_command_that_reads_no_data_says_nothing(
    capsys: pytest.CaptureFixture[str], settings: Any
) -> None:
    settings.DEMONSTRATION = True
    run("check")
    assert "Database" not in capsys.readouterr().err
