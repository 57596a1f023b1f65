"""轉excel: sheets whose sums equal the page's and the database's."""

import re
from decimal import Decimal
from io import BytesIO
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from hierarchy.excel import book as export
from hierarchy.excel import detail
from inventory import workflow
from inventory.entries.answers import Answer
from inventory.lines import Operation
from inventory.models import Entry, Filing
from tests.factories import UnitFactory
from tests.hierarchy.county import file, filing, opened, person, text_of
from tests.unguarded import guards_asleep

pytestmark = [pytest.mark.django_db, pytest.mark.long]

OWN, OUT = Operation.OWN, Operation.OUTSOURCED
TOTAL = "總計（本機關與所有下轄機關）"


def export_url(year=104):
    return reverse("hierarchy:export", args=[year])


def unit_export_url(unit, year=104):
    return reverse("hierarchy:unit_export", args=[year, unit.code])


def content(response):
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def book_from(response):
    return load_workbook(BytesIO(content(response)))


def table_of(sheet):
    """The heading and the rows below it, as dictionaries."""
    row = int(sheet.freeze_panes[1:]) - 1
    headings = [cell.value for cell in sheet[row]]
    return headings, [
        dict(zip(headings, values, strict=False))
        for values in sheet.iter_rows(min_row=row + 1, values_only=True)
    ]


def exact(value):
    return Decimal(str(value))


@pytest.fixture
def filed(land):
    """Figures on every level; facilities, refrigerants and other energies among them."""
    more = [
        Answer(OWN, "facility_diesel", Decimal("12.5"), "一號發電機", "L", 0),
        Answer(OWN, "facility_diesel", Decimal("7.5"), "二號發電機", "L", 1),
        Answer(OWN, "other", Decimal(5), "木炭", "包", 0),
    ]
    file(land.government, "1", outsourced="10")
    file(land.township, "1000.1234", outsourced="20", more=more)
    file(land.school, "300", outsourced="30")
    file(land.branch, "40.5", complete=False)
    workflow.confirm(filing=filing(land.school), revision=1, by=person(land.township))
    return land


class TestFile:
    def test_its_name_is_chinese_and_its_sheets_are_five(self, filed, as_of):
        response = as_of(filed.government).get(export_url())
        name = re.search(r"filename\*=utf-8''(\S+)", response["Content-Disposition"])[1]
        assert unquote(name) == "城市盤查_104年_連江縣政府.xlsx"
        assert "spreadsheetml" in response["Content-Type"]
        book = book_from(response)
        assert book.sheetnames == ["所屬機關列表", "明細", "逐筆", "類別與氣體", "係數"]
        assert book.properties.title.startswith("政府1級機關：連江縣政府")
        assert book.properties.creator == "城市層級溫室氣體碳揭露服務平台"

    def test_a_name_that_a_file_system_would_not_take(self, land):
        land.government.name = 'a/b\\c:"d"\n?'
        land.government.save()
        assert export.file_name(filing(land.government)) == "城市盤查_104年_a_b_c_d_.xlsx"

    def test_headings_are_frozen_and_columns_wide_enough(self, filed, as_of):
        for sheet in book_from(as_of(filed.government).get(export_url())):
            heading_row = int(sheet.freeze_panes[1:]) - 1
            assert sheet.freeze_panes == f"A{heading_row + 1}"
            for cell in sheet[heading_row]:
                assert sheet.column_dimensions[cell.column_letter].width >= 8
                assert cell.font.bold

    def test_a_unit_takes_only_its_own_subtree_home(self, filed, as_of):
        client = as_of(filed.township)
        _headings, rows = table_of(book_from(client.get(export_url()))["明細"])
        assert [row["機關單位名稱"] for row in rows] == [
            "南竿鄉公所",
            "介壽國中小",
            "介壽分校",
            "合計",
        ]
        assert content(client.get(unit_export_url(filed.school))).startswith(b"PK")

    @pytest.mark.parametrize("method", ["get", "post", "head"])
    def test_what_is_beside_or_above_does_not_exist(self, filed, as_of, method):
        call = getattr(as_of(filed.township), method)
        expected = 405 if method == "post" else 404
        for unit in (filed.sibling, filed.government, UnitFactory()):
            assert call(unit_export_url(unit)).status_code == expected
        assert call(export_url(103)).status_code == expected

    def test_a_head_request_leaves_no_file_open(self, filed, as_of):
        assert content(as_of(filed.township).head(export_url())) == b""

    def test_strangers_sign_in_first(self, client, filed):
        for url in (export_url(), unit_export_url(filed.school)):
            assert client.get(url).url.startswith(reverse("accounts:login"))


