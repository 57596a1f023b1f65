"""Plausibility: what looks odd beside last year. It asks for a reason, it never blocks a figure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum

from inventory.answers import amounts, given_by, is_summable
from inventory.models import Entry, Inventory

LIMIT_PER_CENT = Decimal(30)
TENTH = Decimal("0.1")
Amounts = Mapping[tuple[str, str], Decimal]


class Oddity(Enum):
    """In which way a line differs from last year."""

    CHANGED = "changed"
    APPEARED = "appeared"
    VANISHED = "vanished"


@dataclass(frozen=True, slots=True)
class Finding:
    """A line that asks for a reason. change: per cent of last year's quantity, where it has one."""

    operation: str
    line: str
    oddity: Oddity
    before: Decimal
    now: Decimal
    change: Decimal | None = None

    @property
    def key(self) -> tuple[str, str]:
        return (self.operation, self.line)


def change_per_cent(before: Decimal, now: Decimal) -> Decimal | None:
    """(now − before) ÷ before in per cent, one place; None where last year was nothing."""
    if before == 0:
        return None
    return ((now - before) * 100 / before).quantize(TENTH, ROUND_HALF_UP)


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
            found.append(Finding(*key, Oddity.APPEARED, earlier, amount))
        elif amount == 0:
            found.append(Finding(*key, Oddity.VANISHED, earlier, amount, Decimal(-100)))
        elif is_summable(key[1]) and abs(amount - earlier) * 100 > earlier * LIMIT_PER_CENT:
            change = change_per_cent(earlier, amount)
            found.append(Finding(*key, Oddity.CHANGED, earlier, amount, change))
    return found


def entries_of_last_year(inventory: Inventory) -> list[Entry]:
    """What the same unit filed for the year before; empty where it filed nothing. One query."""
    last = {"inventory__unit_id": inventory.unit_id, "inventory__year_id": inventory.year_id - 1}
    return list(Entry.objects.filter(**last))


def findings_of(inventories: Iterable[Inventory]) -> dict[int, list[Finding]]:
    """The findings of many filings of one year, by their pk: two queries however many they are."""
    filings = list(inventories)
    if not filings:
        return {}
    units = {filing.unit_id: filing.pk for filing in filings}
    now: dict[int, list[Entry]] = defaultdict(list)
    before: dict[int, list[Entry]] = defaultdict(list)
    for entry in Entry.objects.filter(inventory__in=filings):
        now[entry.inventory_id].append(entry)
    last_year = Entry.objects.filter(
        inventory__unit__in=units, inventory__year_id=filings[0].year_id - 1
    )
    for entry in last_year.select_related("inventory"):
        before[units[entry.inventory.unit_id]].append(entry)
    return {
        filing.pk: findings(amounts(given_by(now[filing.pk])), amounts(given_by(before[filing.pk])))
        for filing in filings
    }
