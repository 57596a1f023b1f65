"""Quantity × factor × GWP, rounded once."""

from dataclasses import FrozenInstanceError
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.calculator import (
    KG_PLACES,
    Emission,
    GasFactor,
    MissingFactor,
    Term,
    emission,
    round_kg,
    total,
)

quantities = st.decimals(min_value=0, max_value="999999999.9999", places=4)
factors = st.builds(
    GasFactor,
    gas=st.sampled_from(["CO2", "CH4", "N2O"]),
    value=st.decimals(min_value=0, max_value=10, places=10),
    gwp=st.decimals(min_value=0, max_value=25_000, places=2),
)


def test_every_gas_counts_with_its_own_gwp() -> None:
    """45.2 L of petrol at 7,520 kcal/L with AR5: 102.634698046464 kg before rounding."""
    tj = Decimal("7520") * Decimal("4.1868E-9")
    gases = [("CO2", "69300", "1"), ("CH4", "25", "28"), ("N2O", "8", "265")]
    factors = [GasFactor(gas, tj * Decimal(kg), Decimal(gwp)) for gas, kg, gwp in gases]
    result = emission(Decimal("45.2"), factors)
    assert sum(term.kg for term in result.terms) == Decimal("102.634698046464")
    assert result.kg == Decimal("102.6347")


def test_biogenic_co2_is_summed_apart_and_in_no_total() -> None:
    fossil = GasFactor("CO2", Decimal("2"), Decimal(1))
    grown = GasFactor("CO2", Decimal("1.00002"), Decimal(1), is_biogenic=True)
    both = emission(Decimal("2.5"), [fossil, grown])
    assert (both.kg, both.biogenic_kg) == (Decimal("5.0000"), Decimal("2.5001"))
    assert emission(Decimal("2.5"), [fossil]).biogenic_kg == 0
    assert emission(Decimal("2.5"), [grown]).kg == 0


def test_halves_are_rounded_up_once_at_the_end() -> None:
    half = GasFactor("CO2", Decimal("0.00005"), Decimal(1))
    assert emission(Decimal(1), [half]).kg == Decimal("0.0001")
    assert round_kg(Decimal("0.00015")) == Decimal("0.0002")
    two_quarters = [GasFactor(gas, Decimal("0.000025"), Decimal(1)) for gas in ("CO2", "CH4")]
    assert emission(Decimal(1), two_quarters).kg == Decimal("0.0001")


def exactly(quantity: Decimal, factors: list[GasFactor]) -> Fraction:
    """The sum without any rounding, by another arithmetic than the calculator's."""
    return sum(
        (Fraction(quantity) * Fraction(one.value) * Fraction(one.gwp) for one in factors),
        Fraction(0),
    )


def test_nothing_is_rounded_before_the_end() -> None:
    """The longest quantity, factor and GWP that the database can hold."""
    quantity = Decimal("999999999.9999")
    longest = GasFactor("CO2", Decimal("99999999.999999999999"), Decimal("99999999.9999"))
    [term] = emission(quantity, [longest]).terms
    assert Fraction(term.kg) == exactly(quantity, [longest])


@given(quantities, st.lists(factors, min_size=1, max_size=3))
def test_a_figure_is_the_exact_sum_rounded_half_up(quantity, factors) -> None:
    tenths_of_grams = exactly(quantity, factors) * 10**4
    assert Fraction(emission(quantity, factors).kg) * 10**4 == floor(
        tenths_of_grams + Fraction(1, 2)
    )


def test_a_figure_too_long_is_refused_and_never_rounded() -> None:
    """80 digits, four of them after the point, are kept; one more is an error."""
    longest = Decimal("1" * 76)
    assert total([longest]) == round_kg(longest) == longest
    for one in (total, lambda kilograms: round_kg(kilograms[0])):
        with pytest.raises(InvalidOperation):
            one([longest * 10])


def test_figures_have_four_places() -> None:
    assert KG_PLACES == 4
    assert str(round_kg(Decimal(1))) == "1.0000"
    assert str(total([Decimal(1)])) == "1.0000"


@pytest.mark.parametrize(
    "value",
    [
        GasFactor("CO2", Decimal(1), Decimal(1)),
        Term(GasFactor("CO2", Decimal(1), Decimal(1)), Decimal(1)),
        Emission(Decimal(1), (), Decimal(1)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_result_cannot_be_changed_afterwards(value: object) -> None:
    field = next(iter(value.__slots__))  # type: ignore[attr-defined]
    with pytest.raises(FrozenInstanceError):
        setattr(value, field, None)
    assert not hasattr(value, "__dict__")


def test_a_missing_factor_is_an_error_never_zero() -> None:
    with pytest.raises(MissingFactor, match="no factor"):
        emission(Decimal(1), [])
    missing = MissingFactor("other", "R12", "L")
    assert (missing.line, missing.name, missing.unit) == ("other", "R12", "L")
    assert str(missing) == "no factor other R12 L"
    assert str(MissingFactor()) == "no factor"


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


@given(quantities, st.lists(factors, min_size=1, max_size=3), st.randoms())
def test_a_figure_never_depends_on_the_order_of_its_gases(quantity, factors, random) -> None:
    shuffled = list(factors)
    random.shuffle(shuffled)
    assert emission(quantity, shuffled).kg == emission(quantity, factors).kg


@given(st.lists(quantities, max_size=20), factors, st.randoms())
def test_a_filing_never_depends_on_the_order_of_its_entries(amounts, factor, random) -> None:
    kilograms = [emission(amount, [factor]).kg for amount in amounts]
    random.shuffle(amounts)
    assert total(emission(amount, [factor]).kg for amount in amounts) == total(kilograms)


@given(quantities, st.lists(factors, min_size=1, max_size=3))
def test_twice_the_quantity_is_twice_the_unrounded_sum(quantity, factors) -> None:
    once, twice = emission(quantity, factors), emission(quantity * 2, factors)
    for single, double in zip(once.terms, twice.terms, strict=True):
        assert Fraction(double.kg) == 2 * Fraction(single.kg)
    assert abs(twice.kg - 2 * once.kg) <= Decimal("0.0001")
