"""A bar chart, drawn on the server: it prints, needs no script and obeys the content policy."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise

BAND = 58  # pixels from one bar to the next
TEXT_AT, BAR_AT, BAR_HEIGHT = 30, 39, 14


@dataclass(frozen=True, slots=True)
class Bar:
    """Its words and figure stand above it. Lengths are per cent of the chart's width."""

    label: str
    value: Decimal
    width: str
    text_y: int
    bar_y: int


@dataclass(frozen=True, slots=True)
class Chart:
    bars: list[Bar]
    bar_height: int = BAR_HEIGHT

    @property
    def height(self) -> int:
        return len(self.bars) * BAND + 14


def bar_chart(values: Iterable[tuple[str | Promise, Decimal]]) -> Chart:
    """Bars in the order given; the longest takes the whole width, nothing takes none."""
    pairs = [(str(label).split("(")[0], value) for label, value in values]
    largest = max((value for _label, value in pairs), default=Decimal(0)) or Decimal(1)
    bars = [
        Bar(label, value, _per_cent(value / largest), at * BAND + TEXT_AT, at * BAND + BAR_AT)
        for at, (label, value) in enumerate(pairs)
    ]
    return Chart(bars)


def _per_cent(share: Decimal) -> str:
    return f"{share * 100:.2f}%"