class TestList:
    def test_it_is_the_list_of_the_page(self, filed, as_of):
        client = as_of(filed.government)
        page = text_of(client.get(reverse("hierarchy:list", args=[104])))
        headings, rows = table_of(book_from(client.get(export_url()))["所屬機關列表"])
        assert headings == re.findall(r'<th scope="col"[^>]*>(.*?)</th>', page)
        assert [row["2級機關單位名稱"] for row in rows[:2]] == ["南竿鄉公所", "北竿鄉公所"]
        assert rows[0]["登錄狀況"] == "已完成"
        assert rows[0]["檢視"] == "http://testserver/hierarchy/104/371030001A/view/"
        for row in rows:
            for heading in headings[2:4]:
                shown = f"{exact(row[heading] or 0).normalize():,f}"
                assert f">{shown}</td>" in page or row[heading] is None

    def test_a_list_of_nobody_says_so(self, filed, as_of):
        sheet = book_from(as_of(filed.branch).get(export_url()))["所屬機關列表"]
        values = [cell for row in sheet.iter_rows(values_only=True) for cell in row]
        assert "目前並沒有下轄機關" in values

    def test_changed_after_confirmation_is_told(self, filed, as_of):
        file(filed.school, "301")
        book = book_from(as_of(filed.township).get(export_url()))
        status = table_of(book["所屬機關列表"])[1][0]["登錄狀況"]
        assert status == "已完成（確認後已修改、公開的是第 1 版）"
        rows = table_of(book["明細"])[1]
        assert [row["確認後已修改"] for row in rows[:3]] == [None, "是", None]


class TestSums:
    @pytest.mark.parametrize("who", ["government", "township"])
    def test_page_database_and_workbook_agree(self, filed, as_of, who):
        unit = getattr(filed, who)
        client = as_of(unit)
        page = text_of(client.get(reverse("hierarchy:list", args=[104])))
        book = book_from(client.get(export_url()))
        below = Filing.objects.with_subtree_of(filing(unit))
        entries = Entry.objects.filter(filing__in=below, kg__isnull=False)
        listed = next(row for row in table_of(book["所屬機關列表"])[1] if TOTAL in row.values())
        *rows, sums = table_of(book["明細"])[1]
        for operation, column, heading in (
            (OWN, "排放量小計 (KgCO2e) (包含所屬機關)", "CO₂ 排放量(KgCO₂e)-不含委外部分"),
            (OUT, "委外操作排放量小計 (KgCO2e) 不納入總量計算", "CO₂ 排放量(KgCO₂e)-委外部分"),
        ):
            database = sum(e.kg for e in entries if e.operation == operation)
            assert database > 0
            assert exact(listed[column]) == database
            assert exact(sums[heading]) == database
            assert sum(exact(row[heading] or 0) for row in rows) == database
            total_row = page.split(TOTAL)[1]
            assert f">{database.normalize():,f}</td>" in total_row

    def test_where_nobody_has_saved_the_cells_are_empty(self, filed, as_of):
        book = book_from(as_of(filed.government).get(export_url()))
        listed = table_of(book["所屬機關列表"])[1][1]
        assert listed["2級機關單位名稱"] == "北竿鄉公所"
        assert listed["排放量小計 (KgCO2e) (包含所屬機關)"] is None
        assert listed["委外操作排放量小計 (KgCO2e) 不納入總量計算"] is None
        *_rows, detailed, _sums = table_of(book["明細"])[1]
        assert detailed["機關單位名稱"] == "北竿鄉公所"
        assert detailed["CO₂ 排放量(KgCO₂e)-不含委外部分"] is None
        assert detailed["CO₂ 排放量(KgCO₂e)-委外部分"] is None

    def test_every_summed_column_adds_up(self, filed, as_of):
        *rows, sums = table_of(book_from(as_of(filed.government).get(export_url()))["明細"])[1]
        summed = [str(column.heading) for column in detail.columns(104) if column.is_summed]
        assert len(summed) == 57
        for heading in summed:
            numbers = [row[heading] for row in rows if isinstance(row[heading], int | float)]
            assert sum(map(exact, numbers)) == exact(sums[heading]), heading


