"""manage.py import_filings FILE --by ACCOUNT: fill in filings for their units to check."""

import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.management.progress_bar import shown_progress
from accounts.models import User
from accounts.spreadsheets import Question, RowError, SpreadsheetError
from inventory.importing import Plan, QuestionsOpen, apply_import, read_import
from inventory.importing.questions import check_answered
from inventory.permissions import is_platform_administrator
from inventory.policies import NotAllowed

MAX_PROBLEMS = 50


class Command(BaseCommand):
    """All or nothing; filings that their units have begun are left as they are."""

    help = (
        "Fill in filings from a sheet, for their units to check: one row for each figure, or one "
        "column for each energy."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--by", required=True, help="account of the platform administrator")
        parser.add_argument("--year", type=int, help="ROC year of rows that do not say theirs")
        parser.add_argument("--dry-run", action="store_true", help="check only, write nothing")
        parser.add_argument(
            "--accept",
            action="append",
            default=[],
            metavar="CODE",
            help="answer a question by its code, or all of its kind; may be given several times",
        )

    def handle(self, *args: Any, file: Path, by: str, dry_run: bool, **options: Any) -> None:
        actor = administrator(by)
        accepted, year = options.get("accept") or [], options.get("year")
        try:
            with shown_progress(options.get("stderr") or sys.stderr) as progress:
                plan = read_import(file, file.name, year=year, progress=progress)
                self._tell(plan)
                if plan.problems:
                    raise SpreadsheetError(plan.problems)
                check_answered(plan.questions, accepted)
                if dry_run:
                    self.stdout.write(f"{len(plan.filings)} filings would be filled in")
                    return
                if plan.filings:
                    apply_import(plan, by=actor, accepted=accepted, progress=progress)
        except SpreadsheetError as error:
            self._refuse(error.row_errors)
        except QuestionsOpen as error:
            self._ask(error.questions)
        except (NotAllowed, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{len(plan.filings)} filings filled in")

    def _tell(self, plan: Plan) -> None:
        for filing in plan.left:
            self.stdout.write(f"{filing}: left, its unit has begun")
        for error in plan.left_out:
            self.stdout.write(f"not read: {error}")
        for one in plan.filings:
            if one.replaces:
                self.stdout.write(f"{one.filing}: replaces an earlier import")

    def _refuse(self, problems: Sequence[RowError]) -> None:
        for problem in problems[:MAX_PROBLEMS]:
            self.stderr.write(str(problem))
        raise CommandError(f"{len(problems)} problems, nothing was written")

    def _ask(self, questions: Sequence[Question]) -> None:
        for question in questions[:MAX_PROBLEMS]:
            self.stderr.write(f"--accept {question.code}  {question}")
        raise CommandError(f"{len(questions)} questions to answer, nothing was written")


def administrator(username: str) -> User:
    """The platform administrator in whose name a command acts. Raises CommandError."""
    try:
        user = User.objects.get_by_natural_key(username)
    except User.DoesNotExist as error:
        raise CommandError(f"no account {username}") from error
    if not is_platform_administrator(user):
        raise CommandError(f"{username} is no platform administrator")
    return user
