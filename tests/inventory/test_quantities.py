"""Numbers as people type them."""

from contextlib import suppress
from dataclasses import replace
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from inventory.figures import figure, in_figures, per_cent, printed_symbol
from inventory.form.fields import QuantityField
from inventory.lines import unit_label
from inventory.quantities import QuantityError, read_quantity


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
        ("1-2", "operator"),
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


@pytest.mark.parametrize(
    ("typed", "unit", "read"),
    [
        ("1,234.56 度", "kWh", "1234.56"),
        ("1,234.56度", "kWh", "1234.56"),
        ("１，２３４　度", "kWh", "1234"),
        ("12 kWh", "kWh", "12"),
        ("12KWH", "kWh", "12"),
        ("12 ｋＷｈ", "kWh", "12"),
        ("12 度 (kWh)", "kWh", "12"),
        ("12 度（kWh）\u200b", "kWh", "12"),
        ("3.5公升", "L", "3.5"),
        ("3.5 l", "L", "3.5"),
        ("3.5 ℓ", "L", "3.5"),
        ("7 kg", "kg", "7"),
        ("7㎏", "kg", "7"),
        ("7 公斤", "kg", "7"),
        ("9 立方公尺", "m3", "9"),
        ("9 m3", "m3", "9"),
        ("9 m³", "m3", "9"),
        ("9㎥", "m3", "9"),
        ("9 M³", "m3", "9"),
    ],
)
def test_the_lines_own_unit_may_stand_behind(typed: str, unit: str, read: str) -> None:
    assert read_quantity(typed, unit).value == Decimal(read)


@pytest.mark.parametrize(
    ("typed", "unit", "named"),
    [
        ("12 公升", "kWh", "「公升」不是這一項的單位；請換算成度"),
        ("12 MWh", "kWh", "「MWh」"),
        ("12 公噸", "kg", "「公噸」"),
        ("12 度", "m3", "「度」"),
        ("12 m²", "m3", "「m²」"),
        ("12 公秉", "L", "「公秉」"),
        ("12 元", "kWh", "「元」"),
        ("1200 度 + 3 公升", "kWh", "「公升」"),
        ("12 桶", "", "「桶」請填在單位欄"),
        ("1 度 + 1 公升", "", "同一個單位"),
    ],
)
def test_another_unit_is_refused_by_name(typed: str, unit: str, named: str) -> None:
    with pytest.raises(QuantityError) as refusal:
        read_quantity(typed, unit)
    assert refusal.value.code == "unit"
    assert named in refusal.value.message


def test_where_the_row_names_its_unit_a_known_one_is_handed_on() -> None:
    assert read_quantity("12 公升").unit == "L"
    assert read_quantity("12").unit == ""


@pytest.mark.parametrize(
    ("typed", "value", "parts"),
    [
        ("1200+1350", "2550", "1200+1350"),
        ("=1200+1350", "2550", "1200+1350"),
        ("＝1200＋1350", "2550", "1200+1350"),
        ("1,200 ＋ 1,350 度", "2550", "1200+1350"),
        ("1,200 度 + 1,350 度", "2550", "1200+1350"),
        ("0.1+0.2", "0.3", "0.1+0.2"),
        (".5+1.50000", "2", "0.5+1.5"),
        ("\u200b10\u200b + \ufeff5 ", "15", "10+5"),
        ("=1200", "1200", ""),
        ("1200", "1200", ""),
        ("+".join(["1"] * 50), "50", "+".join(["1"] * 50)),
    ],
)
def test_a_sum_is_added_up_and_keeps_its_parts(typed: str, value: str, parts: str) -> None:
    read = read_quantity(typed, "kWh")
    assert (read.value, read.parts) == (Decimal(value), parts)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("1200-200", "operator"),
        ("1200 − 200", "operator"),
        ("1200+-5", "operator"),
        ("2*3", "operator"),
        ("2×3", "operator"),
        ("10/2", "operator"),
        ("2^3", "operator"),
        ("50%", "operator"),
        ("=-5+6", "operator"),
        ("=SUM(A1:A3)", "number"),
        ("=B2+C2", "number"),
        ("a+b", "number"),
        ("__import__('os').system('true')", "number"),
        ("1+print(1)", "number"),
        ("(1+2)", "number"),
        ("1+(2+3)", "number"),
        ("1e3+1", "number"),
        ("1++2", "number"),
        ("1+", "number"),
        ("+1+", "number"),
        ("==1+2", "number"),
        ("1200+1350=2550", "number"),
        ("10²+1", "number"),
        ("1+٣", "number"),
        ("1+①", "number"),
        ("999999999+1", "too_large"),
        ("999999999.9999+0.0001", "too_large"),
        ("+".join(["1"] * 51), "too_many_parts"),
        ("1+" * 5_000 + "1", "too_long"),
        ("9" * 10_000, "too_long"),
        ("=SUM(" + "A1," * 3_000 + "A1)", "too_long"),
        ("\u0301" * 1_000_000, "too_long"),
    ],
)
def test_what_is_no_sum_is_refused(typed: str, code: str) -> None:
    with pytest.raises(QuantityError) as refusal:
        read_quantity(typed, "kWh")
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("typed", "rounded"),
    [
        ("1234.567891", "1234.5679"),
        ("0.00005", "0.0001"),
        ("0.00004", "0"),
        ("1.12345 + 2.5", "1.1235+2.5"),
        ("1,234.567891 度", "1234.5679"),
        ("999999999.99999", ""),
        ("0." + "1" * 150, "0.1111"),
    ],
)
def test_too_many_places_are_offered_rounded(typed: str, rounded: str) -> None:
    with pytest.raises(QuantityError) as refusal:
        read_quantity(typed, "kWh")
    assert refusal.value.rounded == rounded
    assert refusal.value.code == ("too_many_places" if rounded else "too_large")
    if rounded:
        assert read_quantity(rounded, "kWh").value >= 0


AMOUNTS = st.decimals(min_value=0, max_value=9_999_999, places=4)


@given(st.lists(AMOUNTS, min_size=2, max_size=12), st.sampled_from(["+", " + ", "＋", "度 + "]))
def test_any_sum_is_exact_and_its_parts_add_up_to_it(amounts: list[Decimal], plus: str) -> None:
    read = read_quantity(plus.join(figure(one) for one in amounts), "kWh")
    assert read.value == sum(amounts)
    assert sum(map(Decimal, read.parts.split("+"))) == read.value
    assert read_quantity(in_figures(read.parts), "kWh") == replace(read, unit="")
    assert len(read.parts) <= 300


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
