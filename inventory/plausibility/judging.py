"""From figures to findings. Pure: no database, no request, no clock."""

from inventory.plausibility.alone import alone
from inventory.plausibility.beside_siblings import beside_siblings
from inventory.plausibility.case import Case
from inventory.plausibility.findings import Finding
from inventory.plausibility.neighbours import beside_years
from inventory.plausibility.ranking import weight


def judge(case: Case) -> list[Finding]:
    """Every finding of a filing, the heaviest and most improbable first."""
    found = [*alone(case), *beside_years(case), *beside_siblings(case)]
    return sorted(found, key=weight, reverse=True)
