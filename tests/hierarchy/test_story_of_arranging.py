"""A year of a county's desk: units move, come late, close and merge, are filed for and extended.

After each step the totals are those that were shown before it, on every page and in the workbook;
103, which is over, stays to the last digit; and nothing that is stored contradicts itself.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from accounts import roles
from accounts.models import Unit
from inventory.models import Filing, ReportingYear
from inventory.states import Status
from tests.factories import UnitFactory, UserFactory
from tests.hierarchy.county import County, file, filing, in_days, opened, person, text_of
from tests.inventory.whole_story import verify
from tests.pages import fields_of

pytestmark = pytest.mark.django_db

BACKEND = "django.contrib.auth.backends.ModelBackend"
REASON = "府教字第 1040001 號"
OWN = "CO₂ 排放量(KgCO₂e)-不含委外部分"
Total = tuple[Decimal, int]  # kg CO2e of an agency with all below it; how many owe a filing


def address(name: str, unit: Unit | None = None, year: int = 104) -> str:
    return reverse(f"hierarchy:{name}", args=[year, unit.code] if unit else [year])


def number(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


class Desk:
    """The county government's desk: what is shown on it, and what is done from it."""

    def __init__(self, client: Client, land: County) -> None:
        self.client, self.land = client, land

    def sign_in(self) -> None:
        boss = person(self.land.government)
        self.client.force_login(boss, backend=BACKEND)

    def page(self, name: str, unit: Unit | None = None, year: int = 104) -> str:
        return text_of(self.client.get(address(name, unit, year)))

    def sheet(self, name: str, year: int = 104) -> list[list[object]]:
        """The rows of a sheet of the workbook."""
        response = self.client.get(address("export", year=year))
        book = load_workbook(BytesIO(b"".join(response.streaming_content)), read_only=True)
        return [list(row) for row in book[name].iter_rows(values_only=True)]

    def totals(self) -> dict[str, Total]:
        """Of every agency of 104, as its own page of the list has it."""
        found = {}
        for one in Filing.objects.filter(year=104).select_related("unit"):
            is_own = one.unit_id == self.land.government.pk
            page = self.page("list") if is_own else self.page("unit_list", one.unit)
            last = page[page.rindex('class="row-title">總計') :]
            kg = number(re.search(r'class="number"[^>]*>([\d,.]+)<', last)[1])
            owing = re.search(r"應填報 (\d+) 個", page)
            below = int(owing[1]) if owing else 0
            found[one.unit.name] = (kg, below + (one.status != Status.EXCUSED))
        return found

    def check_workbook(self, totals: dict[str, Total]) -> None:
        """明細 adds up to the list's last row, in the page and on the sheet."""
        rows = self.sheet("明細")
        at = next(row.index(OWN) for row in rows if OWN in row)
        heading = next(index for index, row in enumerate(rows) if OWN in row)
        units = [row[at] for row in rows[heading + 1 :] if row[0] is not None]
        whole = totals[self.land.government.name][0]
        assert sum(Decimal(str(kg)) for kg in units if kg is not None) == whole
        [last] = [
            row for row in self.sheet("所屬機關列表") if "總計" in "".join(map(str, row[1:2]))
        ]
        assert Decimal(str(last[2])) == whole

    def of_103(self) -> list[object]:
        """All that is shown of the year that is over, but for the time of the export."""
        pages = [("list", None), ("unit_list", self.land.township), ("unit_list", self.land.school)]
        cells = [
            re.findall(r"<t[dh][^>]*>.*?</t[dh]>", self.page(name, unit, 103))
            for name, unit in pages
        ]
        sheets = [
            [cell for cell in row if not str(cell).startswith("匯出時間")]
            for name in ("所屬機關列表", "明細", "類別與氣體")
            for row in self.sheet(name, 103)
        ]
        return [cells, sheets]

    def post(self, unit: Unit, action: str, **more: str):
        given = {"action": action, "revision": filing(unit).revision, "reason": REASON}
        return self.client.post(address("view", unit), given | more)

    def agree(self, unit: Unit, action: str, **more: str) -> dict[str, tuple[Total, Total]]:
        """Look at what it would change, do it, and say what was shown: before and after."""
        page = text_of(self.post(unit, action, **more))
        part = page[page.index(f'id="{action}"') :].partition("</details>")[0]
        assert "尚未變更" in part
        seen = re.search(r'name="seen" value="([0-9a-f]{64})"', part)[1]
        done = self.post(unit, action, seen=seen, **more)
        assert (done.status_code, done.url) == (302, f"{address('view', unit)}#main")
        return shown(part)


