"""The thresholds find what people get wrong, and leave those alone who did not."""

import pytest

from tests.inventory.plausibility.counties import county
from tests.inventory.plausibility.errors import KINDS
from tests.inventory.plausibility.measuring import NUMBERS, SEEDS, Tally, clean, planted

NINE_OF_TEN, ONE_IN_TEN = 0.9, 0.1
SIZES = [7, 58, pytest.param(700, marks=pytest.mark.long)]


def tally(size: int, number: int) -> Tally:
    whole = Tally()
    for seed in range(SEEDS):
        whole.add(planted(size, number, seed))
    return whole


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("size", SIZES)
def test_nine_of_ten_errors_are_found_and_stand_in_front(size: int, number: int) -> None:
    whole = tally(size, number)
    assert sum(whole.planted.values()) == SEEDS * number
    assert whole.good >= NINE_OF_TEN


def test_every_kind_but_a_missing_month_is_found() -> None:
    whole = tally(58, 10)
    assert set(whole.planted) == set(KINDS)
    missed = {kind for kind in KINDS if whole.found[kind] < NINE_OF_TEN * whole.planted[kind]}
    assert missed == {"少一個月"}
    assert whole.found["少一個月"] > 0


@pytest.mark.parametrize("size", SIZES)
def test_at_most_one_filing_in_ten_is_asked_in_vain(size: int) -> None:
    counties = [clean(size, seed) for seed in range(SEEDS)]
    assert sum(one[1] for one in counties) <= ONE_IN_TEN * sum(one[0] for one in counties)


def test_a_seed_makes_the_same_county_again() -> None:
    assert county(58, 3) == county(58, 3)
    assert county(58, 3) != county(58, 4)
