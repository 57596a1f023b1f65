"""「上傳帳號清單」 in the administration pages."""

import io
import os
import re
import stat
import time

import openpyxl
import pghistory
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.html import escape

from accounts import roles
from accounts.account_lists import apply
from accounts.admin import AccountAdmin, lists
from accounts.models import Unit, User
from tests.factories import UnitFactory, UserFactory

pytestmark = pytest.mark.django_db

UPLOAD = "/admin/accounts/user/account-list/"
PLAN = "/admin/accounts/user/account-list/plan/"
REMARKS = "/admin/accounts/user/account-list/remarks.xlsx"
LINES = ("單位,帳號,密碼,類別", "連江縣政府,z371030000A,secret-one,", "甲,z1001,secret-two,學校")


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def admin():
    return UserFactory(
        unit=None, username="admin", role=roles.PLATFORM_ADMINISTRATOR, is_superuser=True
    )


@pytest.fixture
def desk(client, admin):
    client.force_login(admin, backend="django.contrib.auth.backends.ModelBackend")
    return client


def csv_file(*lines, name="名單.csv"):
    return SimpleUploadedFile(name, "\n".join(lines).encode())


def upload(desk, *lines, **options):
    return desk.post(UPLOAD, {"file": csv_file(*(lines or LINES), **options)})


def dry_run(desk):
    """The page and the digest that its button sends."""
    response = desk.get(PLAN)
    assert response.status_code == 200
    html = response.content.decode()
    digest = re.search(r'name="digest"\s+value="([0-9a-f]{64})"', html)
    return html, digest and digest[1]


def confirm(desk):
    return desk.post(PLAN, {"digest": dry_run(desk)[1]})


def waiting(tmp_path):
    return list((tmp_path / "account_lists").iterdir())


class TestWhoMay:
    def test_the_account_list_leads_there(self, desk):
        html = desk.get(reverse("admin:accounts_user_changelist")).content.decode()
        assert f'href="{UPLOAD}"' in html
        assert "上傳帳號清單" in html

    @pytest.mark.parametrize("url", [UPLOAD, PLAN])
    def test_not_staff_without_the_permission_to_add_accounts(self, desk, url, monkeypatch):
        monkeypatch.setattr(AccountAdmin, "has_add_permission", lambda *_arguments: False)
        assert desk.get(url).status_code == 403
        assert desk.post(url).status_code == 403

    @pytest.mark.parametrize("url", [UPLOAD, PLAN])
    def test_not_a_unit_or_the_public(self, client, url):
        assert client.get(url).status_code == 302
        user = UserFactory(role=roles.COUNTY_ADMINISTRATOR)
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        assert client.get(url).status_code == 302

    def test_only_by_get_and_post(self, desk):
        assert desk.put(UPLOAD).status_code == 405


class TestTheDryRun:
    def test_is_shown_before_anything_is_written(self, desk):
        assert upload(desk).headers["Location"] == PLAN
        html, digest = dry_run(desk)
        assert digest
        assert "新增 2、變更 0、不變 0、拒絕 0。" in html
        assert "z371030000A" in html
        assert "secret" not in html
        assert "style=" not in html
        assert not Unit.objects.exists()

    def test_of_changes_and_of_what_stays(self, desk):
        upload(desk)
        confirm(desk)
        lines = (LINES[0] + ",備註", LINES[1] + ",", "甲國小,z1001,,國小,")
        upload(desk, *lines)
        html, _digest = dry_run(desk)
        assert "新增 0、變更 1、不變 1、拒絕 0。" in html
        assert "甲國小" in html
        assert "沒有讀取的欄：備註" in html

    def test_of_a_list_that_says_nothing_new(self, desk):
        upload(desk)
        confirm(desk)
        upload(desk)
        html, digest = dry_run(desk)
        assert digest is None
        assert "完全相同" in html

    def test_of_a_name_that_the_unit_gave_itself(self, desk):
        upload(desk)
        confirm(desk)
        with pghistory.context(user=User.objects.get(username="z1001").pk):
            Unit.objects.filter(code="1001").update(name="甲國小")
        upload(desk)
        html, digest = dry_run(desk)
        kept = re.search(r'id="preserved".*?</table>', html, re.DOTALL)[0]
        assert "保留單位自行修改的名稱" in kept
        assert re.findall("<td>(.*?)</td>", kept) == ["z1001", "甲國小", "甲"]
        assert digest is None
        assert "沒有需要寫入的內容。" in html
        assert "完全相同" not in html

    def test_keeps_the_list_in_a_private_file(self, desk, tmp_path):
        upload(desk)
        [file] = waiting(tmp_path)
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700

    def test_a_second_upload_takes_the_place_of_the_first(self, desk, tmp_path):
        upload(desk)
        upload(desk)
        assert len(waiting(tmp_path)) == 1

    def test_lists_that_nobody_confirmed_are_removed(self, desk, tmp_path):
        folder = tmp_path / "account_lists"
        folder.mkdir()
        (folder / "1-old").write_text("")
        long_ago = time.time() - 7200
        os.utime(folder / "1-old", (long_ago, long_ago))
        (folder / "1-new").write_text("")
        upload(desk)
        assert {"1-new"} < {file.name for file in waiting(tmp_path)}
        assert not (folder / "1-old").exists()


