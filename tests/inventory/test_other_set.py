"""Another factor set is put in force while a form is open: it stops, shows both, and asks."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import Unit
from inventory import workflow
from inventory.lines import Operation
from inventory.models import Entry, FactorSet
from inventory.workflow.publishing import publish
from tests.inventory.conftest import County, close, complete, number
from tests.inventory.factor_sets import accepting, file, keep_set, toml
from tests.pages import fields_of

pytestmark = [pytest.mark.django_db, pytest.mark.long]
SignIn = Callable[[Unit], Client]
URL = "/inventory/104/"
BACKEND = "django.contrib.auth.backends.ModelBackend"
OUTSOURCED = Operation.OUTSOURCED
OLD_TITLE = "105 年填報係數（首次公告電力・管理表 6.0.4・AR4）"


def put_in_force(county: County, name: str = "new", **changes: str) -> FactorSet:
    text = toml("tw-105-ar4", **changes).replace('id = "new"', f'id = "{name}"')
    text = re.sub(r'^title = ".*"$', f'title = "{name} 版"', text, count=1, flags=re.M)
    text = text.replace('title_en = "', f'title_en = "{name} ', 1)
    found = keep_set(text)
    publish(
        factor_set=found,
        years=[104],
        reason="x",
        by=county.administrator,
        **accepting(found, 104),
    )
    return found


def dearer(county: County, name: str = "new", value: str = "0.69168") -> FactorSet:
    """Electricity at 31 per cent more."""
    return put_in_force(county, name, power_of_104=f"value = {value}")


def words(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def typed(client: Client, action: str, **more: str) -> dict[str, str]:
    """The form as the browser would send it, with some fields filled in."""
    fields = fields_of(client.get(URL).content.decode(), "filing")
    return {**fields, "own-electricity": "1000", "outsourced-electricity": "10", **more} | {
        "action": action
    }


def check_shows_both(html: str, title: str = "new 版") -> None:
    for sentence in (
        f"原來：{OLD_TITLE}",
        f"現在：{title}",
        "不含委外部分：528 → 691.68 （+163.68）",
        "委外部分：5.28 → 6.9168 （+1.6368）",
        "係數 0.528 公斤CO₂e／度",
        "係數 0.69168 公斤CO₂e／度",
        "1,000 度：填答相同，係數不同",
    ):
        assert sentence in html, sentence


class TestASave:
    @pytest.mark.parametrize("action", ["save", "save_unused"])
    def test_it_stops_and_shows_both_sets_and_totals(
        self, sign_in: SignIn, county: County, action: str
    ) -> None:
        client = sign_in(county.school)
        client.post(URL, typed(client, "calculate"))
        form = typed(client, action, complete="on" if action == "save_unused" else "")
        dearer(county)
        page = client.post(URL, form)
        html = words(page)
        assert page.status_code == 409
        assert "資料尚未存檔：您開啟本頁後，本年度的係數版本已更換" in html
        check_shows_both(html)
        assert "再按一次「存檔」，即依現在的版本計算並存檔" in html
        assert not Entry.objects.exists()

    def test_what_was_typed_stays_and_the_second_save_counts(
        self, sign_in: SignIn, county: County
    ) -> None:
        client = sign_in(county.school)
        form = typed(client, "save", outsourced_scope="校車")
        dearer(county)
        again = fields_of(client.post(URL, form).content.decode(), "filing")
        assert (again["own-electricity"], again["outsourced_scope"]) == ("1000", "校車")
        assert again["factor_set"] == "new"
        assert client.post(URL, again | {"action": "save"}).status_code == 302
        assert str(county.filing(county.school).own_kg) == "691.6800"

    def test_a_third_set_stops_it_again(self, sign_in: SignIn, county: County) -> None:
        client = sign_in(county.school)
        form = typed(client, "save")
        dearer(county)
        again = fields_of(client.post(URL, form).content.decode(), "filing")
        put_in_force(county, "third", power_of_104="value = 0.7")
        page = client.post(URL, again | {"action": "save"})
        assert page.status_code == 409
        assert "不含委外部分：691.68 → 700 （+8.32）" in words(page)
        assert not Entry.objects.exists()

    def test_with_a_mistake_in_it_the_set_is_told_first(
        self, sign_in: SignIn, county: County
    ) -> None:
        client = sign_in(county.school)
        form = typed(client, "save", **{"own-gasoline": "abc"})
        dearer(county)
        page = client.post(URL, form)
        assert page.status_code == 409
        check_shows_both(words(page))
        assert fields_of(page.content.decode(), "filing")["own-gasoline"] == "abc"

    def test_with_a_decision_besides_both_are_told(self, sign_in: SignIn, county: County) -> None:
        power = (number("electricity", "5"), number("electricity", "1", OUTSOURCED))
        filing = file(county, county.school, complete(*power))
        client = sign_in(county.school)
        form = typed(client, "save")
        boss = county.user(county.government)
        workflow.send_back(filing=filing, revision=1, reason="請核對", lines=[], by=boss)
        dearer(county)
        html = words(client.post(URL, form))
        assert "這份填報已有異動" in html
        assert "原因：請核對" in html
        check_shows_both(html)

    @pytest.mark.parametrize("slug", ["nothing", "x" * 60])
    def test_a_set_that_does_not_exist(self, sign_in: SignIn, county: County, slug: str) -> None:
        client = sign_in(county.school)
        page = client.post(URL, typed(client, "save", factor_set=slug))
        html = words(page)
        assert page.status_code == 409
        assert f"現在：{OLD_TITLE}" in html
        assert "原來：" not in html
        assert not Entry.objects.exists()

    def test_figures_that_stay_the_same_are_told_too(self, sign_in: SignIn, county: County) -> None:
        client = sign_in(county.school)
        form = typed(client, "save")
        put_in_force(county)
        html = words(client.post(URL, form))
        assert "不含委外部分：528 → 528 （0）" in html
        assert "填答相同" not in html


class TestComputing:
    """計算 and adding a row never pass over it, and leave the question for the save."""

    def test_a_page(self, sign_in: SignIn, county: County) -> None:
        client = sign_in(county.school)
        form = typed(client, "calculate")
        dearer(county)
        page = client.post(URL, form)
        html = words(page)
        assert page.status_code == 200
        check_shows_both(html)
        assert "按「存檔」時會再問一次" in html
        again = fields_of(page.content.decode(), "filing")
        assert client.post(URL, again | {"action": "save"}).status_code == 409

    def test_by_htmx(self, sign_in: SignIn, county: County) -> None:
        client = sign_in(county.school)
        form = typed(client, "calculate")
        dearer(county)
        html = words(client.post(URL, form, headers={"hx-request": "true"}))
        assert "本年度的係數版本已更換為「new 版」，以上依新版本計算" in html
        assert "不含委外部分：528 → 691.68 （+163.68）" in html
        assert "委外部分：5.28 → 6.9168 （+1.6368）" in html
        assert 'name="factor_set"' not in html, "the form keeps the set that it was drawn with"

    def test_one_more_row(self, sign_in: SignIn, county: County) -> None:
        client = sign_in(county.school)
        form = typed(client, "add:own-facility_diesel")
        dearer(county)
        check_shows_both(words(client.post(URL, form)))

    def test_nothing_is_said_where_the_set_is_the_same(
        self, sign_in: SignIn, county: County
    ) -> None:
        client = sign_in(county.school)
        for headers in ({}, {"hx-request": "true"}):
            html = words(client.post(URL, typed(client, "calculate"), headers=headers))
            assert "係數版本已更換" not in html


class TestAfterSigningInAgain:
    """A form that was kept while its writer was away carries its set along."""

    def kept(self, sign_in: SignIn, county: County) -> Client:
        client = sign_in(county.school)
        form = typed(client, "save")
        client.cookies.pop("sessionid")
        client.post(URL, form, headers={"referer": f"http://testserver{URL}"})
        dearer(county)
        client.force_login(county.user(county.school), backend=BACKEND)
        return client

    def test_both_are_shown_and_the_save_asks(self, sign_in: SignIn, county: County) -> None:
        client = self.kept(sign_in, county)
        page = client.get(URL)
        check_shows_both(words(page))
        assert "已還原您登入逾時前填寫的內容" in words(page)
        again = fields_of(page.content.decode(), "filing")
        assert again["factor_set"] == "tw-105-ar4"
        assert client.post(URL, again | {"action": "save"}).status_code == 409
        assert not Entry.objects.exists()

    def test_where_the_year_closed_too(self, sign_in: SignIn, county: County) -> None:
        client = self.kept(sign_in, county)
        close(104)
        check_shows_both(words(client.get(URL)))


class TestOpenedAfterwards:
    """What is saved rests on the set of before: the next save would move it, so it is said."""

    def test_both_totals_stand_above_the_form(self, sign_in: SignIn, county: County) -> None:
        power = (number("electricity", "1000"), number("electricity", "10", OUTSOURCED))
        file(county, county.school, complete(*power))
        dearer(county)
        client = sign_in(county.school)
        page = client.get(URL)
        html = words(page)
        check_shows_both(html)
        assert "上次存檔之後，本年度的係數版本已更換" in html
        assert "已存檔的數字沒有變動" in html
        fields = fields_of(page.content.decode(), "filing")
        assert client.post(URL, fields | {"action": "save"}).status_code == 302
        assert "係數版本已更換" not in words(client.get(URL))

    def test_so_it_is_when_computed_without_scripts(self, sign_in: SignIn, county: County) -> None:
        power = (number("electricity", "1000"), number("electricity", "10", OUTSOURCED))
        file(county, county.school, complete(*power))
        dearer(county)
        client = sign_in(county.school)
        fields = fields_of(client.get(URL).content.decode(), "filing")
        fields["own-electricity"] = "7"
        check_shows_both(words(client.post(URL, fields | {"action": "calculate"})))

    def test_what_the_set_cannot_compute_has_no_figure(
        self, sign_in: SignIn, county: County
    ) -> None:
        line = number("other_refrigerant", "1")
        cold = type(line)(line.operation, line.line, line.quantity, "R404A")
        file(county, county.school, complete(cold))
        put_in_force(county, r404a='name = "R404B"')
        html = words(sign_in(county.school).get(URL))
        assert "R404A 1 公斤：填答相同，係數不同" in html
        assert "沒有係數" in html

    def test_a_filing_that_was_never_saved(self, sign_in: SignIn, county: County) -> None:
        dearer(county)
        assert "係數版本已更換" not in words(sign_in(county.school).get(URL))


def test_no_query_where_the_set_is_the_same(
    sign_in: SignIn, county: County, django_assert_num_queries
) -> None:
    """What it costs is one query for the other set and one for its factors."""
    file(county, county.school, complete(number("electricity", "5")))
    client = sign_in(county.school)
    form = typed(client, "calculate")

    def queries() -> int:
        with django_assert_num_queries(100, exact=False) as counted:
            client.post(URL, form)
        return len(counted)

    same = queries()
    dearer(county)
    assert queries() == same + 3
