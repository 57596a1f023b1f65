"""manage.py's commands: each says first on which database it works, and none on the wrong one."""

from collections.abc import Callable
from typing import Any

from django.core.management import BaseCommand, CommandError, ManagementUtility, get_commands
from django.db import OperationalError

OURS = {"accounts", "inventory", "hierarchy", "portal"}
# Of Django's own, those that write data or take them away.
OF_DJANGO = {"migrate", "createsuperuser", "changepassword", "loaddata", "dumpdata", "flush"}


class CommandLine(ManagementUtility):
    """Django's command line; a command that works on data checks the database first."""

    def fetch_command(self, subcommand: str) -> BaseCommand:
        command = super().fetch_command(subcommand)
        if get_commands()[subcommand] in OURS or subcommand in OF_DJANGO:
            execute = command.execute

            def check_and_execute(*args: Any, **options: Any) -> str | None:
                check_database(command, is_setting_up=subcommand == "migrate", **options)
                return execute(*args, **options)

            command.execute = check_and_execute  # type: ignore[method-assign]
        return command


def check_database(
    command: BaseCommand, *, is_setting_up: bool, verbosity: int, **options: Any
) -> None:
    """Say on standard error which database it is; refuse one that is not meant.

    Raises CommandError. Says nothing where --verbosity 0 asks for silence.
    """
    # Not at the top: it needs Django's apps.
    from portal import database_identity as identity  # noqa: PLC0415

    check: Callable[[], None] = identity.check_is_meant
    if is_setting_up:
        check = identity.check_can_be_set_up
    try:
        if verbosity:
            purpose = identity.purpose()
            command.stderr.write(
                f"{identity.description()} ({purpose.value if purpose else 'not set up'})",
                style_func=str,
            )
        check()
    except identity.WrongDatabase as error:
        raise CommandError(str(error)) from error
    except OperationalError as error:
        where = identity.intended_description()
        raise CommandError(f"{where} does not answer: {str(error).strip()}") from error
