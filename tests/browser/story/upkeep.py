"""Step 3: 「帳號維護」."""

from playwright.sync_api import Page, expect

TYPED = {
    "姓名": "陳曉明",
    "連絡電話": "0836-25668",
    "傳真電話": "０８３６－２２８１３",
}


def keep_account(page: Page) -> None:
    """A wrong address is refused at its field and nothing typed is lost; the right one is kept."""
    page.get_by_role("link", name="帳號維護").first.click()
    expect(page.locator("main")).to_contain_text("您的位置：城市盤查 - 帳號維護 >>> 修改")
    for label, text in TYPED.items():
        page.get_by_label(label).fill(text)
    page.get_by_label("Email").fill("jieshou@")
    page.get_by_role("button", name="存檔").click()

    refused = page.get_by_label("Email")
    expect(refused).to_have_attribute("aria-invalid", "true")
    expect(page.locator(".invalid-feedback")).to_contain_text("請填正確的 Email")
    expect(refused).to_have_value("jieshou@")
    for label, text in TYPED.items():
        expect(page.get_by_label(label)).to_have_value(text)

    refused.fill("office@jieshou.example.edu.tw")
    page.get_by_role("button", name="存檔").click()
    expect(page.get_by_role("status")).to_contain_text("已存檔。")
    expect(page.get_by_label("姓名")).to_have_value("陳曉明")
    expect(page.get_by_label("傳真電話")).to_have_value("0836-22813")
    expect(page.get_by_label("Email")).to_have_value("office@jieshou.example.edu.tw")
