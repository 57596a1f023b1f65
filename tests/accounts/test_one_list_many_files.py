"""One list, saved in whatever way an office saves it, is one list."""

import csv
import io
from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.account_lists import make_plan, read_account_list
from tests.accounts.sheets import document, ods_row, ods_table, workbook

pytestmark = pytest.mark.django_db
HEAD = ("單位", "帳號", "上級機關帳號", "類別", "縣市", "Email")
GOVERNMENT = ("連江縣政府", "z371030000A", "", "縣市政府", "連江縣", "")
# Ideographs that Big5 has, in every width and with what people put around names.
TEXTS = st.text("介壽敬恆塘岐東引國小幼兒園臺台（）() 　Ａa０1.\n'\"", max_size=12)
CODES = st.integers(1000, 1020).map(lambda number: f"371036{number}X")
ACCOUNTS = st.one_of(
    st.tuples(st.sampled_from(["", "z", "Z", "ｚ", "a", "l"]), CODES).map("".join),
    st.sampled_from(["", "無", "37103-6500X", "z014302"]),
)
ROWS = st.lists(
    st.tuples(
        TEXTS,
        ACCOUNTS,
        st.one_of(st.just(""), st.just("z371030000A"), ACCOUNTS, TEXTS),
        st.sampled_from(["", "學校", "機關"]),
        st.sampled_from(["", "連江縣", "連江", "臺北市", "台北市"]),
        st.sampled_from(["", "無", "a@example.com", "a@", "ａ＠example.com"]),
    ),
    max_size=8,
)


def separated(rows, delimiter, encoding):
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter).writerows(rows)
    return file.getvalue().encode(encoding)


def as_it_is_saved(rows):
    """The file's bytes and its name, for each program and each of its ways of saving."""
    yield workbook(*rows), "list.xlsx"
    yield document(ods_table(*(ods_row(*row) for row in rows))), "list.ods"
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp950"):
        for delimiter in ",;\t":
            yield separated(rows, delimiter, encoding), "list.csv"


@settings(max_examples=25, deadline=None)
@given(ROWS)
def test_every_way_of_saving_it_gives_one_plan(rows):
    files = [*as_it_is_saved([HEAD, GOVERNMENT, *rows])]
    first, *others = [make_plan(read_account_list(*file)) for file in files]
    assert {one.digest for one in others} == {first.digest}
    for other in others:
        for field in fields(first):
            assert getattr(other, field.name) == getattr(first, field.name), field.name


@settings(max_examples=25, deadline=None)
@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_its_columns_does_not_matter(rows, random):
    order = random.sample(range(len(HEAD)), len(HEAD))
    turned = [[row[at] for at in order] for row in (HEAD, GOVERNMENT, *rows)]
    one, other = (
        make_plan(read_account_list(workbook(*sheet), "list.xlsx"))
        for sheet in ((HEAD, GOVERNMENT, *rows), turned)
    )
    assert (one.added, one.outline) == (other.added, other.outline)
    assert [(e.row, e.reason, e.value) for e in one.rejected] == [
        (e.row, e.reason, e.value) for e in other.rejected
    ]


@settings(max_examples=15, deadline=None)
@given(ROWS, st.integers(0, 3))
def test_titles_above_and_sums_below_change_nothing_but_the_numbers_of_rows(rows, above):
    plain = [HEAD, GOVERNMENT, *rows]
    titled = [("連江縣各機關帳號一覽表",)] * above + plain + [("合計", str(len(rows)))]
    one, other = (
        make_plan(read_account_list(workbook(*sheet), "list.xlsx")) for sheet in (plain, titled)
    )
    assert [(e.reason, e.value) for e in one.rejected if "列相同" not in e.reason] == [
        (e.reason, e.value) for e in other.rejected if "列相同" not in e.reason
    ]
    assert [unit.account for unit in one.outline] == [unit.account for unit in other.outline]
    assert len(other.left_out) == 1
