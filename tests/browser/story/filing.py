"""Steps 5 to 8: the school files 104, 103 and 102."""

import re
from decimal import Decimal

from playwright.sync_api import Page, expect

from tests.browser.story import form, people, sums
from tests.browser.story.form import OUTSOURCED, field

SCOPE = "營養午餐廚房委外，瓦斯與電費由本校負擔。"
OWN_104 = [
    ("電力", "98765"),
    ("瓦斯", "650.25"),
    ("汽油", "1234.5"),
    ("設施柴油", "120"),
    ("設施柴油", "80.5"),
    ("二氧化碳滅火器補充", "12.5"),
    ("冷媒型號R134a，補充", "0.75"),
    ("R404A", "1.2"),
]
OUTSOURCED_104 = [("電力", "4321"), ("瓦斯", "305.5")]
OWN_103 = [("電力", "95000.5"), ("汽油", "196"), ("瓦斯", "671")]
CORRECTED_103 = [("電力", "96000"), ("汽油", "196"), ("瓦斯", "671")]
OWN_102 = [("電力", "97531"), ("汽油", "201.25"), ("瓦斯", "655")]


def type_104(page: Page) -> None:
    """Step 6: everything that the school used in 104, as people type it."""
    field(page, "電力").fill(" ９８，７６５ ")
    field(page, "瓦斯").fill("650.25")
    field(page, "汽油").fill("1,234.5")
    field(page, "柴油").fill("０")
    form.facility(page, 1, "行政大樓發電機", "120")
    form.add_facility(page, 2)
    form.facility(page, 2, "學生宿舍發電機", "80.5")
    field(page, "二氧化碳滅火器補充").fill("-5")
    field(page, "冷媒型號R134a，補充").fill(".75")
    coolants = form.group(page, "冷媒補充量(含大樓冷氣、中央空調冰水主機、車用冷媒等)")
    coolants.get_by_label("冷媒型號 1").select_option("R404A")
    coolants.get_by_label("補充 1", exact=True).fill("1.20")
    others = form.group(page, "其他能源資源耗用量")
    others.get_by_label("名稱 1").fill("木炭")
    others.get_by_label("數量 1").fill("30")
    others.get_by_label("單位 1").fill("公斤")
    page.get_by_label("委外操作範圍說明").fill(SCOPE)
    field(page, "電力", OUTSOURCED).fill("4,321")
    field(page, "瓦斯", OUTSOURCED).fill("305.5")


def wrong_number_is_told(page: Page) -> None:
    """One wrong number: its message at the field, all else as it was typed, nothing saved."""
    form.press(page, "存檔")
    wrong = field(page, "二氧化碳滅火器補充")
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(wrong).to_have_value("-5")
    expect(form.error_of(page, wrong)).to_have_text("二氧化碳滅火器補充：數量不能是負數。")
    expect(field(page, "汽油")).to_have_value("1,234.5")
    expect(field(page, "瓦斯", OUTSOURCED)).to_have_value("305.5")
    expect(page.get_by_label("委外操作範圍說明")).to_have_value(SCOPE)
    expect(form.group(page, "其他設施(如發電機)").get_by_label("柴油 2")).to_have_value("80.5")
    expect(page.get_by_role("heading", level=1).locator("..")).to_contain_text("未登錄")
    wrong.fill("１２.５")


def calculate_104(page: Page) -> None:
    """Step 7: 「計算」 shows both totals, and a figure opens into its sum."""
    form.press(page, "計算")
    expect(page.locator("#calculated")).to_contain_text("尚未存檔")
    form.totals_are(
        page,
        sums.shown(sums.total(104, OWN_104)),
        sums.shown(sums.total(104, OUTSOURCED_104)),
    )
    expect(field(page, "汽油")).to_have_value("1,234.5")
    page.get_by_text("電力的計算式與來源").first.click()
    ledger = page.locator("#ledger-own-electricity")
    expect(ledger.locator(".formula")).to_be_visible()
    result = sums.shown(sums.kg(104, "電力", "98765"))
    expect(ledger).to_contain_text(f"98,765 度 × 0.528 kg CO2e/度 × GWP 1 = {result} kg CO₂e")
    expect(ledger).to_contain_text("係數來源")