def shown(page: str) -> dict[str, tuple[Total, Total]]:
    """The table of a preview, for the agencies of 104."""
    found = {}
    for row in re.findall(r"<tr><td[^>]*>104</td>.*?</tr>", page):
        name = re.search(r'class="row-title">([^<]+)<', row)[1]
        kg, kg_after, owing, owing_after = re.findall(r'class="number"[^>]*>([^<]+)<', row)
        found[name] = ((number(kg), int(owing)), (number(kg_after), int(owing_after)))
    return found


@pytest.fixture
def story(land: County, client: Client) -> Iterator[Desk]:
    """103 is filed and over, 104 is being filed; afterwards all is still consistent."""
    opened(103)
    power = ("1.1", "22.22", "1999.999", "4444.4444", "5.5")
    for unit, electricity in zip(land.units, power, strict=True):
        file(unit, electricity, year=103)
    ReportingYear.objects.filter(pk=103).update(due_on=in_days(-1))
    power = ("100.5", "1000.25", "2000.125", "3000", "500.0001")
    for unit, electricity in zip(land.units, power, strict=True):
        file(unit, electricity, complete=unit != land.school)
    person(land.government, role=roles.COUNTY_ADMINISTRATOR)
    desk = Desk(client, land)
    desk.sign_in()
    before = desk.of_103()
    yield desk
    desk.sign_in()
    assert desk.of_103() == before
    desk.check_workbook(desk.totals())
    assert verify() == []


def check_as_shown(
    preview: dict[str, tuple[Total, Total]], before: dict[str, Total], after: dict[str, Total]
) -> None:
    """What was shown is what was and is, and nobody moved who was not shown."""
    assert {name: one[0] for name, one in preview.items()} == {n: before[n] for n in preview}
    assert {name: one[1] for name, one in preview.items()} == {n: after[n] for n in preview}
    moved = {name for name in before if before[name] != after[name]}
    assert moved == preview.keys()


def test_a_branch_moves_and_takes_its_kilograms_along(story: Desk) -> None:
    land, before = story.land, story.totals()
    preview = story.agree(land.school, "move", under=land.sibling.code)
    after = story.totals()
    check_as_shown(preview, before, after)
    assert preview.keys() == {"南竿鄉公所", "北竿鄉公所"}
    moved = before["介壽國中小"]
    assert after["南竿鄉公所"] == tuple(
        a - b for a, b in zip(before["南竿鄉公所"], moved, strict=True)
    )
    assert after["北竿鄉公所"] == tuple(
        a + b for a, b in zip(before["北竿鄉公所"], moved, strict=True)
    )
    assert after["連江縣政府"] == before["連江縣政府"]
    assert story.client.get(address("unit_list", land.branch)).status_code == 200
    back = story.agree(land.school, "move", under=land.township.code)
    check_as_shown(back, after, story.totals())
    assert story.totals() == before