class TestDetail:
    def test_a_row_tells_place_lines_totals_and_status(self, filed, as_of):
        headings, rows = table_of(book_from(as_of(filed.government).get(export_url()))["明細"])
        assert len(headings) == len(set(headings))
        township, school, branch, sibling = rows[1], rows[2], rows[3], rows[4]
        assert [row["序號"] for row in rows[:5]] == [1, 2, 3, 4, 5]
        assert [row["層級"] for row in rows[:5]] == [1, 2, 3, 4, 2]
        assert rows[0]["上級機關"] is None
        assert school["上級機關"] == "南竿鄉公所"
        assert branch["樹狀位置"] == "連江縣政府 > 南竿鄉公所 > 介壽國中小 > 介壽分校"
        assert township["營運－電力（度）"] == 1000.1234
        assert township["委外－電力（度）"] == 20
        assert township["營運－其他設施(如發電機)－設施名稱與柴油（公升）"] == 20
        assert township["營運－公務車用油－汽油（公升）"] == "未使用"
        assert sibling["營運－電力（度）"] is None
        assert township["營運－其他設施、冷媒與能源資源明細"] == (
            "一號發電機 12.5 公升；二號發電機 7.5 公升；"
            "木炭 5 包（未計入：係數版本沒有這一項的係數）"
        )
        assert [row["登錄狀況"] for row in rows[1:5]] == ["已完成", "已確認", "填報中", "未登錄"]
        stored = filing(filed.school)
        for heading, at in (("完成時間", stored.completed_at), ("確認時間", stored.confirmed_at)):
            taipei = timezone.localtime(at).replace(tzinfo=None)
            assert abs((school[heading] - taipei).total_seconds()) < 1
        assert branch["完成時間"] is None

    def test_numbers_are_numbers_with_a_format(self, filed, as_of):
        sheet = book_from(as_of(filed.government).get(export_url()))["明細"]
        headings, _rows = table_of(sheet)
        column = headings.index("CO₂ 排放量(KgCO₂e)-不含委外部分") + 1
        cell = sheet.cell(int(sheet.freeze_panes[1:]), column)
        assert cell.data_type == "n"
        assert cell.number_format == "#,##0.0000"

    @pytest.mark.parametrize(
        "name",
        [
            "=1+1",
            "+1",
            "-1",
            "@SUM(A1)",
            "#N/A",
            "=cmd|'/c calc'!A1",
            "0123",
            "1e5",
            "  邊 ",
            "104",
        ],
    )
    def test_text_stays_text(self, land, as_of, name):
        land.sibling.name = name
        land.sibling.save()
        more = [Answer(OWN, "facility_diesel", Decimal(1), name, "L", 0)]
        file(land.sibling, more=more)
        response = as_of(land.government).get(export_url())
        book = load_workbook(BytesIO(content(response)))
        found = [
            cell
            for sheet in book
            for row in sheet.iter_rows()
            for cell in row
            if cell.value == name
        ]
        assert len(found) == 4
        assert {cell.data_type for cell in found} == {"s"}

    @pytest.mark.parametrize("bad", ["\x01", "\x0b", "\x1f", "\ufffe", "\uffff"])
    def test_characters_that_a_workbook_cannot_hold_are_left_out(self, land, as_of, bad):
        """In the heading's name, in one below it, in a facility's and in what a unit wrote."""
        for unit, name in ((land.government, "連江縣"), (land.sibling, "北竿鄉")):
            unit.name = f"{name}{bad}政府"
            unit.save()
        saved = file(
            land.sibling, more=[Answer(OWN, "facility_diesel", Decimal(1), f"一號{bad}機", "L", 0)]
        )
        with guards_asleep():
            Filing.objects.filter(pk=saved.pk).update(outsourced_scope=f"營養{bad}午餐")
        response = as_of(land.government).get(export_url())
        assert bad not in unquote(response["Content-Disposition"])
        book = book_from(response)
        assert book.properties.title.startswith("政府1級機關：連江縣政府 之所屬機關")
        row = table_of(book["明細"])[1][-2]
        assert row["機關單位名稱"] == "北竿鄉政府"
        assert row["樹狀位置"] == "連江縣政府 > 北竿鄉政府"
        assert row["委外操作範圍說明"] == "營養午餐"
        assert row["營運－其他設施、冷媒與能源資源明細"] == "一號機 1 公升"


