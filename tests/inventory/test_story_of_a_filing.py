"""What was done to a filing is told as it was: what, by whom, why, at which lines, what moved."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import Unit
from inventory import policies, workflow
from inventory.factors.store import published, store
from inventory.models import Filing, FilingEvent, ReportingYear
from inventory.versions.history import history_of, steps_since
from tests.inventory.conftest import SET, County, complete, number
from tests.unguarded import check_constraints_now

pytestmark = pytest.mark.django_db
SignIn = Callable[[Unit], Client]
REVISED = "tw-107-ar4-revised"
UNTIL = timezone.localdate() + timedelta(days=90)


def publish_revised() -> None:
    """The revised electricity of 2018 is in force for 104."""
    [(publication, content)] = [one for one in published() if one[0].id == REVISED]
    store(publication, content)
    ReportingYear.objects.filter(year=104).update(factor_set_id=REVISED)


@pytest.fixture
def told(county: County) -> Filing:
    """Imported, saved, completed, returned, corrected, confirmed, recomputed and extended."""
    unit, boss = county.user(county.school), county.user(county.government)
    filing = county.filing(county.school)

    def save(quantity: str, *, ticked: bool) -> None:
        nonlocal filing
        filing = workflow.save(
            filing=filing,
            answers=complete(number("electricity", quantity)),
            outsourced_scope="",
            complete=ticked,
            revision=filing.revision,
            factor_set=SET,
            by=unit,
        )

    filing = workflow.prefill(
        filing=filing,
        answers=[number("electricity", "900")],
        outsourced_scope="",
        by=county.administrator,
    )
    save("950", ticked=False)
    save("1000", ticked=True)
    filing = workflow.send_back(
        filing=filing,
        revision=filing.revision,
        reason="度數與電費單不符",
        lines=["own-electricity"],
        by=boss,
    )
    save("1100", ticked=True)
    filing = workflow.confirm(filing=filing, revision=filing.revision, by=boss)
    publish_revised()
    filing = workflow.recompute(
        filing=filing, revision=filing.revision, reason="電力係數更正", by=county.administrator
    )
    filing = workflow.extend(
        filing=filing, revision=filing.revision, to=UNTIL, reason="颱風停班", by=boss
    )
    check_constraints_now()
    return filing


def test_every_verb_is_one_event_in_its_order(told: Filing, county: County) -> None:
    events = list(told.events.all())
    assert [event.revision for event in events] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert told.revision == 8
    assert [(event.verb, event.version, event.reason) for event in events] == [
        ("import", 1, ""),
        ("save", 2, ""),
        ("complete", 3, ""),
        ("send_back", 3, "度數與電費單不符"),
        ("complete", 4, ""),
        ("confirm", 4, ""),
        ("recompute", 5, "電力係數更正"),
        ("extend", 5, "颱風停班"),
    ]
    assert [event.by.username for event in events] == [
        "admin", "z371036500X", "z371036500X", "z371030000A",
        "z371036500X", "z371030000A", "admin", "z371030000A",
    ]  # fmt: skip
    assert [event.lines for event in events if event.lines] == [["own-electricity"]]
    assert [event.details.get("status") for event in events] == [
        ["not_started", "draft"],
        None,
        ["draft", "completed"],
        ["completed", "returned"],
        ["returned", "completed"],
        ["completed", "confirmed"],
        ["confirmed", "completed"],
        None,
    ]
    assert events[6].details["own_kg"] == ["580.8000", "577.5000"]
    assert events[6].details["factor_set"] == [SET, REVISED]
    assert events[7].details == {"extended_to": [None, UNTIL.isoformat()]}


def test_the_history_says_it_in_words_newest_first(told: Filing) -> None:
    steps = history_of(told)
    assert [step.what for step in steps] == [
        f"展延期限至 {UNTIL}",
        "重算",
        "確認",
        "確認完整並存檔",
        "退回",
        "確認完整並存檔",
        "存檔",
        "匯入",
    ]
    titles = dict(told.year.factor_set.__class__.objects.values_list("slug", "title"))
    assert steps[1].moved == (
        "排放量小計（不含委外）：580.8 → 577.5",
        f"係數版本：{titles[SET]} → {titles[REVISED]}",
    )
    assert steps[4].lines == ("營運活動數據：電力",)
    assert steps[2].moved == ("公開的版次：（無） → 第 4 版",)
    assert steps[0].moved == ()


def test_the_reviewer_reads_it_on_the_page(sign_in: SignIn, told: Filing, county: County) -> None:
    page = sign_in(county.government).get("/hierarchy/104/371036500X/view/").text
    start = page.index("<h2>辦理紀錄</h2>")
    part = page[start : page.index("</table>", start)]
    places = [
        part.index(words)
        for words in (
            f"展延期限至 {UNTIL}", "颱風停班", "重算", "電力係數更正", "580.8 → 577.5",
            ">確認<", "確認完整並存檔", "退回", "度數與電費單不符", "營運活動數據：電力", "匯入",
        )
    ]  # fmt: skip
    assert places == sorted(places)


def test_the_unit_reads_it_beside_its_versions(
    sign_in: SignIn, told: Filing, county: County
) -> None:
    page = sign_in(county.school).get("/inventory/104/versions/").text
    rows = page[page.index("所有版本") :].split("<tr>")[2:]
    assert len(rows) == 5
    assert [[what for what in WORDS if f"<li>{what} " in row] for row in rows] == [
        ["重算", f"展延期限至 {UNTIL}"],
        ["確認完整並存檔", "確認"],
        ["確認完整並存檔", "退回"],
        ["存檔"],
        ["匯入"],
    ]
    assert "電力係數更正" in rows[0]
    assert "度數與電費單不符" in rows[2]


WORDS = ("匯入", "存檔", "確認完整並存檔", "退回", "確認", "重算", f"展延期限至 {UNTIL}")


def test_what_happened_since_is_told_in_its_order(told: Filing) -> None:
    assert [step.event.verb for step in steps_since(told, 5)] == ["confirm", "recompute", "extend"]
    assert steps_since(told, 8) == []
    confirm, recompute, extend = (step.sentence for step in steps_since(told, 5))
    moment = timezone.localtime(told.extended_at)
    assert confirm.endswith(" 確認。")
    assert recompute.startswith("admin（平台管理者）於 ")
    assert extend == (
        f"z371030000A（連江縣政府）於 {moment:%Y-%m-%d %H:%M} 展延期限至 {UNTIL}，原因：颱風停班"
    )


def test_what_was_done_before_the_first_save_is_told_too(sign_in: SignIn, county: County) -> None:
    """It belongs to no version, so the page of versions leaves it to 檢視."""
    filing = county.filing(county.school)
    boss = county.user(county.government)
    filing = workflow.extend(filing=filing, revision=0, to=UNTIL, reason="颱風停班", by=boss)
    [step] = history_of(filing)
    assert (step.version, str(step.event)) == (0, "連江縣介壽國中小 104 extend")
    workflow.save(
        filing=filing,
        answers=complete(number("electricity", "1")),
        outsourced_scope="",
        complete=True,
        revision=1,
        factor_set=SET,
        by=county.user(county.school),
    )
    assert "颱風停班" not in sign_in(county.school).get("/inventory/104/versions/").text
    page = sign_in(county.government).get("/hierarchy/104/371036500X/view/").text
    assert page.count("颱風停班") == 1


def test_an_extension_to_the_same_day_has_a_new_reason(told: Filing, county: County) -> None:
    workflow.extend(
        filing=told, revision=8, to=UNTIL, reason="函釋", by=county.user(county.government)
    )
    newest = history_of(told)[0]
    assert (newest.what, newest.reason) == ("展延", "函釋")


def test_the_document_of_an_extension_is_told(told: Filing, county: County) -> None:
    """And the next one without a document is not that document's."""
    boss, later = county.user(county.government), UNTIL + timedelta(days=1)
    filing = workflow.extend(
        filing=told, revision=8, to=later, reason="函釋", by=boss, document=" 府環字第 5 號 "
    )
    assert filing.extension_document == "府環字第 5 號"
    assert "公文文號：府環字第 5 號" in history_of(filing)[0].moved
    filing = workflow.extend(filing=filing, revision=9, to=UNTIL, reason="更正", by=boss)
    assert filing.extension_document == ""
    assert not any("公文文號" in words for words in history_of(filing)[0].moved)


