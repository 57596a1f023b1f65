"""Changes between figures, in words and kilograms."""

from decimal import Decimal

import pytest

from inventory import workflow
from inventory.calculator.comparison import change_per_cent
from inventory.entries.statement import read_statement
from inventory.lines import Operation, line_name, unit_symbol
from inventory.models import Entry
from inventory.versions.changes import Content, changes, content
from tests.inventory.conftest import SET, County, number


def test_change_in_per_cent() -> None:
    assert change_per_cent(Decimal(80), Decimal(100)) == Decimal("25.0")
    assert change_per_cent(Decimal(3), Decimal(1)) == Decimal("-66.7")
    assert change_per_cent(Decimal(0), Decimal(1)) is None


def test_units_as_typed() -> None:
    assert [unit_symbol(typed) for typed in ("度", "KWH", " 公升 ", "l", "公噸")] == [
        "kWh",
        "kWh",
        "L",
        "L",
        "公噸",
    ]


def figures(line: str, quantity: str | None, **more: object) -> Entry:
    return Entry(
        **{
            "operation": "own",
            "line": line,
            "answer": "unused" if quantity is None else "number",
            "quantity": None if quantity is None else Decimal(quantity),
            "unit": "kWh",
            **more,
        }
    )


def state(*entries: Entry, scope: str = "") -> Content:
    return content(entries, scope)


def test_changes_line_by_line_in_the_forms_order() -> None:
    before = state(
        figures("lpg", "5", unit="kg"), figures("electricity", "1000"), figures("old", "1")
    )
    after = state(
        figures("electricity", None),
        figures("lpg", "5", unit="kg"),
        figures("diesel", "2", operation="outsourced", unit="L", name="校車"),
    )
    assert [(one.label, one.before, one.after) for one in changes(before, after)] == [
        ("電力", "1,000 度", "未使用"),
        ("old", "1 度", ""),
        ("委外：柴油", "", "校車 2 公升"),
    ]
    assert changes(before, before) == []


@pytest.mark.parametrize(
    ("reason", "note", "words"),
    [
        ("saving", "", "5 度（節能措施）"),
        ("other", "新校舍", "5 度（其他（請說明）：新校舍）"),
        ("", "新校舍", "5 度（新校舍）"),
    ],
)
def test_reasons_are_changes_too(reason: str, note: str, words: str) -> None:
    before = state(figures("electricity", "5"))
    after = state(figures("electricity", "5", reason=reason, reason_note=note))
    [change] = changes(before, after)
    assert (change.before, change.after) == ("5 度", words)


def test_the_outsourced_scope_is_a_change_but_line_ends_are_not() -> None:
    before, after = state(scope="校車\r\n廚房"), state(scope="校車\n廚房")
    assert changes(before, after) == []
    [change] = changes(before, state(scope="校車"))
    assert (change.label, change.after, change.kg_difference) == ("委外操作範圍說明", "校車", 0)


def test_a_rows_key_in_words() -> None:
    assert line_name("own-electricity") == "營運活動數據：電力"
    assert [line_name(key) for key in ("theirs-lpg", "own-coal", "")] == [
        "theirs-lpg",
        "own-coal",
        "",
    ]


@pytest.mark.django_db
def test_the_sheets_totals_are_the_filings(county: County) -> None:
    saved = workflow.save(
        filing=county.filing(county.school),
        answers=[number("lpg", "3.3"), number("gasoline", "7", Operation.OUTSOURCED)],
        outsourced_scope="",
        complete=False,
        revision=0,
        factor_set=SET,
        by=county.user(county.school),
    )
    statement = read_statement(saved)
    assert (statement.own_kg, statement.outsourced_kg) == (saved.own_kg, saved.outsourced_kg)
    [row] = [row for row in statement.rows if row.key == "own-lpg"]
    assert row.kg == saved.own_kg
    [term] = [term for term in row.shown[0].terms if term.gas == "CO2"]
    assert term.kg == Decimal("3.3") * term.value * term.gwp
    assert statement.findings == []
