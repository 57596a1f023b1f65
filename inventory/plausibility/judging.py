"""From figures to findings. Pure: no database, no request, no clock."""

from inventory.plausibility.alone import alone
from inventory.plausibility.beside_siblings import beside_siblings
from inventory.plausibility.case import Case
from inventory.plausibility.findings import Finding
from inventory.plausibility.neighbours import beside_years
from inventory.plausibility.ranking import weight


def judge(case: Case) -> list[Finding]:
    """Every finding of a filing, the heaviest first; of each kind one a line."""
    found = [*alone(case), *beside_years(case), *beside_siblings(case)]
    found.sort(key=weight, reverse=True)
    return list({(one.kind, one.key): one for one in reversed(found)}.values())[::-1]