class TestFactors:
    def test_those_used_stand_there_with_their_sources(self, filed, as_of):
        headings, rows = table_of(book_from(as_of(filed.government).get(export_url()))["係數"])
        electricity = next(row for row in rows if row["項目"] == "電力")
        assert electricity["適用年度"] == 104
        assert electricity["單位"] == "度"
        assert electricity["係數（公斤氣體／單位）"] == 0.528
        assert electricity["GWP"] == 1
        assert electricity["使用筆數"] == 7
        assert electricity["來源"]
        assert electricity["可信度"] in {
            "有公開文件載明",
            "由公開數值重新計算",
            "未經證實",
        }
        assert {row["氣體"] for row in rows if row["項目"] == "設施名稱與柴油"} == {
            "CO2",
            "CH4",
            "N2O",
        }
        assert len(headings) == 15

    def test_whoever_recomputes_gets_the_figure(self, filed, as_of):
        book = book_from(as_of(filed.government).get(export_url()))
        factor = next(row for row in table_of(book["係數"])[1] if row["項目"] == "電力")
        school = table_of(book["明細"])[1][2]
        kg = exact(school["委外－電力（度）"]) * exact(factor["係數（公斤氣體／單位）"])
        assert kg == exact(school["CO₂ 排放量(KgCO₂e)-委外部分"])

    def test_nothing_filed_has_no_factors(self, land, as_of):
        assert table_of(book_from(as_of(land.government).get(export_url()))["係數"])[1] == []


class TestQueries:
    def test_their_number_does_not_grow_with_the_units(self, land, as_of):
        counts = []
        client = as_of(land.government)
        for more in (3, 60):
            for unit in UnitFactory.create_batch(more, parent=land.township):
                opened()
                file(unit)
            with CaptureQueriesContext(connection) as queries:
                content(client.get(export_url()))
            counts.append(len(queries))
        assert counts[0] == counts[1]

    def test_portions_are_read_one_after_the_other(self, filed, as_of, monkeypatch):
        monkeypatch.setattr(export, "FILINGS_AT_ONCE", 2)
        rows = table_of(book_from(as_of(filed.government).get(export_url()))["明細"])[1]
        assert len(rows) == 6


@pytest.mark.django_db(transaction=True)
def test_the_workbook_is_of_one_moment_outside_of_tests_too(land, client):
    """Outside of another transaction the three sheets read one snapshot of the database."""
    file(land.school)
    client.force_login(person(land.government), backend="django.contrib.auth.backends.ModelBackend")
    with CaptureQueriesContext(connection) as queries:
        book_from(client.get(export_url()))
    assert any("REPEATABLE READ, READ ONLY" in query["sql"] for query in queries)
