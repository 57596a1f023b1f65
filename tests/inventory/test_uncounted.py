"""What is reported and in no sum is counted, with its reason, wherever a total stands."""

import csv
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO, StringIO

import openpyxl
import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from inventory import workflow
from inventory.entries.answers import Answer
from inventory.factors.store import store
from inventory.lines import Operation
from inventory.models import Entry, Filing, FilingEvent, ReportingYear
from tests.inventory.conftest import SET, County, close, complete, number, shipped
from tests.inventory.factor_sets import keep_set, toml
from tests.pages import fields_of
from tests.unguarded import check_constraints_now

pytestmark = [pytest.mark.django_db, pytest.mark.long]
URL = "/inventory/104/"
SignIn = Callable[..., Client]
OWN, OUTSOURCED = Operation.OWN, Operation.OUTSOURCED
NO_FACTOR = "係數版本沒有這一項的係數"
MONTREAL = "《蒙特婁議定書》列管"


def other(name: str, quantity: str, position: int, operation: Operation = OWN) -> Answer:
    return Answer(operation, "other", Decimal(quantity), name, "kg", position)


UNCOUNTED = [
    number("electricity", "1000"),
    other("木炭", "90", 0),
    other("R-22", "5", 1),
    other("木柴", "0", 2),
    other("FM-200", "1", 3),
    other("木炭", "1", 0, OUTSOURCED),
]


def save(county: County, answers: list[Answer], *, ticked: bool = True, year: int = 104) -> Filing:
    filing = county.filing(county.school, year)
    return workflow.save(
        filing=filing,
        answers=answers,
        outsourced_scope="",
        complete=ticked,
        revision=filing.revision,
        factor_set=filing.year.factor_set_id,
        by=county.user(county.school),
    )


@pytest.fixture
def filed(county: County) -> Filing:
    return save(county, complete(*UNCOUNTED))


def test_every_save_counts_what_is_in_no_sum(county: County, filed: Filing) -> None:
    assert filed.uncounted == 3, "nothing used of 木柴, and FM-200 has a factor"
    assert filed.own_kg == Decimal("3748.0000")
    assert save(county, complete(number("lpg", "2"))).uncounted == 0
    assert county.filing(county.school).uncounted == 0


def test_an_import_and_a_recompute_count_too(county: County) -> None:
    filing = county.filing(county.kindergarten)
    workflow.prefill(
        filing=filing,
        answers=[other("木炭", "1", 0), other("R22", "1", 1)],
        outsourced_scope="",
        by=county.administrator,
    )
    filing = county.filing(county.kindergarten)
    assert filing.uncounted == 2
    workflow.recompute(
        filing=filing, revision=filing.revision, reason="核對", by=county.administrator
    )
    assert county.filing(county.kindergarten).uncounted == 2


def test_the_database_refuses_another_count(filed: Filing) -> None:
    event = FilingEvent.objects.get()
    with pytest.raises(IntegrityError, match="not the sums"), transaction.atomic():
        count_another(filed, event)


def count_another(filing: Filing, event: FilingEvent) -> None:
    """A revision that is told, as every guard but one wants it."""
    filing.uncounted, filing.revision = 9, filing.revision + 1
    filing.save()
    event.pk, event.revision = None, filing.revision
    event.save()
    check_constraints_now()


def test_the_unit_sees_them_with_their_reasons(
    sign_in: SignIn, county: County, filed: Filing
) -> None:
    client = sign_in(county.school)
    for page in (client.get(URL), client.get(f"{URL}receipt/")):
        assert "另有 3 項已申報而未計入小計" in page.text
        assert f"其他能源資源 木炭 90 公斤：{NO_FACTOR}" in page.text
        assert "其他能源資源 R-22 5 公斤：屬" + MONTREAL in page.text
        assert f"委外：其他能源資源 木炭 1 公斤：{NO_FACTOR}" in page.text
        assert "木柴 0 公斤：" not in page.text
    close(104)
    assert "另有 3 項已申報而未計入小計" in client.get(URL).text


