"""Step 9: the level above looks, sends back, confirms, and takes the workbook home."""

from decimal import Decimal
from pathlib import Path

from django.db.models import Sum
from openpyxl import load_workbook
from playwright.sync_api import Locator, Page, expect

from inventory.models import Filing
from tests.browser.story import people, sums

HEADING = "政府1級機關：連江縣政府 之所屬機關 年度：103"
OWN_HEADING = "政府2級機關：連江縣介壽國中小 之所屬機關 年度：103"


def open_list(page: Page, heading: str) -> None:
    """「所屬機關填報確認」, the year, the list."""
    people.go(page, "所屬機關填報確認")
    page.get_by_role("link", name="103 年度列表").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(heading)


def row_of_school(page: Page) -> Locator:
    """The row by its heading: the name of the unit."""
    name = page.get_by_role("rowheader", name=people.SCHOOL)
    return page.get_by_role("row").filter(has=name)


def look_at_school(page: Page, own: Decimal, status: str) -> None:
    """The row shows what the school filed; 「檢視」 opens it."""
    row = row_of_school(page)
    expect(row.locator("td.number").nth(0)).to_have_text(sums.shown(own))
    expect(row.locator("td.number").nth(1)).to_have_text("0")
    expect(row).to_contain_text(status)
    row.get_by_role("link", name=f"檢視 ：{people.SCHOOL}").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(people.SCHOOL)
    people.stands(page, sums.shown(own))


def send_back(page: Page, reason: str) -> None:
    """「退回」 with a reason that points at a line."""
    box = page.locator("#return")
    box.get_by_label("退回原因").fill(reason)
    box.get_by_text("指出有問題的項目（可不選）").click()
    box.get_by_label("電力").first.check()
    box.get_by_role("button", name="退回").click()
    expect(page.get_by_role("status")).to_contain_text(f"已將填報退回 {people.SCHOOL} 修正。")


def confirm(page: Page) -> None:
    page.locator("#confirm").get_by_role("button", name="確認").click()
    expect(page.get_by_role("status")).to_contain_text(f"已確認 {people.SCHOOL} 的填報。")
    page.get_by_role("link", name="返回").first.click()
    expect(row_of_school(page)).to_contain_text("已確認")


def grand_total(page: Page) -> tuple[Decimal, Decimal]:
    """Both figures of the row 「總計（本機關與所有下轄機關）」."""
    row = page.get_by_role("row").filter(has_text="總計（本機關與所有下轄機關）")
    own = row.locator('td[data-label^="排放量小計"]').inner_text()
    outsourced = row.locator('td[data-label^="委外操作"]').inner_text()
    return Decimal(own.replace(",", "")), Decimal(outsourced.replace(",", ""))


def take_workbook(page: Page, folder: Path) -> None:
    """「轉excel」: page, database and workbook have the same sums."""
    with page.expect_download() as waiting:
        page.get_by_role("link", name="轉excel").click()
    assert waiting.value.suggested_filename == "城市盤查_103年_連江縣政府.xlsx"
    file = folder / "workbook.xlsx"
    waiting.value.save_as(file)
    stored = Filing.objects.filter(year=103).aggregate(Sum("own_kg"), Sum("outsourced_kg"))
    sums_stored = (stored["own_kg__sum"], stored["outsourced_kg__sum"])
    assert sums_stored[0] > 0
    assert grand_total(page) == sums_stored
    assert workbook_sums(file) == [sums_stored, sums_stored]


def workbook_sums(file: Path) -> list[tuple[Decimal, Decimal]]:
    """The last row of the list, and the sums re-added from the rows of 明細."""
    book = load_workbook(file, read_only=True)
    assert book.sheetnames == ["所屬機關列表", "明細", "逐筆", "類別與氣體", "係數"]
    listed = [row for row in book["所屬機關列表"].iter_rows(values_only=True) if len(row) > 3]
    detail = list(book["明細"].iter_rows(values_only=True))
    head = next(row for row in detail if row[0] == "序號")
    own, outsourced = (
        head.index("CO₂ 排放量(KgCO₂e)-不含委外部分"),
        head.index("CO₂ 排放量(KgCO₂e)-委外部分"),
    )
    units = [row for row in detail if isinstance(row[0], int)]
    assert {row[3] for row in units} >= {people.SCHOOL, "連江縣政府"}
    return [
        (exact(listed[-1][2]), exact(listed[-1][3])),
        (exact(sum_of(units, own)), exact(sum_of(units, outsourced))),
    ]


def sum_of(rows: list[tuple], column: int) -> Decimal:
    return sum((exact(row[column]) for row in rows), Decimal(0))


def exact(cell: object) -> Decimal:
    """A workbook's number to the 4 places that the platform writes."""
    return Decimal(str(cell)).quantize(Decimal("0.0001"))


def has_nobody_below(page: Page) -> None:
    """The school's own list: the sentence of the procedure."""
    open_list(page, OWN_HEADING)
    people.stands(page, "目前並沒有下轄機關")
