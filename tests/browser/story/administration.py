"""Before the story: a platform administrator sets the county up, on the administration pages."""

from datetime import date, timedelta
from io import StringIO
from pathlib import Path

from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures"
FACTOR_SET = "tw-105-ar4"
OPENS = date(2016, 1, 1)


def sign_in(page: Page, site: str, account: str, password: str) -> None:
    page.goto(f"{site}/admin/")
    page.get_by_label("使用者名稱").or_(page.get_by_label("帳號")).fill(account)
    page.get_by_label("密碼").fill(password)
    page.get_by_role("button", name="登入").click()
    expect(page.get_by_role("heading", name="管理項目")).to_be_visible()


def upload_accounts(page: Page, site: str, units: int) -> None:
    """The list that came with the procedure: uploaded, looked at, confirmed."""
    page.goto(f"{site}/admin/accounts/user/")
    page.get_by_role("link", name="上傳帳號清單").click()
    page.get_by_label("帳號清單").set_input_files(FIXTURES / "lienchiang_accounts.xlsx")
    page.get_by_role("button", name="上傳並試算").click()
    expect(page.locator("#content-main")).to_contain_text(f"新增 {units}、變更 0、不變 0、拒絕 0。")
    expect(page.locator("#content-main")).to_contain_text("到此為止還沒有寫入任何資料。")
    expect(page.locator("#outline")).to_contain_text("z371036500X")
    page.get_by_role("button", name="確認並寫入").click()
    expect(page.locator(".messagelist")).to_contain_text(f"已新增 {units} 個帳號")


def open_years(page: Page, site: str, by: str, units: int) -> None:
    """102 and 103 by the command, 104 on the administration pages."""
    due = timezone.localdate() + timedelta(days=30)
    call_command("load_factor_sets", stdout=StringIO())
    for year in (102, 103):
        call_command(
            "open_year",
            year,
            opens_on=OPENS,
            due_on=due,
            factor_set=FACTOR_SET,
            by=by,
            stdout=StringIO(),
        )
    page.goto(f"{site}/admin/inventory/reportingyear/add/")
    page.get_by_label("年度").fill("104")
    page.locator("#id_opens_on").fill(OPENS.isoformat())
    page.locator("#id_due_on").fill(due.isoformat())
    page.get_by_label("係數版本").select_option(FACTOR_SET)
    page.locator("input[name=_save]").click()
    page.locator("tr", has_text="104").get_by_role("checkbox").check()
    page.locator("select[name=action]").select_option("open_years")
    page.locator("button[name=index]").click()
    expect(page.locator(".messagelist")).to_contain_text(f"104 年度：新增 {units} 個單位的填報。")


def import_103(by: str) -> None:
    """The figures that the units find filled in."""
    call_command("import_filings", str(FIXTURES / "demo_filings.csv"), by=by, stdout=StringIO())


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="登出").first.click()
