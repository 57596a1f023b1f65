"""What is filed for a year and could not be computed, or not be counted, with another set.

Asked before a set is put in force: from then on a unit that saves its filing again would be
refused, or would lose what counted until now.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, Q, Value, When
from django.utils.translation import gettext as _

from accounts.wording import listed
from inventory.calculator import MissingFactor
from inventory.entries.answers import Answer
from inventory.entries.computing import activity, factors_for
from inventory.factors.table import FactorTable
from inventory.lines import Kind, Operation, codes_of, line_of, lines_of, unit_label
from inventory.models import AnswerKind, Entry, FactorSet, Filing

MAX_NAMED = 20  # units that are named for one obstacle


@dataclass(frozen=True, slots=True)
class Obstacle:
    """An activity that filings of a ROC year have and the set cannot compute, or would not count.

    wanted: the unit that the set has it per, where it is another; is_dropped: an energy that
    counts now and would only be reported. filings: how many; units: the first of them.
    """

    year: int
    line: str
    name: str
    unit: str
    wanted: str
    is_dropped: bool
    filings: int
    units: tuple[str, ...]

    @property
    def key(self) -> str:
        """What a page calls it."""
        return f"{self.year}:{self.line}:{self.unit}:{self.name}"

    def __str__(self) -> str:
        what = {
            "year": self.year,
            "activity": activity(MissingFactor(self.line, self.name)),
            "count": self.filings,
            "units": listed(self.units),
            "unit": unit_label(self.unit),
            "wanted": unit_label(self.wanted),
        }
        if self.is_dropped:
            text = _("%(year)s 年度「%(activity)s」將不再計入（%(count)s 份填報：%(units)s）。")
        elif self.wanted:
            text = _(
                "%(year)s 年度「%(activity)s」填的是%(unit)s，本版以%(wanted)s計，無法計算"
                "（%(count)s 份填報：%(units)s）。"
            )
        else:
            text = _(
                "%(year)s 年度「%(activity)s」沒有係數，無法計算（%(count)s 份填報：%(units)s）。"
            )
        return text % what


def obstacles(factor_set: FactorSet, years: Iterable[int]) -> list[Obstacle]:
    """What stands against using the set for these ROC years: a query a year, and one for each."""
    factors = list(factor_set.factors.all())
    found = []
    for year in years:
        table = FactorTable.from_rows(year, factor_set.slug, factors)
        for filed in _filed(year):
            wanted = _lacking(filed, table)
            is_dropped = wanted == "" and line_of(filed["line"]).kind is Kind.OTHERS
            if wanted is not None and (filed["counted"] or not is_dropped):
                found.append(_obstacle(year, filed, wanted, is_dropped=is_dropped))
    return found


def _filed(year: int) -> list[Any]:
    """What is filed for the year, by line, name and unit; the name of a facility decides nothing.

    filings: how many have it; counted: in how many of them it counts.
    """
    named = [line.code for line in lines_of(year) if line.is_named]
    entries = Entry.objects.filter(
        filing__year=year, answer=AnswerKind.NUMBER, line__in=codes_of(year)
    )
    return list(
        entries.annotate(called=Case(When(line__in=named, then="name"), default=Value("")))
        .order_by("line", "called", "unit")
        .values("line", "called", "unit")
        .annotate(
            filings=Count("filing", distinct=True),
            counted=Count("filing", distinct=True, filter=Q(kg__isnull=False)),
        )
    )


def _lacking(filed: dict[str, Any], table: FactorTable) -> str | None:
    """None where the set has its factor; else the unit that it has one per, "" for none at all."""
    answer = Answer(Operation.OWN, filed["line"], Decimal(1), filed["called"], filed["unit"])
    try:
        return None if factors_for(answer, table) else ""
    except MissingFactor as missing:
        return missing.unit


def _obstacle(year: int, filed: dict[str, Any], wanted: str, *, is_dropped: bool) -> Obstacle:
    line, name, unit = filed["line"], filed["called"], filed["unit"]
    having = Entry.objects.filter(answer=AnswerKind.NUMBER, line=line, unit=unit)
    if name:
        having = having.filter(name=name)
    if is_dropped:
        having = having.filter(kg__isnull=False)
    filings = Filing.objects.filter(year=year, entries__in=having).order_by("path").distinct()
    units = filings.values_list("unit__code", "unit__name", "path")[:MAX_NAMED]
    return Obstacle(
        year=year,
        line=line,
        name=name,
        unit=unit,
        wanted=wanted,
        is_dropped=is_dropped,
        filings=filed["counted" if is_dropped else "filings"],
        units=tuple(f"{code} {called}" for code, called, _path in units),
    )
