"""A filing beside units of its kind. What leaves this module is that it is far, never how far.

A spread is of logarithms: median and robust deviation. It is computed beforehand; a save reads
the few that are its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from statistics import median

MAD_TO_DEVIATION = 1.4826  # of a normal distribution


@dataclass(frozen=True, slots=True)
class Spread:
    """Of the units of a category that used a line: how many, and where their logarithms lie."""

    count: int
    middle: float
    deviation: float

    def distance(self, value: float, least: float) -> float:
        """How many robust standard deviations a quantity above 0 is away, with its sign.

        least: the least deviation that is taken, for five alike units prove nothing.
        """
        return (log(value) - self.middle) / max(self.deviation, least)


def spread_of(values: Sequence[float]) -> Spread | None:
    """The spread of quantities above 0; None for none."""
    logs = [log(value) for value in values if value > 0]
    if not logs:
        return None
    middle = median(logs)
    deviation = MAD_TO_DEVIATION * median(abs(one - middle) for one in logs)
    return Spread(len(logs), middle, deviation)
