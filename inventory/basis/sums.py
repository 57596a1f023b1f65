"""Categories and gases of many filings, added up by the database: public versions or desks.

The database multiplies and rounds entry by entry, as `calculator.gases` does; which factors there
are is read first. What cannot be told apart by gas is never left out: it stands without a gas.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection

from inventory.basis.breakdown import Breakdown, frozen_factor
from inventory.basis.edition import Frozen, NotInEdition, on_edition
from inventory.calculator import GasShare, GasStep, gas_steps
from inventory.calculator.gases import UNDIVIDED
from inventory.lines import line_of, operation_label
from inventory.models import Factor, FilingQuerySet
from inventory.published import (
    CURRENT_ENTRIES,
    IS_CURRENT,
    IS_OLDER,
    OLDER_ENTRIES,
    keys_of,
)

ZERO = Decimal("0.0000")
FIRST_FACTOR = "COALESCE(entry.terms -> 0 ->> 'factor', '')"


@dataclass(frozen=True, slots=True)
class LineSum:
    """One line of one operation, county and ROC year, with one set's factors: its gases.

    entries: how many are in it. Where they cannot be computed on the edition that was asked for,
    `shares` is empty, `missing` has the gases without a value, and `filed_kg` what they came to.
    """

    county: str
    year: int
    operation: str
    line: str
    entries: int
    filed_kg: Decimal
    shares: tuple[GasShare, ...]
    missing: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The line as it stands among those of both operations."""
        return operation_label(self.operation, line_of(self.line).label)

    @property
    def kg(self) -> Decimal:
        """kg CO2e of what counts; biogenic CO2 is none of it."""
        return sum((share.kg for share in self.shares if not share.is_biogenic), ZERO)


@dataclass(frozen=True, slots=True)
class _Kind:
    """Entries with the same terms: how they are cut into gases.

    as_filed: the last sum is what the entries have, so that the parts add up to it.
    """

    terms: str
    first_factor: str
    steps: tuple[GasStep, ...]
    as_filed: bool
    missing: tuple[str, ...] = ()


def public_line_sums(filings: FilingQuerySet, edition: str = "") -> Iterator[LineSum]:
    """The public versions of these filings, which are public. At most five queries."""
    yield from line_sums(filings.filter(IS_CURRENT), CURRENT_ENTRIES, edition)
    yield from line_sums(filings.filter(IS_OLDER), OLDER_ENTRIES, edition)


def desk_line_sums(filings: FilingQuerySet, edition: str = "") -> Iterator[LineSum]:
    """These filings as they stand, drafts too. Three queries."""
    return line_sums(filings, CURRENT_ENTRIES, edition)


def line_sums(filings: FilingQuerySet, entries: str, edition: str) -> Iterator[LineSum]:
    """Every line of these filings; `entries` is one of the FROM clauses of `published`.

    edition: with that edition's GWP; "" for the figures as they were filed.
    """
    chosen, values = keys_of(filings)
    kinds = _kinds(entries, chosen, values, edition)
    if not kinds:
        return
    width = max(len(kind.steps) for kind in kinds)
    query = _query(entries, chosen, len(kinds), width)
    parameters = [value for number, kind in enumerate(kinds) for value in _row(number, kind, width)]
    with connection.cursor() as cursor:
        cursor.execute(query, [*parameters, *values])
        for county, year, operation, line, number, count, kg, *sums in cursor.fetchall():
            kind = kinds[number]
            shares = tuple(_shares(kind, kg, sums[:width], sums[width:]))
            yield LineSum(county, year, operation, line, count, kg, shares, kind.missing)


def _kinds(entries: str, chosen: str, values: Sequence[Any], edition: str) -> list[_Kind]:
    query = f"""
        SELECT DISTINCT entry.terms FROM {entries}
        WHERE filing.id IN ({chosen}) AND entry.kg IS NOT NULL
    """  # noqa: S608 - from expressions of ours
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        found = [row[0] for row in cursor.fetchall()]
    texts = [one if isinstance(one, str) else json.dumps(one) for one in found]
    editions = _editions(texts) if edition else {}
    return [_kind(text, editions, edition) for text in texts]


