"""Make units and accounts from a list."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import IntegrityError
from django.utils.translation import gettext as _

from accounts.account_lists import (
    Plan,
    Slip,
    apply,
    make_plan,
    moved_text,
    read_account_list,
    remarks_workbook,
    slips_page,
)
from accounts.management.account_list_lines import (
    about_the_file,
    addition_lines,
    change_line,
    codes_of,
    preserved_line,
    question_line,
    unknown_codes,
)
from accounts.management.progress_bar import shown_progress
from accounts.models import User
from accounts.spreadsheets import RowError, SpreadsheetError
from accounts.wording import listed

MAX_LINES = 50


class Command(BaseCommand):
    @property
    def help(self) -> str:  # type: ignore[override]
        """Asked for when it is shown: a class attribute would keep the first language of all."""
        return _("依帳號清單（.xlsx、.ods 或 .csv）建立單位與帳號；有任何一列被拒絕就完全不寫入。")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help=_("帳號清單"))
        parser.add_argument(
            "--accept",
            action="append",
            default=[],
            metavar="CODE",
            help=_("確認試算列出的一項，例如 hidden-rows 或 column:備註；可以重複"),
        )
        parser.add_argument(
            "--report", type=Path, metavar="OUT.xlsx", help=_("把每一列的結果與備註寫到這個檔案")
        )
        parser.add_argument("--dry-run", action="store_true", help=_("只列出會做什麼，不寫入"))
        parser.add_argument(
            "--slips", type=Path, metavar="OUT.html", help=_("清單沒有密碼欄時，開通單寫到這個檔案")
        )
        parser.add_argument("--by", metavar="USERNAME", help=_("記在歷程裡的執行者帳號"))

    def handle(self, *args: Any, **options: Any) -> None:
        """Plan, report, write. Raises CommandError (exit code 1) when anything is rejected."""
        by = _user(options["by"])
        file: Path = options["file"]
        with shown_progress(options.get("stderr") or sys.stderr) as progress:
            try:
                table = read_account_list(
                    file, file.name, accepted=options["accept"], progress=progress
                )
            except SpreadsheetError as error:
                self._reject(error.row_errors)
            plan = make_plan(table, progress)
            self._check_codes(options["accept"], plan)
            if options["report"] is not None:
                _write_report(options["report"], remarks_workbook(table, plan))
            if plan.rejected:
                self._reject(plan.rejected)
            if not options["dry_run"]:
                self._check_answers(plan)
                self._check_slips(plan, options["slips"])
                self._apply(plan, by, file.name, options["slips"], progress)
        self._report(plan, is_dry_run=options["dry_run"])

    def _reject(self, row_errors: Sequence[RowError]) -> None:
        self._lines([str(error) for error in row_errors], self.stderr)
        count = {"count": f"{len(row_errors):,}"}
        raise CommandError(_("清單有 %(count)s 處被拒絕，沒有寫入任何資料。") % count)

    def _check_codes(self, accepted: Sequence[str], plan: Plan) -> None:
        unknown = unknown_codes(accepted, plan)
        if unknown:
            known = listed(codes_of(plan.questions)) or "—"
            what = {"codes": listed(unknown), "known": known}
            raise CommandError(_("這份清單沒有 %(codes)s 要確認；可以確認的是：%(known)s") % what)

    def _check_answers(self, plan: Plan) -> None:
        if not plan.unanswered:
            return
        self._lines([question_line(question) for question in plan.unanswered], self.stderr)
        what = {"count": f"{len(plan.unanswered):,}", "codes": listed(codes_of(plan.unanswered))}
        raise CommandError(
            _(
                "清單有 %(count)s 處要先確認，沒有寫入任何資料；"
                "更正檔案，或逐項加上 --accept：%(codes)s"
            )
            % what
        )

    def _check_slips(self, plan: Plan, slips: Path | None) -> None:
        if not plan.needs_slips:
            return
        if slips is None:
            raise CommandError(
                _("清單沒有密碼欄，會產生開通碼：請用 --slips OUT.html 指定開通單要寫到哪裡。")
            )
        if slips.exists():
            raise CommandError(_("%(file)s 已經存在，請換一個檔名。") % {"file": slips})

    def _apply(
        self, plan: Plan, by: User | None, source: str, slips: Path | None, progress: Any
    ) -> None:
        def deliver(new_slips: Sequence[Slip]) -> None:
            assert slips is not None  # noqa: S101 - checked before writing
            _write_private(slips, slips_page(new_slips).encode())

        try:
            apply(plan, by=by, source=source, progress=progress, deliver=deliver)
        except OSError as error:
            reason = {"file": slips, "error": error.strerror}
            raise CommandError(
                _("開通單 %(file)s 無法寫入（%(error)s），沒有寫入任何資料。") % reason
            ) from error
        except IntegrityError as error:
            if slips is not None and plan.needs_slips:
                slips.unlink(missing_ok=True)  # its codes open nothing
            raise CommandError(
                _("同時有人新增了相同的帳號，沒有寫入任何資料；請再執行一次。")
            ) from error
        if plan.needs_slips:
            self.stdout.write(_("開通單已寫到 %(file)s，請妥善保管。") % {"file": slips})

    def _report(self, plan: Plan, *, is_dry_run: bool) -> None:
        for line in about_the_file(plan):
            self.stdout.write(line)
        if is_dry_run:
            self._lines([question_line(question) for question in plan.questions], self.stdout)
            self._lines(addition_lines(plan), self.stdout)
        self._lines([f"{unit.account} {moved_text(unit)}" for unit in plan.moved], self.stdout)
        changes = [
            change_line(changed.entry.account, change)
            for changed in plan.changed
            for change in changed.changes
            if change.field != "parent"
        ]
        self._lines(changes, self.stdout)
        self._lines([preserved_line(name) for name in plan.preserved], self.stdout)
        counts = {
            "added": f"{len(plan.added):,}",
            "changed": f"{len(plan.changed):,}",
            "left": f"{len(plan.unchanged):,}",
        }
        self.stdout.write(
            _("新增 %(added)s、變更 %(changed)s、不變 %(left)s、拒絕 0。") % counts
            + (_("（試算，沒有寫入）") if is_dry_run else "")
        )

    def _lines(self, lines: Sequence[str], stream: Any) -> None:
        for line in lines[:MAX_LINES]:
            stream.write(line)
        if len(lines) > MAX_LINES:
            stream.write(_("……另有 %(count)s 項") % {"count": f"{len(lines) - MAX_LINES:,}"})


def _user(name: str | None) -> User | None:
    if name is None:
        return None
    try:
        return User.objects.get_by_natural_key(name)
    except User.DoesNotExist as error:
        raise CommandError(_("沒有「%(name)s」這個帳號。") % {"name": name}) from error


def _write_report(path: Path, data: bytes) -> None:
    try:
        _write_private(path, data)
    except OSError as error:
        reason = {"file": path, "error": error.strerror}
        raise CommandError(_("%(file)s 無法寫入（%(error)s）。") % reason) from error


def _write_private(path: Path, data: bytes) -> None:
    """Write a file that only its owner may read, and never over another one."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(descriptor)
