"""檢視: what a parent sees of a filing, and what becomes of its decisions."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts import roles
from accounts.form_recovery import owner_token
from accounts.models import Unit
from hierarchy.review.forms import DecisionForm
from inventory import policies, workflow
from inventory.entries.answers import Answer
from inventory.lines import Operation
from inventory.models import Filing, ReportingYear
from inventory.states import Status
from tests.factories import UnitFactory, UserFactory
from tests.hierarchy.county import (
    FACTOR_SET,
    answers,
    file,
    filing,
    in_days,
    opened,
    person,
    text_of,
)

pytestmark = pytest.mark.django_db


def view_url(unit, year=104):
    return reverse("hierarchy:view", args=[year, unit.code])


def status_of(unit):
    return filing(unit).status


class TestReading:
    def test_it_shows_figures_contact_and_who_did_what(self, land, as_of):
        land.school.contact_name, land.school.contact_email = "王小明", "wang@example.org"
        land.school.save()
        file(land.school, "300")
        workflow.send_back(
            filing=filing(land.school),
            revision=1,
            reason="電表讀錯",
            lines=["own-electricity"],
            by=person(land.township),
        )
        file(land.school, "301.5")
        page = text_of(as_of(land.township).get(view_url(land.school)))
        for words in ("301.5", "王小明", "wang@example.org", "電表讀錯", "退回", "確認完整並存檔"):
            assert words in page
        assert person(land.school).username in page
        assert '<input type="number"' not in page

    def test_last_year_stands_beside_and_what_differs_is_a_warning(self, land, as_of):
        opened(103)
        gone = [Answer(Operation.OWN, "lpg", Decimal(30), "", "kg", 0)]
        file(land.school, "100", year=103, more=gone)
        new = [Answer(Operation.OWN, "gasoline", Decimal(19), "", "L", 0)]
        file(land.school, "150", more=new, outsourced="80", reason="equipment")
        page = text_of(as_of(land.township).get(view_url(land.school)))
        assert "提醒：不合常理的數據" in page
        assert "電力：與 103 年的 100 相差 +50.0 %；影響" in page
        assert "公斤CO₂e，原因：設備新增、汰換或停用" in page
        assert "汽油：103 年沒有使用或未填，本年度有數量；影響" in page
        assert "未填原因" in page
        assert "委外：電力：103 年沒有使用或未填，本年度有數量" in page
        assert "瓦斯：103 年有 30，本年度沒有使用" in page

    def test_an_energy_that_appears_is_a_warning_too(self, land, as_of):
        opened(103)
        file(land.school, "100", year=103)
        new = [Answer(Operation.OWN, "other", Decimal(300), "汽油(發電機等固定設備)", "L", 0)]
        file(land.school, "100", more=new)
        page = text_of(as_of(land.township).get(view_url(land.school)))
        assert "其他能源資源：103 年沒有使用或未填，本年度有數量" in page

    def test_a_filing_not_begun_and_a_prefilled_one(self, land, as_of):
        client = as_of(land.township)
        page = text_of(client.get(view_url(land.school)))
        assert "尚無辦理紀錄。" in page
        assert "登錄狀況為「未登錄」，填報單位完成後才能確認或退回。" in page
        workflow.prefill(
            filing=filing(land.school),
            answers=[],
            outsourced_scope="",
            by=UserFactory(unit=None, username="import", role=roles.PLATFORM_ADMINISTRATOR),
        )
        page = text_of(client.get(view_url(land.school)))
        assert "本年度數據由匯入而來" in page
        assert "匯入</td>" in page

    def test_a_unit_sees_itself_but_does_not_judge_itself(self, land, as_of):
        file(land.township)
        page = text_of(as_of(land.township).get(view_url(land.township)))
        assert 'value="confirm"' not in page
        assert 'value="return"' not in page
        assert 'value="extend"' not in page

    def test_what_changed_after_the_confirmation_is_told(self, land, as_of):
        file(land.school, "300")
        workflow.confirm(filing=filing(land.school), revision=1, by=person(land.township))
        file(land.school, "333", outsourced="5")
        page = text_of(as_of(land.township).get(view_url(land.school)))
        assert "確認後已修改" in page
        assert '<del class="changed">300 度</del>' in page
        assert '<ins class="changed">333 度</ins>' in page
        assert '<ins class="changed">5 度</ins>' in page

    def test_a_new_version_with_the_same_figures(self, land, as_of):
        file(land.school, "300")
        workflow.confirm(filing=filing(land.school), revision=1, by=person(land.township))
        file(land.school, "400")
        file(land.school, "300")
        page = text_of(as_of(land.township).get(view_url(land.school)))
        assert "各項數據與確認時相同。" in page
        assert "與確認的第 1 版相同" in page
        assert "確認後已修改" not in page.split("<h2>辦理紀錄</h2>")[0]
        assert "公開的是第 1 版；目前的第 3 版確認後才會公開。" in page
        listed = text_of(as_of(land.township).get("/hierarchy/104/"))
        assert "與確認的第 1 版相同" in listed
        assert "確認後已修改" not in listed

    def test_words_that_changed_after_the_confirmation_are_told_too(self, land, as_of):
        """委外操作範圍說明 and the reason beside a figure; the figures themselves stayed."""
        opened(103)
        file(land.school, "1", year=103)
        first = file(land.school, "300", reason="activity")
        workflow.confirm(filing=first, revision=1, by=person(land.township))
        workflow.save(
            filing=filing(land.school),
            answers=answers("300", reason="equipment"),
            outsourced_scope="營養午餐<廚房>\n校車",
            complete=True,
            revision=2,
            factor_set=FACTOR_SET,
            by=person(land.school),
        )
        page = text_of(as_of(land.township).get(view_url(land.school)))
        assert '<del class="changed">300 度（業務量或使用人數增減）</del>' in page
        assert '<ins class="changed">300 度（設備新增、汰換或停用）</ins>' in page
        assert '<th scope="row" class="row-title">委外操作範圍說明</th>' in page
        assert '<ins class="changed">營養午餐&lt;廚房&gt;<br>校車</ins>' in page
        assert "（無）" in page
        assert "各項數據與確認時相同。" not in page

    def test_the_sums_are_there_and_folded(self, land, as_of):
        file(land.school, "300")
        page = text_of(as_of(land.township).get(view_url(land.school)))
        folds = re.findall(r"<details[^>]*>", page)
        assert any("ledger" in fold for fold in folds)
        assert not any(" open" in fold for fold in folds)

    def test_a_closed_year_can_still_be_judged(self, land, as_of):
        file(land.school)
        opened(due_in=-1)
        client = as_of(land.township)
        assert 'value="confirm"' in text_of(client.get(view_url(land.school)))
        client.post(view_url(land.school), {"action": "confirm", "revision": 1})
        assert status_of(land.school) == Status.CONFIRMED

    @pytest.mark.parametrize("data", [None, {"action": "confirm", "revision": 1}, {}])
    def test_what_is_beside_or_above_does_not_exist(self, land, as_of, data):
        file(land.sibling)
        client = as_of(land.township)
        for url in (
            view_url(land.sibling),
            view_url(land.government),
            view_url(land.school, 103),
            reverse("hierarchy:view", args=[104, "999999999Z"]),
        ):
            response = client.get(url) if data is None else client.post(url, data)
            assert response.status_code == 404
        assert status_of(land.sibling) == Status.COMPLETED

    def test_strangers_sign_in_first(self, client, land):
        assert client.get(view_url(land.school)).status_code == 302

    def test_the_way_back_leads_to_the_list_that_it_stands_in(self, land, as_of):
        client = as_of(land.government)
        own = reverse("hierarchy:list", args=[104])
        township = reverse("hierarchy:unit_list", args=[104, land.township.code])
        for unit, back in (
            (land.government, own),
            (land.township, own),
            (land.school, township),
        ):
            assert f'href="{back}">返回' in text_of(client.get(view_url(unit)))

    def test_queries_stay_constant(self, land, as_of, django_assert_max_num_queries):
        opened(103)
        file(land.school, "1", year=103)
        for quantity in range(20):
            file(land.school, str(quantity))
        client = as_of(land.township)
        with django_assert_max_num_queries(16):
            client.get(view_url(land.school))


class TestConfirming:
    def test_the_parent_confirms_this_version(self, land, as_of):
        file(land.school)
        client = as_of(land.township)
        page = text_of(client.get(view_url(land.school)))
        assert re.search(r'name="revision"[^>]*value="1"|value="1"[^>]*name="revision"', page)
        response = client.post(
            view_url(land.school), {"action": "confirm", "revision": 1}, follow=True
        )
        assert "已確認 介壽國中小 的填報。" in text_of(response)
        stored = filing(land.school)
        assert stored.status == Status.CONFIRMED
        assert stored.confirmed_by == person(land.township)

    def test_a_version_that_is_not_there_any_more_is_shown_anew(self, land, as_of):
        file(land.school, "300")
        client = as_of(land.township)
        file(land.school, "333")
        response = client.post(view_url(land.school), {"action": "confirm", "revision": 1})
        page = text_of(response)
        assert response.status_code == 409
        assert "您開啟本頁後，這份填報已有異動" in page
        assert re.search(r"（介壽國中小）於 [0-9: -]{16} 確認完整並存檔。", page)
        assert "333 度" in page
        assert re.search(r'name="revision" value="2"', page)
        assert status_of(land.school) == Status.COMPLETED

    def test_a_draft_is_not_confirmed(self, land, as_of):
        file(land.school, complete=False)
        response = as_of(land.township).post(
            view_url(land.school), {"action": "confirm", "revision": 1}
        )
        assert response.status_code == 409
        assert "只有「已完成」的填報可以確認" in text_of(response)
        assert status_of(land.school) == Status.DRAFT

    def test_the_county_confirms_anybody_below(self, land, as_of):
        file(land.branch)
        as_of(land.government).post(view_url(land.branch), {"action": "confirm", "revision": 1})
        assert status_of(land.branch) == Status.CONFIRMED

    def test_an_agency_two_levels_up_looks_on(self, land, as_of):
        file(land.branch)
        client = as_of(land.township)
        assert 'value="confirm"' not in text_of(client.get(view_url(land.branch)))
        response = client.post(view_url(land.branch), {"action": "confirm", "revision": 1})
        assert response.status_code == 403
        assert status_of(land.branch) == Status.COMPLETED

    @pytest.mark.parametrize("revision", ["", "x", "-1", "1e5", "99999999999999999999"])
    def test_a_revision_that_is_none(self, land, as_of, revision):
        file(land.school)
        response = as_of(land.township).post(
            view_url(land.school), {"action": "confirm", "revision": revision}
        )
        assert response.status_code == 422
        assert status_of(land.school) == Status.COMPLETED

    @pytest.mark.parametrize(
        "data",
        [
            {},
            {"action": "delete", "revision": 1},
            {"action": ["confirm", "confirm"], "revision": 1},
            {"action": "confirm", "revision": [1, 1]},
            {"action": "confirm", "revision": 1, "status": "confirmed"},
        ],
    )
    def test_what_no_page_sends_is_refused(self, land, as_of, data):
        file(land.school)
        response = as_of(land.township).post(view_url(land.school), data)
        assert response.status_code == 400
        assert "沒有做任何變更" in text_of(response)
        assert status_of(land.school) == Status.COMPLETED

    def test_a_missing_version_is_refused(self, land, as_of):
        file(land.school)
        response = as_of(land.township).post(view_url(land.school), {"action": "confirm"})
        assert response.status_code == 422
        assert status_of(land.school) == Status.COMPLETED

    def test_every_form_says_what_it_does(self):
        with pytest.raises(NotImplementedError):
            DecisionForm(filing=Filing(), user=UserFactory.build(unit=None)).carry_out(
                UserFactory.build(unit=None)
            )


class TestSendingBack:
    def test_the_unit_reads_the_reason_and_the_lines(self, land, as_of):
        file(land.school)
        response = as_of(land.township).post(
            view_url(land.school),
            {
                "action": "return",
                "revision": 1,
                "reason": "電表讀錯",
                "lines": ["own-electricity", "outsourced-lpg"],
            },
            follow=True,
        )
        assert "已將填報退回 介壽國中小 修正。" in text_of(response)
        stored = filing(land.school)
        assert stored.status == Status.RETURNED
        assert stored.return_reason == "電表讀錯"
        assert stored.returned_lines == ["own-electricity", "outsourced-lpg"]

    def test_the_page_and_the_history_name_the_lines(self, land, as_of):
        file(land.school)
        sent = {"action": "return", "revision": 1, "reason": "電表讀錯"}
        client = as_of(land.township)
        client.post(view_url(land.school), sent | {"lines": ["own-electricity", "outsourced-lpg"]})
        page = text_of(client.get(view_url(land.school)))
        names = ("營運活動數據：電力", "委外操作/營運活動數據(該單位自行負擔費用部分)：瓦斯")
        for name in names:
            assert page.count(f"<li>{name}</li>") == 2, "once in the notice, once in the history"
        file(land.school, "8")
        page = text_of(client.get(view_url(land.school)))
        for name in names:
            assert page.count(f"<li>{name}</li>") == 1, "the history keeps them"

    def test_without_lines_none_are_announced(self, land, as_of):
        file(land.school)
        client = as_of(land.township)
        client.post(
            view_url(land.school), {"action": "return", "revision": 1, "reason": "電表讀錯"}
        )
        assert "指出的項目" not in text_of(client.get(view_url(land.school)))

    def test_the_ticks_are_folded_until_one_is_chosen(self, land, as_of):
        file(land.school)
        client = as_of(land.township)

        def fold(page):
            return re.search(r'<details class="fold mt-3"[^>]*>\s*<summary>(.*?)<', page)

        page = text_of(client.get(view_url(land.school)))
        assert fold(page)[1] == "指出有問題的項目（可不選）"
        assert " open" not in fold(page)[0]
        assert len(re.findall(r'name="lines"', page)) == 26
        data = {"action": "return", "revision": 1, "reason": ""}
        for lines, is_open in (([], False), (["own-lpg"], True), (["own-coal"], True)):
            refused = text_of(client.post(view_url(land.school), data | {"lines": lines}))
            assert (" open" in fold(refused)[0]) == is_open, lines

    @pytest.mark.parametrize(
        ("field", "value", "message"),
        [
            ("reason", "", "這個欄位是必須的"),
            ("reason", "   ", "這個欄位是必須的"),
            ("reason", "長" * 1001, "1000"),
            ("reason", "a\x00b", "不允許空"),
            ("lines", ["own-coal"], "own-coal"),
        ],
    )
    def test_what_is_wrong_is_told_and_what_was_typed_stays(
        self, land, as_of, field, value, message
    ):
        file(land.school)
        data = {"action": "return", "revision": 1, "reason": "電表讀錯", "lines": ["own-lpg"]}
        response = as_of(land.township).post(view_url(land.school), data | {field: value})
        page = text_of(response)
        assert response.status_code == 422
        assert message in page
        if field == "reason":
            assert re.search(r'value="own-lpg"[^>]*checked|checked[^>]*value="own-lpg"', page)
        else:
            assert "電表讀錯</textarea>" in page
        assert status_of(land.school) == Status.COMPLETED

    def test_after_a_change_the_reason_is_kept_beside_the_new_figures(self, land, as_of):
        file(land.school, "300")
        file(land.school, "333")
        response = as_of(land.township).post(
            view_url(land.school), {"action": "return", "revision": 1, "reason": "電表讀錯"}
        )
        page = text_of(response)
        assert response.status_code == 409
        assert "電表讀錯</textarea>" in page
        assert "333 度" in page
        assert status_of(land.school) == Status.COMPLETED

    def test_a_draft_is_not_sent_back(self, land, as_of):
        file(land.school, complete=False)
        response = as_of(land.township).post(
            view_url(land.school), {"action": "return", "revision": 1, "reason": "電表讀錯"}
        )
        assert response.status_code == 409
        assert "可以退回" in text_of(response)
        assert "電表讀錯</textarea>" in text_of(response)

    def test_a_reason_typed_before_the_session_ended_comes_back(self, land, client, as_of):
        file(land.school)
        client.post(
            view_url(land.school),
            {
                "action": "return",
                "revision": 1,
                "reason": "電表讀錯",
                "lines": ["own-lpg"],
                "owner": owner_token(land.township),
            },
        )
        session = dict(client.session)
        as_of(land.township)
        kept = client.session
        kept.update(session)
        kept.save()
        page = text_of(client.get(view_url(land.school)))
        assert "電表讀錯</textarea>" in page
        assert re.search(r'value="own-lpg"[^>]*checked|checked[^>]*value="own-lpg"', page)
        assert re.search(r'<details class="fold mt-3"[^>]* open>', page)
        assert status_of(land.school) == Status.COMPLETED


class TestExtending:
    def test_the_county_gives_one_unit_more_time(self, land, as_of):
        client = as_of(land.government)
        assert 'value="extend"' in text_of(client.get(view_url(land.school)))
        response = client.post(
            view_url(land.school),
            {"action": "extend", "revision": 0, "to": in_days(40), "reason": "颱風停班"},
            follow=True,
        )
        page = text_of(response)
        assert "已展延 介壽國中小 的填報期限。" in page
        assert f"展延期限至 {in_days(40).isoformat()}" in page
        assert "颱風停班" in page
        stored = filing(land.school)
        assert stored.extended_to == in_days(40)

    @pytest.mark.parametrize(
        ("field", "value", "message"),
        [
            ("to", "", "這個欄位是必須的"),
            ("to", "105年6月", "輸入有效的日期"),
            ("to", "0000-00-00", "輸入有效的日期"),
            ("to", -1, "展延日期不能早於今天"),
            ("to", 30, "展延日期須晚於原截止日期"),
            ("reason", " ", "這個欄位是必須的"),
        ],
    )
    def test_what_is_wrong_is_told_at_its_field(self, land, as_of, field, value, message):
        if isinstance(value, int):
            value = in_days(value).isoformat()
        data = {"action": "extend", "revision": 0, "to": in_days(40), "reason": "颱風停班"}
        response = as_of(land.government).post(view_url(land.school), data | {field: value})
        page = text_of(response)
        assert response.status_code == 422
        assert message in page
        assert ("颱風停班" in page) == (field == "to")
        assert filing(land.school).extended_to is None

    def test_nobody_else_may(self, land, as_of):
        client = as_of(land.township)
        assert 'value="extend"' not in text_of(client.get(view_url(land.school)))
        data = {"action": "extend", "revision": 0, "to": in_days(40), "reason": "颱風停班"}
        assert client.post(view_url(land.school), data).status_code == 403
        assert filing(land.school).extended_to is None


class TestConfirmingMany:
    def url(self):
        return reverse("hierarchy:list", args=[104])

    def choice(self, unit, revision=None):
        stored = filing(unit)
        return f"{stored.pk}:{stored.revision if revision is None else revision}"

    def test_only_completed_rows_without_warnings_have_a_tick(self, land, as_of):
        opened(103)
        odd = UnitFactory(name="差異大的單位", parent=land.government)
        opened(103)
        opened()
        file(odd, "1", year=103)
        file(odd, "100", reason="activity")
        file(land.township)
        file(land.sibling, complete=False)
        page = text_of(as_of(land.government).get(self.url()))
        assert re.findall(r'name="chosen" value="([^"]+)"', page) == [self.choice(land.township)]
        assert "確認勾選的機關" in page

    def test_who_may_not_judge_sees_no_ticks(self, land, as_of):
        file(land.branch)
        url = reverse("hierarchy:unit_list", args=[104, land.school.code])
        client = as_of(land.township)
        assert 'name="chosen"' not in text_of(client.get(url))
        assert client.post(url, {"chosen": self.choice(land.branch)}).status_code == 403
        assert status_of(land.branch) == Status.COMPLETED

    def test_all_that_are_ticked_are_confirmed_and_named(self, land, as_of):
        file(land.township)
        file(land.sibling)
        response = as_of(land.government).post(
            f"{self.url()}?status=completed",
            {"chosen": [self.choice(land.township), self.choice(land.sibling)]},
            follow=True,
        )
        assert response.redirect_chain == [(f"{self.url()}?status=completed", 302)]
        assert "已確認 2 個機關：南竿鄉公所、北竿鄉公所" in text_of(response)
        assert status_of(land.township) == status_of(land.sibling) == Status.CONFIRMED

    def test_each_row_that_was_not_is_told_why(self, land, as_of):
        opened(103)
        odd = UnitFactory(name="差異大的單位", parent=land.government)
        draft = UnitFactory(name="填報中的單位", parent=land.government)
        opened(103)
        opened()
        file(odd, "1", year=103)
        file(odd, "100", reason="activity")
        file(draft, complete=False)
        file(land.township)
        stale = self.choice(land.township)
        file(land.township, "101")
        file(land.sibling)
        chosen = [stale, *(self.choice(unit) for unit in (land.sibling, odd, draft))]
        response = as_of(land.government).post(self.url(), {"chosen": chosen})
        page = text_of(response)
        assert response.status_code == 409
        assert "已確認 1 個機關：北竿鄉公所" in page
        why = re.search(r"未確認 南竿鄉公所：在您開啟列表後有異動，請檢視後再確認。(.*)", page)
        assert re.match(r"z371030001A（南竿鄉公所）於 .{16} 確認完整並存檔。", why[1])
        assert "未確認 差異大的單位：有提醒事項" in page
        assert "未確認 填報中的單位：登錄狀況為「填報中」" in page
        assert status_of(land.sibling) == Status.CONFIRMED
        assert status_of(land.township) == status_of(odd) == Status.COMPLETED

    def test_somebody_saving_at_that_moment_stops_the_whole_lot(self, land, as_of, monkeypatch):
        file(land.township)
        file(land.sibling)
        choices = [self.choice(land.township), self.choice(land.sibling)]
        confirm_many = workflow.confirm_many

        def after_a_save(**given):
            file(land.sibling, "7")
            return confirm_many(**given)

        monkeypatch.setattr(workflow, "confirm_many", after_a_save)
        response = as_of(land.government).post(self.url(), {"chosen": choices})
        assert response.status_code == 409
        assert text_of(response).count("這一批均未確認") == 2
        assert status_of(land.township) == status_of(land.sibling) == Status.COMPLETED

    def test_nothing_ticked(self, land, as_of):
        response = as_of(land.government).post(self.url())
        assert response.status_code == 422
        assert "請先勾選要確認的機關。" in text_of(response)

    @pytest.mark.parametrize(
        "value", ["", "1", "x:1", "1:x", "-1:1", "1:1:1", "²:1", "9" * 30 + ":1"]
    )
    def test_a_tick_that_no_page_offers(self, land, as_of, value):
        assert as_of(land.government).post(self.url(), {"chosen": value}).status_code == 400

    def test_the_same_row_twice_and_unknown_fields(self, land, as_of):
        file(land.township)
        client, choice = as_of(land.government), self.choice(land.township)
        assert client.post(self.url(), {"chosen": [choice, choice]}).status_code == 400
        assert client.post(self.url(), {"chosen": choice, "all": "1"}).status_code == 400
        assert status_of(land.township) == Status.COMPLETED

    def test_a_row_of_another_list_does_not_exist(self, land, as_of):
        file(land.school)
        client = as_of(land.township)
        for other in (land.branch, land.sibling, land.government, land.township):
            chosen = [self.choice(land.school), self.choice(other)]
            url = reverse("hierarchy:list", args=[104])
            assert client.post(url, {"chosen": chosen}).status_code == 404
        assert status_of(land.school) == Status.COMPLETED


class TestSendingBackAfterTheDueDate:
    """Nobody could correct what comes back then, unless the county gives time."""

    @pytest.fixture
    def closed(self, land):
        file(land.school)
        ReportingYear.objects.update(due_on=in_days(-1))
        return land

    def send(self, client, unit, **more):
        data = {"action": "return", "revision": filing(unit).revision, "reason": "電費單不符"}
        return client.post(view_url(unit), data | more)

    def test_the_county_gives_time_in_the_same_step(self, closed, as_of):
        client = as_of(closed.government, role=roles.COUNTY_ADMINISTRATOR)
        page = text_of(client.get(view_url(closed.school)))
        assert "請同時給填報單位修正的時間" in page
        to = policies.today() + timedelta(days=7)
        assert self.send(client, closed.school, to=to.isoformat()).status_code == 302
        stored = filing(closed.school)
        assert (stored.status, stored.extended_to) == (Status.RETURNED, to)
        assert policies.is_open(stored, policies.today())
        assert [event.verb for event in stored.events.order_by("revision")][-2:] == [
            "send_back",
            "extend",
        ]

    @pytest.mark.parametrize("to", ["", "2016-01-02", "明天"])
    def test_without_a_day_nothing_is_sent_back(self, closed, as_of, to):
        client = as_of(closed.government, role=roles.COUNTY_ADMINISTRATOR)
        response = self.send(client, closed.school, to=to)
        assert response.status_code == 422
        assert "電費單不符" in response.content.decode()
        assert filing(closed.school).status == Status.COMPLETED

    def test_whoever_may_not_extend_is_told_whom_to_ask(self, closed, as_of):
        Unit.objects.filter(pk=closed.government.pk).update(
            contact_phone="0836-22381", contact_email="ghg@example.org"
        )
        client = as_of(closed.township)
        page = client.get(view_url(closed.school)).content.decode()
        assert "退回後，填報單位要等縣市政府展延期限才能修正" in page
        assert "0836-22381" in page
        assert "mailto:ghg@example.org" in page
        assert self.send(client, closed.school).status_code == 302
        assert filing(closed.school).status == Status.RETURNED

    def test_the_closed_page_of_the_unit_shows_why_and_whom_to_ask(self, closed, as_of):
        self.send(as_of(closed.township), closed.school)
        Unit.objects.filter(pk=closed.government.pk).update(contact_phone="0836-22381")
        page = as_of(closed.school).get("/inventory/104/").content.decode()
        assert "電費單不符" in page
        assert "如需展延或更正，請洽" in page
        assert "0836-22381" in page