def test_the_agency_above_sees_them(sign_in: SignIn, county: County, filed: Filing) -> None:
    client = sign_in(county.government)
    page = client.get("/hierarchy/104/")
    assert "3 項未計入" in page.text
    assert "另有 3 項已申報而未計入排放量。" in page.text
    assert 'name="chosen"' not in page.text, "somebody has to have seen why"
    page = client.get(f"/hierarchy/104/{county.school.code}/view/")
    assert "未計入排放量的項目" in page.text
    assert f"木炭 90 公斤：{NO_FACTOR}" in page.text


def test_what_counts_everything_can_be_ticked(sign_in: SignIn, county: County) -> None:
    save(county, complete(number("lpg", "2.1")), year=103)
    save(county, complete(number("lpg", "2")))
    page = sign_in(county.government).get("/hierarchy/104/")
    assert 'name="chosen"' in page.text
    assert "項未計入</div>" not in page.text


def test_the_workbook_has_a_column_and_the_reasons(
    sign_in: SignIn, county: County, filed: Filing
) -> None:
    page = sign_in(county.government).get("/hierarchy/104/export.xlsx")
    book = openpyxl.load_workbook(BytesIO(b"".join(page)))
    notes = [cell.value for row in book.worksheets[0].iter_rows() for cell in row]
    assert any("另有 3 項已申報而未計入排放量。" in str(note) for note in notes)
    details = column(book["明細"], "已申報未計入項數")
    assert 3 in details
    assert details[-1] == 3
    [told] = [one for one in column(book["明細"], "營運－其他設施、冷媒與能源資源明細") if one]
    assert f"木炭 90 公斤（未計入：{NO_FACTOR}）" in told
    assert "R-22 5 公斤（未計入：屬" + MONTREAL in told
    assert told.count("未計入") == 2


def column(sheet, heading: str) -> list:
    """The cells below a heading, down to the last one."""
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value == heading]
    below = sheet.iter_rows(min_row=cells[0].row + 1, values_only=True)
    return [row[cells[0].column - 1] for row in below]


def test_the_public_sees_how_many_and_why(client: Client, county: County, filed: Filing) -> None:
    workflow.confirm(filing=filed, revision=1, by=county.user(county.government))
    page = client.get("/disclosure/").text
    assert "另有 3 筆已申報而未計入排放量" in page
    assert f"2 筆：{NO_FACTOR}" in page
    assert "1 筆：屬" + MONTREAL in page
    of_unit = client.get(f"/disclosure/104/{county.school.code}/").text
    assert "另有 3 項已申報而未計入小計" in of_unit
    response = client.get("/disclosure/data.csv")
    content = b"".join(response).decode("utf-8-sig")
    rows = {row["source_code"]: row for row in csv.DictReader(StringIO(content))}
    counts = {code: row["uncounted_items"] for code, row in rows.items()}
    assert counts == dict.fromkeys(counts, "0") | {"others": "3"}


def test_computing_names_what_is_not_counted_with_and_without_scripts(
    sign_in: SignIn, county: County
) -> None:
    client = sign_in(county.school)
    fields = fields_of(client.get(URL).text, "filing") | {
        "own-other-0-name": "木炭", "own-other-0-quantity": "9", "own-other-0-unit": "公斤",
        "own-lpg": "x", "own-facility_diesel-0-name": "發電機", "own-electricity": "10",
        "action": "calculate",
    }  # fmt: skip
    for headers in ({}, {"HX-Request": "true"}):
        text = client.post(URL, fields, headers=headers).text
        assert "有 2 項無法計算" in text
        assert text.count("小計不含：瓦斯、設施名稱與柴油（第 1 列）") == 2
        assert f"其他能源資源 木炭 9 公斤：{NO_FACTOR}" in text
        assert "另有 1 項已申報而未計入小計" in text
        assert "<dd>5.28</dd>" in text
    assert not Entry.objects.exists()