class TestConfirming:
    def test_writes_what_was_shown(self, desk, admin, tmp_path):
        upload(desk)
        response = confirm(desk)
        assert response.headers["Location"] == reverse("admin:accounts_user_changelist")
        assert User.objects.get(username="z1001").check_password("secret-two")
        event = Unit.pgh_event_models["insert"].objects.first()
        assert event.pgh_context["user"] == admin.pk
        assert event.pgh_context["account_list"] == "名單.csv"
        assert not waiting(tmp_path)

    def test_without_passwords_the_slips_come_with_the_answer(self, desk):
        upload(desk, "單位,帳號", "連江縣政府,z371030000A")
        assert "開通單" in dry_run(desk)[0]
        response = confirm(desk)
        assert response.headers["Content-Disposition"].startswith("attachment")
        assert "no-store" in response.headers["Cache-Control"]
        [code] = re.findall(r">\s*([2-9a-z]{4}(?:-[2-9a-z]{4}){4})\s*<", response.content.decode())
        assert User.objects.get(username="z371030000A").check_password(code)
        assert desk.get(PLAN).status_code == 302

    def test_what_changed_since_is_shown_again(self, desk):
        upload(desk)
        _html, digest = dry_run(desk)
        UnitFactory(code="371030000A", name="別的名稱")
        response = desk.post(PLAN, {"digest": digest})
        assert response.status_code == 409
        assert "有變動" in response.content.decode()
        assert "別的名稱" in response.content.decode()
        assert Unit.objects.count() == 1

    @pytest.mark.parametrize("data", [{}, {"digest": "0" * 64}, {"digest": ["a", "b"]}])
    def test_without_the_digest_that_was_shown(self, desk, data):
        upload(desk)
        assert desk.post(PLAN, data).status_code == 409
        assert not Unit.objects.exists()

    def test_what_has_become_wrong_since(self, desk):
        upload(desk)
        _html, digest = dry_run(desk)
        UserFactory(unit=None, username="Z1001")
        response = desk.post(PLAN, {"digest": digest})
        assert response.status_code == 409
        assert "屬於別的單位" in response.content.decode()

    def test_in_the_same_moment_as_somebody_else(self, desk, monkeypatch):
        def apply_late(plan, **options):
            UnitFactory(code="1001")
            return apply(plan, **options)

        upload(desk)
        monkeypatch.setattr(lists, "apply", apply_late)
        assert confirm(desk).headers["Location"] == PLAN
        assert not User.objects.filter(username="z1001").exists()

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_with_nothing_uploaded(self, desk, method):
        response = getattr(desk, method)(PLAN, follow=True)
        assert response.redirect_chain == [(UPLOAD, 302)]
        assert "請重新上傳" in response.content.decode()

    def test_a_list_of_somebody_else_or_of_no_form(self, desk, tmp_path):
        upload(desk)
        [file] = waiting(tmp_path)
        for token in (f"9{file.name}", "../secret_key", file.name.replace("-", "/")):
            session = desk.session
            session["account_list"] = {"token": token, "name": "list.csv"}
            session.save()
            assert desk.get(PLAN).status_code == 302
        assert file.exists()
        upload(desk)  # a name of no form is not removed either
        assert file.exists()

    def test_a_list_that_was_damaged_meanwhile(self, desk, tmp_path):
        upload(desk)
        [file] = waiting(tmp_path)
        file.write_bytes(b"")
        assert desk.get(PLAN).headers["Location"] == UPLOAD


