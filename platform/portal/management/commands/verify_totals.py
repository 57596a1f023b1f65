"""manage.py verify_totals: recompute every filing and published total, say what differs."""

import sys
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DataError, transaction
from django.utils.translation import gettext as _

from accounts.account_lists.progress import Progress
from accounts.management.progress_bar import shown_progress
from inventory.models import FIRST_ROC_YEAR
from inventory.policies import today
from inventory.verifying import Difference, counted, read_only_moment, verify_filings
from portal.disclosure.verifying import published_figures, verify_published


class Command(BaseCommand):
    """Reads only, all of it as of one moment. Exit code 1 where anything differs.

    It stands here and not in inventory, which does not know what is published.
    """

    @property
    def help(self) -> str:  # type: ignore[override]
        return _("以填報時凍結的係數重算每一個填報與每一個公開數字，列出不符之處。")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--thorough", action="store_true", help=_("全部再用計算程式重算一次（較慢）")
        )

    def handle(self, *args: Any, thorough: bool, **options: Any) -> None:
        count = 0
        with read_only_moment(), shown_progress(options.get("stderr") or sys.stderr) as progress:
            for difference in self._differences(progress, thorough=thorough):
                self.stdout.write(str(difference))
                count += 1
            verified = counted()
        if count:
            raise CommandError(_("%(count)s 處不符。") % {"count": f"{count:,}"})
        self.stdout.write(
            _(
                "%(filings)s 個填報、%(entries)s 筆活動數據、%(versions)s 個版次、"
                "%(figures)s 個公開數字：全部相符。"
            )
            % {
                "filings": f"{verified.filings:,}",
                "entries": f"{verified.entries:,}",
                "versions": f"{verified.versions:,}",
                "figures": f"{self.figures:,}",
            }
        )

    def _differences(self, progress: Progress, *, thorough: bool) -> Iterator[Difference]:
        yield from verify_filings(thorough=thorough, progress=progress)
        day = today()
        try:
            with transaction.atomic():
                figures = published_figures(day)
                self.figures = len(figures)
                wrong = list(verify_published(figures, day))
        except (DataError, KeyError) as error:
            year = day.year - FIRST_ROC_YEAR
            # A number that is none: told above.
            wrong = [Difference(_("公開資訊"), year, _("合計"), _("無法加總"), str(error))]
        yield from wrong
