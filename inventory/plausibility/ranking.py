"""In which order findings, and filings with findings, are looked at."""

from collections.abc import Iterable
from decimal import Decimal
from math import log10

from inventory.plausibility.findings import Finding

WITHOUT_KG = 2.0  # kilograms alone hide what is improbable: even 1 kg has this much weight


def weight(finding: Finding) -> float:
    """How early a finding stands: improbability, times the order of magnitude of its kg CO2e.

    Kilograms alone put every large unit in front, improbability alone every small one.
    """
    return score(finding.strength, finding.kg)


def score(strength: float, kg: Decimal) -> float:
    """The same of a stored finding."""
    return strength * (WITHOUT_KG + log10(1 + float(kg)))


def filing_place(findings: Iterable[Finding]) -> tuple[bool, float]:
    """How early a filing stands among others: what asks goes first, then the heaviest finding."""
    findings = list(findings)
    asks = any(finding.asks for finding in findings)
    return asks, max((weight(one) for one in findings if one.asks == asks), default=0.0)
