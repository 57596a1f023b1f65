"""The administrators' pages as stories: late units, closing and merging, time for many, 代填."""

import re
from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from accounts import roles
from accounts.models import Unit, User
from inventory import workflow
from inventory.models import Filing, ReportingYear
from inventory.states import Status
from tests.factories import UnitFactory, UserFactory
from tests.hierarchy.county import answers, file, filing, in_days, opened, text_of
from tests.pages import fields_of

pytestmark = pytest.mark.django_db

BACKEND = "django.contrib.auth.backends.ModelBackend"
REASON = "府教字第 1040001 號"


def address(name: str, unit: Unit | None = None, year: int = 104) -> str:
    return reverse(f"hierarchy:{name}", args=[year, unit.code] if unit else [year])


@pytest.fixture
def desk(land, as_of):
    return as_of(land.government, role=roles.COUNTY_ADMINISTRATOR)


@pytest.fixture
def platform(client, land):
    client.force_login(User.objects.get(username="platform"), backend=BACKEND)
    return client


def post(client, path: str, unit: Unit, action: str, **more):
    data = {"action": action, "revision": filing(unit).revision, "reason": REASON}
    return client.post(path, data | more)


def agree(client, path: str, unit: Unit, action: str, **more):
    """Looks at what it would change, and does it."""
    page = text_of(post(client, path, unit, action, **more))
    seen = re.search(r'name="seen" value="([0-9a-f]{64})"', page[page.index(f'id="{action}"') :])
    assert seen, page
    return post(client, path, unit, action, seen=seen[1], **more)


def workbook(client, path: str):
    content = b"".join(client.get(path).streaming_content)
    return load_workbook(BytesIO(content))


def cells(client, path: str) -> list[list[object]]:
    """Every cell of every sheet, but for the time of the export."""
    return [
        [cell.value for cell in row if not str(cell.value).startswith("匯出時間")]
        for sheet in workbook(client, path)
        for row in sheet.iter_rows()
    ]


class TestLateUnit:
    @pytest.fixture
    def late(self, land) -> Unit:
        return UnitFactory(name="新設圖書館", code="371036900X", parent=land.township)

    def test_it_is_found_looked_at_and_taken_in(self, land, late, desk):
        page = text_of(desk.get(address("list")))
        assert address("late") in page
        page = text_of(desk.get(address("late")))
        assert "新設圖書館" in page
        asked = {"unit": late.code, "under": land.township.code, "reason": REASON}
        page = text_of(desk.post(address("late"), asked))
        assert "尚未變更" in page
        assert not Filing.objects.filter(unit=late).exists()
        seen = re.search(r'name="seen" value="([^"]*)"', page)
        done = desk.post(address("late"), asked | {"seen": seen[1]})
        assert done.url == address("arrange", late)
        assert filing(late).parent == filing(land.township)
        assert "納入填報" in text_of(desk.get(done.url))

    def test_the_link_fills_in_the_form(self, land, late, desk):
        page = text_of(desk.get(address("late"), {"unit": late.code, "under": land.school.code}))
        assert f'value="{late.code}"' in page
        assert f'value="{land.school.code}"' in page

    @pytest.mark.parametrize(
        ("field", "value", "words"),
        [
            ("unit", "371036500X", "本年度尚無填報的現有單位"),
            ("unit", "NOWHERE", "本年度尚無填報的現有單位"),
            ("under", "371036900X", "本年度沒有代碼為"),
            ("reason", "", "這個欄位是必須的"),
        ],
    )
    def test_what_is_wrong_is_told_and_what_was_typed_stays(
        self, land, late, desk, field, value, words
    ):
        asked = {"unit": late.code, "under": land.township.code, "reason": REASON}
        response = desk.post(address("late"), asked | {field: value})
        assert response.status_code == 422
        page = text_of(response)
        assert words in page
        kept = "reason" if field != "reason" else "under"
        assert asked[kept] in page

    def test_a_year_that_is_over(self, land, late, desk):
        ReportingYear.objects.filter(pk=104).update(due_on=in_days(-1))
        asked = {"unit": late.code, "under": land.township.code, "reason": REASON}
        response = desk.post(address("late"), asked)
        assert response.status_code == 409
        assert "已截止" in text_of(response)

    def test_what_no_page_sends(self, land, late, desk):
        assert desk.post(address("late"), {"unit": late.code, "path": "0"}).status_code == 400

    def test_by_the_platform(self, land, late, platform):
        asked = {"unit": late.code, "under": land.township.code, "reason": REASON}
        seen = f"{late.code} {land.township.code}"
        assert platform.post(address("late"), asked | {"seen": seen}).status_code == 302
        assert filing(late).events.get().by.username == "platform"

    def test_the_unit_reads_whom_to_ask_while_it_has_none(self, land, late, as_of):
        Unit.objects.filter(pk=land.government.pk).update(contact_phone="0836-22067")
        page = text_of(as_of(late).get("/inventory/"))
        assert "104 年度" in page
        assert "連江縣政府" in page
        assert "tel:0836-22067" in page


