"""Findings are made anew with every version, at the filing and at those of the years around it.

Nothing here moves a version, a status or a revision. A reason stays with the finding as long as
the figures that it explains are the same.
"""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.account_lists.progress import batches
from inventory.models import Entry, Filing, Judgement
from inventory.models import Finding as StoredFinding
from inventory.plausibility.case import Case
from inventory.plausibility.findings import Finding, Key
from inventory.plausibility.judging import judge
from inventory.plausibility.ranking import filing_place
from inventory.plausibility.reading import REACH, Records, read_records

BATCH = 200  # units that a command judges in one transaction
Reason = tuple[str, str]
SUMMARY = [
    "year", "version", "fingerprint", "was_compared", "asked", "unexplained", "told", "kg", "score",
]  # fmt: skip


def judge_around(filing: Filing, *, answers: bool) -> None:
    """Judge a filing whose figures have just been stored, and the years that look at it.

    answers: its unit has saved it, so the reasons on its entries explain what is found at their
    lines. Has to stand in the transaction of the verb, with the unit's filings locked. A constant
    number of queries.
    """
    around = years_around(filing.year_id)
    records = read_records([filing.unit_id], around)
    own = records.filings[filing.unit_id, filing.year_id]
    others = (records.filings.get((filing.unit_id, one)) for one in around if one != own.year_id)
    _Refresh(records, timezone.now()).run([own, *filter(None, others)], own if answers else None)


def years_around(year: int) -> range:
    """The years whose findings follow from the figures of one: of three, one stands alone."""
    return range(year - REACH, year + REACH + 1)


def judge_year(year: int) -> int:
    """Judge every filing of a year anew, in small transactions; return how many there were."""
    units = list(
        Filing.objects.filter(year_id=year).order_by("unit_id").values_list("unit_id", flat=True)
    )
    for few in batches(units, BATCH):
        with transaction.atomic():
            # Locked like the verbs lock them, so that no save is judged by what stood before it.
            locked = Filing.objects.filter(unit_id__in=few, year_id=year).select_for_update()
            list(locked.order_by("pk").values_list("pk", flat=True))
            records = read_records(few, [year])
            _Refresh(records, timezone.now()).run(
                [records.filings[unit, year] for unit in few], None
            )
    return len(units)


class _Refresh:
    """One run: what is stored of some filings' findings becomes what is found of them now."""

    def __init__(self, records: Records, at: datetime) -> None:
        self.records, self.at = records, at
        self.gone: list[int] = []
        self.new: list[StoredFinding] = []
        self.summaries: list[Judgement] = []

    def run(self, filings: Iterable[Filing], answering: Filing | None) -> None:
        """In this order: what is explained at the first is not asked at those after it."""
        emptied = []
        for filing in filings:
            if self.records.has_figures(filing):
                self._take(filing, is_answering=filing is answering)
            else:
                emptied.append(filing)
                self.gone += [one.pk for one in self.records.findings.get(filing.pk, ())]
        if self.gone:
            StoredFinding.objects.filter(pk__in=self.gone).delete()
        if emptied:
            Judgement.objects.filter(filing__in=emptied).delete()
        StoredFinding.objects.bulk_create(self.new)
        Judgement.objects.bulk_create(
            self.summaries,
            update_conflicts=True,
            unique_fields=["filing"],
            update_fields=SUMMARY,
        )

    def _take(self, filing: Filing, *, is_answering: bool) -> None:
        case = self.records.case_of(filing)
        found = judge(case)
        stored = self.records.findings.get(filing.pk, [])
        given = reasons_of(self.records.entries[filing.pk]) if is_answering else {}
        now = [self._stored(filing, one, stored, given.get(one.key)) for one in found]
        if [_content(one) for one in now] != [_content(one) for one in stored]:
            self.gone += [one.pk for one in stored]
            self.new += now
            self.records.findings[filing.pk] = now
        self.summaries.append(_summary(filing, case, found, now))

    def _stored(
        self, filing: Filing, finding: Finding, stored: list[StoredFinding], given: Reason | None
    ) -> StoredFinding:
        row = StoredFinding(
            filing=filing,
            version=filing.version,
            operation=finding.key[0],
            line=finding.key[1],
            kind=finding.kind.value,
            kg=finding.kg.quantize(Decimal("0.0001")),
            strength=round(finding.strength, 6),
            quantity=finding.now,
            before=finding.before,
            neighbour=finding.year,
            other=finding.other,
            asks=finding.asks,
            made_at=self.at,
        )
        known = next((one for one in stored if _figures(one) == _figures(row)), None)
        if known is not None:
            row.reason, row.reason_note = known.reason, known.reason_note
            row.made_at = known.made_at
        if given is not None:
            row.reason, row.reason_note = given
        return row


def reasons_of(entries: Iterable[Entry]) -> dict[Key, Reason]:
    """The reason that stands at each line; ("", "") where none does."""
    found: dict[Key, Reason] = {}
    for entry in sorted(entries, key=lambda entry: entry.position):
        found.setdefault((entry.operation, entry.line), (entry.reason, entry.reason_note))
    return found


def judgements_of(filings: Iterable[Filing]) -> dict[int, Judgement]:
    """What is stored in short of many filings, by their pk: one query."""
    rows: QuerySet[Judgement] = Judgement.objects.filter(filing__in=[one.pk for one in filings])
    return {row.filing_id: row for row in rows}


def _figures(row: StoredFinding) -> tuple[object, ...]:
    """What a finding is about, which a reason has to be about too."""
    key = (row.operation, row.line, row.kind)
    return (*key, row.quantity, row.before, row.neighbour, row.other)


def _content(row: StoredFinding) -> tuple[object, ...]:
    return (*_figures(row), row.kg, row.asks, row.reason, row.reason_note, row.version)


def _summary(
    filing: Filing, case: Case, found: list[Finding], rows: list[StoredFinding]
) -> Judgement:
    asked = [row for row in rows if row.asks]
    unexplained = [row for row in asked if not row.reason]
    _asks, score = filing_place(found)
    return Judgement(
        filing=filing,
        year=filing.year_id,
        version=filing.version,
        fingerprint=case.figures.fingerprint,
        was_compared=case.was_compared,
        asked=len(asked),
        unexplained=len(unexplained),
        told=len(rows) - len(asked),
        kg=max((row.kg for row in unexplained or rows), default=Decimal(0)),
        score=score,
    )
