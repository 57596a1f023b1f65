"""The calendar's edges: the first day that is too early, and the first that is too late."""

from contextlib import AbstractContextManager, nullcontext
from datetime import date

import pytest

from inventory.models import FIRST_ROC_YEAR, OLDEST_YEAR
from inventory.policies import NotAllowed, check_date, check_not_over, check_order, check_year

DAY = date(2016, 6, 30)
NEWEST = DAY.year - FIRST_ROC_YEAR


def allowed(is_allowed: bool) -> AbstractContextManager[object]:
    return nullcontext() if is_allowed else pytest.raises(NotAllowed)


@pytest.mark.parametrize(
    ("number", "is_allowed"),
    [
        (OLDEST_YEAR - 1, False),
        (OLDEST_YEAR, True),
        (NEWEST, True),
        (NEWEST + 1, False),
        (2015, False),
    ],
)
def test_years_that_units_could_file_for(number: int, is_allowed: bool) -> None:
    with allowed(is_allowed):
        check_year(number, DAY)


def test_the_common_eras_year_is_told_in_roc_years() -> None:
    with pytest.raises(NotAllowed, match="民國 104 年"):
        check_year(2015, DAY)


@pytest.mark.parametrize(
    ("due_on", "is_allowed"),
    [(date(2016, 6, 29), False), (DAY, True), (date(2016, 7, 1), True)],
)
def test_a_year_may_close_on_the_day_on_which_it_opens_or_today(
    due_on: date, is_allowed: bool
) -> None:
    with allowed(is_allowed):
        check_order(DAY, due_on)
    with allowed(is_allowed):
        check_not_over(due_on, DAY)


@pytest.mark.parametrize(
    ("date_of_year", "is_allowed"),
    [
        (date(2014, 12, 31), False),
        (date(2015, 1, 1), True),
        (date(2021, 12, 31), True),
        (date(2022, 1, 1), False),
    ],
)
def test_a_date_of_104_lies_between_its_first_day_and_five_years_from_now(
    date_of_year: date, is_allowed: bool
) -> None:
    with allowed(is_allowed):
        check_date(104, date_of_year, DAY)
