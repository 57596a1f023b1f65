"""Quantity × factor × GWP, rounded once."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.calculator import GasFactor, MissingFactor, emission, round_kg, total

quantities = st.decimals(min_value=0, max_value="999999999.9999", places=4)
factors = st.builds(
    GasFactor,
    gas=st.sampled_from(["CO2", "CH4", "N2O"]),
    value=st.decimals(min_value=0, max_value=10, places=10),
    gwp=st.decimals(min_value=0, max_value=25_000, places=2),
)


@pytest.mark.parametrize(
    ("quantity", "factor", "kg"),
    [
        ("438", "0.554", "242.652"),
        ("677.4", "0.533", "361.0542"),
        ("67872000", "0.554", "37601088"),
        ("1200000", "0.494", "592800"),
        ("1", "1.8790358400", "1.8790"),
    ],
)
def test_worked_cases_of_others(quantity: str, factor: str, kg: str) -> None:
    """Published sums: 泰安宮 and 興中社區 (lcss), 南科 2017, a case of 113, 新竹縣's gas."""
    result = emission(Decimal(quantity), [GasFactor("CO2e", Decimal(factor), Decimal(1))])
    assert result.kg == Decimal(kg)


def test_every_gas_counts_with_its_own_gwp() -> None:
    """45.2 L of petrol at 7,520 kcal/L with AR5: 102.634698046464 kg before rounding."""
    tj = Decimal("7520") * Decimal("4.1868E-9")
    gases = [("CO2", "69300", "1"), ("CH4", "25", "28"), ("N2O", "8", "265")]
    factors = [GasFactor(gas, tj * Decimal(kg), Decimal(gwp)) for gas, kg, gwp in gases]
    result = emission(Decimal("45.2"), factors)
    assert sum(term.kg for term in result.terms) == Decimal("102.634698046464")
    assert result.kg == Decimal("102.6347")


def test_halves_are_rounded_up_once_at_the_end() -> None:
    half = GasFactor("CO2", Decimal("0.00005"), Decimal(1))
    assert emission(Decimal(1), [half]).kg == Decimal("0.0001")
    assert round_kg(Decimal("0.00015")) == Decimal("0.0002")
    two_quarters = [GasFactor(gas, Decimal("0.000025"), Decimal(1)) for gas in ("CO2", "CH4")]
    assert emission(Decimal(1), two_quarters).kg == Decimal("0.0001")


def test_a_missing_factor_is_an_error_never_zero() -> None:
    with pytest.raises(MissingFactor, match="no factor"):
        emission(Decimal(1), [])


@pytest.mark.parametrize("quantity", ["-0.0001", "NaN", "Infinity"])
def test_what_is_no_quantity_is_refused(quantity: str) -> None:
    with pytest.raises(ValueError, match="not a quantity"):
        emission(Decimal(quantity), [GasFactor("CO2", Decimal(1), Decimal(1))])


def test_a_total_is_the_sum_of_what_is_shown() -> None:
    assert total([]) == Decimal("0.0000")
    assert total([Decimal("0.0001"), Decimal("1.5000")]) == Decimal("1.5001")


@given(st.lists(quantities, max_size=20), st.randoms())
def test_a_total_never_depends_on_the_order(kilograms: list[Decimal], random) -> None:
    shuffled = list(kilograms)
    random.shuffle(shuffled)
    assert total(shuffled) == total(kilograms)


@given(quantities, st.lists(factors, min_size=1, max_size=3))
def test_twice_the_quantity_is_twice_the_unrounded_sum(quantity, factors) -> None:
    once, twice = emission(quantity, factors), emission(quantity * 2, factors)
    assert [term.kg for term in twice.terms] == [term.kg * 2 for term in once.terms]
    assert abs(twice.kg - 2 * once.kg) <= Decimal("0.0001")
