"""What a new column gets by being listed: its cells on the page, in the sums, in the workbook."""

from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import connection
from django.db.models import OuterRef, Subquery, Sum
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from hierarchy.cells import Format
from hierarchy.list import listing
from hierarchy.list.columns import COLUMNS
from hierarchy.list.table import Column, Kind, figure_column
from hierarchy.totals import FILED_COUNT, OWN_KG, STARTED_COUNT, Figure
from inventory.calculator import round_kg
from inventory.lines import Operation
from inventory.models import Entry, Filing
from tests.hierarchy.county import file, filing, text_of
from tests.hierarchy.test_list import HEADINGS, headings_on, list_url, rows_on

pytestmark = pytest.mark.django_db

LISTED = "合計（列表 2 個機關，含所有分頁）"
DEEPER = "更下層機關本身（「包含所屬機關」者已含於上列）"
ITSELF = "連江縣政府 本身"
GRAND = "總計（本機關與所有下轄機關）"


@pytest.fixture
def filed(land):
    """Completed: the township with 10 kWh, its school with 21; the other township has a draft."""
    file(land.township, "10")
    file(land.school, "21")
    file(land.sibling, "1000", complete=False)
    return land


@pytest.fixture
def add_column(monkeypatch):
    """Puts a column between the names and the first sum, as an entry of COLUMNS would."""

    def add(column: Column) -> None:
        monkeypatch.setattr(listing, "COLUMNS", (*COLUMNS[:2], column, *COLUMNS[2:]))

    return add


def page_column(page: str, heading: str) -> dict[str, str]:
    """The cells under a heading by what stands under the names, rows of sums included."""
    at = headings_on(page).index(heading)
    rows = (row for row in rows_on(page) if row[1:])  # a list of nobody has one cell of words
    return {row[1].partition(" 3710")[0]: row[at] for row in rows}


def sheet_column(client, heading: str) -> Iterator[tuple[str, object, str]]:
    """Name or label, value and number format of the cells under a heading of the first sheet."""
    content = b"".join(client.get(f"{list_url()}export.xlsx").streaming_content)
    sheet = load_workbook(BytesIO(content)).worksheets[0]
    top = int(sheet.freeze_panes[1:]) - 1
    at = [cell.value for cell in sheet[top]].index(heading)
    for row in sheet.iter_rows(min_row=top + 1):
        yield row[1].value, row[at].value, row[at].number_format


def number(text: str) -> Decimal:
    return Decimal(text.replace(",", "") or 0)


class TestAnotherSum:
    """A fourth column of kilograms, of each unit alone."""

    HEADING = "本機關排放量 (KgCO2e)"

    @pytest.fixture(autouse=True)
    def _added(self, add_column, filed):
        add_column(figure_column(self.HEADING, lambda kg: kg, OWN_KG, includes_below=False))

    def test_every_other_column_stays_where_its_heading_is(self, filed, as_of):
        page = text_of(as_of(filed.government).get(list_url()))
        assert headings_on(page) == [*HEADINGS[:2], self.HEADING, *HEADINGS[2:]]
        assert page_column(page, HEADINGS[2])["南竿鄉公所"] == "16.368"
        assert page_column(page, HEADINGS[3])[GRAND] == "0"
        assert {len(row) for row in rows_on(page)} == {len(HEADINGS) + 1}

    @pytest.mark.parametrize("query", [{}, {"q": "北竿"}, {"q": "竿"}, {"status": "confirmed"}])
    def test_the_rows_of_sums_add_up(self, filed, as_of, query):
        page = text_of(as_of(filed.government).get(list_url(), query))
        for heading in (self.HEADING, *HEADINGS[2:4]):
            cells = page_column(page, heading)
            sums = [number(text) for text in list(cells.values())[-4:]]
            assert sum(sums[:3]) == sums[3], heading
            listed = [number(text) for name, text in cells.items() if name.endswith("鄉公所")]
            assert sum(listed) == sums[0], heading
        everything = sum(Filing.objects.values_list("own_kg", flat=True))
        assert page_column(page, self.HEADING)[GRAND] == f"{everything.normalize():,f}"

    def test_the_workbook_holds_what_the_page_shows(self, filed, as_of):
        client = as_of(filed.government)
        shown = page_column(text_of(client.get(list_url())), self.HEADING)
        written = list(sheet_column(client, self.HEADING))
        assert [name for name, _value, _format in written] == list(shown)
        for name, value, number_format in written:
            assert number_format == "#,##0.0000"
            assert Decimal(str(value)) == number(shown[name]), name


