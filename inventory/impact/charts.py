"""A bar chart, drawn on the server: it prints, needs no script and obeys the content policy."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise

BAND = 58  # pixels from one bar to the next
TEXT_AT, BAR_AT, BAR_HEIGHT = 30, 39, 14
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Bar:
    """Its words and figure stand above it. Places and lengths are per cent of the chart's width."""

    label: str
    value: Decimal
    width: str
    text_y: int
    bar_y: int
    x: str = "0.00%"

    @property
    def is_negative(self) -> bool:
        """Whether the bar reaches from the zero line to the left."""
        return self.value < 0


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars from the left edge, or from `zero` where some are negative."""

    bars: list[Bar]
    bar_height: int = BAR_HEIGHT
    zero: str = ""

    @property
    def height(self) -> int:
        return len(self.bars) * BAND + 14


def bar_chart(values: Iterable[tuple[str | Promise, Decimal]]) -> Chart:
    """Bars in the order given; the longest takes the whole width, nothing takes none."""
    pairs = [(str(label).split("(")[0], value) for label, value in values]
    largest = max((value for _label, value in pairs), default=ZERO) or Decimal(1)
    bars = [
        Bar(label, value, _per_cent(value / largest), at * BAND + TEXT_AT, at * BAND + BAR_AT)
        for at, (label, value) in enumerate(pairs)
    ]
    return Chart(bars)


def difference_chart(values: Iterable[tuple[str | Promise, Decimal]]) -> Chart:
    """Bars to both sides of a zero line: what grows to the right, what shrinks to the left."""
    pairs = [(str(label), value) for label, value in values]
    lowest = min((value for _label, value in pairs), default=ZERO)
    highest = max((value for _label, value in pairs), default=ZERO)
    left, right = min(lowest, ZERO), max(highest, ZERO)
    width = (right - left) or Decimal(1)
    bars = [
        Bar(
            label,
            value,
            _per_cent(abs(value) / width),
            at * BAND + TEXT_AT,
            at * BAND + BAR_AT,
            _per_cent((min(value, ZERO) - left) / width),
        )
        for at, (label, value) in enumerate(pairs)
    ]
    return Chart(bars, zero=_per_cent(-left / width))


def _per_cent(share: Decimal) -> str:
    return f"{share * 100:.2f}%"
