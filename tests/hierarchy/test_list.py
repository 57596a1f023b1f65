"""The list of the parent's desk: what it shows, what it sums, whom it lets in."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts import roles
from accounts.models import Unit, User
from hierarchy import scope
from hierarchy.list import page as list_page
from hierarchy.list.listing import listing_of
from inventory import workflow
from inventory.models import Filing
from tests.factories import UnitFactory, UserFactory
from tests.hierarchy.county import answers, file, filing, opened, person, text_of

pytestmark = pytest.mark.django_db

HEADINGS = [
    "序號",
    "2級機關單位名稱",
    "排放量小計 (KgCO2e) (包含所屬機關)",
    "委外操作排放量小計 (KgCO2e) 不納入總量計算",
    "登錄狀況",
    "檢視",
    "所屬機關列表",
]


def list_url(year=104):
    return reverse("hierarchy:list", args=[year])


def unit_url(unit, year=104):
    return reverse("hierarchy:unit_list", args=[year, unit.code])


def headings_on(page):
    return re.findall(r'<th scope="col"[^>]*>(.*?)</th>', page)


def rows_on(page):
    """The text of every cell of the body and the foot, row by row."""
    rows = re.findall(r"<tr>(.*?)</tr>", page.split("<tbody>", 1)[1], re.S)
    return [
        [
            " ".join(re.sub(r"<[^>]+>", " ", cell).split())
            for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.S)
        ]
        for row in rows
    ]


class TestFrame:
    def test_the_labels_stand_to_the_letter(self, land, as_of):
        page = text_of(as_of(land.government).get(list_url()))
        assert "您的位置：所屬機關填報確認 >> 年度選擇 >> 年度列表" in page
        assert "政府1級機關：連江縣政府 之所屬機關 年度：104" in page
        assert "(2015)" in page
        assert headings_on(page) == HEADINGS
        assert "轉出明細：" in page
        assert "轉excel" in page
        assert page.count("返回</a>") == 2

    def test_a_unit_of_level_two_lists_level_three(self, land, as_of):
        page = text_of(as_of(land.township).get(list_url()))
        assert "政府2級機關：南竿鄉公所 之所屬機關" in page
        assert headings_on(page)[1] == "3級機關單位名稱"

    def test_without_subordinates_the_sentence_stands_there(self, land, as_of):
        response = as_of(land.branch).get(list_url())
        assert response.status_code == 200
        assert "目前並沒有下轄機關" in text_of(response)
        assert "filter-bar" not in text_of(response)

    def test_years_are_chosen_with_progress(self, land, as_of):
        opened(103)
        file(land.township)
        page = text_of(as_of(land.government).get(reverse("hierarchy:years")))
        assert list_url(103) in page
        assert list_url(104) in page
        assert "已完成 1／應填報 4" in page

    def test_the_years_of_a_leaf_say_that_nothing_is_below(self, land, as_of):
        assert "目前並沒有下轄機關" in text_of(as_of(land.branch).get(reverse("hierarchy:years")))

    def test_a_new_unit_has_no_year_yet(self, land, as_of):
        page = text_of(as_of(UnitFactory()).get(reverse("hierarchy:years")))
        assert "目前沒有貴單位應填報的年度。" in page

    def test_the_progress_of_a_county_administrator_is_the_countys(self, land):
        user = UserFactory(unit=land.branch, role=roles.COUNTY_ADMINISTRATOR)
        ((own, below),) = scope.years_with_progress(user)
        top = scope.path_to(user, 104)[-1]
        assert own.unit == land.branch
        assert top.unit == land.government
        assert below.owing == listing_of(top).below.owing == 4


class TestSums:
    @pytest.fixture(autouse=True)
    def _filed(self, land):
        file(land.government, "1", outsourced="10")
        file(land.township, "1000", outsourced="20")
        file(land.sibling, "2000.5", complete=False)
        file(land.school, "300", outsourced="30")
        file(land.branch, "40.1234", outsourced="40")

    def test_a_row_holds_the_unit_and_all_below_it(self, land, as_of):
        rows = rows_on(text_of(as_of(land.government).get(list_url())))
        below = sum(filing(unit).own_kg for unit in (land.township, land.school, land.branch))
        assert rows[0][1].startswith("南竿鄉公所 371030001A")
        assert Decimal(rows[0][2].replace(",", "")) == below
        assert Decimal(rows[0][3]) == filing(land.township).outsourced_kg
        assert Decimal(rows[1][2].replace(",", "")) == filing(land.sibling).own_kg

    def test_the_rows_of_sums_add_up_to_the_whole(self, land, as_of):
        rows = rows_on(text_of(as_of(land.government).get(list_url())))
        labels = [row[1] for row in rows[2:]]
        assert labels == [
            "合計（列表 2 個機關，含所有分頁）",
            "更下層機關本身（「包含所屬機關」者已含於上列）",
            "連江縣政府 本身",
            "總計（本機關與所有下轄機關）",
        ]
        for column, field in ((2, "own_kg"), (3, "outsourced_kg")):
            figures = [Decimal(row[column].replace(",", "") or 0) for row in rows]
            assert sum(figures[:2]) == figures[2]
            assert sum(figures[2:-1]) == figures[-1]
            everything = sum(Filing.objects.values_list(field, flat=True))
            assert figures[-1] == everything

    def test_a_filter_keeps_the_columns_adding_up(self, land, as_of):
        rows = rows_on(text_of(as_of(land.government).get(list_url(), {"q": "北竿"})))
        assert [row[1] for row in rows[1:]] == [
            "合計（列表 1 個機關，含所有分頁）",
            "未列出的所屬機關",
            "連江縣政府 本身",
            "總計（本機關與所有下轄機關）",
        ]
        for column in (2, 3):
            figures = [Decimal(row[column].replace(",", "") or 0) for row in rows]
            assert sum(figures[1:-1]) == figures[-1]

    def test_the_lowest_list_needs_no_row_for_deeper_units(self, land, as_of):
        page = text_of(as_of(land.government).get(unit_url(land.school)))
        assert "更下層機關" not in page

    def test_who_has_filed_counts_units_that_owe_a_filing(self, land, as_of):
        UnitFactory(name="後來才有的單位", parent=land.government)
        workflow.confirm(filing=filing(land.school), revision=1, by=person(land.township))
        page = text_of(as_of(land.government).get(list_url()))
        assert "應填報 4 個，已完成 3 個（其中已確認 1 個），尚未完成 1 個。" in page
        assert "以下合計含填報中的數據" in page

    def test_the_year_keeps_its_tree_when_a_unit_moves(self, land, as_of):
        land.school.parent = land.sibling
        land.school.save()
        page = text_of(as_of(land.government).get(unit_url(land.township)))
        assert "介壽國中小" in page

    def test_years_do_not_mix(self, land, as_of):
        opened(103)
        file(land.township, "7", year=103)
        rows = rows_on(text_of(as_of(land.government).get(list_url(103))))
        assert Decimal(rows[0][2]) == filing(land.township, 103).own_kg


class TestNothingFiled:
    """A zero is something that was filed; where nobody has saved yet, no figure stands."""

    NONE = "— 尚未登錄"

    def figures(self, land, as_of):
        rows = rows_on(text_of(as_of(land.government).get(list_url())))
        return [row[2:4] for row in rows[:2]]

    def test_a_branch_in_which_nobody_has_saved(self, land, as_of):
        assert self.figures(land, as_of) == [[self.NONE] * 2] * 2

    def test_a_zero_that_was_filed_stays_one(self, land, as_of):
        file(land.sibling, "0", complete=False)
        assert self.figures(land, as_of) == [[self.NONE] * 2, ["0", "0"]]

    def test_somebody_below_is_enough_for_the_sum_of_the_branch(self, land, as_of):
        file(land.school, "0", outsourced="3")
        assert self.figures(land, as_of)[0] == ["0", self.NONE]

    def test_the_sums_below_the_list_are_figures(self, land, as_of):
        rows = rows_on(text_of(as_of(land.government).get(list_url())))
        assert [row[2:4] for row in rows[2:]] == [["0", "0"], ["", "0"], ["0", "0"], ["0", "0"]]


class TestWayDown:
    def test_it_leads_to_any_depth_and_back(self, land, as_of):
        client = as_of(land.government)
        page = text_of(client.get(list_url()))
        assert unit_url(land.township) in page
        page = text_of(client.get(unit_url(land.township)))
        assert unit_url(land.school) in page
        page = text_of(client.get(unit_url(land.school)))
        assert "政府3級機關：介壽國中小 之所屬機關" in page
        assert f'href="{unit_url(land.township)}">返回' in page
        assert f'href="{list_url()}">連江縣政府' in page
        assert "目前並沒有下轄機關" in text_of(client.get(unit_url(land.branch)))

    def test_the_own_code_is_the_own_list(self, land, as_of):
        page = text_of(as_of(land.township).get(unit_url(land.township)))
        assert "政府2級機關：南竿鄉公所" in page

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_what_is_beside_or_above_does_not_exist(self, land, as_of, method):
        client = as_of(land.township)
        call = getattr(client, method)
        for url in (
            unit_url(land.sibling),
            unit_url(land.government),
            reverse("hierarchy:unit_list", args=[104, "999999999Z"]),
            unit_url(land.school, 103),
            list_url(103),
            "/hierarchy/0/",
            "/hierarchy/99999999999999999999/",
            "/hierarchy/104/%00/",
            "/hierarchy/104/x.y/",
        ):
            assert call(url).status_code == 404, url

    def test_nobody_sees_another_county(self, land, as_of):
        stranger = UnitFactory(name="他縣政府")
        opened()
        client = as_of(stranger)
        assert client.get(list_url()).status_code == 200
        assert client.get(unit_url(land.government)).status_code == 404

    def test_a_year_before_the_unit_was_there(self, land, as_of):
        assert as_of(UnitFactory()).get(list_url()).status_code == 404

    def test_strangers_sign_in_first(self, client, land):
        for url in (reverse("hierarchy:years"), list_url(), unit_url(land.school)):
            response = client.get(url)
            assert response.status_code == 302
            assert response.url.startswith(reverse("accounts:login"))

    def test_an_account_without_a_unit_is_told_so(self, client, land):
        client.force_login(
            UserFactory(unit=None, username="nobody"),
            backend="django.contrib.auth.backends.ModelBackend",
        )
        for url in (reverse("hierarchy:years"), list_url(), unit_url(land.school)):
            response = client.get(url)
            assert response.status_code == 403
            assert "不屬於任何單位" in text_of(response)

    def test_other_methods_are_refused(self, land, as_of):
        client = as_of(land.government)
        assert client.put(list_url()).status_code == 405
        assert client.post(reverse("hierarchy:years")).status_code == 405


class TestFilter:
    def test_by_status(self, land, as_of):
        file(land.sibling)
        rows = rows_on(text_of(as_of(land.government).get(list_url(), {"status": "completed"})))
        assert rows[0][1].startswith("北竿鄉公所")
        assert rows[1][1].startswith("合計（列表 1 個機關")

    def test_by_name_and_by_code_in_any_width(self, land, as_of):
        client = as_of(land.government)
        for words in ("北竿", "371030002a", " ３７１０３０００２Ａ "):
            rows = rows_on(text_of(client.get(list_url(), {"q": words})))
            assert [row[1].split()[0] for row in rows[:1]] == ["北竿鄉公所"], words
            assert rows[1][1].startswith("合計（列表 1 個機關")

    def test_an_account_as_it_is_printed_and_a_name_as_it_stands(self, land, as_of):
        Unit.objects.filter(pk=land.sibling.pk).update(name="北竿鄉公所（清潔 隊）")
        client = as_of(land.government)
        account = f"z{land.sibling.code}"
        for words in (
            account,
            account.upper(),
            f"{account} 北竿鄉公所（清潔 隊）",
            "北竿鄉公所(清潔隊)",
            "（清潔",
            f"\u200b{land.sibling.code}\u3000",
        ):
            rows = rows_on(text_of(client.get(list_url(), {"q": words})))
            assert rows[0][1].startswith("北竿鄉公所"), words
            assert rows[1][1].startswith("合計（列表 1 個機關"), words
        assert "沒有符合篩選條件" in text_of(client.get(list_url(), {"q": f"w{account[1:]}"}))

    def test_what_does_not_exist_finds_nothing_and_says_so(self, land, as_of):
        page = text_of(as_of(land.government).get(list_url(), {"q": "%_"}))
        assert "沒有符合篩選條件的機關。" in page

    @pytest.mark.parametrize(
        ("query", "message"),
        [
            ({"status": "lost"}, "沒有這種登錄狀況，已顯示全部。"),
            ({"q": "\x00"}, "不允許空"),
            ({"q": "長" * 101}, "100"),
        ],
    )
    def test_a_wrong_value_is_told_at_its_field_and_filters_nothing(
        self, land, as_of, query, message
    ):
        response = as_of(land.government).get(list_url(), query)
        page = text_of(response)
        assert response.status_code == 200
        assert message in re.search(r'class="field-error"[^>]*>(.*?)</p>', page)[1]
        assert "合計（列表 2 個機關" in page


class TestPages:
    @pytest.fixture(autouse=True)
    def _three_rows_a_page(self, monkeypatch):
        monkeypatch.setattr(list_page, "PAGE_LENGTH", 3)

    def test_numbers_go_on_and_sums_are_of_all_pages(self, land, as_of):
        for unit in UnitFactory.create_batch(4, parent=land.government):
            opened()
            file(unit, "10")
        client = as_of(land.government)
        rows = rows_on(text_of(client.get(list_url(), {"page": 2})))
        assert [row[0] for row in rows[:3]] == ["4", "5", "6"]
        assert rows[3][1] == "合計（列表 6 個機關，含所有分頁）"
        everything = sum(Filing.objects.values_list("own_kg", flat=True))
        assert Decimal(rows[3][2]) == everything

    @pytest.mark.parametrize("number", ["0", "x", "99", "-1", "²", "9" * 5000])
    def test_a_page_that_is_none_gives_the_nearest(self, land, as_of, number):
        assert as_of(land.government).get(list_url(), {"page": number}).status_code == 200


class TestMarks:
    def test_changed_after_confirmation_and_prefilled_and_warnings_show(self, land, as_of):
        opened(103)
        file(land.township, "10", year=103)
        file(land.township, "100", reason="activity")
        workflow.confirm(filing=filing(land.township), revision=1, by=person(land.government))
        file(land.township, "101", reason="activity")
        workflow.prefill(
            filing=filing(land.sibling),
            answers=answers("5"),
            outsourced_scope="",
            by=User.objects.get(role=roles.PLATFORM_ADMINISTRATOR.code),
        )
        page = text_of(as_of(land.government).get(list_url()))
        assert "已完成 （" not in page
        assert "確認後已修改" in page
        assert "1 項提醒" in page
        assert "匯入待核對" in page


class TestQueries:
    def _with_children(self, parent, count):
        units = UnitFactory.create_batch(count, parent=parent)
        opened()
        for unit in units[:3]:
            file(unit)
        return units

    @pytest.mark.parametrize("count", [3, 300])
    @pytest.mark.parametrize("who", ["government", "township", "named administrator"])
    @pytest.mark.parametrize("deep", [False, True])
    def test_at_most_thirteen_whatever_the_number_of_subordinates(
        self, land, client, django_assert_max_num_queries, count, who, deep
    ):
        opened(103)
        if who == "township":
            user, top = person(land.township), land.school if deep else land.township
        else:
            user, top = person(land.government), land.school if deep else land.government
            if who == "named administrator":
                user = UserFactory(
                    unit=land.sibling, username="clerk", role=roles.COUNTY_ADMINISTRATOR
                )
        self._with_children(top, count)
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        url = unit_url(top) if deep else list_url()
        with django_assert_max_num_queries(13):  # one of them for the sets behind the total
            response = client.get(url)
        assert response.status_code == 200
        assert "介壽" in text_of(response) or "竿" in text_of(response)
