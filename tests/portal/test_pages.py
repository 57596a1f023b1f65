"""The public pages: anyone can read them, administrators write them, nothing breaks them."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.template import loader
from django.test import Client
from django.utils import timezone
from django.views.defaults import permission_denied

from accounts import roles
from inventory.states import Status
from portal.content import NOTICES_ON_HOME
from portal.models import Article, Download, Notice, Question, Showcase, Term
from tests.factories import PASSWORD, CountyFactory, UnitFactory, UserFactory
from tests.portal.filings import TOMORROW, filing, reporting_year

pytestmark = pytest.mark.django_db

PAGES = [
    "/",
    "/notices/",
    "/glossary/",
    "/international/",
    "/cases/",
    "/downloads/",
    "/faq/",
    "/disclosure/",
    "/accessibility/",
]
MENU = ["首頁", "國際資訊", "專用名詞", "案例分享", "資訊下載", "常見問題", "公開資訊"]
TODAY = timezone.localdate


@pytest.mark.parametrize("address", PAGES)
def test_every_page_is_open_to_everybody_even_when_empty(client: Client, address: str) -> None:
    page = client.get(address)
    assert page.status_code == 200
    assert "現在位置：" in page.text
    assert 'href="#main"' in page.text
    assert "style=" not in page.text
    assert client.post(address).status_code == 405


@pytest.mark.parametrize(
    "address", ["/notices/1/", "/downloads/1/", f"/notices/{10**30}/", f"/downloads/{10**30}/"]
)
def test_an_unknown_number_is_not_found(client: Client, address: str) -> None:
    page = client.get(address)
    assert page.status_code == 404
    assert "找不到網頁" in page.text


def entries(page: str) -> list[str]:
    menu = page[page.index("menu-wide") : page.index('<details class="menu-small"')]
    return [
        word for word in [*MENU, "機關單位登錄", "所屬機關填報確認", "登出"] if f">{word}</" in menu
    ]


def test_the_public_menu(client: Client) -> None:
    page = client.get("/faq/").text
    assert entries(page) == MENU
    assert 'href="/faq/" aria-current="page"' in page


def test_someone_signed_in_can_sign_out_from_every_public_page(client: Client) -> None:
    client.force_login(UserFactory())
    assert entries(client.get("/faq/").text) == [*MENU, "登出"]


def test_the_inner_pages_show_the_five_entries_of_the_procedure(client: Client) -> None:
    client.force_login(UserFactory())
    for address in ("/accounts/profile/", "/inventory/", "/hierarchy/"):
        page = client.get(address).text
        assert entries(page) == ["首頁", "公開資訊", "機關單位登錄", "所屬機關填報確認", "登出"]
    assert 'href="/hierarchy/" aria-current="page"' in page


def test_the_place_is_the_owner_s_and_a_demonstration_says_so(client: Client, settings) -> None:
    settings.SITE_OWNER, settings.SITE_NEWS = "測試機關", "今日開放"
    settings.DEMONSTRATION = False
    page = client.get("/").text
    assert "測試機關" in page
    assert "今日開放" in page
    assert "示範資料" not in page
    settings.DEMONSTRATION = True
    assert (
        "示範資料：除連江縣政府與連江縣介壽國中小外，機關代碼均為虛構；所有填報數字均為示範用。"
        in client.get("/").text
    )


def test_home_asks_to_sign_in_with_a_county_an_account_and_a_password(client: Client) -> None:
    CountyFactory()
    page = client.get("/").text
    for label in (
        "公告欄",
        "縣市成果展現",
        "系統登入",
        "縣市",
        "請選擇",
        "連江縣",
        "帳號",
        "密碼",
        "登入",
    ):
        assert label in page
    assert "CO2 資料庫入口</a>" not in page


def test_the_form_on_the_home_page_signs_in(client: Client) -> None:
    user = UserFactory()
    typed = {"county": "", "username": user.username, "password": PASSWORD}
    page = client.post("/accounts/login/", typed, follow=True)
    assert user.unit.name in page.text


def test_home_of_a_unit_shows_how_far_it_is_and_the_way_in(client: Client) -> None:
    made = filing(reporting_year(104, TOMORROW), Status.DRAFT, {})
    client.force_login(made.saved_by)
    page = client.get("/").text
    assert made.unit.name in page
    assert "填報中" in page
    assert 'href="/inventory/">CO2 資料庫入口</a>' in page
    assert "系統登入" not in page


def test_home_of_a_unit_that_owes_nothing(client: Client) -> None:
    client.force_login(UserFactory())
    assert "貴單位目前沒有需要填報的年度。" in client.get("/").text


def test_a_platform_administrator_without_a_unit_gets_the_way_to_the_administration(
    client: Client,
) -> None:
    client.force_login(UserFactory(unit=None, role=roles.PLATFORM_ADMINISTRATOR))
    page = client.get("/").text
    assert 'href="/admin/">管理</a>' in page
    assert "CO2 資料庫入口</a>" not in page
    assert "帳號維護</a>" not in page


def test_an_account_without_a_unit_is_told_so(client: Client) -> None:
    client.force_login(UserFactory(unit=None))
    assert "這個帳號不屬於任何單位" in client.get("/").text


def test_notices_come_newest_first_and_the_older_ones_behind_a_link(client: Client) -> None:
    for age in range(NOTICES_ON_HOME + 1):
        Notice.objects.create(title=f"公告{age}", published_on=TODAY() - timedelta(days=age))
    home = client.get("/").text
    assert home.index("公告0") < home.index("公告1")
    assert f"公告{NOTICES_ON_HOME}" not in home
    assert "較早的公告" in home
    assert f"公告{NOTICES_ON_HOME}" in client.get("/notices/").text


def test_a_notice_is_read_on_its_own_page_from_its_date_on(client: Client) -> None:
    shown = Notice.objects.create(title="訓練", body="第一段\n\n第二段", published_on=TODAY())
    later = Notice.objects.create(title="預告", published_on=TODAY() + timedelta(days=1))
    hidden = Notice.objects.create(title="撤下", is_published=False)
    page = client.get(f"/notices/{shown.pk}/")
    assert "<p>第一段</p>\n<p>第二段</p>" in page.text
    for notice in (later, hidden):
        assert client.get(f"/notices/{notice.pk}/").status_code == 404
        assert notice.title not in client.get("/").text


def test_a_county_is_chosen_without_a_script(client: Client) -> None:
    taipei = CountyFactory(letter="a", name="臺北市", name_en="Taipei City")
    Showcase.objects.create(county=taipei, memberships="ICLEI會員\n", achievements="甲\n\n 乙 ")
    Showcase.objects.create(county=CountyFactory(order=9), achievements="丙")
    first = client.get("/").text
    assert "ICLEI會員" in first
    assert "<li>甲</li><li>乙</li>" in first
    assert "<li>丙</li>" in client.get("/", {"county": "z"}).text
    assert "<li>甲</li>" in client.get("/", {"county": "?"}).text


CONTENT = [
    ("/glossary/", Term, {}),
    ("/faq/", Question, {}),
    ("/international/", Article, {"section": "international"}),
    ("/cases/", Article, {"section": "cases", "source_url": "https://example.org/"}),
    ("/downloads/", Download, {"file": "x.pdf", "file_name": "說明.pdf"}),
]


@pytest.mark.parametrize(("address", "model", "fields"), CONTENT)
def test_what_administrators_write_is_shown_and_never_run(
    client: Client, address: str, model, fields: dict[str, str]
) -> None:
    row = model.objects.create(title="<b>標題</b>", body="<script>alert(1)</script>", **fields)
    page = client.get(address).text
    assert "&lt;b&gt;標題&lt;/b&gt;" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    model.objects.update(title="改過")
    assert "改過" in client.get(address).text
    model.objects.update(is_published=False)
    assert "改過" not in client.get(address).text
    assert str(row) == "<b>標題</b>"


def test_english_is_shown_where_it_is_filled(client: Client) -> None:
    Term.objects.create(title="溫室氣體", title_en="Greenhouse gas", body="中文說明")
    client.post("/language/", {"language": "en", "next": "/glossary/"})
    page = client.get("/glossary/").text
    assert '<html lang="en">' in page
    assert "<dt>Greenhouse gas</dt>" in page
    assert "中文說明" in page
    client.post("/language/", {"language": "zh-hant", "next": "/glossary/"})
    assert "<dt>溫室氣體" in client.get("/glossary/").text


def test_a_county_has_its_english_name(client: Client) -> None:
    Showcase.objects.create(county=CountyFactory())
    client.post("/language/", {"language": "en", "next": "/"})
    assert "<h3>Lienchiang County</h3>" in client.get("/").text


def test_a_file_is_saved_under_its_chinese_name(client: Client, settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    row = Download.objects.create(
        title="說明", file=ContentFile(b"%PDF", name="a.pdf"), file_name="填報作業說明.pdf"
    )
    response = client.get(f"/downloads/{row.pk}/")
    assert b"".join(response.streaming_content) == b"%PDF"
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''%E5%A1%AB")
    assert row.kind == "PDF"
    row.file.storage.delete(row.file.name)
    assert client.get(f"/downloads/{row.pk}/").status_code == 404
    Download.objects.update(is_published=False)
    assert client.get(f"/downloads/{row.pk}/").status_code == 404


@pytest.mark.parametrize("model", ["notice", "showcase", "term", "article", "question", "download"])
def test_everything_can_be_edited_in_the_administration(client: Client, model: str) -> None:
    client.force_login(UserFactory(unit=None, role=roles.PLATFORM_ADMINISTRATOR, is_superuser=True))
    assert client.get(f"/admin/portal/{model}/").status_code == 200
    assert client.get(f"/admin/portal/{model}/add/").status_code == 200


def test_an_administrator_adds_a_notice(client: Client) -> None:
    client.force_login(UserFactory(unit=None, role=roles.PLATFORM_ADMINISTRATOR, is_superuser=True))
    typed = {"published_on": TODAY().isoformat(), "title": "新公告", "is_published": "on"}
    assert client.post("/admin/portal/notice/add/", typed).status_code == 302
    assert "新公告" in client.get("/").text


def test_the_home_page_takes_few_queries(client: Client, django_assert_max_num_queries) -> None:
    for number in range(20):
        Notice.objects.create(title=f"公告{number}", published_on=TODAY())
    client.force_login(UserFactory(unit=UnitFactory()))
    with django_assert_max_num_queries(9):
        client.get("/")


@pytest.mark.parametrize("name", ["400.html", "500.html"])
def test_an_error_page_needs_neither_request_nor_database(name: str) -> None:
    page = loader.get_template(name).render()
    assert 'href="/">回首頁</a>' in page
    assert "menu-wide" not in page


def test_a_refused_request_is_told_so(client: Client, rf) -> None:
    request = rf.get("/")
    page = permission_denied(request, Exception())
    assert "沒有權限" in page.content.decode()
