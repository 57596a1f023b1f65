"""An entry's gases add up to its kilograms to the last digit; another edition moves nothing."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.basis.breakdown import breakdown_of, shares_of
from inventory.basis.edition import Frozen, NotInEdition, on_edition, potential
from inventory.calculator import GasFactor, emission, gas_shares, group_of
from inventory.factors.editions import editions, known_potentials
from inventory.lines import Category, Operation
from inventory.models import AnswerKind, Entry

ZERO = Decimal("0.0000")
DIESEL = [
    {"factor": 1, "gas": "CO2", "value": "2.606031792", "gwp": "1"},
    {"factor": 2, "gas": "CH4", "value": "0.0001371596", "gwp": "25"},
    {"factor": 3, "gas": "N2O", "value": "0.0001371596", "gwp": "298"},
]

quantities = st.decimals(min_value=0, max_value=Decimal("999999999.9999"), places=4)
factors = st.builds(
    GasFactor,
    gas=st.sampled_from(["CO2", "CH4", "N2O", "SF6", "HFC-134a", "R410A", "CO2e"]),
    value=st.decimals(min_value=0, max_value=100, places=12),
    gwp=st.decimals(min_value=0, max_value=30_000, places=4),
    is_biogenic=st.booleans(),
)
several = st.lists(
    factors, min_size=1, max_size=6, unique_by=lambda one: (one.gas, one.is_biogenic)
)


@given(quantity=quantities, chosen=several)
def test_the_gases_add_up_to_the_entry_to_the_last_digit(
    quantity: Decimal, chosen: list[GasFactor]
) -> None:
    result, shares = emission(quantity, chosen), gas_shares(quantity, chosen)
    assert sum((one.kg for one in shares if not one.is_biogenic), ZERO) == result.kg
    assert sum((one.kg for one in shares if one.is_biogenic), ZERO) == result.biogenic_kg
    exact = {(term.factor.gas, term.factor.is_biogenic): term.kg for term in result.terms}
    for one in shares:
        assert one.kg >= 0
        assert abs(one.kg - exact[one.gas, one.is_biogenic]) < Decimal("0.0001")
        assert one.kg == one.kg.quantize(Decimal("0.0001"))


@given(quantity=quantities, chosen=several, data=st.data())
def test_they_do_not_depend_on_the_order_of_the_factors(
    quantity: Decimal, chosen: list[GasFactor], data: st.DataObject
) -> None:
    other = data.draw(st.permutations(chosen))
    assert gas_shares(quantity, chosen) == gas_shares(quantity, other)


def test_an_example_by_hand() -> None:
    """Per litre: CH4 0.0025, N2O 0.00298, CO2 2.606; the running sum is rounded after each."""
    chosen = [
        GasFactor("CO2", Decimal("2.606"), Decimal(1)),
        GasFactor("CH4", Decimal("0.0001"), Decimal(25)),
        GasFactor("N2O", Decimal("0.00001"), Decimal(298)),
    ]
    shares = {one.gas: (one.kg, one.gas_kg) for one in gas_shares(Decimal("0.5"), chosen)}
    # 0.00125 → 0.0013; 1.30425 → 1.3043; 1.30574 → 1.3057
    assert shares == {
        "CH4": (Decimal("0.0013"), Decimal("0.0001")),
        "CO2": (Decimal("1.3030"), Decimal("1.3030")),
        "N2O": (Decimal("0.0014"), Decimal("0.0000")),
    }


@pytest.mark.parametrize(
    ("gas", "group"),
    [
        ("CO2", "CO2"),
        ("CH4", "CH4"),
        ("CH4 (fossil)", "CH4"),
        ("CH4 (non-fossil)", "CH4"),
        ("N2O", "N2O"),
        ("HFC-134a", "HFCs"),
        ("HFC-227ea", "HFCs"),
        ("R410A", "HFCs"),
        ("R507A", "HFCs"),
        ("PFC-14", "PFCs"),
        ("C2F6", "PFCs"),
        ("CF4", "PFCs"),
        ("SF6", "SF6"),
        ("NF3", "NF3"),
        ("CO2e", "CO2e"),
        ("HCFC-22", "HCFC-22"),
    ],
)
def test_gases_stand_in_the_groups_of_the_protocols(gas: str, group: str) -> None:
    assert group_of(gas) == group


def entry(line: str, quantity: str, terms: list, operation: Operation = Operation.OWN) -> Entry:
    made = Entry(
        operation=operation.value,
        line=line,
        answer=AnswerKind.NUMBER,
        quantity=Decimal(quantity),
        terms=terms,
    )
    frozen = [
        GasFactor(one["gas"], Decimal(one["value"]), Decimal(one["gwp"]), bool(one.get("biogenic")))
        for one in terms
    ]
    made.kg = emission(made.quantity, frozen).kg if terms else None
    return made


class TestBreakdown:
    def test_categories_and_gases_of_a_filing(self) -> None:
        electricity = [{"factor": 9, "gas": "CO2e", "value": "0.528", "gwp": "1"}]
        entries = [
            entry("electricity", "1000", electricity),
            entry("diesel", "100", DIESEL),
            entry("diesel", "10", DIESEL, Operation.OUTSOURCED),
            entry("other", "5", []),
        ]
        found = breakdown_of(entries)
        categories = {one.category: one.kg for one in found.categories}
        assert categories[Category.ENERGY_INDIRECT] == Decimal("528.0000")
        assert categories[Category.DIRECT] == entries[1].kg
        assert categories[Category.OTHER_INDIRECT] == entries[2].kg
        assert found.own_kg == entries[0].kg + entries[1].kg
        assert found.outsourced_kg == entries[2].kg
        rows = {str(row.label): row for row in found.gases}
        assert list(rows) == ["CO₂", "CH₄", "N₂O", "未分氣體 (CO₂e)"]
        assert rows["CO₂"].own.tonnes == Decimal("0.2606032")
        assert rows["CH₄"].own.gas_kg == Decimal("0.0137")
        assert rows["未分氣體 (CO₂e)"].own.tonnes is None
        assert sum(row.own.kg for row in found.gases) == found.own_kg
        assert found.biogenic is None

    def test_biogenic_co2_stands_apart(self) -> None:
        terms = [DIESEL[0] | {"biogenic": True}, DIESEL[1]]
        found = breakdown_of([entry("diesel", "100", terms)])
        assert found.own_kg == Decimal("0.3429")
        assert [str(row.label) for row in found.gases] == ["CH₄"]
        assert found.biogenic is not None
        assert found.biogenic.own.kg == Decimal("260.6032")
        assert found.biogenic.own.tonnes == Decimal("0.2606032")
        assert sum(one.kg for one in found.categories) == found.own_kg

    def test_kilograms_without_terms_are_not_lost(self) -> None:
        made = entry("diesel", "1", [])
        made.kg = Decimal("7.0000")
        [share] = shares_of(made)
        assert (share.gas, share.kg, share.gas_kg) == ("CO2e", Decimal("7.0000"), None)


class TestEdition:
    FROZEN = (
        GasFactor("CO2", Decimal("2.6"), Decimal(1)),
        GasFactor("CH4", Decimal("0.0001"), Decimal(25)),
    )

    def test_only_the_weights_of_the_gases_are_others(self) -> None:
        moved = on_edition(Frozen(self.FROZEN, "AR4"), "AR5")
        assert [(one.gas, one.value, one.gwp) for one in moved] == [
            ("CO2", Decimal("2.6"), Decimal(1)),
            ("CH4", Decimal("0.0001"), Decimal(28)),
        ]

    def test_what_was_computed_on_it_already_stays(self) -> None:
        odd = (GasFactor("HFC-245fa", Decimal(1), Decimal("1030.5")),)
        assert on_edition(Frozen(odd, "AR4"), "AR4") == odd

    def test_what_is_published_in_co2e_weighs_one(self) -> None:
        frozen = (GasFactor("CO2e", Decimal("0.528"), Decimal(1)),)
        assert all(on_edition(Frozen(frozen, "AR4"), name) == frozen for name in editions())

    def test_a_gas_without_a_value_is_named(self) -> None:
        frozen = (*self.FROZEN, GasFactor("HFC-245fa", Decimal(1), Decimal(1030)))
        with pytest.raises(NotInEdition) as refused:
            on_edition(Frozen(frozen, "AR4"), "AR5")
        assert refused.value.gases == ("HFC-245fa",)

    def test_the_origin_of_methane_is_told_by_no_edition_before_the_sixth(self) -> None:
        assert potential("CH4 (fossil)", "AR6") == Decimal("29.8")
        assert potential("CH4 (fossil)", "AR5") is None

    @pytest.mark.parametrize(
        ("gas", "edition", "value"),
        [
            ("R410A", "AR4", "2088"),  # printed, beside 2087.5
            ("R404A", "AR4", "3922"),
            ("R410A", "AR6", "2256"),  # both recomputed: the whole number
            ("R407C", "SAR", "1526"),
            ("SF6", "AR6", "25200"),  # printed, beside one that nobody has seen in print
            ("CO2e", "AR6", "1"),
        ],
    )
    def test_of_two_values_the_better_founded(self, gas: str, edition: str, value: str) -> None:
        assert potential(gas, edition) == Decimal(value)

    def test_every_known_value_can_be_found(self) -> None:
        for one in known_potentials():
            assert potential(one.gas, one.edition) is not None
