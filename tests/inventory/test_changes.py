"""What another factor did to a line, apart from what its unit changed."""

from decimal import Decimal
from typing import Any

import pytest

from inventory.models import AnswerKind, Entry
from inventory.versions.changes import Change, changes, content
from inventory.versions.formats import UnreadableVersion

CH4 = {"factor": 1, "gas": "CH4", "value": "0.001", "gwp": "25"}
CO2 = {"factor": 2, "gas": "CO2", "value": "2.26", "gwp": "1"}


def petrol(terms: list[Any], kg: str | None = "1", **facts: Any) -> Entry:
    """An answer of 10 litres, computed with these frozen factors."""
    given = {"quantity": Decimal(10), "unit": "L", "answer": AnswerKind.NUMBER, **facts}
    amount = None if kg is None else Decimal(kg)
    return Entry(operation="own", line="gasoline", terms=terms, kg=amount, **given)


def change(before: Entry, after: Entry) -> Change:
    [found] = changes(content([before], ""), content([after], ""))
    return found


def test_a_factor_is_all_gases_together_per_unit() -> None:
    found = change(petrol([CO2, CH4], "22.85"), petrol([CO2], "22.6"))
    assert found.is_same_answer
    assert found.factor_before == "2.285 公斤CO₂e／公升"
    assert found.factor_after == "2.26 公斤CO₂e／公升"


def test_another_gwp_is_another_factor() -> None:
    found = change(petrol([CO2, CH4], "22.85"), petrol([CO2, CH4 | {"gwp": "28"}], "22.88"))
    assert (found.factor_before, found.factor_after) == (
        "2.285 公斤CO₂e／公升",
        "2.288 公斤CO₂e／公升",
    )


def test_a_term_that_is_reported_apart_is_in_no_factor() -> None:
    found = change(petrol([CO2], "22.6"), petrol([CO2 | {"biogenic": True}, CH4], "0.25"))
    assert found.factor_after == "0.025 公斤CO₂e／公升"


def test_factors_that_are_the_same_are_not_told() -> None:
    found = change(petrol([CO2], "22.6"), petrol([CO2], "45.2", quantity=Decimal(20)))
    assert not found.is_same_answer
    assert not found.has_other_factor


def test_equal_kilograms_are_no_change() -> None:
    """Of nothing, whatever it is multiplied with, nothing moved."""
    nothing = {"quantity": Decimal(0), "kg": "0"}
    before, after = petrol([CO2], **nothing), petrol([CH4], **nothing)
    assert changes(content([before], ""), content([after], "")) == []


def test_no_factor_any_more() -> None:
    found = change(petrol([CO2], "22.6"), petrol([], None))
    assert (found.is_same_answer, found.has_other_factor) == (True, True)
    assert (found.factor_before, found.factor_after) == ("2.26 公斤CO₂e／公升", "")


@pytest.mark.parametrize(
    "other",
    [
        {"name": "別的"},
        {"unit": "kg"},
        {"quantity": None, "answer": AnswerKind.UNUSED},
    ],
)
def test_what_is_another_activity_has_a_factor_of_its_own(other: dict[str, Any]) -> None:
    """Nothing was replaced: both would be shown as if one were the other's correction."""
    found = change(petrol([CO2], "22.6"), petrol([CH4], "1", **other))
    assert not found.has_other_factor


@pytest.mark.parametrize("term", [1, {}, {"value": "x", "gwp": "1"}, {"value": None, "gwp": "1"}])
def test_terms_that_nobody_can_read(term: Any) -> None:
    with pytest.raises(UnreadableVersion, match="terms"):
        change(petrol([term], "1"), petrol([CO2], "2"))
