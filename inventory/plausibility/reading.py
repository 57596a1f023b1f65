"""What has to be read of units to judge their filings: a few queries, however many there are."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Q

from accounts.models import Unit
from inventory.lines import Operation, codes_of, line_of, lines_of
from inventory.models import Entry, Filing, Judgement, SiblingSpread
from inventory.models import Finding as StoredFinding
from inventory.plausibility.case import Case, Neighbour, Size, Spreads
from inventory.plausibility.figures import ZERO, Figures, LineFigure
from inventory.plausibility.findings import Finding, Key, Kind
from inventory.plausibility.siblings import Spread
from inventory.plausibility.thresholds import thresholds_of
from inventory.states import Status

Explained = frozenset[tuple[Key, Decimal, Decimal]]
REACH = 2  # years: a neighbour's other side says which of the two stands alone


def figures_from(entries: Iterable[Entry]) -> Figures:
    """The entries of one filing, saved or only computed, line by line."""
    rows: dict[Key, list[Entry]] = defaultdict(list)
    for entry in entries:
        rows[entry.operation, entry.line].append(entry)
    return Figures({key: _line_figure(key, some) for key, some in rows.items()})


def _line_figure(key: Key, entries: list[Entry]) -> LineFigure:
    kg = sum((one.kg for one in entries if one.kg is not None), ZERO)
    typed = tuple(one.quantity for one in entries if one.quantity)
    summed = sum(typed, ZERO) if line_of(key[1]).is_summable else kg
    return LineFigure(summed, kg, typed)


def as_finding(stored: StoredFinding) -> Finding:
    """A stored finding as the rules have it."""
    return Finding(
        Kind(stored.kind),
        (stored.operation, stored.line),
        stored.kg,
        stored.strength,
        stored.quantity,
        stored.before,
        stored.neighbour,
        stored.other,
        stored.asks,
    )


@dataclass
class Records:
    """What is stored of some units around the years that are judged.

    `filings`, by unit and year, and their entries reach two years beyond the judged ones.
    """

    filings: dict[tuple[int, int], Filing]
    entries: dict[int, list[Entry]]
    findings: dict[int, list[StoredFinding]]
    spreads: dict[tuple[int, str, str], Spreads] = field(default_factory=dict)
    twins: Counter[tuple[int, str]] = field(default_factory=Counter)
    figures: dict[int, Figures] = field(default_factory=dict)

    def has_figures(self, filing: Filing | None) -> bool:
        """Whether there is anything to judge or to compare with."""
        return filing is not None and bool(self.entries.get(filing.pk))

    def figures_of(self, filing: Filing) -> Figures:
        """A filing's figures as stored, made once."""
        if filing.pk not in self.figures:
            self.figures[filing.pk] = figures_from(self.entries.get(filing.pk, ()))
        return self.figures[filing.pk]

    def beside(self, filing: Filing, years: int) -> Filing | None:
        """The same unit's filing so many years later (earlier, below 0), if it has figures."""
        other = self.filings.get((filing.unit_id, filing.year_id + years))
        return other if self.has_figures(other) else None

    def case_of(self, filing: Filing, typed: Figures | None = None) -> Case:
        """A filing with what stands beside it; `typed` in place of its stored figures.

        What is typed is about to be saved last.
        """
        figures = self.figures_of(filing) if typed is None else typed
        unit, year = filing.unit, filing.year_id
        neighbours = (self._neighbour(filing, step, typed is not None) for step in (-1, 1))
        asked = {(one.value, line.code) for one in Operation for line in lines_of(year)}
        return Case(
            figures,
            thresholds_of(year),
            tuple(one for one in neighbours if one is not None),
            self.spreads.get((year, unit.county_id, unit.category), {}),
            Size(unit.persons, unit.floor_area),
            is_whole=asked <= figures.lines.keys(),
            is_settled=typed is None and filing.status == Status.CONFIRMED,
            twins=self.twins[year, figures.fingerprint] if figures.fingerprint else 0,
            held=self._explained(filing, None),
        )

    def _neighbour(self, filing: Filing, step: int, is_typed: bool) -> Neighbour | None:
        other = self.beside(filing, step)
        if other is None:
            return None
        beyond = self.beside(other, step)
        later = not is_typed and _saved(other) > _saved(filing)
        return Neighbour(
            other.year_id,
            self.figures_of(other),
            codes_of(filing.year_id, other.year_id),
            None if beyond is None else self.figures_of(beyond),
            is_later=later,
            is_settled=other.status == Status.CONFIRMED,
            explained=self._explained(other, filing.year_id),
        )

    def _explained(self, filing: Filing, against: int | None) -> Explained:
        """The explained differences of a filing (against one year): line, its own, the other's."""
        return frozenset(
            ((one.operation, one.line), one.quantity, one.before)
            for one in self.findings.get(filing.pk, ())
            if one.reason and one.before is not None and against in (None, one.neighbour)
        )


