"""A list of figures that fills in filings before their units look at them (year 103)."""

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models.functions import Lower
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.spreadsheets import Row, RowError, SpreadsheetError, Table, clean, read_table
from inventory import workflow
from inventory.entries.answers import Answer
from inventory.factors.table import FactorTable
from inventory.form.fields import parse_quantity
from inventory.lines import BY_CODE, LINES, Kind, Operation, unit_label, unit_symbol
from inventory.models import Filing, ReportingYear
from inventory.states import Status

COLUMNS = {
    "year": ("年度",),
    "account": ("帳號",),
    "operation": ("範圍",),
    "line": ("項目",),
    "name": ("名稱",),
    "quantity": ("數量",),
    "unit": ("單位",),
}
REQUIRED = ("year", "account", "line", "quantity")
OPERATIONS = {"": Operation.OWN, "自行": Operation.OWN, "委外": Operation.OUTSOURCED}
UNUSED = "未使用"
MAX_LENGTHS = {"name": 60, "unit": 20}  # characters


@dataclass
class Import:
    """What a file would fill in: answers by filing; filings that are begun are left alone."""

    answers: dict[int, list[Answer]] = field(default_factory=lambda: defaultdict(list))
    filings: dict[int, Filing] = field(default_factory=dict)
    left: dict[int, Filing] = field(default_factory=dict)
    problems: list[RowError] = field(default_factory=list)


def read_import(source: Path | BinaryIO | bytes, file_name: str) -> Import:
    """Read and check a file; every row that cannot be taken is a problem with its cell.

    Columns: 年度, 帳號, 範圍 (自行 or 委外; empty is 自行), 項目 (as on the form), 名稱 (of a
    facility, refrigerant or other energy), 數量 (or 未使用), 單位 (checked where given).
    Raises SpreadsheetError for a file that is no such table.
    """
    table = read_table(source, file_name, COLUMNS, REQUIRED)
    return _Reader(table).read()


@transaction.atomic
def apply_import(planned: Import, *, by: User) -> int:
    """Fill in the filings, all or none; return how many. Raises SpreadsheetError with problems."""
    if planned.problems:
        raise SpreadsheetError(planned.problems)
    for pk, answers in planned.answers.items():
        workflow.prefill(filing=planned.filings[pk], answers=answers, outsourced_scope="", by=by)
    return len(planned.answers)


class _Reader:
    def __init__(self, table: Table) -> None:
        self.table = table
        self.planned = Import()
        self.years = {year.year: year for year in ReportingYear.objects.all()}
        self.factors: dict[int, FactorTable] = {}
        self.labels = _labels()
        self.filings = self._filings()

    def _filings(self) -> dict[tuple[int, str], Filing]:
        """The filings that the file speaks of, by year and account: one query."""
        accounts = {row["account"].lower() for row in self.table.rows}
        users = User.objects.alias(lower=Lower("username")).filter(lower__in=accounts)
        units = {user.unit_id: user.username.lower() for user in users if user.unit_id}
        filings = Filing.objects.filter(unit_id__in=units).select_related("year", "unit")
        return {(filing.year_id, units[filing.unit_id]): filing for filing in filings}

    def read(self) -> Import:
        for row in self.table.rows:
            self._take(row)
        return self.planned

    def _refuse(self, row: Row, column: str, reason: str) -> None:
        self.planned.problems.append(self.table.row_error(row, column, reason))

    def _take(self, row: Row) -> None:
        filing = self._filing(row)
        line = BY_CODE.get(self.labels.get(row["line"].lower(), ""))
        operation = OPERATIONS.get(row["operation"])
        if line is None:
            self._refuse(row, "line", _("表單沒有這個項目。"))
        if operation is None:
            self._refuse(row, "operation", _("範圍只能是「自行」或「委外」。"))
        if filing is None or line is None or operation is None:
            return
        if filing.status != Status.NOT_STARTED:
            self.planned.left[filing.pk] = filing
            return
        answers = self.planned.answers[filing.pk]
        same = [one for one in answers if (one.operation, one.line) == (operation, line.code)]
        was_unused = any(one.quantity is None for one in same)
        if was_unused or (same and (line.kind is Kind.SINGLE or row["quantity"] == UNUSED)):
            self._refuse(row, "line", _("這個單位的這個項目出現兩次。"))
            return
        answer = self._answer(row, filing.year, operation, line.code, len(same))
        if answer is not None:
            self.planned.filings[filing.pk] = filing
            answers.append(answer)

    def _filing(self, row: Row) -> Filing | None:
        year = next((one for one in self.years if str(one) == row["year"]), None)
        if year is None:
            self._refuse(row, "year", _("沒有這個填報年度。"))
            return None
        filing = self.filings.get((year, row["account"].lower()))
        if filing is None:
            self._refuse(row, "account", _("這個帳號在該年度沒有應填報的單位。"))
        return filing

    def _answer(
        self, row: Row, year: ReportingYear, operation: Operation, code: str, position: int
    ) -> Answer | None:
        line = BY_CODE[code]
        if row["quantity"] == UNUSED:
            return Answer(operation, code, None)
        try:
            quantity = parse_quantity(row["quantity"])
        except ValidationError as error:
            self._refuse(row, "quantity", str(error.message))
            return None
        needs_name = line.kind is not Kind.SINGLE
        if needs_name != bool(row["name"]):
            message = _("請填名稱。") if needs_name else _("這個項目不填名稱。")
            self._refuse(row, "name", message)
            return None
        for column, most in MAX_LENGTHS.items():
            if len(row[column]) > most:
                self._refuse(row, column, _("最多 %(most)s 個字。") % {"most": most})
                return None
        if not self._fits(row, year, code):
            return None
        unit = unit_symbol(row["unit"]) if line.kind is Kind.OTHERS else ""
        return Answer(operation, code, quantity, row["name"], unit, position)

    def _fits(self, row: Row, year: ReportingYear, code: str) -> bool:
        """The unit is the line's (or the energy's), and a refrigerant is one of the set's."""
        line = BY_CODE[code]
        if year.year not in self.factors:
            self.factors[year.year] = FactorTable.of(year)
        known = self.factors[year.year].find(code, row["name"])
        if line.kind is Kind.REFRIGERANTS and not known:
            self._refuse(row, "name", _("係數版本沒有這種冷媒。"))
            return False
        unit = known[0].unit if line.kind is Kind.OTHERS and known else line.unit
        if line.kind is Kind.OTHERS and not row["unit"]:
            self._refuse(row, "unit", _("請填單位。"))
            return False
        if row["unit"] and unit and unit_symbol(row["unit"]) != unit:
            message = _("這個項目以%(unit)s計。") % {"unit": unit_label(unit)}
            self._refuse(row, "unit", message)
            return False
        return True


def _labels() -> dict[str, str]:
    """Line codes by what may stand in 項目: the form's label (as `clean` leaves it) or the code.

    Lists have Chinese labels, whatever language the page or the shell is in.
    """
    with translation.override(settings.LANGUAGE_CODE):
        labels = {clean(str(line.label)).lower(): line.code for line in LINES}
    return labels | {line.code: line.code for line in LINES}