class TestClosing:
    def close(self, client, land, name="view", **more):
        given = {"on": "2015-08-01", **more}
        return agree(client, address(name, land.branch), land.branch, "close", **given)

    def test_form_list_receipt_and_workbook_say_which_part(self, land, desk, as_of):
        file(land.branch)
        assert self.close(desk, land, document="府人字第 9 號").status_code == 302
        part = "本填報涵蓋 2015-01-01 至 2015-07-31"
        assert part in text_of(desk.get(address("view", land.branch)))
        assert "公文文號：府人字第 9 號" in text_of(desk.get(address("view", land.branch)))
        assert part in text_of(desk.get(address("unit_list", land.school)))
        rows = cells(desk, address("export"))
        assert sum(part in str(cell) for row in rows for cell in row) == 1
        client = as_of(land.branch)
        assert part in text_of(client.get("/inventory/104/"))
        assert part in text_of(client.get("/inventory/104/receipt/"))

    def test_a_merger_is_said_on_both(self, land, desk, as_of):
        self.close(desk, land, into=land.sibling.code.lower())
        assert "其後由「北竿鄉公所」填報" in text_of(desk.get(address("view", land.branch)))
        assert "含已併入的「介壽分校」" in text_of(desk.get(address("list")))
        client = as_of(land.sibling)
        assert "含已併入的「介壽分校」" in text_of(client.get("/inventory/104/"))

    def test_the_page_of_the_platform(self, land, platform):
        assert self.close(platform, land, name="arrange").status_code == 302
        page = text_of(platform.get(address("arrange", land.branch)))
        assert "撤銷裁撤或整併" in page
        done = agree(platform, address("arrange", land.branch), land.branch, "reopen")
        assert done.status_code == 302
        assert filing(land.branch).covers_until is None

    def test_the_totals_are_shown_before_and_are_those_afterwards(self, land, desk):
        """The successor files the whole year, so the branch's draft goes."""
        file(land.branch, "1000", complete=False)
        given = {"on": "2015-08-01", "into": land.sibling.code, "is_whole": "on"}
        path = address("view", land.branch)
        page = text_of(post(desk, path, land.branch, "close", **given))
        shown = re.findall(
            r'<td class="number"[^>]*>([^<]*)</td>', page[page.index('id="close"') :]
        )
        assert shown[:4] == ["528", "0", "5", "4"]
        agree(desk, path, land.branch, "close", **given)
        below = Filing.objects.with_subtree_of(filing(land.government))
        assert sum(one.own_kg for one in below) == 0
        assert below.exclude(status=Status.EXCUSED).count() == 4

    def test_units_below_are_named(self, land, desk):
        response = post(desk, address("view", land.school), land.school, "close", on="2015-08-01")
        assert response.status_code == 409
        assert "371036501X 介壽分校" in text_of(response)

    @pytest.mark.parametrize(
        ("more", "words"),
        [
            ({"on": "yesterday"}, "有效的日期"),
            ({"into": "NOWHERE"}, "本年度沒有代碼為"),
            ({"is_whole": "on"}, "請填承接單位"),
        ],
    )
    def test_what_cannot_be_meant_is_told_at_its_field(self, land, desk, more, words):
        given = {"on": "2015-08-01"} | more
        response = post(desk, address("view", land.branch), land.branch, "close", **given)
        assert response.status_code == 422
        assert words in text_of(response)
        assert REASON in text_of(response)

    def test_nobody_else_is_offered_it_or_may(self, land, as_of):
        client = as_of(land.school)
        path = address("view", land.branch)
        assert "裁撤或整併" not in text_of(client.get(path))
        response = post(client, path, land.branch, "close", on="2015-08-01")
        assert response.status_code == 403
        assert client.get(address("arrange", land.branch)).status_code == 403

    def test_the_other_county_does_not_see_it(self, land, client):
        other = UnitFactory(name="他縣", code="371020000A", county_id="w")
        user = UserFactory(unit=other, role=roles.COUNTY_ADMINISTRATOR)
        opened()
        client.force_login(user, backend=BACKEND)
        assert client.get(address("arrange", land.branch)).status_code == 404


