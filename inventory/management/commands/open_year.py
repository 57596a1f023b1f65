"""manage.py open_year YEAR: set a year up and make the filings that its units owe."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from inventory.management.commands.import_filings import administrator
from inventory.models import FactorSet, ReportingYear
from inventory.policies import NotAllowed, check_year, today
from inventory.workflow.opening import Opening, open_year
from inventory.workflow.years import set_up_year

FACTS = ("opens_on", "due_on", "factor_set", "note")


class Command(BaseCommand):
    """All or nothing. For a year that is set up the number is enough; its dates never move."""

    help = (
        "Open a ROC year for filing; a second run adds filings for units that have come since. "
        "Dates that are given for a year that is set up already must be those that stand."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("year", type=int, help="ROC year, e.g. 104")
        parser.add_argument("--opens-on", type=date.fromisoformat, help="2016-01-01")
        parser.add_argument("--due-on", type=date.fromisoformat, help="last day, included")
        parser.add_argument("--factor-set", help="id of a loaded factor set")
        parser.add_argument("--note", help="shown above the year's form")
        parser.add_argument("--by", required=True, help="account of the platform administrator")
        parser.add_argument(
            "--closed", action="store_true", help="the due date has gone by, and that is meant"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        actor = administrator(options["by"])
        try:
            with transaction.atomic():
                check_year(options["year"], today())
                wanted = _wanted(options["year"], {fact: options.get(fact) for fact in FACTS})
                year = set_up_year(wanted=wanted, by=actor, may_be_over=options["closed"])
                opening = open_year(year=year, by=actor)
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        except NotAllowed as error:
            raise CommandError(str(error)) from error
        self._tell(opening)

    def _tell(self, opening: Opening) -> None:
        self.stdout.write(str(opening))
        for sentence in opening.left_out_in_words():
            self.stdout.write(sentence)


def _wanted(number: int, given: dict[str, Any]) -> ReportingYear:
    """The year as it was asked for; what was not said is as it stands."""
    stored = ReportingYear.objects.filter(pk=number).first()
    missing = [fact for fact in FACTS[:-1] if given[fact] is None]
    if stored is None and missing:
        options = ", ".join(f"--{fact.replace('_', '-')}" for fact in missing)
        raise CommandError(f"{number} is not set up yet: {options} needed")
    slug = given.pop("factor_set")
    if slug is not None and not FactorSet.objects.filter(slug=slug).exists():
        raise CommandError(f"no factor set {slug}")
    year = stored or ReportingYear(year=number)
    said = {"factor_set_id": slug, **given}
    for fact, value in said.items():
        if value is not None:
            setattr(year, fact, value)
    year.full_clean(validate_unique=False, validate_constraints=False)
    return year
