"""manage.py judge_filings: how categories spread, and every finding, made anew."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from inventory.models import ReportingYear
from inventory.plausibility.refreshing import judge_year
from inventory.plausibility.sibling_spreads import make_spreads


class Command(BaseCommand):
    """Meant for every night: a save reads what this leaves behind."""

    help = (
        "Make anew how the units of each category spread, and judge every filing of the years by "
        "it. Versions, states and figures stay as they are. Without --year: all years."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--year", type=int, action="append", metavar="ROC_YEAR")

    def handle(self, *_arguments: Any, **options: Any) -> None:
        years = ReportingYear.objects.order_by("year").values_list("year", flat=True)
        wanted = [year for year in years if not options["year"] or year in options["year"]]
        for year in wanted:
            make_spreads(year)
        for year in wanted:
            self.stdout.write(f"{year}: {judge_year(year)}")
