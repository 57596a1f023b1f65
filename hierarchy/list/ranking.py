"""The reviewer's ranking: filings below the heading with findings, the most improbable first."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator

from hierarchy import scope
from inventory.models import Filing, Judgement
from inventory.plausibility.ranking import weight
from inventory.plausibility.wording import ShownFinding, shown

PAGE_LENGTH = 50
MAX_SHOWN = 3  # findings of a row; the rest stand at 檢視


@dataclass(frozen=True, slots=True)
class RankedRow:
    """One filing with its heaviest findings; `more` counts those that the row leaves out."""

    number: int
    judgement: Judgement
    findings: Sequence[ShownFinding]
    more: int

    @property
    def filing(self) -> Filing:
        """The filing that is ranked."""
        return self.judgement.filing


def ranking(root: Filing, number: str | None) -> tuple[list[RankedRow], Page[Judgement]]:
    """One portion of the ranking. Three queries, however many filings there are.

    What nobody has explained stands first, then what was explained, then what is only told; each
    by improbability and kilograms. What was confirmed comes last.
    """
    page = Paginator(scope.ranked_below(root), PAGE_LENGTH).get_page(number)
    judgements = list(page.object_list)
    found: dict[int, list[ShownFinding]] = defaultdict(list)
    for stored in scope.findings_of([one.filing_id for one in judgements]):
        found[stored.filing_id].append(shown(stored))
    rows = []
    for at, judgement in enumerate(judgements, start=page.start_index()):
        own = found[judgement.filing_id]
        own.sort(key=lambda one: (not one.finding.asks, -weight(one.finding)))
        rows.append(RankedRow(at, judgement, own[:MAX_SHOWN], len(own[MAX_SHOWN:])))
    return rows, page
