"""manage.py load_factor_sets: mirror the factor publications into the database."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from inventory.factors.store import load
from inventory.factors.toml_text import PublicationError


class Command(BaseCommand):
    """Loads every publication that comes with the platform; a second run changes nothing."""

    help = "Load the factor sets that come with the platform (insert only)."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            for name, added in load():
                self.stdout.write(f"{name}: {'added' if added else 'there already'}")
        except PublicationError as error:
            raise CommandError(str(error)) from error
