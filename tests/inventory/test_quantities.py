"""Numbers as people type them."""

from contextlib import suppress
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from inventory.figures import figure, per_cent, printed_symbol
from inventory.form.fields import QuantityField
from inventory.lines import unit_label
from inventory.quantities import read_quantity


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("1234.5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("12,345,678", "12345678"),
        ("１，２３４．５", "1234.5"),
        ("  42 ", "42"),
        ("　42　", "42"),
        ("0", "0"),
        ("007", "7"),
        (".5", "0.5"),
        ("5.", "5"),
        ("1.50000", "1.5"),
        ("1.000000000", "1"),
        ("\u200b42\u200b", "42"),
        ("\ufeff\u00a042\u2060 \u200f", "42"),
        ("\u200b　１２\u200d", "12"),
        ("999999999.9999", "999999999.9999"),
    ],
)
def test_is_read(typed: str, read: str) -> None:
    assert read_quantity(typed).value == Decimal(read)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("-1", "negative"),
        ("－5", "negative"),
        ("−5", "negative"),
        ("abc", "number"),
        ("NaN", "number"),
        ("Infinity", "number"),
        ("1e9", "number"),
        ("1,23", "number"),
        ("12,34,567", "number"),
        ("1.2.3", "number"),
        ("+1", "number"),
        ("1 000", "number"),
        ("٣", "number"),
        (".", "number"),
        (",", "number"),
        ("十", "number"),
        ("1234567890", "too_large"),
        ("1.00001", "too_many_places"),
        ("10²", "number"),
        ("10₂", "number"),
        ("1½", "number"),
        ("①", "number"),
        ("⑩", "number"),
        ("⒈5", "number"),
        ("🄁5", "number"),
        ("Ⅳ", "number"),
        ("ⅻ", "number"),
        ("１０²", "number"),
        ("१२", "number"),
        ("𝟙𝟚", "number"),
        ("㊀", "number"),
        ("〇", "number"),
        ("百", "number"),
        ("1\u200b2", "number"),
        ("㎏", "number"),
        ("﹣5", "negative"),
        ("⁻5", "negative"),
    ],
)
def test_is_refused_with_its_reason(typed: str, code: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        read_quantity(typed)
    assert refusal.value.code == code


@pytest.mark.parametrize("typed", ["-1", "x" * 61, "1\x00", "1e9"])
def test_the_refusal_begins_with_the_lines_name(typed: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        QuantityField(name="電力", unit="kWh").clean(typed)
    assert refusal.value.messages[0].startswith(("電力", "不允許"))


@pytest.mark.parametrize(
    ("typed", "character"), [("10²", "²"), ("③5", "③"), ("٣", "٣"), ("五", "五")]
)
def test_what_is_no_digit_is_named(typed: str, character: str) -> None:
    with pytest.raises(ValidationError, match=f"「{character}」不是 0 到 9 的數字"):
        read_quantity(typed)


@pytest.mark.parametrize("typed", ["  ", "", "　", "\u200b", "\ufeff \u2060"])
def test_nothing_typed_is_no_answer(typed: str) -> None:
    assert QuantityField(name="電力", unit="kWh").clean(typed) is None


@given(st.characters(), st.sampled_from(["", "1", "1."]))
def test_no_character_that_is_not_a_digit_becomes_one(character: str, before: str) -> None:
    """Full-width ones are digits: they are typed on every Chinese keyboard."""
    digits = "0123456789０１２３４５６７８９"
    with suppress(ValidationError):
        read = read_quantity(before + character).value
        assert character in digits or read == Decimal(before or "x")


@given(st.decimals(min_value=0, max_value="999999999.9999", places=4))
def test_what_is_shown_can_be_typed_again(quantity: Decimal) -> None:
    assert read_quantity(figure(quantity)).value == quantity


@given(st.text(max_size=30))
def test_no_text_does_more_than_be_refused(typed: str) -> None:
    with suppress(ValidationError):
        assert read_quantity(typed).value >= 0


def test_figures_keep_every_digit() -> None:
    assert figure(Decimal("1234567.8900")) == "1,234,567.89"
    assert figure(Decimal("1200")) == "1,200"
    assert figure(Decimal("0.0001")) == "0.0001"
    assert figure(Decimal("-0.5")) == "-0.5"
    assert figure(Decimal("-1234")) == "-1,234"
    assert figure(None) == ""
    assert figure("") == ""


def test_changes_carry_their_sign() -> None:
    assert per_cent(Decimal("45.0")) == "+45.0 %"
    assert per_cent(Decimal("-12.5")) == "−12.5 %"
    assert per_cent(Decimal("0.0")) == "0.0 %"
    assert per_cent(None) == ""


def test_units_in_words() -> None:
    assert unit_label("kWh") == "度"
    assert unit_label("公噸") == "公噸"
    assert printed_symbol("m3") == "m³"
