"""檢視 after a recompute: kilograms, factors and the reason, and no equal quantities struck out."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.models import User
from accounts.roles import PLATFORM_ADMINISTRATOR
from inventory import workflow
from inventory.entries.answers import Answer
from inventory.lines import Operation
from inventory.workflow.publishing import publish
from tests.hierarchy.county import file, filing, person, text_of
from tests.inventory.factor_sets import accepting, keep_set, toml

pytestmark = pytest.mark.django_db
REASON = "能源局修正 <104> 年電力係數"


def page_of(client, unit) -> str:
    """檢視 as one line, spaces folded."""
    url = reverse("hierarchy:view", args=[104, unit.code])
    return re.sub(r"\s+", " ", text_of(client.get(url)))


def put_in_force(name: str = "new", **changes: str):
    """Another set for 104 from now on; without changes it differs in its name alone."""
    text = toml("tw-105-ar4", **changes).replace('id = "new"', f'id = "{name}"')
    text = re.sub(r'^title = ".*"$', f'title = "{name} 版"', text, count=1, flags=re.M)
    text = text.replace('title_en = "', f'title_en = "{name} ', 1)
    found = keep_set(text)
    publish(factor_set=found, years=[104], reason="x", by=administrator(), **accepting(found, 104))


def administrator() -> User:
    return User.objects.get(role=PLATFORM_ADMINISTRATOR.code)


def recompute(unit, reason: str = REASON):
    stored = filing(unit)
    return workflow.recompute(
        filing=stored, revision=stored.revision, reason=reason, by=administrator()
    )


def row_of(page: str, label: str) -> str:
    """The row of a line among the changes."""
    [row] = re.findall(rf'<tr> <th scope="row" class="row-title">{label}<div.*?</tr>', page)
    return row


def confirmed(land, unit, *more: Answer, electricity: str = "300"):
    first = file(unit, electricity, more=list(more))
    workflow.confirm(filing=first, revision=first.revision, by=person(land.township))


def test_a_factor_that_moved_is_told_with_both_and_the_answer_stands_once(land, as_of) -> None:
    confirmed(land, land.school)
    put_in_force(power_of_104="value = 0.5")
    recompute(land.school)
    page = page_of(as_of(land.township), land.school)
    row = row_of(page, "電力")
    assert "300 度：填答相同，係數不同" in row
    assert "<del" not in row
    assert "<ins" not in row
    for words in ("158.4 公斤CO₂e", "150 公斤CO₂e", "−8.4"):
        assert words in row
    assert "係數 0.528 公斤CO₂e／度" in row
    assert "係數 0.5 公斤CO₂e／度" in row
    assert "確認後已修改" in page
    assert "各項數據與確認時相同" not in page


def test_reason_and_both_sets_stand_above_the_changes(land, as_of) -> None:
    confirmed(land, land.school)
    put_in_force(power_of_104="value = 0.5")
    recompute(land.school)
    page = page_of(as_of(land.township), land.school)
    assert "由平台管理者以「new 版」重算，原因：能源局修正 &lt;104&gt; 年電力係數" in page
    assert "第 1 版的係數：105 年填報係數（首次公告電力・管理表 6.0.4・AR4）" in page
    assert "第 2 版的係數：new 版" in page


def test_a_recompute_that_moves_nothing_says_so(land, as_of) -> None:
    confirmed(land, land.school)
    put_in_force()
    recompute(land.school)
    page = page_of(as_of(land.township), land.school)
    assert "各項數據與確認時相同。" in page
    assert "原因：能源局修正" in page
    assert "排放量沒有變動" in page


def test_a_save_after_the_recompute_shows_what_each_did(land, as_of) -> None:
    """The unit's change is struck out, the untouched line is not, and both recomputes are told."""
    gas = Answer(Operation.OWN, "other", Decimal(2), "FM-200 滅火藥劑補充", "kg")
    confirmed(land, land.school, gas)
    put_in_force(power_of_104="value = 0.5")
    recompute(land.school, "第一次")
    put_in_force("last", power_of_104="value = 0.51", fm200='name = "FM-201"')
    recompute(land.school, "第二次")
    file(land.school, "400", more=[gas])
    page = page_of(as_of(land.township), land.school)
    assert '<del class="changed">300 度</del><div>158.4 公斤CO₂e</div>' in page
    assert '<ins class="changed">400 度</ins><div>204 公斤CO₂e</div>' in page
    assert "係數 0.51 公斤CO₂e／度" in page
    row = row_of(page, "其他能源資源")
    assert "FM-200 滅火藥劑補充 2 公斤：填答相同，係數不同" in row
    assert "不計入排放量" in row
    assert "沒有係數" in row
    assert page.index("原因：第一次") < page.index("原因：第二次")


def test_so_it_is_for_a_filing_that_was_never_confirmed(land, as_of) -> None:
    file(land.school, "300")
    client = as_of(land.township)
    assert "以新係數重算過" not in page_of(client, land.school)
    put_in_force(power_of_104="value = 0.5")
    recompute(land.school, "第一次")
    put_in_force("last", power_of_104="value = 0.51")
    recompute(land.school, "第二次")
    page = page_of(client, land.school)
    assert "以新係數重算過" in page
    assert "<h2>確認後已修改" not in page
    row = row_of(page, "電力")
    assert "158.4 公斤CO₂e" in row
    assert "153 公斤CO₂e" in row
    assert "原因：第一次" in page
    file(land.school, "301")
    assert "以新係數重算過" not in page_of(client, land.school), "the unit has seen and saved it"


def test_the_record_tells_reason_sets_and_totals(land, as_of) -> None:
    confirmed(land, land.school)
    put_in_force(power_of_104="value = 0.5")
    recompute(land.school)
    page = page_of(as_of(land.township), land.school)
    record = page[page.index("<h2>辦理紀錄") :]
    for words in ("重算", "能源局修正", "158.4 → 150", "係數版本：105 年填報係數", "→ new 版"):
        assert words in record, words


def test_two_versions_with_a_recompute_between_them(land, as_of) -> None:
    confirmed(land, land.school)
    put_in_force(power_of_104="value = 0.5")
    recompute(land.school)
    file(land.school, "300", outsourced="5")
    url = reverse("hierarchy:versions", args=[104, land.school.code])
    page = re.sub(r"\s+", " ", text_of(as_of(land.township).get(url, {"before": 1, "after": 3})))
    assert "300 度：填答相同，係數不同" in row_of(page, "電力")
    assert "重算，原因：能源局修正" in page
    page = text_of(as_of(land.township).get(url, {"before": 2, "after": 3}))
    assert '<ins class="changed">5 度</ins>' in page
    assert "填答相同" not in page
    assert "重算，原因：" not in page
