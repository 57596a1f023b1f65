"""A save that changes nothing is none; what a save takes back is said before it is sent."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from inventory import policies, workflow
from inventory.entries.answers import Answer
from inventory.lines import Operation, lines_of
from inventory.models import Filing, FilingEvent, FilingVersion
from inventory.states import Status, Verb
from inventory.workflow import ReplyNeeded
from inventory.workflow.publishing import publish
from tests.inventory.conftest import County, close, complete, number
from tests.inventory.factor_sets import keep_set, toml
from tests.pages import fields_of

pytestmark = pytest.mark.django_db
URL = "/inventory/104/"
SignIn = Callable[..., Client]
UNCHANGED = "內容沒有變更，仍是第 1 版，登錄狀況不變。"


def save(county: County, quantity: str = "10", *, ticked: bool = True, **more: Any) -> Filing:
    filing = county.filing(county.school)
    given: dict[str, Any] = {
        "filing": filing,
        "answers": complete(number("electricity", quantity)),
        "outsourced_scope": "校車\r\n廚房",
        "complete": ticked,
        "revision": filing.revision,
        "factor_set": filing.year.factor_set_id,
        "by": county.user(county.school),
    }
    return workflow.save(**given | more)


def confirm(county: County) -> Filing:
    filing = county.filing(county.school)
    return workflow.confirm(
        filing=filing, revision=filing.revision, by=county.user(county.government)
    )


def send_back(county: County) -> Filing:
    filing = county.filing(county.school)
    by = county.user(county.government)
    return workflow.send_back(
        filing=filing, revision=filing.revision, reason="請核對電費單", lines=[], by=by
    )


def written(county: County) -> tuple[Any, ...]:
    """Everything that a save could have moved."""
    return (
        Filing.objects.filter(unit=county.school, year=104).values().get(),
        list(county.filing(county.school).entries.order_by("pk").values()),
        FilingVersion.objects.count(),
        FilingEvent.objects.count(),
    )


class TestTheVerb:
    @pytest.mark.parametrize("state", [Status.DRAFT, Status.COMPLETED, Status.CONFIRMED])
    def test_the_same_again_writes_nothing(self, county: County, state: Status) -> None:
        save(county, ticked=state != Status.DRAFT)
        if state == Status.CONFIRMED:
            confirm(county)
        before = written(county)
        again = save(
            county, "10.000", ticked=state != Status.DRAFT, outsourced_scope=" 校車\n廚房 "
        )
        assert (again.status, again.version, again.revision) == (
            state,
            1,
            before[0]["revision"],
        )
        assert written(county) == before

    def test_a_draft_that_was_sent_back_stays_so(self, county: County) -> None:
        save(county)
        send_back(county)
        before = written(county)
        assert save(county, ticked=False).status == Status.RETURNED
        assert written(county) == before

    @pytest.mark.parametrize(
        "change",
        [
            {"quantity": "10.0001"},
            {"ticked": False},
            {"outsourced_scope": "校車"},
            {
                "answers": [
                    Answer(Operation.OWN, "electricity", Decimal(10), reason="saving"),
                    *complete(number("electricity", "10"))[1:],
                ]
            },
            {"answers": complete(number("electricity", "10"), number("lpg", "0"))},
        ],
        ids=["figure", "tick", "text", "reason", "zero-for-unused"],
    )
    def test_whatever_differs_is_a_change(self, county: County, change: dict[str, Any]) -> None:
        save(county)
        confirm(county)
        after = save(county, **change)
        assert (after.version, after.revision) == (2, 3)
        assert after.status != Status.CONFIRMED
        assert after.published_version == after.confirmed_version == 1

    def test_another_factor_set_is_a_change(self, county: County) -> None:
        """Also one with the same figures: the filing is computed with it from then on."""
        save(county)
        same = keep_set(toml("tw-105-ar4"))
        publish(factor_set=same, years=[104], reason="新版", by=county.administrator)
        assert save(county).version == 2

    def test_the_first_save_counts_even_when_it_is_empty(self, county: County) -> None:
        assert save(county, answers=[], ticked=False, outsourced_scope="").version == 1

    @pytest.mark.parametrize("ticked", [True, False])
    def test_what_was_imported_is_the_units_from_its_first_save_on(
        self, county: County, ticked: bool
    ) -> None:
        workflow.prefill(
            filing=county.filing(county.school),
            answers=complete(number("electricity", "10")),
            outsourced_scope="校車",
            by=county.administrator,
        )
        after = save(county, ticked=ticked, outsourced_scope="校車")
        assert after.status == (Status.COMPLETED if ticked else Status.DRAFT)
        assert (after.version, after.is_prefilled) == (2, False)
        assert save(county, ticked=ticked, outsourced_scope="校車").version == 2

    def test_a_closed_year_refuses_before_it_compares(self, county: County) -> None:
        save(county)
        close(104)
        with pytest.raises(policies.NotAllowed):
            save(county)

    def test_what_was_seen_is_asked_first(self, county: County) -> None:
        save(county)
        confirm(county)
        with pytest.raises(workflow.FilingConflict):
            save(county, revision=1)


class TestHandingInAgain:
    def test_unchanged_it_needs_an_answer_to_the_reason(self, county: County) -> None:
        save(county)
        send_back(county)
        before = written(county)
        for nothing in ("", " \n "):
            with pytest.raises(ReplyNeeded, match="內容沒有變更"):
                save(county, reply=nothing)
        assert written(county) == before
        after = save(county, reply=" 電費單無誤 ")
        assert after.status == Status.COMPLETED
        event = after.events.latest("revision")
        assert (event.verb, event.reason) == (Verb.COMPLETE, "電費單無誤")

    def test_corrected_it_needs_none(self, county: County) -> None:
        save(county)
        send_back(county)
        assert save(county, "11").status == Status.COMPLETED

    def test_a_draft_in_between_does_not_get_round_the_question(self, county: County) -> None:
        save(county)
        send_back(county)
        save(county, "11", ticked=False)
        with pytest.raises(ReplyNeeded):
            save(county)
        assert save(county, "11").status == Status.COMPLETED

    def test_it_is_asked_once_for_each_return(self, county: County) -> None:
        save(county)
        send_back(county)
        save(county, reply="電費單無誤")
        save(county, ticked=False)
        assert save(county).status == Status.COMPLETED, "it was answered"
        send_back(county)
        with pytest.raises(ReplyNeeded):
            save(county)

    def test_an_answer_that_nobody_asked_for_is_not_kept(self, county: County) -> None:
        after = save(county, reply="沒有人問")
        assert after.events.latest("revision").reason == ""
        assert after.save_reason == ""


def typed(client: Client, **answers: str) -> dict[str, str]:
    fields = fields_of(client.get(URL).content.decode(), "filing")
    return fields | {name.replace("__", "-"): value for name, value in answers.items()}


def filled(client: Client, **answers: str) -> dict[str, str]:
    unused = {
        f"{operation.value}-{line.code}-unused": "on"
        for operation in Operation
        for line in lines_of(104)
    }
    unused.pop("own-electricity-unused")
    return typed(client, action="save") | unused | {"own-electricity": "10"} | answers


class TestThePage:
    def test_the_same_again_says_so(self, sign_in: SignIn, county: County) -> None:
        client = sign_in(county.school)
        client.post(URL, filled(client, complete="on"))
        confirm(county)
        before = written(county)
        answer = client.post(URL, typed(client, action="save"), follow=True)
        assert UNCHANGED in answer.text
        assert "填報完成" not in answer.text
        assert written(county) == before

    def test_what_a_save_takes_back_stands_there_before(
        self, sign_in: SignIn, county: County
    ) -> None:
        client = sign_in(county.school)
        assert 'id="taken-back"' not in client.get(URL).text
        save(county)
        page = client.get(URL).text
        assert "再存檔，登錄狀況會由「已完成」改回「填報中」。" in page
        assert "上一層級單位已確認" not in page
        confirm(county)
        page = client.get(URL).text
        assert "再存檔，登錄狀況會由「已確認」改回「填報中」。" in page
        assert "上一層級單位已確認第 1 版：存檔時內容若有變更，會成為「確認後已修改」" in page

    def test_the_tick_of_another_window_is_a_difference(
        self, sign_in: SignIn, county: County
    ) -> None:
        client = sign_in(county.school)
        first, second = filled(client, complete="on"), filled(client)
        client.post(URL, first)
        answer = client.post(URL, second)
        assert answer.status_code == 409
        assert "兩者數據相同。" not in answer.text
        assert "未勾選（存檔後登錄狀況由「已完成」改為「填報中」）" in answer.text
        assert county.filing(county.school).status == Status.COMPLETED

    def test_an_answer_is_asked_for_where_it_is_due(self, sign_in: SignIn, county: County) -> None:
        client = sign_in(county.school)
        assert 'name="reply"' not in client.get(URL).text
        client.post(URL, filled(client, complete="on"))
        assert 'name="reply"' not in client.get(URL).text
        send_back(county)
        assert 'name="reply"' in client.get(URL).text
        refused = client.post(URL, typed(client, action="save", complete="on"))
        assert refused.status_code == 422
        assert 'href="#id_reply"' in refused.text
        assert "請核對電費單" in refused.text
        sent = typed(client, action="save", complete="on", reply="單據如附<件>")
        answer = client.post(URL, sent, follow=True)
        assert "填報完成" in answer.text
        page = sign_in(county.government).get("/hierarchy/104/371036500X/view/").text
        assert "填報單位對退回的回覆" in page
        assert page.count("單據如附&lt;件&gt;") == 2, "above, and in the history"

    def test_a_form_from_before_the_return_is_told_and_not_refused_for_its_shape(
        self, sign_in: SignIn, county: County
    ) -> None:
        client = sign_in(county.school)
        client.post(URL, filled(client, complete="on"))
        old = typed(client, action="save")
        assert "reply" not in old
        send_back(county)
        answer = client.post(URL, old)
        assert answer.status_code == 409
        assert "請核對電費單" in answer.text
