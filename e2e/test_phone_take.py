"""By phone in the hall: scan its code, sign in, take a number for two matters; and check in from the voucher."""

import re

from playwright.sync_api import Page, expect

from e2e import steps
from e2e.conftest import App
from e2e.judge import judge


def scan(app: App, page: Page) -> None:
    """Open what the hall's code says this minute."""
    page.goto(app.run("e2e.hall_code", "city").strip())


def test_scan_sign_in_take(app: App, page: Page, phone: str) -> None:
    page.goto("/tickets")
    assert judge(page, "/tickets as a stranger") == []
    page.goto("/tickets/here?hall=city&code=0123456789abcdef")
    expect(page.get_by_role("main")).to_contain_text("再扫一次")
    assert judge(page, "an old code") == []
    scan(app, page)
    expect(page).to_have_url(re.compile("/session/new"))
    steps.enter_phone(page, phone)
    if "/privacy" in page.url:
        steps.press(page, "知道了，继续")
    page.get_by_role("link", name="填办事人").click()
    steps.add_person(page, "李秀英")
    page.goto("/tickets/new")
    assert judge(page, "/tickets/new") == []
    page.get_by_label("身份证换领").check()
    page.get_by_label("找要办的事").fill("SBK")
    page.get_by_label("找要办的事").press("Enter")
    expect(page.get_by_label("身份证换领")).to_be_checked()
    page.get_by_label("社保卡补换").check()
    steps.press(page, "在启东市政务服务中心取号")
    expect(page).to_have_url(re.compile("/tickets$"))
    expect(page.locator("main a.card")).to_have_count(2)
    assert judge(page, "/tickets with numbers") == []


def test_a_voucher_of_today_is_checked_in_where_one_stands(app: App, page: Page) -> None:
    app.run("e2e.coming", steps.id_number(), "10000009902")
    steps.sign_in(page, "10000009902", "/appointments")
    page.locator("main a.row").first.click()
    page.get_by_role("link", name="到大厅扫码签到").click()
    expect(page.get_by_role("main")).to_contain_text("再回这里签到")
    assert judge(page, "/tickets with a booking") == []
    scan(app, page)
    page.goto("/appointments")
    page.locator("main a.row").first.click()
    button = page.get_by_role("button", name="签到，取")
    expect(button).to_be_visible()
    assert judge(page, "a voucher of today") == []
    with page.expect_navigation(url=re.compile("/tickets/[0-9a-f-]{36}$")):
        button.click()
    page.goto("/tickets")
    expect(page.locator("main a.card")).to_contain_text("Y0")
