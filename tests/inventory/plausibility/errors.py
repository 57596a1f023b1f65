"""Ten kinds of errors that people make, each planted in one filing."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from tests.inventory.plausibility.counties import KG, YEARS, Unit, quantity

Plant = Callable[[Random, list[Unit], int, int], str | None]
MATTERS = Decimal("0.05")  # of the filing's kg: an error in less than that is nobody's question


@dataclass(frozen=True)
class Error:
    """One planted error: at which unit, of which kind, and at which line it has to be found."""

    at: int
    kind: str
    line: str


def heavy(unit: Unit, year: int, *among: str) -> list[str]:
    """The unit's lines of a year that matter."""
    amounts = unit.years[year]
    total = sum(amount * KG[code] for code, amount in amounts.items())
    return [
        code
        for code, amount in amounts.items()
        if (not among or code in among) and amount * KG[code] >= MATTERS * total
    ]


def ten_times(random: Random, units: list[Unit], at: int, year: int) -> str | None:
    return _times(random, units[at], year, Decimal(10))


def thousand_times(random: Random, units: list[Unit], at: int, year: int) -> str | None:
    return _times(random, units[at], year, Decimal(1000))


def _times(random: Random, unit: Unit, year: int, factor: Decimal) -> str | None:
    lines = heavy(unit, year, "electricity", "lpg", "natural_gas", "gasoline", "diesel")
    if not lines:
        return None
    line = random.choice(lines)
    unit.years[year][line] *= factor
    return line


def swapped(random: Random, units: list[Unit], at: int, year: int) -> str | None:
    """Two lines that stand near each other have each other's figure."""
    amounts = units[at].years[year]
    pairs = [("gasoline", "diesel"), ("electricity", "lpg"), ("electricity", "gasoline")]
    known = [pair for pair in pairs if all(heavy(units[at], year, one) for one in pair)]
    if not known:
        return None
    one, other = random.choice(known)
    ratio = amounts[one] / amounts[other]
    if Decimal("0.7") <= ratio <= Decimal("1.4"):
        return None  # about the same: nobody would see it, and nothing is wrong with the total
    amounts[one], amounts[other] = amounts[other], amounts[one]
    return one


def litre_for_kilogram(random: Random, units: list[Unit], at: int, year: int) -> str | None:
    """Liquefied gas in litres: 0.54 kg each."""
    amounts = units[at].years[year]
    if not heavy(units[at], year, "lpg"):
        return None
    amounts["lpg"] = quantity(float(amounts["lpg"]) / 0.54)
    return "lpg"


def all_unused(random: Random, units: list[Unit], at: int, year: int) -> str | None:
    units[at].years[year].clear()
    return "electricity"


def month_missing(random: Random, units: list[Unit], at: int, year: int) -> str | None:
    """One of twelve bills was not added up."""
    amounts = units[at].years[year]
    amounts["electricity"] = quantity(float(amounts["electricity"]) * 11 / 12)
    return "electricity"


def vanished_gas(random: Random, units: list[Unit], at: int, year: int) -> str | None:
    gas = heavy(units[at], year, "lpg", "natural_gas")
    if not gas:
        return None
    del units[at].years[year][gas[0]]
    return gas[0]


def neighbours_copy(random: Random, units: list[Unit], at: int, year: int) -> str | None:
    """The figures of another unit of the same kind, to the digit."""
    alike = [one for one in range(len(units)) if one != at and units[one].kind == units[at].kind]
    if not alike:
        return None
    units[at].years[year] = dict(units[random.choice(alike)].years[year])
    return ""


def refrigerant_absurd(random: Random, units: list[Unit], at: int, year: int) -> str | None:
    """Grams for kilograms, or the charge of everything instead of what was refilled."""
    code = random.choice(["r134a", "r410a"])
    units[at].years[year][code] = quantity(random.uniform(100, 3_000))
    return code


def last_year_copied(random: Random, units: list[Unit], at: int, year: int) -> str | None:
    other = year - 1 if year - 1 in YEARS else year + 1
    units[at].years[year] = dict(units[at].years[other])
    return ""


KINDS: dict[str, Plant] = {
    "十倍": ten_times,
    "千倍": thousand_times,
    "兩項填反": swapped,
    "公升當公斤": litre_for_kilogram,
    "全部未使用": all_unused,
    "少一個月": month_missing,
    "瓦斯消失": vanished_gas,
    "抄他單位": neighbours_copy,
    "冷媒荒謬": refrigerant_absurd,
    "抄去年": last_year_copied,
}
MAY_STAND_LOWER = {"少一個月", "抄去年"}


LINE_KINDS = {
    "十倍",
    "千倍",
    "公升當公斤",
    "瓦斯消失",
    "冷媒荒謬",
}  # two of them do not hide each other


def plant(random: Random, units: list[Unit], year: int, number: int, first: int) -> list[Error]:
    """So many errors of kinds in turn, beginning with the `first`, each in a filing of its own.

    Where there are more errors than units, the rest are second ones, of kinds that leave the rest
    of a filing alone, on another line.
    """
    errors: list[Error] = []
    order = list(KINDS)
    for turn in range(first, first + number * len(order)):
        if len(errors) == number:
            break
        kind = order[turn % len(order)]
        error = _one(random, units, year, kind, errors)
        errors += [error] if error else []
    return errors


def _one(
    random: Random, units: list[Unit], year: int, kind: str, errors: list[Error]
) -> Error | None:
    """One error of a kind at a random unit that can have it; None where no unit can."""
    free = set(range(len(units))) - {one.at for one in errors}
    if not free and kind in LINE_KINDS:
        free = {one.at for one in errors if one.kind in LINE_KINDS}
    for at in random.sample(sorted(free), len(free)):
        before = dict(units[at].years[year])
        line = KINDS[kind](random, units, at, year)
        if line is not None and not any((one.at, one.line) == (at, line) for one in errors):
            return Error(at, kind, line)
        units[at].years[year] = before
    return None