def _saved(filing: Filing) -> tuple[bool, object, int]:
    return (filing.saved_at is not None, filing.saved_at, filing.year_id)


def read_records(units: Iterable[int], years: Iterable[int], *, terms: bool = False) -> Records:
    """Everything that judging these units' filings of these years needs.

    terms: with the factors that each entry is frozen with, for whoever shows its sum.
    """
    years = list(years)
    around = range(min(years) - REACH, max(years) + REACH + 1)
    filings = list(
        Filing.objects.filter(unit_id__in=list(units), year_id__in=around)
        .select_related("unit")
        .order_by("unit_id", "year_id")
    )
    entries = Entry.objects.filter(filing__in=filings).order_by("position")
    records = Records(
        {(one.unit_id, one.year_id): one for one in filings},
        _by_filing(entries if terms else entries.defer("terms")),
        _by_filing(StoredFinding.objects.filter(filing__in=filings)),
    )
    records.spreads = _spreads([one.unit for one in filings], years)
    records.twins = twins_of(records, [one for one in filings if one.year_id in years])
    return records


def twins_of(
    records: Records, filings: list[Filing], typed: Figures | None = None
) -> Counter[tuple[int, str]]:
    """How many other filings of a year have the same figures, by year and fingerprint."""
    own = {one.pk: (one.year_id, records.figures_of(one).fingerprint) for one in filings}
    wanted = {mark for _year, mark in own.values()} | ({typed.fingerprint} if typed else set())
    if not (wanted := wanted - {""}):
        return Counter()
    years = {one.year_id for one in filings}
    same = Judgement.objects.filter(fingerprint__in=wanted, year__in=years).exclude(filing__in=own)
    return Counter(same.values_list("year", "fingerprint"))


def _spreads(units: list[Unit], years: list[int]) -> dict[tuple[int, str, str], Spreads]:
    """By year, county and category: the county's where it has enough units, else everybody's."""
    places = {(one.county_id, one.category) for one in units if one.category}
    if not places:
        return {}
    own = {county for county, _category in places}
    rows = SiblingSpread.objects.filter(
        Q(county=None) | Q(county__in=own),
        year__in=years,
        category__in={category for _county, category in places},
    )
    found: dict[tuple[int, str, str], dict[tuple[str, Key], Spread]] = defaultdict(dict)
    for row in sorted(rows, key=lambda row: row.county_id is not None):  # the county's own last
        spread = Spread(row.count, row.middle, row.deviation)
        counties = own if row.county_id is None else {row.county_id}
        if row.county_id is None or row.count >= thresholds_of(row.year_id).siblings:
            for county in counties:
                place = (row.year_id, county, row.category)
                found[place][row.measure, (row.operation, row.line)] = spread
    return dict(found)


def _by_filing(rows: Iterable) -> dict[int, list]:  # type: ignore[type-arg]
    found: dict[int, list] = defaultdict(list)  # type: ignore[type-arg]
    for row in rows:
        found[row.filing_id].append(row)
    return found
