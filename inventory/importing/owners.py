"""Whose figures a row has: the unit of an account or agency code, and its filing of the year."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from accounts import cleaning
from accounts.models import Unit, User
from accounts.spreadsheets import RowError
from accounts.wording import listed
from inventory.importing.statements import Cell, Subject
from inventory.importing.words import read_year
from inventory.models import Filing


@dataclass(frozen=True, slots=True)
class Owner:
    """The filing of a row, or why there is none. `year` where that could be read."""

    filing: Filing | None = None
    year: int | None = None
    problem: RowError | None = None


class Owners:
    """The filings that a sheet speaks of: three queries, however long it is."""

    def __init__(self, subjects: Iterable[Subject], years: Iterable[int], year: int | None) -> None:
        self.years = sorted(years)
        self.year = year
        self.texts = {text for one in subjects for text in (one.account.text, one.code.text)}
        self.accounts = self._accounts()
        self.codes = self._codes()
        units = {*self.accounts.values(), *(unit.pk for unit in self.codes.values())}
        filings = Filing.objects.filter(unit_id__in=units, year_id__in=self.years)
        filings = filings.select_related("year", "unit")
        self.filings = {(filing.year_id, filing.unit_id): filing for filing in filings}

    def _accounts(self) -> dict[str, int]:
        names = {cleaning.account(text).lower() for text in self.texts}
        users = User.objects.alias(lower=Lower("username")).filter(lower__in=names)
        return {user.username.lower(): user.unit_id for user in users if user.unit_id}

    def _codes(self) -> dict[str, Unit]:
        codes = {cleaning.county_and_code(text)[1] for text in self.texts}
        return {unit.code: unit for unit in Unit.objects.filter(code__in=codes)}

    def of(self, subject: Subject) -> Owner:
        """The filing of a row, found by its account, or by its code where it has no account."""
        year, problem = self._year(subject.year)
        if year is None:
            return Owner(problem=problem)
        account, code = (one.text.strip() for one in (subject.account, subject.code))
        where = subject.account if account or not subject.code.cell else subject.code
        if not account and not code:
            return Owner(year=year, problem=where.error(_("請填帳號或機關代碼。")))
        unit = self._unit(account or code)
        filing = None if unit is None else self.filings.get((year, unit))
        if filing is None:
            return Owner(year=year, problem=where.error(_("這個帳號在該年度沒有應填報的單位。")))
        if account and code and self._unit(code) != unit:
            message = _("機關代碼與帳號不是同一個單位。")
            return Owner(year=year, problem=subject.code.error(message))
        return Owner(filing, year)

    def _unit(self, text: str) -> int | None:
        """The unit of an account, with its county's letter or without: a code has one unit."""
        if (known := self.accounts.get(cleaning.account(text).lower())) is not None:
            return known
        letter, code = cleaning.county_and_code(text)
        unit = self.codes.get(code)
        return unit.pk if unit is not None and letter in ("", unit.county_id) else None

    def _year(self, typed: Cell) -> tuple[int | None, RowError | None]:
        if not typed.text.strip():
            if self.year is None:
                return None, typed.error(_("請填年度，或在上傳時選擇年度。"))
            return self.year, None
        year = read_year(typed.text)
        if year not in self.years:
            what = {"years": listed(map(str, self.years))}
            message = _(
                "沒有這個填報年度；現有 %(years)s，可寫成 104、104年、民國104年、2015 或"
                "西元2015年。"
            )
            return None, typed.error(message % what)
        if self.year not in (None, year):
            what = {"year": str(self.year)}
            return None, typed.error(_("與上傳時選擇的 %(year)s 年度不同。") % what)
        return year, None
