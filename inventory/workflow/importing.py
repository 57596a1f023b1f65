"""A list of figures that fills in filings before their units look at them (year 103)."""

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Lower
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import cleaning
from accounts.models import User
from accounts.spreadsheets import Row, RowError, SpreadsheetError, Table, read_table
from inventory import workflow
from inventory.calculator import MissingFactor
from inventory.entries.answers import MAX_ROWS, Answer, count_rows, too_many_rows
from inventory.entries.computing import activity, missing_factor
from inventory.entries.naming import recognise
from inventory.factors.table import FactorTable
from inventory.lines import Kind, Line, Operation, lines_of, unit_label, unit_symbol
from inventory.models import Filing, ReportingYear
from inventory.policies import NotAllowed, can_import
from inventory.quantities import Quantity, QuantityError, read_quantity

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
    table = read_table(source, file_name, COLUMNS, REQUIRED, verbatim=("year", "quantity"))
    return _Reader(table).read()


@transaction.atomic
def apply_import(planned: Import, *, by: User) -> int:
    """Fill in the filings, all or none; return how many.

    Raises SpreadsheetError with problems, and NotAllowed where a filing was begun, or another
    factor set published, since the file was read.
    """
    if planned.problems:
        raise SpreadsheetError(planned.problems)
    for pk, answers in planned.answers.items():
        filing = planned.filings[pk]
        try:
            workflow.prefill(filing=filing, answers=answers, outsourced_scope="", by=by)
        except MissingFactor as missing:
            what = {"unit": filing, "why": activity(missing)}
            raise NotAllowed(_("%(unit)s 無法計算：%(why)s") % what) from missing
    return len(planned.answers)


class _Reader:
    def __init__(self, table: Table) -> None:
        self.table = table
        self.planned = Import()
        self.years = {year.year: year for year in ReportingYear.objects.all()}
        self.factors: dict[int, FactorTable] = {}
        self.labels: dict[int, dict[str, Line]] = {}
        self.filings = self._filings()

    def _filings(self) -> dict[tuple[int, str], Filing]:
        """The filings that the file speaks of, by year and account: one query."""
        accounts = {cleaning.key(row["account"]) for row in self.table.rows}
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
        year = self._year(row)
        filing = None if year is None else self._filing(row, year)
        line = None if year is None else self._line(row, year)
        operation = OPERATIONS.get(cleaning.key(row["operation"]))
        if operation is None:
            self._refuse(row, "operation", _("範圍只能是「自行」或「委外」。"))
        if filing is None or line is None or operation is None:
            return
        if not can_import(filing):
            self.planned.left[filing.pk] = filing
            return
        answers = self.planned.answers[filing.pk]
        same = [one for one in answers if (one.operation, one.line) == (operation, line.code)]
        was_unused = any(one.quantity is None for one in same)
        if was_unused or (same and (line.kind is Kind.SINGLE or _is_unused(row))):
            self._refuse(row, "line", _("這個單位的這個項目出現兩次。"))
            return
        if line.kind is not Kind.SINGLE and count_rows(answers) >= MAX_ROWS:
            self._refuse(row, "line", too_many_rows())
            return
        answer = self._answer(row, filing.year, operation, line, len(same))
        if answer is not None:
            self.planned.filings[filing.pk] = filing
            answers.append(answer)

    def _year(self, row: Row) -> int | None:
        typed = cleaning.word(row["year"])
        year = next((one for one in self.years if str(one) == typed), None)
        if year is None:
            self._refuse(row, "year", _("沒有這個填報年度。"))
        return year

    def _line(self, row: Row, year: int) -> Line | None:
        """The line that the form of the row's year asks under this label or code."""
        if year not in self.labels:
            self.labels[year] = _labels(year)
        line = self.labels[year].get(cleaning.key(row["line"]))
        if line is None:
            self._refuse(row, "line", _("%(year)s 年度的表單沒有這個項目。") % {"year": year})
        return line

    def _filing(self, row: Row, year: int) -> Filing | None:
        filing = self.filings.get((year, cleaning.key(row["account"])))
        if filing is None:
            self._refuse(row, "account", _("這個帳號在該年度沒有應填報的單位。"))
        return filing

    def _answer(
        self, row: Row, year: ReportingYear, operation: Operation, line: Line, position: int
    ) -> Answer | None:
        if _is_unused(row):
            return Answer(operation, line.code, None)
        quantity = self._quantity(row, line)
        if quantity is None:
            return None
        table = self._table(year)
        found = recognise(cleaning.name(row["name"]), line, table)
        if found.refusal:
            self._refuse(row, "name", found.refusal)
            return None
        if not self._fits(row, line, found.name, table):
            return None
        unit = unit_symbol(row["unit"]) if line.kind is Kind.OTHERS else ""
        answer = Answer(
            operation,
            line.code,
            quantity.value,
            found.name,
            unit,
            position,
            parts=quantity.parts,
        )
        if message := missing_factor(answer, table):
            self._refuse(row, "name" if line.is_named else "line", message)
            return None
        return answer

    def _quantity(self, row: Row, line: Line) -> Quantity | None:
        """The quantity, in the line's own unit or in that of the row."""
        try:
            quantity = read_quantity(row["quantity"], line.unit)
        except QuantityError as error:
            self._refuse(row, "quantity", str(error.message))
            return None
        unit = unit_symbol(row["unit"])
        if unit and quantity.unit not in ("", unit):
            message = _("數量後面的單位與單位欄的%(unit)s不同，請擇一填寫。")
            self._refuse(row, "quantity", message % {"unit": unit_label(unit)})
            return None
        return quantity

    def _table(self, year: ReportingYear) -> FactorTable:
        if year.year not in self.factors:
            self.factors[year.year] = FactorTable.of(year)
        return self.factors[year.year]

    def _fits(self, row: Row, line: Line, name: str, table: FactorTable) -> bool:
        """It has a name where one is asked, short enough, and the unit of the line or energy."""
        needs_name = line.kind is not Kind.SINGLE
        if needs_name != bool(row["name"]):
            message = _("請填名稱。") if needs_name else _("這個項目不填名稱。")
            self._refuse(row, "name", message)
            return False
        for column, most in MAX_LENGTHS.items():
            if len(row[column]) > most:
                self._refuse(row, column, _("最多 %(most)s 個字。") % {"most": most})
                return False
        known = table.find(line.code, name)
        unit = known[0].unit if line.kind is Kind.OTHERS and known else line.unit
        if line.kind is Kind.OTHERS and not row["unit"]:
            self._refuse(row, "unit", _("請填單位。"))
            return False
        if row["unit"] and unit and unit_symbol(row["unit"]) != unit:
            what = {"name": name or line.label, "unit": unit_label(unit)}
            self._refuse(row, "unit", _("「%(name)s」以%(unit)s計，請換算後填寫。") % what)
            return False
        return True


def _is_unused(row: Row) -> bool:
    return cleaning.word(row["quantity"]) == UNUSED


def _labels(year: int) -> dict[str, Line]:
    """A year's lines by what may stand in 項目, as `cleaning.key` has it: the label or the code.

    Lists have Chinese labels, whatever language the page or the shell is in.
    """
    with translation.override(settings.LANGUAGE_CODE):
        labels = {cleaning.key(str(line.label)): line for line in lines_of(year)}
    return labels | {line.code: line for line in lines_of(year)}