class TestWhatIsOverStays:
    """Moving, excusing, closing and merging in 104; 103 is over, in page and workbook."""

    @pytest.fixture
    def over(self, land):
        opened(103)
        for unit, electricity in zip(
            land.units, ("1.1", "22.22", "333.333", "4", "5.5"), strict=True
        ):
            file(unit, electricity, year=103)
        ReportingYear.objects.filter(pk=103).update(due_on=in_days(-1))

    def test_to_the_last_digit(self, land, over, desk):
        def of_103():
            pages = [address("list", year=103), address("unit_list", land.township, 103)]
            rows = [
                re.findall(r"<t[dh][^>]*>.*?</t[dh]>", text_of(desk.get(page))) for page in pages
            ]
            return rows, cells(desk, address("export", year=103))

        before = of_103()
        assert any(cell == "介壽分校" for row in before[1] for cell in row)
        view = {unit.pk: address("view", unit) for unit in land.units}
        moved = {"under": land.sibling.code, "in_later_years": "on"}
        assert agree(desk, view[land.branch.pk], land.branch, "move", **moved).status_code == 302
        for on in ("2014-03-01", "2015-08-01"):
            given = {"on": on, "into": land.sibling.code}
            done = agree(desk, view[land.school.pk], land.school, "close", **given)
            assert done.status_code == 302
            assert agree(desk, view[land.school.pk], land.school, "reopen").status_code == 302
        given = {"on": "2015-08-01", "into": land.sibling.code, "is_whole": "on"}
        assert agree(desk, view[land.school.pk], land.school, "close", **given).status_code == 302
        assert agree(desk, view[land.branch.pk], land.branch, "excuse").status_code == 302
        assert of_103() == before


class TestExtending:
    def asked(self, land, **more):
        return {
            "branch": land.township.code,
            "to": in_days(60).isoformat(),
            "document": "府環字第 1 號",
            "reason": "颱風停班",
            **more,
        }

    def test_how_many_is_shown_first_and_the_units_read_why(self, land, desk, as_of):
        page = text_of(desk.get(address("list")))
        assert address("extend") in page
        page = text_of(desk.post(address("extend"), self.asked(land)))
        assert "將有 3 個單位的填報期限展延" in page
        assert filing(land.school).extended_to is None
        seen = re.search(r'name="seen" value="([^"]*)"', page)
        done = desk.post(address("extend"), self.asked(land, seen=seen[1]), follow=True)
        assert "已展延 3 個單位" in text_of(done)
        assert filing(land.sibling).extended_to is None
        page = text_of(as_of(land.school).get("/inventory/104/"))
        assert "已展延：颱風停班" in page
        assert "公文文號：府環字第 1 號" in page

    def test_another_day_is_looked_at_anew(self, land, desk):
        page = text_of(desk.post(address("extend"), self.asked(land)))
        seen = re.search(r'name="seen" value="([^"]*)"', page)
        later = self.asked(land, seen=seen[1], to=in_days(90).isoformat())
        assert "尚未變更" in text_of(desk.post(address("extend"), later))
        assert filing(land.school).extended_to is None

    def test_by_category(self, land, desk):
        Unit.objects.filter(pk=land.school.pk).update(category="學校")
        page = text_of(desk.get(address("extend")))
        assert '<option value="學校">' in page
        page = text_of(desk.post(address("extend"), self.asked(land, category="學校")))
        assert "將有 1 個單位" in page
        page = text_of(desk.post(address("extend"), self.asked(land, category="公所")))
        assert "沒有可展延的填報" in page

    @pytest.mark.parametrize(
        ("more", "words"),
        [
            ({"branch": "NOWHERE"}, "本年度沒有代碼為"),
            ({"to": "2015-13-01"}, "有效的日期"),
            ({"to": "2015-01-01"}, "不能早於今天"),
            ({"document": ""}, "這個欄位是必須的"),
        ],
    )
    def test_what_is_wrong_is_told_at_its_field(self, land, desk, more, words):
        response = desk.post(address("extend"), self.asked(land, **more))
        assert response.status_code == 422
        assert words in text_of(response)
        assert "颱風停班" in text_of(response)