class TestBadInput:
    def test_nothing_chosen(self, desk):
        response = desk.post(UPLOAD)
        assert response.status_code == 400
        assert "errorlist" in response.content.decode()

    @pytest.mark.parametrize(
        ("data", "name", "words"),
        [
            (b"\x00random\xff", "list.xlsx", "不是活頁簿"),
            ("單位,密碼\n甲,x".encode(), "list.csv", "標題列缺少「帳號」欄"),
            (b"x" * (5 * 1024 * 1024 + 1), "list.csv", "檔案超過 5 MB"),
        ],
    )
    def test_no_list_at_all(self, desk, data, name, words, tmp_path):
        response = desk.post(UPLOAD, {"file": SimpleUploadedFile(name, data)})
        assert response.status_code == 400
        assert words in response.content.decode()
        assert not (tmp_path / "account_lists").exists()

    def test_refusals_stand_with_row_cell_value_and_reason(self, desk, tmp_path):
        book = openpyxl.Workbook()
        for row in (
            ["帳號", "單位", "密碼"],
            ["z371030000A", "<b>=1", "pw"],
            ["z1001", "=1+1", "pw"],
        ):
            book.active.append(row)
        file = io.BytesIO()
        book.save(file)
        response = desk.post(UPLOAD, {"file": SimpleUploadedFile("list.xlsx", file.getvalue())})
        html = response.content.decode()
        assert response.status_code == 400
        assert all(
            words in html for words in ("<td>3</td>", "<td>B3</td>", "<td>=1+1</td>", "公式")
        )
        assert "確認並寫入" not in html
        assert desk.post(PLAN).status_code == 409
        assert not Unit.objects.exists()

    def test_what_a_list_says_is_text(self, desk):
        upload(desk, LINES[0], "<script>連江縣政府</script>,z371030000A,pw,縣市政府")
        html, _digest = dry_run(desk)
        assert escape("<script>連江縣政府") in html

    def test_many_refusals_are_cut(self, desk):
        response = upload(desk, "單位,帳號,密碼", *[f"甲,l{n},pw" for n in range(1000, 1503)])
        assert "……另有 3 項" in response.content.decode()

    def test_more_rows_than_a_request_can_take_name_the_command(self, desk):
        rows = [f"甲,z{number},pw" for number in range(10_000, 15_001)]
        html = upload(desk, "單位,帳號,密碼", *rows).content.decode()
        assert "超過 5,000 列" in html
        assert "manage.py seed_accounts" in html


ASKED = (
    "單位,帳號,密碼,備註",
    "連江縣政府,z371030000A,secret-one,",
    "上?國小,z1001,secret-two,借用",
    ",,,",
    "註：本表僅供參考,,,",
)


def answer(desk, *codes):
    response = desk.post(PLAN, {"answer": "1", "accept": codes})
    assert response.status_code == 302
    return dry_run(desk)


