"""manage.py open_year YEAR: set a year up and make the filings that its units owe."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from inventory.management.commands.import_filings import administrator
from inventory.models import FactorSet, ReportingYear
from inventory.policies import NotAllowed
from inventory.workflow.opening import open_year


class Command(BaseCommand):
    """A second run with the same dates only adds filings for units that have come since."""

    help = "Open a ROC year for filing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("year", type=int, help="ROC year, e.g. 104")
        parser.add_argument("--opens-on", type=date.fromisoformat, required=True)
        parser.add_argument("--due-on", type=date.fromisoformat, required=True)
        parser.add_argument("--factor-set", required=True, help="id of a loaded factor set")
        parser.add_argument("--note", default="", help="shown above the year's form")
        parser.add_argument("--by", required=True, help="account of the platform administrator")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = administrator(options["by"])
        if not FactorSet.objects.filter(slug=options["factor_set"]).exists():
            raise CommandError(f"no factor set {options['factor_set']}")
        year = ReportingYear(
            year=options["year"],
            opens_on=options["opens_on"],
            due_on=options["due_on"],
            factor_set_id=options["factor_set"],
            note=options["note"],
        )
        known = ReportingYear.objects.filter(pk=year.pk).first()
        if known is not None and known.factor_set_id != year.factor_set_id:
            raise CommandError(f"{year.pk} is open with {known.factor_set_id}")
        try:
            year.full_clean(validate_unique=False)
            year.save()
            made = open_year(year=year, by=actor)
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        except NotAllowed as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{year.pk}: {made} filings made")