class TestFillingIn:
    """代填."""

    def fill_in(self, client, land, **more):
        page = fields_of(text_of(client.get(address("file", land.branch))), "filing")
        unused = {
            name.replace("-answer", ""): value for name, value in page.items() if name.endswith("x")
        }
        given = {"own-electricity": "100", "complete": "on", "action": "save_unused"}
        return client.post(address("file", land.branch), page | unused | given | more)

    def test_receipt_and_history_say_by_whom(self, land, desk):
        view = text_of(desk.get(address("view", land.branch)))
        assert address("file", land.branch) in view
        page = text_of(desk.get(address("file", land.branch)))
        assert "您正以 z371030000A 為「介壽分校」代填" in page
        assert "目前沒有可登入填報的帳號" in page
        done = self.fill_in(desk, land)
        assert done.url == address("receipt", land.branch)
        words = "由 z371030000A（連江縣政府） 代填"
        assert words in text_of(desk.get(done.url))
        page = text_of(desk.get(address("view", land.branch)))
        assert words in page[page.index("辦理紀錄") :]
        assert "須由另一位有審核權限的承辦人確認" in page
        assert 'id="confirm"' not in page

    def test_a_reason_where_the_unit_has_people(self, land, desk, as_of):
        UserFactory(unit=land.branch)
        assert "請填寫由縣市代填的原因" in text_of(desk.get(address("file", land.branch)))
        response = self.fill_in(desk, land)
        assert response.status_code == 409
        assert "請填寫代填原因" in text_of(response)
        assert 'value="100"' in text_of(response)
        assert self.fill_in(desk, land, why="承辦人產假").status_code == 302
        client = as_of(land.branch)
        assert "由 z371030000A（連江縣政府） 代填：承辦人產假" in text_of(
            client.get("/inventory/104/receipt/")
        )

    def test_a_draft_comes_back_to_its_page(self, land, desk):
        page = fields_of(text_of(desk.get(address("file", land.branch))), "filing")
        given = {"own-electricity": "100", "action": "save"}
        done = desk.post(address("file", land.branch), page | given)
        assert done.url == address("file", land.branch)
        assert filing(land.branch).status == Status.DRAFT

    def test_two_at_once_are_shown_both(self, land, desk):
        page = fields_of(text_of(desk.get(address("file", land.branch))), "filing")
        file(land.branch, "7")
        response = desk.post(
            address("file", land.branch),
            page | {"own-electricity": "100", "action": "save", "why": "產假"},
        )
        assert response.status_code == 409
        assert "這份填報已有異動" in text_of(response)
        assert "產假" in text_of(response)

    def test_another_confirms_from_the_list(self, land, desk, client):
        """Whoever filled it in has no tick there, and a forged one is refused."""
        township = filing(land.sibling)
        boss = User.objects.get(unit=land.government)
        workflow.save(
            filing=township,
            answers=answers("100"),
            outsourced_scope="",
            complete=True,
            revision=0,
            factor_set=township.year.factor_set_id,
            by=boss,
            filed_for="",
        )
        assert 'name="chosen"' not in text_of(desk.get(address("list")))
        chosen = {"chosen": [f"{township.pk}:1"]}
        response = desk.post(address("list"), chosen)
        assert response.status_code == 409
        assert "由您代填" in text_of(response)
        other = UserFactory(
            unit=land.government, username="zsecond", role=roles.COUNTY_ADMINISTRATOR
        )
        client.force_login(other, backend=BACKEND)
        assert 'name="chosen"' in text_of(client.get(address("list")))
        assert client.post(address("list"), chosen).status_code == 302
        assert filing(land.sibling).status == Status.CONFIRMED

    def test_a_closed_unit_has_nobody(self, land, desk):
        UserFactory(unit=land.branch)
        view = address("view", land.branch)
        agree(desk, view, land.branch, "close", on=date(2015, 8, 1).isoformat())
        assert self.fill_in(desk, land).status_code == 302

    def test_after_the_due_date_it_says_who_extends(self, land, desk):
        ReportingYear.objects.filter(pk=104).update(due_on=in_days(-1))
        page = text_of(desk.get(address("file", land.branch)))
        assert "截止填報" in page
        assert "連江縣政府" in page

    @pytest.mark.parametrize("who", ["school", "sibling"])
    def test_nobody_else(self, land, as_of, who):
        client = as_of(getattr(land, who))
        status = {"school": 403, "sibling": 404}[who]
        assert client.get(address("file", land.branch)).status_code == status