def test_a_mistake_beside_the_figures_leaves_no_line_out(sign_in: SignIn, county: County) -> None:
    client = sign_in(county.school)
    fields = fields_of(client.get(URL).text, "filing") | {
        "own-electricity": "10", "outsourced_scope": "a\x01b", "action": "calculate",
    }  # fmt: skip
    text = client.post(URL, fields).text
    assert "已依目前填寫的內容計算，尚未存檔；另有 1 處須修正" in text
    assert "小計不含" not in text


class TestSetWithoutIt:
    """The year's set of today lacks what a filing was computed with."""

    @pytest.fixture(autouse=True)
    def _lost(self, county: County) -> None:
        answers = [
            Answer(OWN, "other_refrigerant", Decimal(3), "R404A"),
            other("FM-200", "2", 0),
            number("electricity", "10"),
        ]
        save(county, answers, ticked=False)
        new = keep_set(toml(r404a='name = "R448A"', fm200='name = "別的藥劑"'))
        ReportingYear.objects.filter(year=104).update(factor_set=new)

    def test_the_form_keeps_both_names_and_says_so(self, sign_in: SignIn, county: County) -> None:
        page = sign_in(county.school).get(URL)
        fields = fields_of(page.text, "filing")
        assert fields["own-other_refrigerant-0-name"] == "R404A"
        assert fields["own-other-0-name"] == "FM-200 滅火藥劑補充"
        assert "R404A（係數版本沒有這種冷媒）" in page.text

    def test_a_draft_keeps_both_rows_and_counts_neither(
        self, sign_in: SignIn, county: County
    ) -> None:
        client = sign_in(county.school)
        fields = fields_of(client.get(URL).text, "filing")
        page = client.post(URL, fields | {"action": "save"}, follow=True)
        assert page.redirect_chain
        filing = county.filing(county.school)
        assert (filing.version, filing.uncounted) == (2, 2)
        names = filing.entries.exclude(name="").values_list("name", "quantity", "kg")
        assert sorted(names) == [
            ("FM-200 滅火藥劑補充", Decimal(2), None),
            ("R404A", Decimal(3), None),
        ]
        assert f"其他冷媒型號，補充 R404A 3 公斤：{NO_FACTOR}" in page.text
        assert f"FM-200 滅火藥劑補充 2 公斤：{NO_FACTOR}" in page.text

    @pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
    def test_computing_says_which_line(
        self, sign_in: SignIn, county: County, headers: dict[str, str]
    ) -> None:
        client = sign_in(county.school)
        fields = fields_of(client.get(URL).text, "filing") | {"action": "calculate"}
        text = client.post(URL, fields, headers=headers).text
        assert "另有 2 項已申報而未計入小計" in text
        assert f"其他冷媒型號，補充 R404A 3 公斤：{NO_FACTOR}" in text

    def test_completing_is_refused_at_the_line(self, sign_in: SignIn, county: County) -> None:
        client = sign_in(county.school)
        fields = fields_of(client.get(URL).text, "filing")
        page = client.post(URL, fields | {"complete": "on", "action": "save_unused"})
        assert page.status_code == 422
        assert "沒有「其他冷媒型號，補充 R404A」的係數" in page.text
        assert county.filing(county.school).version == 1

    def test_a_refrigerant_that_was_never_stored_is_no_draft_either(
        self, sign_in: SignIn, county: County
    ) -> None:
        client = sign_in(county.school)
        fields = fields_of(client.get(URL).text, "filing")
        fields |= {"own-other_refrigerant-0-name": "R999", "action": "save"}
        assert client.post(URL, fields).status_code == 422

    def test_back_with_a_set_that_has_them_they_count_again(
        self, sign_in: SignIn, county: County
    ) -> None:
        client = sign_in(county.school)
        client.post(URL, fields_of(client.get(URL).text, "filing") | {"action": "save"})
        store(*shipped(SET))
        ReportingYear.objects.filter(year=104).update(factor_set_id=SET)
        client.post(URL, fields_of(client.get(URL).text, "filing") | {"action": "save"})
        filing = county.filing(county.school)
        assert (filing.uncounted, filing.own_kg) == (0, Decimal("18210.0800"))