def complete_104(page: Page) -> None:
    """Unanswered lines are named and marked in one step; what differs much asks for a reason."""
    page.get_by_label(form.COMPLETE).check()
    form.press(page, "存檔")
    missing = page.get_by_role("alert").filter(has_text="以下項目還沒有填答")
    for line, times in (("天然氣", 2), ("汽油", 1), ("電力", 0)):  # of the two operations
        expect(missing.get_by_role("link", name=line, exact=True)).to_have_count(times)
    missing.get_by_role("button", name="將以上項目全部標示為「未使用」並存檔").click()
    expect(page.get_by_role("alert")).to_contain_text(
        re.compile("汽油：與 103 年的 .+ 相差 \\+529.8 %，請選擇原因。")
    )
    page.get_by_label("汽油：差異原因").select_option("其他（請說明）")
    page.get_by_label("汽油：差異說明").fill("新增公務車兩輛")
    explain_the_rest(page)
    form.press(page, "存檔")
    both = sums.total(104, OWN_104), sums.total(104, OUTSOURCED_104)
    receipt_of(page, 104, 1, *both, "木炭", "不計入", SCOPE, "學生宿舍發電機")


def receipt_of(
    page: Page, year: int, version: int, own: Decimal, outsourced: Decimal, *more: str
) -> None:
    """The proof of having filed: year, version, totals, check value."""
    expect(page.get_by_role("heading", level=1)).to_contain_text("填報收據")
    people.stands(page, f"{year} 年", f"第 {version} 版", "已完成", people.SCHOOL, *more)
    total_rows = page.locator("tfoot tr")
    expect(total_rows.nth(0).locator("td").last).to_have_text(sums.shown(own))
    expect(total_rows.nth(1).locator("td").last).to_have_text(sums.shown(outsourced))
    expect(page.locator(".check-value")).to_have_text(re.compile(r"^[0-9A-F]{4}(-[0-9A-F]{4})+$"))
    page.get_by_role("link", name="回上一頁").click()


def correct_103(page: Page) -> None:
    """The imported figures are there and are corrected."""
    people.open_year(page, 103)
    people.stands(page, "本年度資料由匯入帶入，請核對")
    expect(field(page, "電力")).to_have_value("96565")
    expect(field(page, "汽油")).to_have_value("196")
    field(page, "電力").fill("95,000.5")
    save_the_rest_unused(page)
    receipt_of(page, 103, 2, sums.total(103, OWN_103), sums.total(103, []))


def file_102(page: Page) -> None:
    """A year of which nothing is there yet."""
    people.open_year(page, 102)
    for line, quantity in OWN_102:
        field(page, line).fill(quantity)
    form.press(page, "計算")
    form.totals_are(page, sums.shown(sums.total(102, OWN_102)), "0")
    save_the_rest_unused(page)
    receipt_of(page, 102, 1, sums.total(102, OWN_102), sums.total(102, []))


def save_the_rest_unused(page: Page) -> None:
    """Tick, save, and mark what was not answered as 未使用."""
    page.get_by_label(form.COMPLETE).check()
    form.press(page, "存檔")
    page.get_by_role("button", name="將以上項目全部標示為「未使用」並存檔").click()


def change_104(page: Page) -> None:
    """Step 8: come back and change what was saved; the tick is still there."""
    people.open_year(page, 104)
    expect(field(page, "電力")).to_have_value("98765")
    expect(form.unused(page, "天然氣")).to_be_checked()
    expect(page.get_by_label(form.COMPLETE)).to_be_checked()
    expect(page.get_by_label("汽油：差異說明")).to_have_value("新增公務車兩輛")
    field(page, "電力").fill("98,000")
    form.press(page, "存檔")
    own = sums.total(104, [("電力", "98000"), *OWN_104[1:]])
    receipt_of(page, 104, 2, own, sums.total(104, OUTSOURCED_104))
    expect(page.locator("tr", has_text="104 年")).to_contain_text(sums.shown(own))


def explain_the_rest(page: Page) -> None:
    """One reason for every line that asks and has none."""
    for reason in page.get_by_label(re.compile("差異原因$")).all():
        if not reason.input_value():
            reason.select_option("設備新增、汰換或停用")


def answer_return(page: Page) -> None:
    """Step 9 from below: read why it came back, correct, complete again."""
    people.open_year(page, 103)
    people.stands(page, "上級機關退回修正", REASON, "上級機關請您核對這一項")
    field(page, "電力").fill("96,000")
    page.get_by_label(form.COMPLETE).check()
    form.press(page, "存檔")
    receipt_of(page, 103, 3, sums.total(103, CORRECTED_103), sums.total(103, []))


REASON = "電力度數與臺電全年帳單不符，請核對。"
