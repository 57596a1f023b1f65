"""load_content: the delivered texts come in once and never overwrite an administrator's."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client
from openpyxl import load_workbook
from pypdf import PdfReader

from accounts.models import County
from inventory.lines import lines_of
from portal import loading
from portal.models import Article, Download, Notice, Question, Section, Showcase, Term
from tests.factories import CountyFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_media_folder(settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def test_the_delivered_texts_are_on_the_pages(client: Client) -> None:
    loading.load()
    home = client.get("/").text
    assert "8月18日完成辦理地方政府溫室氣體盤查及平台登錄教育訓練台北場" in home
    assert "臺東縣政府已於6月30日召開城市溫室氣體盤查訓練" in home
    for words in ("ICLEI會員、UCLG會員、WMCCC會員", "加入sCCR、CDP Cities", "參加COP14、15、17"):
        assert words in home
    assert Notice.objects.count() == 5
    assert Term.objects.count() >= 20
    assert {article.section for article in Article.objects.all()} == set(Section.values)
    assert "0.528" in client.get("/cases/").text
    assert "z371036500X" in client.get("/faq/").text
    assert Question.objects.count() >= 10


def test_a_second_run_changes_nothing_and_keeps_what_was_edited() -> None:
    loading.load()
    Term.objects.filter(slug="term-ghg").update(body="改過的說明", is_published=False)
    output = StringIO()
    call_command("load_content", stdout=output)
    assert "terms: 0 added" in output.getvalue()
    assert Term.objects.get(slug="term-ghg").body == "改過的說明"
    Term.objects.filter(slug="term-gwp").delete()
    assert loading.load()["terms"] == 1


def test_a_showcase_waits_for_its_county_and_gives_way_to_an_own_one() -> None:
    County.objects.filter(letter="a").delete()
    Showcase.objects.create(county=CountyFactory(), achievements="自己寫的")
    assert loading.load()["showcases"] == 3
    assert Showcase.objects.get(county="z").achievements == "自己寫的"
    CountyFactory(letter="a", name="臺北市")
    assert loading.load()["showcases"] == 1
    assert str(Showcase.objects.get(county="a")) == "臺北市"


def test_the_files_can_be_downloaded_and_are_what_they_say(client: Client, tmp_path: Path) -> None:
    loading.load()
    for row in Download.objects.all():
        saved = tmp_path / row.file_name
        saved.write_bytes(b"".join(client.get(f"/downloads/{row.pk}/").streaming_content))
        if row.kind == "PDF":
            assert len(PdfReader(saved).pages) in (1, 2)
        else:
            sheet = load_workbook(saved).active
            words = {cell.value for cells in sheet.iter_rows() for cell in cells}
            assert {str(line.unit_label) for line in lines_of(104)} - {""} <= words
            assert "委外操作範圍說明" in words


def test_a_text_that_the_model_refuses_adds_nothing(tmp_path: Path) -> None:
    for kind in loading.KINDS:
        (tmp_path / f"{kind}.toml").write_text("text = []")
    (tmp_path / "terms.toml").write_text('[[text]]\nslug = "good"\ntitle = "好"\n')
    (tmp_path / "articles.toml").write_text(
        '[[text]]\nslug = "bad"\ntitle = "壞"\nsection = "nowhere"\n'
    )
    with pytest.raises(ValidationError):
        loading.load(tmp_path)
    assert not Term.objects.exists()
