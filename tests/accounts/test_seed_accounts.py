"""`manage.py seed_accounts`: what it prints, writes and refuses."""

import io
import re
import stat
from pathlib import Path

import openpyxl
import pghistory
import pytest
from django.core.management import CommandError, call_command

from accounts import roles
from accounts.account_lists import apply
from accounts.management.commands import seed_accounts
from accounts.models import Unit, User
from benchmarks.make_account_list import account_rows, write_list
from tests.factories import UnitFactory, UserFactory

pytestmark = pytest.mark.django_db

DEMONSTRATION = Path(__file__).resolve().parent.parent.parent / "fixtures/lienchiang_accounts.xlsx"


@pytest.fixture
def account_list(tmp_path):
    """Writes lines into a list and returns its path."""

    def write(*lines, name="list.csv"):
        path = tmp_path / name
        path.write_text("\n".join(lines), encoding="utf-8")
        return path

    return write


def run(*arguments, stderr=None):
    out, err = io.StringIO(), stderr or io.StringIO()
    call_command("seed_accounts", *map(str, arguments), stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def refused(*arguments):
    err = io.StringIO()
    with pytest.raises(CommandError) as caught:
        run(*arguments, stderr=err)
    assert caught.value.returncode == 1
    return str(caught.value), err.getvalue()


class TestTheDemonstrationCounty:
    def test_comes_in_and_a_second_run_changes_nothing(self):
        out, err = run(DEMONSTRATION)
        assert "新增 58、變更 0、不變 0、拒絕 0。" in out
        assert "讀取清單 58/58" in err
        assert "建立帳號 58/58" in err
        passwords = list(User.objects.order_by("pk").values_list("password", flat=True))
        out, _err = run(DEMONSTRATION)
        assert "新增 0、變更 0、不變 58、拒絕 0。" in out
        assert list(User.objects.order_by("pk").values_list("password", flat=True)) == passwords

    def test_a_dry_run_says_it_all_and_writes_nothing(self):
        out, _err = run(DEMONSTRATION, "--dry-run")
        assert "新增 z371030000A 連江縣政府" in out
        assert "……另有 8 項" in out
        assert "沒有寫入" in out
        assert not User.objects.exists()

    def test_a_terminal_gets_a_bar(self):
        class Terminal(io.StringIO):
            def isatty(self):
                return True

        _out, err = run(DEMONSTRATION, stderr=Terminal())
        assert "建立帳號" in err
        assert "58/58" in err
        assert "\x1b[" in err


def test_changes_are_printed_field_by_field(account_list):
    run(account_list("單位,帳號,密碼,類別", "連江縣政府,z371030000A,pw,"))
    changed = account_list("單位,帳號,類別", "連江縣政府,z371030000A,縣市政府")
    assert "變更 z371030000A 類別：— → 縣市政府" in run(changed)[0]


def test_names_that_units_gave_themselves_are_kept_and_printed(account_list):
    path = account_list("單位,帳號,密碼", "連江縣政府,z371030000A,pw")
    run(path)
    with pghistory.context(user=User.objects.get().pk):
        Unit.objects.update(name="連江縣政府產業發展處")
    out, _err = run(path)
    kept = "保留單位自行修改的名稱 z371030000A：連江縣政府產業發展處（清單：連江縣政府）"
    assert kept in out
    assert "變更 0、不變 1" in out
    assert Unit.objects.get().name == "連江縣政府產業發展處"


def test_columns_that_are_not_read_are_reported(account_list):
    path = account_list("序號,單位,帳號,密碼", "1,連江縣政府,z371030000A,pw")
    assert "沒有讀取的欄：序號" in run(path)[0]


def test_history_records_who(account_list):
    admin = UserFactory(unit=None, username="admin")
    run(account_list("單位,帳號,密碼", "連江縣政府,z371030000A,pw"), "--by", "ADMIN")
    event = Unit.pgh_event_models["insert"].objects.get()
    assert event.pgh_context == {"user": admin.pk, "account_list": "list.csv"}


def test_nobody_by_that_name(account_list):
    message, _err = refused(account_list("單位,帳號"), "--by", "nobody")
    assert "nobody" in message


class TestRefusals:
    def test_each_with_row_cell_value_and_reason_and_nothing_is_written(self, account_list):
        path = account_list(
            "單位,帳號,密碼", "連江縣政府,z371030000A,pw", "甲,l371036500X,pw", "=1,z1001,pw"
        )
        message, err = refused(path)
        assert "第 3 列 B3「l371036500X」：帳號開頭的字母 l 屬於已裁併的臺中縣，不再使用。" in err
        assert "第 4 列 A4「=1」：儲存格是公式，請改成值。" in err
        assert "2 處" in message
        assert not Unit.objects.exists()

    def test_the_first_fifty_and_a_count(self, account_list):
        lines = [f"甲,l{number},pw" for number in range(1000, 1060)]
        message, err = refused(account_list("單位,帳號,密碼", *lines))
        assert err.count("已裁併的臺中縣") == 50
        assert "……另有 10 項" in err
        assert "60 處" in message

    def test_a_file_that_is_none(self, tmp_path):
        _message, err = refused(tmp_path / "nowhere.xlsx")
        assert "無法讀取" in err


class TestSlips:
    LINES = ("單位,帳號", "連江縣政府,z371030000A", "甲<乙>,z1001")

    def test_are_written_for_nobody_else_to_read(self, account_list, tmp_path):
        target = tmp_path / "slips.html"
        out, err = run(account_list(*self.LINES), "--slips", target)
        assert stat.S_IMODE(target.stat().st_mode) == 0o600
        page = target.read_text(encoding="utf-8")
        codes = re.findall(r">\s*([2-9a-z]{4}(?:-[2-9a-z]{4}){4})\s*<", page)
        assert len(codes) == 2
        assert "甲&lt;乙&gt;" in page
        assert "break-inside" in page
        assert str(target) in out
        assert not any(code in out + err for code in codes)
        assert User.objects.get(username="z1001").check_password(codes[1])

    def test_are_asked_for_before_anything_is_written(self, account_list):
        message, _err = refused(account_list(*self.LINES))
        assert "--slips" in message
        assert not User.objects.exists()

    def test_are_not_asked_for_in_a_dry_run_or_when_nobody_is_new(self, account_list, tmp_path):
        path = account_list(*self.LINES)
        run(path, "--dry-run")
        run(path, "--slips", tmp_path / "slips.html")
        out, _err = run(path)
        assert "不變 2" in out
        assert "開通單" not in out

    def test_never_over_a_file_that_is_there(self, account_list, tmp_path):
        target = tmp_path / "slips.html"
        target.write_text("older slips")
        message, _err = refused(account_list(*self.LINES), "--slips", target)
        assert "已經存在" in message
        assert target.read_text() == "older slips"
        assert not User.objects.exists()

    def test_that_cannot_be_written_undo_everything(self, account_list, tmp_path):
        target = tmp_path / "no such folder" / "slips.html"
        message, _err = refused(account_list(*self.LINES), "--slips", target)
        assert "無法寫入" in message
        assert not User.objects.exists()


@pytest.mark.parametrize("with_slips", [True, False])
def test_somebody_made_the_same_account_meanwhile(account_list, tmp_path, monkeypatch, with_slips):
    def apply_late(plan, **options):
        UnitFactory(code="371030000A")
        return apply(plan, **options)

    monkeypatch.setattr(seed_accounts, "apply", apply_late)
    target = tmp_path / "slips.html"
    if with_slips:
        path = account_list("單位,帳號", "連江縣政府,z371030000A")
        message, _err = refused(path, "--slips", target)
    else:
        path = account_list("單位,帳號,密碼", "連江縣政府,z371030000A,pw")
        message, _err = refused(path)
    assert "同時有人" in message
    assert not target.exists()


class TestMadeUpLists:
    def test_have_three_levels_in_every_county(self):
        rows = list(account_rows(22 * 60))
        assert len(rows) == len({row[1] for row in rows}) == 1320
        accounts = {row[1]: row[3] for row in rows}
        depths = set()
        for parent in accounts.values():
            depth, above = 1, parent
            while above:
                depth, above = depth + 1, accounts[above]
            depths.add(depth)
        assert depths == {1, 2, 3}

    def test_come_in_and_change_nothing_the_second_time(self, tmp_path):
        path = tmp_path / "list.xlsx"
        write_list(3000, path)
        out, err = run(path)
        assert "新增 3,000、" in out
        assert "建立單位 3,000/3,000" in err
        assert "不變 3,000、" in run(path)[0]
        assert User.objects.filter(role=roles.COUNTY_ADMINISTRATOR.code).count() == 22

    def test_can_be_without_passwords(self, tmp_path):
        path = tmp_path / "list.xlsx"
        write_list(30, path, with_passwords=False)
        message, _err = refused(path)
        assert "--slips" in message


class TestQuestions:
    LINES = ("單位,帳號,密碼,備註", "連江縣政府,z371030000A,secret,", "上?國小,z1001,secret,借用")

    def test_stop_the_list_and_name_the_codes(self, account_list):
        message, err = refused(account_list(*self.LINES))
        assert "第 3 列 A3「上?國小」" in err
        assert "[damaged:A3]" in err
        assert "--accept：damaged、column:備註" in message
        assert not Unit.objects.exists()

    def test_are_shown_in_a_dry_run_that_goes_on(self, account_list):
        out, _err = run(account_list(*self.LINES), "--dry-run")
        assert "[column:備註]" in out
        assert "新增 z1001 上?國小（第 2 層，上級：連江縣政府 z371030000A）" in out

    def test_are_answered_one_by_one(self, account_list):
        path = account_list(*self.LINES)
        out, _err = run(path, "--accept", "damaged:A3", "--accept", "column:備註")
        assert "新增 2" in out

    def test_a_code_that_answers_nothing_is_refused(self, account_list):
        message, _err = refused(account_list(*self.LINES), "--accept", "column:附註")
        assert "column:附註" in message
        assert "column:備註" in message

    def test_what_was_left_out_is_printed(self, account_list):
        path = account_list(*self.LINES[:2], "合計,1,,", "註：僅供參考,,,")
        out, _err = run(path, "--dry-run")
        assert "第 3 列「合計」" in out
        assert "第 4 列「註:僅供參考」" in out or "第 4 列「註：僅供參考」" in out

    def test_a_report_is_written_for_a_list_that_is_refused_too(self, account_list, tmp_path):
        report = tmp_path / "report.xlsx"
        refused(account_list(*self.LINES), "--report", report)
        rows = list(openpyxl.load_workbook(report).active.iter_rows(values_only=True))
        assert rows[-1][:3] == ("3", "z1001", "上?國小")
        assert stat.S_IMODE(report.stat().st_mode) == 0o600
        message, _err = refused(account_list(*self.LINES), "--report", report)
        assert "無法寫入" in message

    def test_a_moved_unit_is_printed_from_where_to_where(self, account_list):
        header = "單位,帳號,密碼,上級機關帳號"
        lines = ("連江縣政府,z371030000A,pw,", "甲,z1001,pw,", "乙,z1002,pw,")
        run(account_list(header, *lines))
        out, _err = run(account_list(header, *lines[:2], "乙,z1002,pw,z1001"), "--dry-run")
        assert "z1002 上級機關由 連江縣政府 z371030000A 改為 甲 z1001。" in out


def test_a_sheet_that_is_hidden_is_named(tmp_path):
    book = openpyxl.Workbook()
    for row in (("單位", "帳號"), ("連江縣政府", "z371030000A")):
        book.active.append(row)
    book.create_sheet("去年").sheet_state = "hidden"
    book.save(tmp_path / "list.xlsx")
    out, _err = run(tmp_path / "list.xlsx", "--dry-run")
    assert "隱藏而沒有讀取的工作表：去年" in out