class TestQuestions:
    def test_forbid_to_write_until_each_is_answered(self, desk):
        upload(desk, *ASKED)
        html, digest = dry_run(desk)
        assert digest is None
        assert 'value="column:備註"' in html
        assert 'value="damaged"' in html
        assert 'value="column"' not in html
        assert "確認以上各項" in html
        assert "有 2 處" in html
        assert answer(desk, "damaged:A3")[1] is None
        html, digest = answer(desk, "damaged", "column:備註")
        assert html.count(" checked") == 3
        assert desk.post(PLAN, {"digest": digest}).status_code == 302
        assert Unit.objects.filter(name="上?國小").exists()

    def test_cannot_be_passed_by_with_a_digest(self, desk):
        upload(desk, *ASKED)
        _html, digest = answer(desk, "damaged", "column:備註")
        answer(desk)
        assert desk.post(PLAN, {"digest": digest}).status_code == 409
        assert not Unit.objects.exists()

    def test_a_new_upload_begins_without_answers(self, desk):
        upload(desk, *ASKED)
        answer(desk, "damaged", "column:備註")
        upload(desk, *ASKED)
        assert dry_run(desk)[1] is None

    def test_answers_without_a_list_do_nothing(self, desk):
        assert desk.post(PLAN, {"answer": "1", "accept": "x"}).url == PLAN
        assert desk.get(PLAN).url == UPLOAD

    def test_what_was_left_out_is_named(self, desk):
        upload(desk, *ASKED)
        assert "註：本表僅供參考" in dry_run(desk)[0]

    def test_many_of_one_kind_are_cut_and_answered_as_a_whole(self, desk):
        rows = [f"上?國小,z{number},pw" for number in range(1000, 1103)]
        upload(desk, "單位,帳號,密碼", "連江縣政府,z371030000A,pw", *rows)
        html, _digest = dry_run(desk)
        assert "……另有 3 項" in html
        assert answer(desk, "damaged")[1]


class TestTheTreeAsItWillStand:
    def test_names_parents_and_levels(self, desk):
        lines = ("連江縣政府,z371030000A,pw,", "甲,z1001,pw,", "乙,z1002,pw,z1001")
        upload(desk, "單位,帳號,密碼,上級機關帳號", *lines)
        html, _digest = dry_run(desk)
        cells = re.findall(r"<td>(.*?)</td>", html.partition('id="outline"')[2])
        assert cells[14:21] == ["4", "3", "z1002", "乙", "甲 z1001", " ", "新增"]

    def test_a_unit_that_moves_says_from_where(self, desk):
        root = UnitFactory(code="371030000A", name="連江縣政府")
        old = UnitFactory(code="1001", name="甲", parent=root)
        UnitFactory(code="1002", name="乙", parent=old)
        lines = ("連江縣政府,z371030000A,pw,", "乙,z1002,pw,z371030000A")
        upload(desk, "單位,帳號,密碼,上級機關帳號", *lines)
        cells = re.findall(r"<td>(.*?)</td>", dry_run(desk)[0].partition('id="outline"')[2])
        assert cells[7:14] == [
            "3",
            "2",
            "z1002",
            "乙",
            "連江縣政府 z371030000A",
            "甲 z1001",
            "移動",
        ]


class TestRemarks:
    def rows(self, desk):
        response = desk.get(REMARKS)
        assert response.status_code == 200
        assert "attachment" in response["Content-Disposition"]
        sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
        assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)
        return [[cell or "" for cell in row] for row in sheet.iter_rows(values_only=True)]

    def test_say_of_every_row_what_becomes_of_it(self, desk):
        upload(desk, *ASKED)
        rows = self.rows(desk)
        assert "secret" not in str(rows)
        assert rows[1][-1] == "待確認：D3「備註」：D 欄不會讀入。"
        assert rows[2][:7] == ["2", "z371030000A", "連江縣政府", "1", "", "", "新增"]
        assert rows[3][:7] == ["3", "z1001", "上?國小", "2", "z371030000A", "連江縣政府", "待確認"]
        assert "問號" in rows[3][7]
        assert rows[4][0] == "5"
        assert rows[4][6] == "不讀入"

    def test_are_there_for_a_list_that_is_refused(self, desk):
        upload(desk, "單位,帳號,密碼", "=1+1,z1001,pw", "甲,l1002,pw")
        rows = self.rows(desk)
        assert [row[6] for row in rows[1:] if row[0]] == ["拒絕", "拒絕"]
        assert "=1+1" in rows[1][7]

    def test_are_of_the_uploader_alone(self, desk, client):
        upload(desk, *ASKED)
        other = UserFactory(
            unit=None, username="other", role=roles.PLATFORM_ADMINISTRATOR, is_superuser=True
        )
        client.force_login(other, backend="django.contrib.auth.backends.ModelBackend")
        assert client.get(REMARKS).url == UPLOAD

    def test_not_by_post(self, desk):
        assert desk.post(REMARKS).status_code == 405
