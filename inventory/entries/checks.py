"""Plausibility: what looks odd beside last year. It asks for a reason, it never blocks a figure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from inventory.calculator.comparison import change_per_cent
from inventory.entries.answers import amounts, answers_from
from inventory.lines import codes_of, line_of
from inventory.models import Entry, Filing

LIMIT_PER_CENT = Decimal(30)
Amounts = Mapping[tuple[str, str], Decimal]


class Deviation(Enum):
    """In which way a line differs from last year."""

    CHANGED = "changed"
    APPEARED = "appeared"
    VANISHED = "vanished"


@dataclass(frozen=True, slots=True)
class Finding:
    """A line that asks for a reason. change: per cent of last year's quantity, where it has one."""

    operation: str
    line: str
    oddity: Deviation
    before: Decimal
    now: Decimal
    change: Decimal | None = None

    @property
    def key(self) -> tuple[str, str]:
        return (self.operation, self.line)


def findings(now: Amounts, before: Amounts) -> list[Finding]:
    """Compare the lines that both years answered.

    CHANGED beyond ±30 % (exactly 30 % is not beyond), APPEARED from nothing, VANISHED to
    nothing. Lines without a common unit can only appear or vanish.
    """
    found = []
    for key, amount in now.items():
        earlier = before.get(key)
        if earlier is None or earlier == amount:
            continue
        if earlier == 0:
            found.append(Finding(*key, Deviation.APPEARED, earlier, amount))
        elif amount == 0:
            found.append(Finding(*key, Deviation.VANISHED, earlier, amount, Decimal(-100)))
        elif line_of(key[1]).is_summable and abs(amount - earlier) * 100 > earlier * LIMIT_PER_CENT:
            change = change_per_cent(earlier, amount)
            found.append(Finding(*key, Deviation.CHANGED, earlier, amount, change))
    return found


def entries_of_last_year(filing: Filing) -> list[Entry]:
    """What the same unit filed for the year before; empty where it filed nothing. One query.

    Only lines that the forms of both years ask: one that a form begins to ask has not appeared,
    and one that it asks no more has not vanished.
    """
    last = {"filing__unit_id": filing.unit_id, "filing__year_id": filing.year_id - 1}
    return list(Entry.objects.filter(**last, line__in=codes_of(filing.year_id - 1, filing.year_id)))


def findings_of(filings: Iterable[Filing]) -> dict[int, list[Finding]]:
    """The findings of many filings of one year, by their pk: two queries however many they are."""
    filings = list(filings)
    if not filings:
        return {}
    units = {filing.unit_id: filing.pk for filing in filings}
    now: dict[int, list[Entry]] = defaultdict(list)
    before: dict[int, list[Entry]] = defaultdict(list)
    for entry in Entry.objects.filter(filing__in=filings):
        now[entry.filing_id].append(entry)
    year = filings[0].year_id
    last_year = Entry.objects.filter(filing__unit__in=units, filing__year_id=year - 1)
    compared = last_year.filter(line__in=codes_of(year - 1, year))
    for entry in compared.select_related("filing"):
        before[units[entry.filing.unit_id]].append(entry)
    return {
        filing.pk: findings(
            amounts(answers_from(now[filing.pk])), amounts(answers_from(before[filing.pk]))
        )
        for filing in filings
    }
