"""manage.py import_filings FILE --by ACCOUNT: fill in filings for their units to check."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from accounts.spreadsheets import SpreadsheetError
from inventory.permissions import is_platform_administrator
from inventory.policies import NotAllowed
from inventory.workflow.importing import apply_import, read_import

MAX_PROBLEMS = 50


class Command(BaseCommand):
    """All or nothing; filings that their units have begun are left as they are."""

    help = "Fill in filings from an .xlsx or .csv list, for their units to check."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--by", required=True, help="account of the platform administrator")
        parser.add_argument("--dry-run", action="store_true", help="check only, write nothing")

    def handle(self, *args: Any, file: Path, by: str, dry_run: bool, **options: Any) -> None:
        actor = administrator(by)
        try:
            planned = read_import(file, file.name)
            for filing in planned.left.values():
                self.stdout.write(f"{filing}: left, its unit has begun")
            if dry_run and not planned.problems:
                self.stdout.write(f"{len(planned.answers)} filings would be filled in")
                return
            count = apply_import(planned, by=actor)
        except SpreadsheetError as error:
            for problem in error.row_errors[:MAX_PROBLEMS]:
                self.stderr.write(str(problem))
            raise CommandError(f"{len(error.row_errors)} problems, nothing was written") from error
        except (NotAllowed, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{count} filings filled in")


def administrator(username: str) -> User:
    """The platform administrator in whose name a command acts. Raises CommandError."""
    try:
        user = User.objects.get_by_natural_key(username)
    except User.DoesNotExist as error:
        raise CommandError(f"no account {username}") from error
    if not is_platform_administrator(user):
        raise CommandError(f"{username} is no platform administrator")
    return user
