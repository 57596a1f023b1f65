"""What others have published: each case comes out with the factors that it states itself."""

import csv
from decimal import ROUND_HALF_UP, Decimal
from functools import reduce
from operator import mul
from pathlib import Path

import pytest

from inventory.calculator import GasFactor, emission, round_kg, total

FILE = Path(__file__).parent / "cases" / "worked_cases.csv"
PER_KG = {"t": Decimal("0.001")}  # every other unit is the one that the factor gives


def cases() -> list[dict[str, str]]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def factors_of(case: dict[str, str]) -> list[GasFactor]:
    """GAS:VALUE:GWP, one per gas; a value may be a product (heating value, TJ, kg/TJ)."""
    found = []
    for stated in case["factors"].split():
        gas, value, gwp = stated.split(":")
        found.append(GasFactor(gas, reduce(mul, map(Decimal, value.split("*"))), Decimal(gwp)))
    return found


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["case"])
def test_the_case_is_reproduced_to_the_places_that_it_states(case: dict[str, str]) -> None:
    result = emission(Decimal(case["quantity"]), factors_of(case))
    exact = sum(term.kg for term in result.terms) * PER_KG.get(case["result_unit"], Decimal(1))
    places = Decimal(1).scaleb(-int(case["places"]))
    assert exact.quantize(places, ROUND_HALF_UP) == Decimal(case["result"])


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["case"])
def test_the_figure_is_the_sum_of_its_gases_rounded_once(case: dict[str, str]) -> None:
    result = emission(Decimal(case["quantity"]), factors_of(case))
    assert result.kg == round_kg(sum(term.kg for term in result.terms))
    assert total([result.kg]) == result.kg


def test_there_are_cases_and_each_names_its_source() -> None:
    assert len(cases()) == 9
    for case in cases():
        assert case["title"]
        assert case["publisher"]
        assert case["where"]
