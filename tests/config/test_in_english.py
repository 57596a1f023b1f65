"""The pages in English: nothing Chinese but what people and publications wrote themselves."""

import re
from collections.abc import Callable, Iterable
from datetime import date
from html.parser import HTMLParser
from io import BytesIO
from urllib.parse import unquote

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook

from accounts.account_lists.slips import Slip, slips_page
from accounts.models import County as CountyModel
from accounts.models import Unit, User
from inventory import workflow
from inventory.models import Factor, FactorSet, ReportingYear
from inventory.versions.reading import current_version
from portal import context
from portal.models import Download, Notice, Section, Showcase
from tests.config.catalogue import CJK
from tests.factories import CountyFactory, UnitFactory, UserFactory
from tests.hierarchy.county import County, county, file, filing, in_days, opened, person
from tests.pages import fields_of

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
SEEN_ATTRIBUTES = ("aria-label", "title", "alt", "placeholder", "data-label", "content", "label")
PUBLIC = (
    "home",
    "notices",
    "glossary",
    "international",
    "cases",
    "downloads",
    "faq",
    "disclosure",
    "factor_sets",
    "check",
    "accessibility",
)


class _Shown(HTMLParser):
    """Collects what a page says, without what it marks as Chinese."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.is_chinese = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.is_chinese = given.get("lang", "").startswith("zh")
        self.words += [given[name] for name in SEEN_ATTRIBUTES if name in given]
        if tag == "input" and given.get("type") in {"submit", "button"}:
            self.words.append(given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        self.is_chinese = False

    def handle_data(self, data: str) -> None:
        if not self.is_chinese:
            self.words.append(data)


def chinese_in(html: str, data: Iterable[str]) -> list[str]:
    """The lines of a page with Chinese in them, `data` aside."""
    shown = _Shown()
    shown.feed(html)
    return chinese_lines("\n".join(shown.words), data)


def chinese_lines(text: str, data: Iterable[str]) -> list[str]:
    for known in sorted({*data} - {""}, key=len, reverse=True):
        text = text.replace(known, "")
    return [line.strip() for line in text.splitlines() if CJK.search(line)]


def data_texts() -> set[str]:
    """What units are called and what the factor sets say: no page translates that."""
    found = set(Unit.objects.values_list("name", flat=True))
    found |= set(FactorSet.objects.values_list("title", flat=True))
    for column in ("name", "source", "derivation", "gwp_source"):
        found |= set(Factor.objects.values_list(column, flat=True))
    return found


def in_english(response) -> str:
    """The page, once it is sure that it is English through and through."""
    html = response.content.decode()
    assert response.headers["Content-Language"] == "en"
    assert '<html lang="en"' in html
    assert chinese_in(html, data_texts()) == []
    return html


@pytest.fixture
def english(client: Client) -> Client:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


@pytest.fixture
def land() -> County:
    """A county with 103 completed and 104 open."""
    made = county()
    opened(103)
    opened()
    for unit in made.units:
        person(unit)
    for unit in (made.school, made.sibling):
        file(unit, "100", year=103)
    return made


@pytest.fixture
def as_of(english: Client) -> Callable[[Unit], Client]:
    def signed_in(unit: Unit) -> Client:
        english.force_login(person(unit), backend=BACKEND)
        return english

    return signed_in


@pytest.mark.parametrize("page", PUBLIC)
def test_public_pages(english: Client, page: str) -> None:
    in_english(english.get(reverse(f"portal:{page}")))


def test_what_the_public_walks_to_from_a_total(english: Client, land: County) -> None:
    done = file(land.school, "900", outsourced="5", reason="activity")
    workflow.confirm(filing=done, revision=done.revision, by=person(land.township))
    check_value = current_version(done).check_value
    for page, given in (
        ("factor_set", ["tw-105-ar4"]),
        ("units", [104, land.school.county_id]),
        ("unit", [104, land.school.code]),
    ):
        in_english(english.get(reverse(f"portal:{page}", args=given)))
    for value in ("", "9" * 20, "x", "9" * 99, check_value):
        in_english(english.get(reverse("portal:check"), {"value": value}))


def test_factor_sets_have_their_english_titles(as_of, land: County) -> None:
    title = FactorSet.objects.get(pk="tw-105-ar4").title_en
    client = as_of(land.school)
    for address in (
        "/disclosure/factors/",
        "/inventory/103/receipt/",
        "/inventory/103/versions/",
        "/inventory/104/",
    ):
        assert title in client.get(address).content.decode()


@pytest.mark.parametrize("address", ["/accounts/login/", "/nowhere/", "/disclosure/?county=none"])
def test_pages_for_those_who_are_not_in_or_lost(english: Client, address: str) -> None:
    in_english(english.get(address))


def test_a_refused_sign_in(english: Client) -> None:
    posted = {"county": "", "username": "371036500X", "password": "x"}
    html = in_english(english.post(reverse("accounts:login"), posted))
    assert "Choose the county or city first" in html


def test_a_locked_sign_in(english: Client) -> None:
    for _attempt in range(settings.AXES_FAILURE_LIMIT):
        posted = {"county": "z", "username": "371036500X", "password": "wrong"}
        response = english.post(reverse("accounts:login"), posted)
    assert "Too many failed attempts" in in_english(response)


def test_counties_have_their_english_names(english: Client) -> None:
    county = CountyFactory()
    html = in_english(english.get(reverse("accounts:login")))
    assert f'<option value="z">{county.name_en}</option>' in html


def test_what_administrators_wrote_in_english_is_shown(english: Client) -> None:
    Notice.objects.create(title="公告一", title_en="First notice", published_on=date(2016, 1, 1))
    Showcase.objects.create(county=CountyFactory(), memberships="會員", memberships_en="A member")
    html = in_english(english.get(reverse("portal:home")))
    assert "First notice" in html
    assert "A member" in html
    assert "Lienchiang County" in html


def test_what_has_no_english_stays_as_it_was_written(english: Client) -> None:
    Notice.objects.create(title="只有中文", published_on=date(2016, 1, 1))
    assert "只有中文" in english.get(reverse("portal:home")).content.decode()


def test_the_unit_s_own_pages(as_of, land: County) -> None:
    client = as_of(land.school)
    for address in (
        "/",
        "/accounts/profile/",
        "/accounts/password/",
        "/inventory/",
        "/inventory/103/",
        "/inventory/103/receipt/",
        "/inventory/103/versions/",
        "/inventory/104/",
        "/inventory/104/versions/",
        "/hierarchy/",
        "/hierarchy/104/",
    ):
        in_english(client.get(address))


def test_the_form_with_everything_wrong_and_asked_for(as_of, land: County) -> None:
    client = as_of(land.school)
    page = client.get("/inventory/104/").content.decode()
    posted = fields_of(page, "filing") | {
        "own-electricity": "1",
        "own-natural_gas": "-1",
        "own-lpg": "viel",
        "own-gasoline": "1234567890",
        "own-diesel": "0.00001",
        "own-facility_diesel-0-name": "Pump",
        "outsourced-electricity": "-1",
        "complete": "on",
    }
    html = in_english(client.post("/inventory/104/", posted | {"action": "save"}))
    assert "Natural gas: A quantity cannot be negative." in html
    assert "Outsourced – Electricity: A quantity cannot be negative." in html
    in_english(client.post("/inventory/104/", posted | {"action": "calculate"}))
    in_english(client.post("/inventory/104/", {"action": "save"}))


def test_the_form_names_what_is_missing_and_asks_for_reasons(as_of, land: County) -> None:
    client = as_of(land.school)
    page = client.get("/inventory/104/").content.decode()
    posted = fields_of(page, "filing") | {"own-electricity": "9", "complete": "on"}
    html = in_english(client.post("/inventory/104/", posted | {"action": "save"}))
    assert "Not saved: these lines are not answered yet" in html
    html = in_english(client.post("/inventory/104/", posted | {"action": "save_unused"}))
    assert "Electricity: −91.0 % against 100 in 103 (about 1/10, please check" in html
    assert "please choose a reason." in html


def test_a_closed_year_and_a_conflict(as_of, land: County) -> None:
    client = as_of(land.school)
    page = client.get("/inventory/104/").content.decode()
    posted = fields_of(page, "filing") | {"own-electricity": "9", "action": "save"}
    file(land.school, "100", outsourced="5")
    html = in_english(client.post("/inventory/104/", posted))
    assert "Nothing was saved: something was done to this filing" in html
    assert "Outsourced: Electricity" in html
    yesterday = in_days(-1)
    ReportingYear.objects.filter(pk=104).update(due_on=yesterday)
    assert f"closed on {yesterday}" in in_english(client.get("/inventory/104/"))


def test_the_parent_s_pages(as_of, land: County) -> None:
    client = as_of(land.government)
    reviewer = person(land.township)
    done = file(land.school, "900", reason="activity")
    workflow.confirm(filing=done, revision=done.revision, by=reviewer)
    file(land.school, "950", outsourced="3", reason="saving")
    html = in_english(client.get("/hierarchy/104/"))
    assert "Level 1 agency: subordinate units of" in html
    assert "Name of the level 2 unit" in html
    html = in_english(client.get(f"/hierarchy/104/{land.school.code}/view/"))
    assert "Changed after confirmation" in html
    assert "+850.0 % against 100 in 103" in html
    assert "Energy-saving measures" in html
    html = in_english(client.get(f"/hierarchy/104/{land.school.code}/versions/"))
    assert "Versions 1 and 2" in html
    in_english(client.get("/hierarchy/104/?status=none&q=nobody"))
    for kind in ("account", "unit"):
        html = in_english(client.get(f"/accounts/history/?kind={kind}"))
        assert "Account history" in html
    in_english(client.post("/hierarchy/104/", {}))
    in_english(client.post("/hierarchy/104/", {"chosen": f"{filing(land.sibling).pk}.0"}))
    in_english(client.post(f"/hierarchy/104/{land.school.code}/view/", {"action": "return"}))


def test_people_without_a_unit(english: Client) -> None:
    english.force_login(UserFactory(unit=None, username="platform"), backend=BACKEND)
    for address in ("/", "/accounts/profile/", "/inventory/", "/hierarchy/"):
        in_english(english.get(address))


def test_the_administration(english: Client, land: County) -> None:
    user = User.objects.create_superuser("root", "only-for-tests")
    english.force_login(user, backend=BACKEND)
    headings = {"單位", "帳號", "密碼", "上級機關帳號", "縣市", "類別"}  # lists are in Chinese
    data = data_texts() | headings | {county.name for county in CountyModel.objects.all()}
    file(land.school, "900", reason="activity")
    what_if = "inventory/factorset/tw-105-ar4/what-if/"
    for address in (
        "",
        "accounts/unit/",
        "accounts/user/account-list/",
        "inventory/filing/",
        "inventory/factorset/",
        "inventory/factorset/upload/",
        what_if,
        f"{what_if}104/",
    ):
        html = english.get(f"/admin/{address}").content.decode()
        assert chinese_in(html, data) == []
    upload = BytesIO("單位,帳號\n,1\n".encode())
    upload.name = "list.csv"
    response = english.post("/admin/accounts/user/account-list/", {"file": upload})
    assert chinese_in(response.content.decode(), data) == []
    assert "The name of the unit is missing." in response.content.decode()


def test_the_workbook_speaks_the_language_of_the_page_under_its_chinese_name(
    as_of, land: County
) -> None:
    file(land.school, "900", reason="activity")
    response = as_of(land.government).get("/hierarchy/104/export.xlsx")
    assert "城市盤查_104年_連江縣政府.xlsx" in unquote(response.headers["Content-Disposition"])
    book = load_workbook(BytesIO(b"".join(response.streaming_content)))
    sheets = ["Subordinate units", "Details", "Items", "Categories and gases", "Factors"]
    assert book.sheetnames == sheets
    texts = {str(cell.value) for sheet in book for row in sheet for cell in row if cell.value}
    assert "Own operations – Electricity (kWh)" in texts
    assert chinese_lines("\n".join(texts), data_texts()) == []


def test_chinese_is_what_a_browser_in_english_gets_until_someone_chooses(client: Client) -> None:
    html = client.get("/", headers={"accept-language": "en-US,en;q=0.9"}).content.decode()
    assert '<html lang="zh-hant"' in html
    assert "系統登入" in html


def test_the_header_s_buttons_change_the_language_and_lead_back() -> None:
    browser = Client(enforce_csrf_checks=True)
    address = "/disclosure/?year=&county="
    for language, words in (("en", "Public disclosure"), ("zh-hant", "公開資訊")):
        html = browser.get(address).content.decode()
        form = re.search(r'<form class="languages" method="post" action="([^"]+)">', html)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', html)
        back = re.search(r'name="next" value="([^"]+)"', html)
        assert form
        assert token
        assert back
        posted = {
            "csrfmiddlewaretoken": token[1],
            "next": back[1].replace("&amp;", "&"),
            "language": language,
        }
        response = browser.post(form[1], posted)
        assert response.status_code == 302
        assert response.headers["Location"] == address
        assert f"<h1>{words}" in browser.get(address).content.decode()


@override_settings(SITE_OWNER="連江縣政府環境資源局", SITE_NEWS="")
def test_a_site_s_own_name_stays_as_it_was_written(english: Client) -> None:
    assert "連江縣政府環境資源局" in english.get("/").content.decode()
    request = RequestFactory().get("/")
    request.user, request.resolver_match = AnonymousUser(), None
    assert context.site(request)["site_news"] == ""


def test_slips_are_for_the_units_and_so_in_chinese(english: Client) -> None:
    with translation.override("en"):
        page = slips_page([Slip("z371036500X", "連江縣", "介壽國中小", "abcd")])
    assert "帳號開通單" in page


def test_sections_and_files_have_english_names(english: Client) -> None:
    unit = UnitFactory()
    Download.objects.create(title="空白表", title_en="Blank form", file="x.pdf", file_name="x.pdf")
    assert "Download PDF" in in_english(english.get("/downloads/"))
    assert "International" in in_english(english.get("/international/"))
    assert Section.CASES.label != "Case studies"  # outside a page it is Chinese
    assert unit.county.label == "連江縣"