@pytest.mark.parametrize(
    "verb",
    [
        lambda filing, boss: workflow.confirm(filing=filing, revision=7, by=boss),
        lambda filing, boss: workflow.send_back(
            filing=filing, revision=7, reason="x", lines=[], by=boss
        ),
        lambda filing, boss: workflow.extend(
            filing=filing, revision=7, to=UNTIL, reason="x", by=boss
        ),
    ],
)
def test_a_decision_on_something_older_is_stopped(
    told: Filing, county: County, verb: Callable[..., Filing]
) -> None:
    with pytest.raises(workflow.FilingConflict) as conflict:
        verb(told, county.user(county.government))
    assert (conflict.value.current, conflict.value.seen) == (told, 7)
    assert FilingEvent.objects.count() == 8


def test_what_is_refused_leaves_no_event(told: Filing, county: County) -> None:
    with pytest.raises(policies.NotAllowed), transaction.atomic():
        workflow.send_back(
            filing=told, revision=8, reason=" ", lines=[], by=county.user(county.government)
        )
    assert Filing.objects.get(pk=told.pk).revision == FilingEvent.objects.count() == 8
    with pytest.raises(IntegrityError), transaction.atomic():
        told.events.filter(revision=1).delete()


def test_few_queries(
    sign_in: SignIn, told: Filing, county: County, django_assert_num_queries
) -> None:
    with django_assert_num_queries(2):
        steps = history_of(told)
        assert all(step.sentence for step in steps)
    assert Decimal(steps[1].event.details["own_kg"][1]) == told.own_kg
