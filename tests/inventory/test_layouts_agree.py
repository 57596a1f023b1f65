"""One column for each energy or one row for each figure: the filings are equal."""

from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory.importing import Plan, apply_import, read_import
from tests.accounts.sheets import document, ods_row, ods_table, workbook
from tests.inventory.conftest import County

pytestmark = pytest.mark.django_db
SCHOOL, KINDERGARTEN, TOWNSHIP = "z371036500X", "z371036501X", "z371032300A"
# What stands over a column, and what a row says: 項目, 名稱, 單位.
WORDS = {
    "電力(度)": ("電力", "", "度"),
    "天然氣": ("天然氣", "", "立方公尺"),
    "桶裝瓦斯(公斤)": ("瓦斯", "", "kg"),
    "95無鉛": ("汽油", "", ""),
    "公務車柴油(L)": ("柴油", "", "公升"),
    "發電機：柴油(公升)": ("設施名稱與柴油", "發電機", "L"),
    "抽水機：柴油": ("設施名稱與柴油", "抽水機", "公升"),
    "冷媒R134a": ("冷媒型號R134a，補充", "", "公斤"),
    "冷媒R404A(kg)": ("其他冷媒型號，補充", "r-404a", ""),
    "其他能源：木炭(公斤)": ("其他能源資源", "木炭", "公斤"),
}
OPERATIONS = ("自行", "委外")
COLUMNS = [(operation, heading) for operation in OPERATIONS for heading in WORDS]
NUMBERS = st.integers(0, 4_999_999).map(lambda units: str(Decimal(units).scaleb(-4)))
SUMS = st.lists(st.integers(0, 99), min_size=2, max_size=4).map(
    lambda all_: "+".join(map(str, all_))
)
# 未使用 is said of lines without names alone: of several columns of one line, all would have to.
CELLS = st.one_of(st.just(""), NUMBERS, SUMS)
SINGLE = st.one_of(CELLS, st.sampled_from(["未使用", "無", "－"]))


def cell_of(heading: str) -> st.SearchStrategy[str]:
    return CELLS if WORDS[heading][1] else SINGLE


FILLED = st.tuples(*(cell_of(heading) for _operation, heading in COLUMNS))
SHEETS = st.tuples(FILLED, FILLED, FILLED)


def wide(figures: tuple[tuple[str, ...], ...]) -> list[tuple[str, ...]]:
    above = tuple(operation for operation, _heading in COLUMNS)
    headings = tuple(heading for _operation, heading in COLUMNS)
    rows = zip((SCHOOL, KINDERGARTEN, TOWNSHIP), figures, strict=True)
    return [("", *above), ("帳號", *headings), *((account, *cells) for account, cells in rows)]


def long(figures: tuple[tuple[str, ...], ...]) -> list[tuple[str, ...]]:
    rows = [("帳號", "範圍", "項目", "名稱", "數量", "單位")]
    for account, cells in zip((SCHOOL, KINDERGARTEN, TOWNSHIP), figures, strict=True):
        for (operation, heading), quantity in zip(COLUMNS, cells, strict=True):
            line, name, unit = WORDS[heading]
            if quantity:
                rows.append((account, operation, line, name, quantity, unit))
    return rows


def as_text(rows: list[tuple[str, ...]], encoding: str) -> bytes:
    return "\n".join("\t".join(row) for row in rows).encode(encoding)


def plan_of(data: bytes, name: str = "figures.csv") -> Plan:
    plan = read_import(data, name, year=103)
    assert (plan.problems, plan.questions) == ([], [])
    return plan


def filled_in(plan: Plan) -> list[tuple[object, ...]]:
    return [(one.filing.pk, one.answers, one.totals) for one in plan.filings]


AGREE = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@AGREE
@given(figures=SHEETS)
def test_both_layouts_of_random_figures_fill_in_the_same(county: County, figures) -> None:
    one = plan_of(as_text(wide(figures), "utf-8"))
    assert one.is_wide
    if not any(any(cells) for cells in figures):
        assert one.filings == []
        return
    other = plan_of(as_text(long(figures), "utf-8"))
    assert not other.is_wide
    assert filled_in(one) == filled_in(other)
    assert (one.own_kg, one.outsourced_kg) == (other.own_kg, other.outsourced_kg)


@AGREE
@given(figures=SHEETS, layout=st.sampled_from([wide, long]))
def test_every_way_of_saving_a_sheet_gives_one_plan(county: County, figures, layout) -> None:
    rows = layout(figures)
    if len(rows) == 1:
        return
    first = plan_of(as_text(rows, "utf-8"))
    for encoding in ("utf-16", "utf-16-be", "cp950", "utf-8-sig"):
        assert filled_in(plan_of(as_text(rows, encoding))) == filled_in(first)
    assert filled_in(plan_of(workbook(*rows), "figures.xlsx")) == filled_in(first)
    saved = document(ods_table(*(ods_row(*row) for row in rows)))
    assert filled_in(plan_of(saved, "figures.ods")) == filled_in(first)


@AGREE
@given(figures=SHEETS)
def test_what_the_dry_run_shows_is_what_is_stored(county: County, figures) -> None:
    plan = plan_of(as_text(wide(figures), "utf-8"))
    if not plan.filings:
        return
    with transaction.atomic():  # each example begins with filings that nobody has filled in
        made = apply_import(plan, by=county.administrator)
        stored = [row.filing for row in made.filled.order_by("filing__path")]
        transaction.set_rollback(True)
    assert [one.pk for one in stored] == [one.filing.pk for one in plan.filings]
    assert sum(one.own_kg for one in stored) == plan.own_kg
    assert sum(one.outsourced_kg for one in stored) == plan.outsourced_kg
    assert all(one.is_prefilled for one in stored)


@AGREE
@given(figures=SHEETS, chosen=st.permutations(range(len(COLUMNS))))
def test_the_order_of_the_columns_moves_no_kilogram(county: County, figures, chosen) -> None:
    plain = wide(figures)
    turned = [(row[0], *(row[1 + at] for at in chosen)) for row in plain]
    one, other = plan_of(as_text(plain, "utf-8")), plan_of(as_text(turned, "utf-8"))
    assert [(p.filing.pk, p.totals) for p in one.filings] == [
        (p.filing.pk, p.totals) for p in other.filings
    ]