def _editions(texts: Sequence[str]) -> dict[int, str]:
    """The GWP edition of the set that each factor is from."""
    ids = {term.get("factor") for text in texts for term in json.loads(text)}
    found = Factor.objects.filter(pk__in=ids)
    return dict(found.values_list("pk", "factor_set__gwp_basis"))


def _kind(text: str, editions: dict[int, str], edition: str) -> _Kind:
    terms = json.loads(text)
    first = str(terms[0].get("factor", "")) if terms else ""
    try:
        factors = tuple(frozen_factor(term) for term in terms)
    except (KeyError, TypeError, ArithmeticError):  # verify_totals names it; nothing gets lost here
        factors = ()
    if not edition:
        return _Kind(text, first, gas_steps(factors), as_filed=True)
    own = editions.get(int(first), "") if first.isdecimal() else ""
    try:
        steps = gas_steps(on_edition(Frozen(factors, own), edition))
    except NotInEdition as error:
        return _Kind(text, first, (), as_filed=True, missing=error.gases or (UNDIVIDED,))
    return _Kind(text, first, steps, as_filed=own == edition)


def _query(entries: str, chosen: str, kinds: int, width: int) -> str:
    """One row of VALUES a kind, a column for every gas; a gas that a kind lacks is NULL there."""
    gases = range(width)
    number = ", ".join(["%s::numeric"] * width)
    row = f"(%s, %s::jsonb, %s{', ' if width else ''}{number}{', ' if width else ''}{number})"
    names = ["number", "terms", "first_factor"]
    names += [f"upto_{gas}" for gas in gases] + [f"value_{gas}" for gas in gases]
    sums = [f"sum(round(entry.quantity * kind.{name}, 4))" for name in names[3:]]
    # Joined by the first factor's id, which PostgreSQL hashes five times as fast as the terms; the
    # second condition, which it cannot hash, sees that all of the terms are the same.
    return f"""
        SELECT unit.county_id, filing.year_id, entry.operation, entry.line, kind.number,
            {", ".join(["count(*)", "sum(entry.kg)", *sums])}
        FROM {entries}
        JOIN (VALUES {", ".join([row] * kinds)}) AS kind({", ".join(names)})
            ON kind.first_factor = {FIRST_FACTOR} AND NOT kind.terms <> entry.terms
        WHERE filing.id IN ({chosen}) AND entry.kg IS NOT NULL
        GROUP BY 1, 2, 3, 4, 5
    """  # noqa: S608 - from expressions of ours


def _row(number: int, kind: _Kind, width: int) -> Iterator[Any]:
    yield from (number, kind.terms, kind.first_factor)
    empty = [None] * (width - len(kind.steps))
    yield from (str(step.upto) for step in kind.steps)
    yield from empty
    yield from (str(step.factor.value) for step in kind.steps)
    yield from empty


def _shares(
    kind: _Kind, kg: Decimal, upto: Sequence[Decimal], values: Sequence[Decimal]
) -> Iterator[GasShare]:
    """Differences of the running sums. What has kilograms and no gas at all has no gas told."""
    if kind.missing:
        return
    counted = [step for step in kind.steps if not step.factor.is_biogenic]
    if not counted and kg:
        yield GasShare(UNDIVIDED, False, kg, None)
    before = ZERO
    for at, (step, value) in enumerate(zip(kind.steps, values, strict=False)):
        factor, total = step.factor, upto[at]
        if factor.is_biogenic:
            before = upto[at - 1] if at and kind.steps[at - 1].factor.is_biogenic else ZERO
        elif kind.as_filed and at == len(counted) - 1:
            total = kg
        mass = None if factor.gas == UNDIVIDED else value
        yield GasShare(factor.gas, factor.is_biogenic, total - before, mass)
        before = total


def added_up(sums: Iterable[LineSum]) -> Breakdown:
    """One breakdown over all of them; what cannot be computed is not in it."""
    found = Breakdown()
    for one in sums:
        for share in one.shares:
            found.add(one.operation, one.line, share)
    return found