def test_a_unit_comes_late_and_is_filed_for(story: Desk) -> None:
    land, before = story.land, story.totals()
    late = UnitFactory(name="新設圖書館", code="371036900X", parent=land.township)
    asked = {"unit": late.code, "under": land.township.code, "reason": REASON}
    page = text_of(story.client.post(address("late"), asked))
    seen = re.search(r'name="seen" value="([^"]+)"', page)[1]
    done = story.client.post(address("late"), asked | {"seen": seen})
    assert done.url == address("arrange", late)
    taken_in = story.totals()
    assert taken_in.pop("新設圖書館") == (0, 1)
    check_as_shown(shown(page), before, taken_in)

    form = fields_of(story.page("file", late), "filing")
    form |= {"own-electricity": "1,250.5", "complete": "on", "action": "calculate"}
    computed = text_of(story.client.post(address("file", late), form))
    kg = number(re.search(r"<dd>([\d,.]+)</dd>", computed)[1])
    assert story.totals()["連江縣政府"] == taken_in["連江縣政府"], "計算 saves nothing"
    done = story.client.post(address("file", late), form | {"action": "save_unused"})
    assert done.url == address("receipt", late)
    filed = story.totals()
    assert filed.pop("新設圖書館") == (kg, 1)
    for name in ("連江縣政府", "南竿鄉公所"):
        assert filed.pop(name) == (taken_in[name][0] + kg, taken_in[name][1])
    assert filed == {name: taken_in[name] for name in filed}


def test_a_unit_closes_and_keeps_what_it_filed(story: Desk) -> None:
    before = story.totals()
    assert story.agree(story.land.branch, "close", on="2015-08-01") == {}
    assert story.totals() == before
    rows = story.sheet("明細")
    at = next(row.index("涵蓋期間") for row in rows if "涵蓋期間" in row)
    [branch] = [row for row in rows if story.land.branch.code in row]
    assert str(branch[at]).endswith("本填報涵蓋 2015-01-01 至 2015-07-31。")
    assert story.agree(story.land.branch, "reopen") == {}
    assert story.totals() == before


def test_a_merger_counts_every_kilogram_once(story: Desk) -> None:
    """First for a part of the year, then for all of it, which takes the draft away."""
    land, before = story.land, story.totals()
    given = {"on": "2015-08-01", "into": land.township.code}
    moved = story.agree(land.branch, "move", under=land.sibling.code, in_later_years="on")
    assert moved.keys() == {"介壽國中小", "南竿鄉公所", "北竿鄉公所"}
    parted = story.totals()
    check_as_shown(moved, before, parted)
    assert story.agree(land.school, "close", **given) == {}
    assert story.totals() == parted
    assert "介壽國中小" in text_of(story.client.get(address("view", land.township)))
    assert story.agree(land.school, "reopen") == {}
    preview = story.agree(land.school, "close", is_whole="on", **given)
    after = story.totals()
    check_as_shown(preview, parted, after)
    draft = Decimal("3000") * Decimal("0.528")
    assert after["連江縣政府"] == (parted["連江縣政府"][0] - draft, parted["連江縣政府"][1] - 1)
    assert after["介壽國中小"] == (0, 0)
    assert "本年度由其填報" in story.page("view", land.school)
    undone = story.agree(land.school, "reopen")
    check_as_shown(undone, after, story.totals())
    assert story.totals()["連江縣政府"] == (after["連江縣政府"][0], parted["連江縣政府"][1])


def test_what_is_completed_is_not_merged_away(story: Desk) -> None:
    """The whole year of a completed filing: refused, with what to do first, and nothing moves."""
    before = story.totals()
    given = {"on": "2015-08-01", "into": story.land.sibling.code, "is_whole": "on"}
    response = story.post(story.land.branch, "close", **given)
    assert response.status_code == 409
    assert "已完成者請先退回" in text_of(response)
    assert REASON in text_of(response)
    assert story.totals() == before


