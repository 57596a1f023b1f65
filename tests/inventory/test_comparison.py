"""A figure beside an earlier one: per cent to one place, halves away from nothing."""

from decimal import Decimal

import pytest

from inventory.calculator.comparison import change_per_cent


@pytest.mark.parametrize(
    ("before", "now", "per_cent"),
    [
        ("80", "100", "25.0"),
        ("3", "1", "-66.7"),
        ("100", "100", "0.0"),
        ("7", "0", "-100.0"),
        ("1", "3", "200.0"),
        ("0.0001", "0.0002", "100.0"),
        ("2000", "2001", "0.1"),  # 0.05 is rounded up
        ("2000", "1999", "-0.1"),
        ("10000", "10004", "0.0"),  # 0.04 is not
        ("3", "4", "33.3"),
    ],
)
def test_it_is_the_difference_by_the_earlier_figure(before: str, now: str, per_cent: str) -> None:
    change = change_per_cent(Decimal(before), Decimal(now))
    assert str(change) == per_cent


@pytest.mark.parametrize("now", ["0", "1"])
def test_nothing_has_no_per_cent(now: str) -> None:
    assert change_per_cent(Decimal(0), Decimal(now)) is None
