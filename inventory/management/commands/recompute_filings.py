"""manage.py recompute_filings YEAR --set SLUG --reason TEXT --by ACCOUNT: many in small batches."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.account_lists.progress import Progress
from accounts.management.progress_bar import shown_progress
from accounts.models import County, User
from inventory.figures import figure, signed
from inventory.impact.estimate import FilingImpact, moves
from inventory.impact.recompute import (
    BATCH,
    MAX_AT_ONCE,
    check_is_set_of,
    recompute_waiting,
    waiting,
)
from inventory.impact.runs import runs_of, totals_of
from inventory.impact.totals import Amounts, CountyTotals, Totals, totals_after
from inventory.management.commands.import_filings import administrator
from inventory.models import FactorSet, ReportingYear
from inventory.policies import NotAllowed
from inventory.read_snapshot import read_snapshot

INTERRUPTED = 130  # the exit status of whoever is stopped from the keyboard


@dataclass(slots=True)
class Work:
    """What was asked for, and how far it is. county: its letter, "" for all."""

    factor_set: FactorSet
    year: ReportingYear
    county: str
    reason: str
    by: User
    done: int = 0
    unable: list[FilingImpact] = field(default_factory=list)
    stopped: str = ""
    exit_status: int = 1  # where it was stopped


class Command(BaseCommand):
    """Every completed or confirmed filing of the year that another set was used for.

    Each batch is stored before the next is begun, so whoever saves waits for a batch at most, and
    a run that was stopped goes on where it was when it is started again.
    """

    @property
    def help(self) -> str:  # type: ignore[override]
        """Asked for when it is shown: a class attribute would keep the first language of all."""
        return _("以年度現用的係數版本重算已完成與已確認的填報；分小批進行，中斷後再執行即接續。")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("year", type=int, metavar="YEAR", help=_("民國年，例如 104"))
        parser.add_argument(
            "--set", required=True, metavar="SLUG", help=_("係數版本的識別碼，須是年度現用的版本")
        )
        parser.add_argument("--reason", default="", metavar="TEXT", help=_("重算原因"))
        parser.add_argument("--by", required=True, metavar="ACCOUNT", help=_("平台管理者的帳號"))
        parser.add_argument("--county", default="", help=_("只重算一個縣市：代碼或名稱"))
        parser.add_argument("--dry-run", action="store_true", help=_("只列出會做什麼，不寫入"))
        parser.add_argument("--batch", type=int, default=BATCH, metavar="N", help=_("一小批多少份"))

    def handle(self, *args: Any, **options: Any) -> None:
        """Report and, but for a dry run, recompute. Exit status 1 where something is left."""
        work = _work_of(options)
        size = options["batch"]
        if not 1 <= size <= MAX_AT_ONCE:
            raise CommandError(_("--batch 須在 1 至 %(most)s 之間。") % {"most": MAX_AT_ONCE})
        with shown_progress(options.get("stderr") or sys.stderr) as progress:
            try:
                check_is_set_of(work.factor_set, work.year)
                if options["dry_run"]:
                    totals: Totals | None = _foretell(work, progress)
                else:
                    _recompute(work, size, progress)
                    totals = _told(work)
            except NotAllowed as refusal:
                raise CommandError(str(refusal)) from refusal
        self._report(work, totals, is_dry_run=options["dry_run"])

    def _report(self, work: Work, totals: Totals | None, *, is_dry_run: bool) -> None:
        for line in _lines(totals) if totals else ():
            self.stdout.write(line)
        for move in work.unable:
            what = {"unit": move.filing.unit, "code": move.filing.unit.code, "why": move.problem}
            self.stdout.write(_("無法計算：%(unit)s（%(code)s）：%(why)s") % what)
        left = waiting(work.factor_set, work.year, work.county).count()
        counts = {"done": f"{work.done:,}", "unable": f"{len(work.unable):,}", "left": f"{left:,}"}
        sentence = _("可重算 %(done)s 份，無法計算 %(unable)s 份。（試算，沒有寫入）")
        if not is_dry_run:
            sentence = _("已重算 %(done)s 份，無法計算 %(unable)s 份，尚未重算 %(left)s 份。")
        self.stdout.write(sentence % counts)
        if work.stopped:
            raise CommandError(work.stopped, returncode=work.exit_status)
        if work.unable:
            raise CommandError(_("有填報無法以這個係數版本計算，如上所列。"))


def _work_of(options: dict[str, Any]) -> Work:
    """What the options name. Raises CommandError for what does not exist."""
    by = administrator(options["by"])
    year = ReportingYear.objects.select_related("factor_set").filter(pk=options["year"]).first()
    if year is None:
        raise CommandError(_("沒有 %(year)s 年度。") % {"year": options["year"]})
    factor_set = FactorSet.objects.filter(pk=options["set"]).first()
    if factor_set is None:
        raise CommandError(_("沒有「%(set)s」這個係數版本。") % {"set": options["set"]})
    county = ""
    if asked := options["county"]:
        found = County.objects.filter(Q(pk=asked.lower()) | Q(name=asked)).first()
        if found is None:
            raise CommandError(_("沒有「%(county)s」這個縣市。") % {"county": asked})
        county = found.pk
    return Work(factor_set, year, county, options["reason"].strip(), by)


def _foretell(work: Work, progress: Progress) -> Totals:
    """What a run would do now; nothing is written."""
    with read_snapshot():
        filings = waiting(work.factor_set, work.year, work.county)
        number = filings.count()

        def looked_at() -> Iterator[FilingImpact]:
            for at, move in enumerate(moves(work.factor_set, work.year, filings), 1):
                progress(_("試算"), at, number)
                if move.problem:
                    work.unable.append(move)
                else:
                    work.done += 1
                yield move

        return totals_after(work.year, looked_at())


def _recompute(work: Work, size: int, progress: Progress) -> None:
    """Batch by batch, until nothing waits that can be computed, or somebody stops it."""
    number = waiting(work.factor_set, work.year, work.county).count()
    seen = 0
    batches = recompute_waiting(
        factor_set=work.factor_set,
        year=work.year,
        reason=work.reason,
        by=work.by,
        county=work.county,
        size=size,
    )
    try:
        for batch in batches:
            seen += batch.seen
            work.done += len(batch.done)
            work.unable.extend(batch.unable)
            progress(_("重算"), min(seen, number), number)
    except NotAllowed as refusal:  # another set was published for the year meanwhile
        work.stopped = str(refusal)
    except KeyboardInterrupt:
        work.stopped = _("已中斷；已重算的都已存好，再執行一次即接續。")
        work.exit_status = INTERRUPTED


def _told(work: Work) -> Totals | None:
    """What the events say of this run, its earlier parts included; None where there is none."""
    with read_snapshot():
        for run in runs_of(work.factor_set, work.year):
            if (run.by, run.reason) == (work.by, work.reason):
                return totals_of(run, work.factor_set, work.year)
    return None


def _lines(totals: Totals) -> Iterator[str]:
    """The counties that have a part in it, and all together."""
    for one in totals.counties:
        if one.filings or one.unable:
            yield from _lines_of(str(one.county), one)
    yield from _lines_of(_("全部縣市"), totals.whole)


def _lines_of(name: str, one: CountyTotals) -> Iterator[str]:
    counts = {"name": name, "filings": f"{one.filings:,}", "confirmed": f"{one.confirmed:,}"}
    yield _("%(name)s：重算 %(filings)s 份，其中已確認 %(confirmed)s 份") % counts
    for label, amounts in zip((_("不含委外"), _("委外")), one.both, strict=True):
        yield _line(label, amounts)


def _line(label: str, amounts: Amounts) -> str:
    """kg CO2e, as on the page that asks before a recompute."""
    words = _(
        "　%(label)s（公斤 CO₂e）：機關端 %(before)s → %(after)s（%(difference)s）；"
        "公開 %(published)s → %(published)s，重新確認之後 %(then)s（%(more)s）"
    )
    return words % {
        "label": label,
        "before": figure(amounts.desk_before),
        "after": figure(amounts.desk_after),
        "difference": signed(amounts.difference),
        "published": figure(amounts.published),
        "then": figure(amounts.once_confirmed),
        "more": signed(amounts.to_publish),
    }
