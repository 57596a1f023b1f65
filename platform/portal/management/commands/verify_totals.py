"""manage.py verify_totals: hold everything against where it came from, say what differs."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DataError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.account_lists.progress import Progress
from accounts.management.progress_bar import shown_progress
from inventory.models import FIRST_ROC_YEAR
from inventory.policies import today
from inventory.verifying import (
    APPS,
    Difference,
    counted,
    read_only_moment,
    verify_factor_sets,
    verify_filings,
    verify_guards,
    verify_histories,
    verify_references,
)
from inventory.verifying.head import (
    Head,
    NotAHead,
    Parts,
    StillWriting,
    differences_since,
    make_head,
    read_line,
    read_parts,
    sealed_marks,
)
from inventory.verifying.head.parts import write_parts
from portal.database_identity import NOT_SET_UP, site
from portal.disclosure.verifying import published_figures, verify_published


class Command(BaseCommand):
    """Reads only, all of it as of one moment. Exit code 1 where anything differs.

    It stands here and not in inventory, which does not know what is published.
    """

    figures = 0

    @property
    def help(self) -> str:  # type: ignore[override]
        return _("以填報時凍結的係數重算每一個填報與每一個公開數字，並與其來源核對，列出不符之處。")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--thorough", action="store_true", help=_("全部再用計算程式重算一次（較慢）")
        )
        parser.add_argument(
            "--head", action="store_true", help=_("只印出一行，供保存在別處或公布，日後比對")
        )
        parser.add_argument(
            "--into", metavar="FILE", help=_("與 --head 並用：另存每一列的雜湊，日後可指出是哪一列")
        )
        parser.add_argument(
            "--against", metavar="LINE", help=_("另與先前印出的一行比對，其後新增的不算不符")
        )
        parser.add_argument(
            "--parts", metavar="FILE", help=_("與 --against 並用：--into 所存的檔案")
        )

    def handle(
        self,
        *args: Any,
        thorough: bool,
        head: bool,
        into: str | None,
        against: str | None,
        parts: str | None,
        **options: Any,
    ) -> None:
        if into is not None and not head:
            raise CommandError(_("--into 須與 --head 並用。"))
        if parts is not None and against is None:
            raise CommandError(_("--parts 須與 --against 並用。"))
        if head:
            self._print_head(into)
            return
        then = None if against is None else _read(against, parts)
        self._verify(then, thorough=thorough, stderr=options.get("stderr") or sys.stderr)

    def _print_head(self, into: str | None) -> None:
        """The one line, and the file beside it."""
        try:
            marks = sealed_marks()
        except StillWriting as error:
            raise CommandError(str(error)) from error
        kept = Parts()
        with read_only_moment():
            made = make_head(
                site=_site(),
                at=timezone.now().replace(microsecond=0),
                marks=marks,
                tell=None if into is None else kept.tell,
            )
        if into is not None:
            try:
                with Path(into).open("x", encoding="ascii") as file:
                    write_parts(file, made, kept)
            except OSError as error:
                raise CommandError(_("無法寫入 %(file)s：%(why)s") % _why(into, error)) from error
        self.stdout.write(str(made))

    def _verify(
        self, then: tuple[Head, Parts | None] | None, *, thorough: bool, stderr: Any
    ) -> None:
        count = 0
        with read_only_moment(), shown_progress(stderr) as progress:
            for difference in self._differences(then, progress, thorough=thorough):
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

    def _differences(
        self, then: tuple[Head, Parts | None] | None, progress: Progress, *, thorough: bool
    ) -> Iterator[Difference]:
        if then is not None:
            head, parts = then
            try:
                yield from differences_since(head, site=_site(), parts=parts)
            except NotAHead as error:
                raise CommandError(str(error)) from error
        yield from verify_guards((*APPS, "portal"))
        yield from verify_references()
        yield from verify_histories()
        yield from verify_factor_sets()
        yield from verify_filings(thorough=thorough, progress=progress)
        yield from self._published()

    def _published(self) -> Iterator[Difference]:
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


def _read(against: str, parts: str | None) -> tuple[Head, Parts | None]:
    """The head of the line, with the digests of the file. Raises CommandError."""
    try:
        head = read_line(against)
        if parts is None:
            return head, None
        with Path(parts).open(encoding="ascii", errors="replace") as file:
            return head, read_parts(file, head)
    except NotAHead as error:
        raise CommandError(str(error)) from error
    except OSError as error:
        raise CommandError(_("無法讀取 %(file)s：%(why)s") % _why(str(parts), error)) from error


def _site() -> str:
    """What tells this database from every other. Raises CommandError where it was not set up."""
    found = site()
    if found is None:
        raise CommandError(NOT_SET_UP)
    return found


def _why(file: str, error: OSError) -> dict[str, str]:
    return {"file": file, "why": error.strerror or str(error)}