class TestRatio:
    HEADING = "平均 (%)"

    @pytest.fixture(autouse=True)
    def _added(self, add_column, filed):
        add_column(
            figure_column(
                self.HEADING,
                lambda kg, filed: round_kg(kg / filed) if filed else None,
                OWN_KG,
                FILED_COUNT,
                includes_below=True,
                when_empty="無人完成",
                format=Format.FIGURE,
            )
        )

    def test_a_total_is_the_ratio_of_the_sums(self, filed, as_of):
        """(5.28 + 11.088) / 2 below the first township; the draft's 528 kg count above only."""
        cells = page_column(text_of(as_of(filed.government).get(list_url())), self.HEADING)
        assert cells == {
            "南竿鄉公所": "8.184",
            "北竿鄉公所": "— 無人完成",
            LISTED: "272.184",
            DEEPER: "",
            ITSELF: "",
            GRAND: "272.184",
        }

    def test_a_zero_that_was_filed_is_no_empty_cell(self, filed, as_of):
        file(filed.government, "0")
        page = text_of(as_of(filed.government).get(list_url()))
        assert page_column(page, self.HEADING)[ITSELF] == "0"

    def test_the_workbook_leaves_empty_what_the_page_does(self, filed, as_of):
        cells = list(sheet_column(as_of(filed.government), self.HEADING))
        assert [(name, value) for name, value, _format in cells] == [
            ("南竿鄉公所", 8.184),
            ("北竿鄉公所", None),
            (LISTED, 272.184),
            (DEEPER, None),
            (ITSELF, None),
            (GRAND, 272.184),
        ]
        formats = {one for _name, value, one in cells if value is not None}
        assert formats == {Format.FIGURE.value}


class TestFigureOfItsOwn:
    """What no query has fetched before: the kWh of electricity, from the entries."""

    HEADING = "用電量（度）"

    @pytest.fixture
    def electricity(self):
        lines = Entry.objects.filter(
            filing=OuterRef("pk"), operation=Operation.OWN, line="electricity"
        )
        kwh = Figure(Sum(Subquery(lines.values("quantity"))))
        return figure_column(
            self.HEADING, lambda n: n, kwh, includes_below=True, format=Format.FIGURE
        )

    def test_the_one_query_of_the_list_fetches_it_too(self, filed, as_of, add_column, electricity):
        client = as_of(filed.government)
        client.get(list_url())
        with CaptureQueriesContext(connection) as before:
            old = text_of(client.get(list_url()))
        add_column(electricity)
        with CaptureQueriesContext(connection) as after:
            new = text_of(client.get(list_url()))
        assert len(before) == len(after)
        for heading in HEADINGS[2:4]:
            assert page_column(new, heading) == page_column(old, heading)
        assert page_column(new, self.HEADING) == {
            "南竿鄉公所": "31",
            "北竿鄉公所": "1,000",
            LISTED: "1,031",
            DEEPER: "",
            ITSELF: "0",
            GRAND: "1,031",
        }

    def test_a_sum_over_nothing_is_zero(self, filed, as_of, add_column, electricity):
        """For SQL it is no number at all."""
        add_column(electricity)
        page = text_of(as_of(filed.branch).get(list_url()))
        assert page_column(page, self.HEADING)[GRAND] == "0"


class TestOtherKinds:
    def test_a_column_of_text_with_a_text_below(self, filed, as_of, add_column):
        column = Column(
            heading="機關代碼",
            kind=Kind.TEXT,
            value=lambda row: row.filing.unit.code,
            total=lambda row: STARTED_COUNT.over(row.units),
            format=Format.TEXT,
            width=14,
        )
        add_column(column)
        client = as_of(filed.government)
        cells = page_column(text_of(client.get(list_url())), "機關代碼")
        code = filing(filed.township).unit.code
        assert cells["南竿鄉公所"] == code
        assert cells[GRAND] == "3"
        written = {name: value for name, value, _format in sheet_column(client, "機關代碼")}
        assert written["南竿鄉公所"] == code
        assert written[GRAND] == 3
