"""What a file would fill in, and everything that is wrong with it or has to be asked."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from django.utils.translation import gettext as _

from accounts.account_lists.progress import Progress, no_progress
from accounts.spreadsheets import Limits, Question, RowError
from inventory.entries.answers import Answer
from inventory.factors.table import FactorTable
from inventory.importing.gathering import Gathering
from inventory.importing.lexicon import Lexicon
from inventory.importing.owners import Owner, Owners
from inventory.importing.sheet import Sheet, Source, read_sheet
from inventory.importing.statements import Subject
from inventory.importing.totals import Totals, lost_questions, totals_of
from inventory.models import Filing, ReportingYear


@dataclass(frozen=True, slots=True)
class PlannedFiling:
    """A filing as the file would make it. `replaces`: an earlier import stands there."""

    filing: Filing
    answers: list[Answer]
    totals: Totals

    @property
    def replaces(self) -> bool:
        """Whether figures of an earlier import, which nobody has saved since, make room."""
        return self.filing.is_prefilled


@dataclass
class Plan:
    """What a file would do: the filings that it fills in, by unit and year in their order.

    left: filings that it speaks of and that stay, because their units have begun or owe nothing.
    rows: every row with its filing, for the remarks. left_out: sums and notes, which are no data.
    """

    file_name: str
    checksum: str
    is_wide: bool
    filings: list[PlannedFiling] = field(default_factory=list)
    left: list[Filing] = field(default_factory=list)
    problems: list[RowError] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    rows: list[tuple[Subject, Owner]] = field(default_factory=list)
    left_out: list[RowError] = field(default_factory=list)

    @property
    def own_kg(self) -> Decimal:
        """kg CO2e of all filings, without outsourced operations."""
        return sum((one.totals.own_kg for one in self.filings), Decimal(0))

    @property
    def outsourced_kg(self) -> Decimal:
        """kg CO2e of the outsourced operations of all filings."""
        return sum((one.totals.outsourced_kg for one in self.filings), Decimal(0))

    @property
    def digest(self) -> str:
        """One value for all that was shown: whoever confirms confirms exactly this."""
        seen = [self.checksum, *(question.code for question in self.questions)]
        for one in self.filings:
            seen.append(f"{one.filing.pk}:{one.filing.revision}:{one.filing.year.factor_set_id}")
            seen.append(f"{one.totals.own_kg}:{one.totals.outsourced_kg}:{len(one.answers)}")
        seen += [f"{filing.pk} left" for filing in self.left]
        return hashlib.sha256("\n".join(seen).encode()).hexdigest()


def read_import(
    source: Source,
    file_name: str,
    *,
    year: int | None = None,
    limits: Limits | None = None,
    progress: Progress = no_progress,
) -> Plan:
    """Read and check a file; every cell that cannot be taken is a problem.

    One row for each figure has 帳號, 項目, 數量 and may have 年度, 範圍, 名稱, 單位; one column for
    each energy has 帳號 and the energies. `year` is that of rows without one. Raises
    SpreadsheetError for a file that is neither.
    """
    source = source if isinstance(source, Path | bytes) else source.read()
    years = {one.year: one for one in ReportingYear.objects.all()}
    lexicons = {number: Lexicon(FactorTable.of(one)) for number, one in years.items()}
    stage = _("讀取清單")
    sheet = read_sheet(
        source,
        file_name,
        list(lexicons.values()),
        limits=limits,
        progress=lambda done, total: progress(stage, done, total),
    )
    content = source.read_bytes() if isinstance(source, Path) else source
    plan = Plan(file_name, hashlib.sha256(content).hexdigest(), sheet.is_wide)
    _fill(plan, sheet, lexicons, Owners(sheet.subjects, years, year), progress)
    return plan


def _fill(
    plan: Plan, sheet: Sheet, lexicons: dict[int, Lexicon], owners: Owners, progress: Progress
) -> None:
    gathering = Gathering(sheet, lexicons, owners)
    gathering.gather(progress)
    for filing, answers in gathering.filings():
        totals = totals_of(filing, answers, lexicons[filing.year_id].table)
        plan.filings.append(PlannedFiling(filing, answers, totals))
    plan.filings.sort(key=lambda one: (one.filing.year_id, one.filing.path))
    replaced = [(one.filing, one.answers) for one in plan.filings if one.replaces]
    plan.left = list(gathering.left.values())
    plan.rows, plan.left_out = gathering.rows, sheet.table.left_out
    plan.problems = in_order([*sheet.table.row_errors, *gathering.problems])
    plan.questions = [
        *sheet.table.questions,
        *gathering.questions,
        *lost_questions(replaced),
    ]


def in_order(errors: Iterable[RowError]) -> list[RowError]:
    """By row and cell, each once: what is wrong with a heading is said of it alone."""
    return sorted(dict.fromkeys(errors), key=lambda one: (one.row or 0, len(one.cell), one.cell))