def test_many_are_extended_and_no_total_moves(story: Desk) -> None:
    land, before = story.land, story.totals()
    ReportingYear.objects.filter(pk=104).update(due_on=in_days(-1))
    asked = {"branch": land.township.code, "to": in_days(30).isoformat(), "reason": "颱風停班"}
    asked |= {"document": "府環字第 1 號", "category": ""}
    page = text_of(story.client.post(address("extend"), asked))
    assert "將有 3 個單位的填報期限展延" in page
    seen = re.search(r'name="seen" value="([^"]+)"', page)[1]
    done = story.client.post(address("extend"), asked | {"seen": seen}, follow=True)
    assert "已展延 3 個單位" in text_of(done)
    assert story.totals() == before
    for unit, may_file in ((land.branch, True), (land.sibling, False)):
        story.client.force_login(person(unit), backend=BACKEND)
        page = text_of(story.client.get("/inventory/104/"))
        assert ("已展延：颱風停班" in page) is may_file
        assert ('id="filing"' in page) is may_file


def test_a_return_after_the_due_date_can_be_answered(story: Desk) -> None:
    """The day until which the unit can correct comes with the return; only its figure moves."""
    land, before = story.land, story.totals()
    ReportingYear.objects.filter(pk=104).update(due_on=in_days(-1))
    given = {"reason": "請核對 8 月電費單", "lines": "own-electricity"}
    without_a_day = story.post(land.sibling, "return", **given)
    assert without_a_day.status_code == 422
    assert "請同時給填報單位修正的時間" in text_of(without_a_day)
    assert "請核對 8 月電費單" in text_of(without_a_day)
    assert filing(land.sibling).status == Status.COMPLETED
    done = story.post(land.sibling, "return", to=in_days(14).isoformat(), **given)
    assert done.status_code == 302
    assert story.totals() == before
    stored = filing(land.sibling)
    assert (stored.status, stored.published_version) == (Status.RETURNED, 1)

    story.client.force_login(person(land.sibling), backend=BACKEND)
    page = text_of(story.client.get("/inventory/104/"))
    assert "請核對 8 月電費單" in page
    assert 'href="#row-own-electricity"' in page
    form = fields_of(page, "filing")
    unchanged = story.client.post("/inventory/104/", form | {"complete": "on", "action": "save"})
    assert unchanged.status_code == 422
    assert "這份填報被退回後內容沒有變更" in text_of(unchanged)
    form |= {"own-electricity": "2100.125", "complete": "on", "action": "save"}
    assert story.client.post("/inventory/104/", form).url == "/inventory/104/receipt/"
    story.sign_in()
    after = story.totals()
    more = 100 * Decimal("0.528")
    for name in ("北竿鄉公所", "連江縣政府"):
        assert after.pop(name) == (before[name][0] + more, before[name][1])
    assert after == {name: before[name] for name in after}
    assert filing(land.sibling).published_version == 1, "public stays what stood at the due date"


def test_all_of_it_in_one_year(story: Desk) -> None:
    """One after the other on the same county, each as shown, and at the end all agrees."""
    land = story.land
    late = UnitFactory(name="新設圖書館", code="371036900X", parent=land.township)
    UserFactory(unit=late)
    asked = {"unit": late.code, "under": land.township.code, "reason": REASON}
    story.client.post(address("late"), asked | {"seen": f"{late.code} {land.township.code}"})
    file(late, "700", complete=False)
    steps = (
        (land.branch, "move", {"under": land.government.code, "in_later_years": "on"}),
        (late, "move", {"under": land.school.code}),
        (late, "close", {"on": "2015-03-01", "into": land.branch.code, "is_whole": "on"}),
        (late, "reopen", {}),
        (late, "excuse", {}),
        (land.school, "close", {"on": "2015-08-01", "into": land.township.code}),
    )
    for unit, action, given in steps:
        before = story.totals()
        check_as_shown(story.agree(unit, action, **given), before, story.totals())
    assert filing(late).status == Status.EXCUSED
    told = text_of(story.client.get(address("arrange", late)))
    for what in ("納入填報", "改列上級機關", "撤銷裁撤", "免填報"):
        assert what in told[told.index("辦理紀錄") :], what
