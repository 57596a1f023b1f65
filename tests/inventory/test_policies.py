"""The calendar's edges: the first day that is too early, and the first that is too late."""

from contextlib import AbstractContextManager, nullcontext
from datetime import date, timedelta

import pytest

from inventory.models import FIRST_ROC_YEAR, OLDEST_YEAR, Filing, ReportingYear
from inventory.policies import (
    NotAllowed,
    check_date,
    check_extension,
    check_not_over,
    check_open,
    check_order,
    check_year,
    is_open,
    is_year_over,
)

DAY = date(2016, 6, 30)
ONE = timedelta(days=1)
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


def filing(opens_on: date, due_on: date) -> Filing:
    """A filing of 104 between two dates, in no database."""
    one = Filing(year=ReportingYear(year=104))
    one.__dict__.update(local_opens_on=opens_on, local_due_on=due_on)  # as `with_dates` reads them
    return one


@pytest.mark.parametrize(
    ("opens_on", "due_on", "is_allowed"),
    [
        (DAY, DAY, True),
        (DAY - ONE, DAY + ONE, True),
        (DAY + ONE, DAY + ONE, False),
        (DAY - ONE, DAY - ONE, False),
    ],
)
def test_a_unit_files_from_the_opening_to_the_due_date_both_included(
    opens_on: date, due_on: date, is_allowed: bool
) -> None:
    one = filing(opens_on, due_on)
    assert is_open(one, DAY) == is_allowed
    with allowed(is_allowed):
        check_open(one, DAY)


def test_a_year_is_over_on_the_day_after_its_due_date() -> None:
    one = filing(DAY, DAY)
    assert [is_year_over(one, day) for day in (DAY, DAY + ONE)] == [False, True]


@pytest.mark.parametrize(
    ("due_on", "to", "is_allowed"),
    [
        (DAY - ONE, DAY, True),
        (DAY, DAY, False),
        (DAY, DAY + ONE, True),
        (DAY - 2 * ONE, DAY - ONE, False),
        (DAY + ONE, DAY, False),
    ],
)
def test_an_extension_reaches_today_at_least_and_is_later_than_the_due_date(
    due_on: date, to: date, is_allowed: bool
) -> None:
    with allowed(is_allowed):
        check_extension(filing(DAY - 9 * ONE, due_on), to, DAY)
