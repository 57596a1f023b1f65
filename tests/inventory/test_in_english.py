"""What is typed and imported is understood in whatever language the page is in."""

from pathlib import Path

import pytest
from django.utils import translation

from inventory.importing import read_import
from inventory.lines import UNIT_LABELS, UNIT_WORDS, lines_of, unit_label, unit_symbol
from tests.inventory.conftest import County

LANGUAGES = ("zh-hant", "en")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("typed", "symbol"),
    [
        ("度", "kWh"),
        ("kWh", "kWh"),
        ("KWH", "kWh"),
        ("立方公尺", "m3"),
        ("m3", "m3"),
        ("m³", "m3"),
        (" 公斤 ", "kg"),
        ("KG", "kg"),
        ("公升", "L"),
        ("l", "L"),
        ("litres", "L"),
        ("公噸", "公噸"),
        ("", ""),
    ],
)
def test_a_unit_is_understood_in_both_languages(language: str, typed: str, symbol: str) -> None:
    with translation.override(language):
        assert unit_symbol(typed) == symbol


@pytest.mark.parametrize("shown_in", LANGUAGES)
@pytest.mark.parametrize("read_in", LANGUAGES)
@pytest.mark.parametrize("symbol", sorted(UNIT_LABELS))
def test_a_unit_comes_back_from_the_form_as_it_was_stored(
    shown_in: str, read_in: str, symbol: str
) -> None:
    with translation.override(shown_in):
        shown = unit_label(symbol)
    with translation.override(read_in):
        assert unit_symbol(shown) == symbol


def test_no_word_stands_for_two_units() -> None:
    words = [word for known in UNIT_WORDS.values() for word in known]
    assert len(words) == len(set(words))
    assert UNIT_WORDS.keys() == UNIT_LABELS.keys()


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_list_has_chinese_labels_in_both_languages(
    county: County, tmp_path: Path, language: str
) -> None:
    file = tmp_path / "filings.csv"
    rows = ["年度,帳號,範圍,項目,名稱,數量,單位", *_rows()]
    file.write_text("\n".join(rows), encoding="utf-8")
    with translation.override(language):
        planned = read_import(file, file.name)
    assert planned.problems == []
    answers = planned.filings[0].answers
    assert [answer.line for answer in answers] == [line.code for line in lines_of(103)]


def _rows() -> list[str]:
    """Every line of the form as unused, one of them outsourced."""
    return [f'103,z371036500X,自行,"{line.label}",,未使用,' for line in lines_of(103)]
