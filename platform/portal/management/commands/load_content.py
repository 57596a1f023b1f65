"""manage.py load_content: the public texts that come with the platform."""

from typing import Any

from django.core.management.base import BaseCommand

from portal import loading


class Command(BaseCommand):
    help = "Add the public texts of fixtures/content/ that are not in the database yet."

    def handle(self, *args: Any, **options: Any) -> None:
        for kind, added in loading.load().items():
            self.stdout.write(f"{kind}: {added} added")
