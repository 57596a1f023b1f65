"""Stories of what went in wrong and was put right, as pictures; each begins where nothing is done.

They follow one another in one demonstration and touch different units, the last one its dates.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
from playwright.sync_api import Browser, Page
from screenshot_scene import (
    COUNTY,
    SCHOOL,
    administrator,
    complete,
    shoot,
    type_figures,
    visitor,
)

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TOWNSHIP, CLEANERS = "371032700A", "371038028A"  # 莒光鄉公所 and its 清潔隊
IMPORTED, LATE = "371036512X", "371036509X"
LIST = (
    ("單位", "帳號", "密碼", "上級機關帳號", "類別", "校長"),
    ("連江縣西莒國小", "z371036521X", "371036521X", "z371032700A", "學校", "林小姐"),
    ("連江縣大坪國小", "z371036522X", "371036522X", None, "學校", "曹先生"),
    ("連江縣福正國小", "z371036523X", "371036523X", None, "學校", None),
)


def basis(chromium: Browser, site: str) -> None:
    """What a county's total is made of."""
    with visitor(chromium, site, COUNTY) as page:
        page.goto("/hierarchy/102/basis/")
        shoot(page, "basis", 1150, 1500)


def list_repaired(chromium: Browser, site: str) -> None:
    """A list with a hidden row and a column that nobody reads; then the tree as it will stand."""
    with administrator(chromium, site) as page:
        _upload_list(page, _list(hides_a_school=True))
        shoot(page, "list-asked", 800, 1000)
        _upload_list(page, _list(hides_a_school=False))
        page.locator("#questions input[name=accept]").first.check()
        page.get_by_role("button", name="依勾選重新試算").click()
        page.get_by_role("button", name="確認並寫入").wait_for()
        shoot(page, "list-repaired", 800, 860)
        page.get_by_role("button", name="確認並寫入").click()


def _list(*, hides_a_school: bool) -> bytes:
    """Three schools of a township that is merged over them."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    for row in LIST:
        sheet.append(row)
    sheet.merge_cells("D2:D4")
    sheet.row_dimensions[3].hidden = hides_a_school
    return _saved(workbook)


def _saved(workbook: Any) -> bytes:
    file = BytesIO()
    workbook.save(file)
    return file.getvalue()


def _upload_list(page: Page, content: bytes) -> None:
    page.goto("/admin/accounts/user/account-list/")
    page.get_by_label("帳號清單").set_input_files(
        {"name": "莒光鄉各校帳號.xlsx", "mimeType": EXCEL, "buffer": content}
    )
    page.get_by_role("button", name="上傳並試算").click()


def import_corrected(chromium: Browser, site: str) -> None:
    """Ten times the electricity was imported: the right file replaces it, or all is taken back."""
    with administrator(chromium, site) as page:
        _import(page, electricity=1_722_000)
        page.get_by_role("button", name="確認並匯入").click()
        _import(page, electricity=172_200)
        shoot(page, "import-corrected", 560, 720)
        page.get_by_role("button", name="確認並匯入").click()
        page.goto("/admin/inventory/filingimport/")
        page.locator("#result_list tbody th a").first.click()
        page.get_by_role("link", name="填報與撤回").click()
        page.get_by_label("原因").fill("示範：學校改為自行填報")
        shoot(page, "import-taken-back", 560, 720)


def _import(page: Page, *, electricity: int) -> None:
    """The dry run of a sheet with a column for each energy."""
    rows = f"帳號,電力(度),汽油(公升),瓦斯(公斤)\nz{IMPORTED},{electricity},352,1190\n"
    page.goto("/admin/inventory/filingimport/upload/")
    page.locator("input[type=file]").set_input_files(
        {"name": "104年用電.csv", "mimeType": "text/csv", "buffer": rows.encode("utf-8-sig")}
    )
    page.locator("select[name=year]").select_option("104")
    page.get_by_role("button", name="上傳並試算").click()


def unit_moved(chromium: Browser, site: str) -> None:
    """A unit stands below another agency from now on: the totals before it is done."""
    with visitor(chromium, site, COUNTY) as page:
        page.goto(f"/hierarchy/103/{CLEANERS}/view/")
        page.locator("#move > summary").click()
        moving = page.locator("#move")
        moving.get_by_label("新的上級機關代碼").fill(COUNTY)
        moving.get_by_label("原因").fill("示範：清潔隊改隸縣政府")
        moving.get_by_role("button", name="改列上級機關").click()
        shoot(page, "unit-moved", 900, 1100, at="#move")
        page.locator("#move").get_by_role("button", name="改列上級機關").click()


def finding_explained(chromium: Browser, site: str) -> None:
    """A figure that looks improbable is explained by the unit, ranked at the desk, confirmed."""
    with visitor(chromium, site, SCHOOL) as page:
        complete(page, 103, {})
        page.goto("/inventory/104/")
        type_figures(page, {"電力": "98,765", "瓦斯": "650.25", "汽油": "1200+1350"})
        page.locator("#filing").get_by_role("button", name="計算").click()
        page.get_by_label("汽油：差異原因").select_option("其他（請說明）")
        page.get_by_label("汽油：差異說明").fill("校外教學改用自有車輛")
        page.wait_for_load_state("networkidle")
        shoot(page, "finding-explained", 900, 1000, at="#row-own-lpg")
        _complete_the_rest(page)
    with visitor(chromium, site, COUNTY) as page:
        page.goto("/hierarchy/104/findings/")
        shoot(page, "findings", 700, 1000)
        page.goto(f"/hierarchy/104/{SCHOOL}/view/")
        page.get_by_role("button", name="確認", exact=True).click()
        shoot(page, "finding-confirmed", 1100, 1400)


def _complete_the_rest(page: Page) -> None:
    page.get_by_label("我已確認完整填報各欄位").check()
    page.locator("#filing").get_by_role("button", name="存檔", exact=True).click()
    page.get_by_role("button", name="將以上項目全部標示為「未使用」並存檔").click()
    page.wait_for_url("**/receipt/")


def returned_after_the_due_date(chromium: Browser, site: str) -> None:
    """The year is over: who sends a filing back gives time for it in the same step."""
    with visitor(chromium, site, LATE) as page:
        complete(page, 103, {})
    with administrator(chromium, site) as page:
        _end_yesterday(page)
    with visitor(chromium, site, COUNTY) as page:
        page.goto(f"/hierarchy/103/{LATE}/view/")
        sending = page.locator("#return")
        sending.get_by_label("退回原因").fill("示範：用電只有十一個月的帳單，請補齊")
        sending.get_by_label("展延至").fill(_in_days(14))
        shoot(page, "return-after-due", 900, 1300, at="#return")
        sending.get_by_role("button", name="退回", exact=True).click()
    with visitor(chromium, site, LATE) as page:
        page.goto("/inventory/103/")
        shoot(page, "returned-with-time", 900, 1100)


def _end_yesterday(page: Page) -> None:
    page.goto("/admin/inventory/reportingyear/103/change/")
    page.locator("input[name$='-0-due_on']").fill(_in_days(-1))
    page.locator("[name$='-0-reason']").fill("示範：期限已過")
    page.get_by_label("截止日期已過也照樣採用").check()
    page.locator("input[name=_save]").click()
    page.locator(".messagelist").wait_for()


def _in_days(days: int) -> str:
    return (datetime.now(ZoneInfo("Asia/Taipei")).date() + timedelta(days=days)).isoformat()


STORIES: tuple[Callable[[Browser, str], None], ...] = (
    basis,
    list_repaired,
    import_corrected,
    unit_moved,
    finding_explained,
    returned_after_the_due_date,
)
