"""A daughter sends her father a link; he opens it without an account; she takes it back."""

import re

from playwright.sync_api import Page, expect

from e2e import steps
from e2e.conftest import NewPage
from e2e.judge import judge


def _made(page: Page, voucher: str) -> str:
    """From the voucher to a new link; returns its address."""
    page.goto(voucher)
    page.get_by_role("link", name="发给家人").click()
    steps.press(page, "生成一个链接")
    return page.get_by_label("把它发给家人").input_value()


def test_a_link_shows_the_voucher_to_somebody_without_an_account_until_it_is_withdrawn(
    page: Page, new_page: NewPage, phone: str
) -> None:
    steps.settled(page, phone)
    voucher = steps.book(page)
    number = page.locator(".ticket .no").inner_text()
    address = _made(page, voucher)
    assert re.search(r"/v/[\w-]{22,}$", address)
    assert judge(page, "发给家人，链接刚生成") == []

    father = new_page()
    father.goto(address)
    expect(father.locator(".ticket .no")).to_have_text(number)
    expect(father.locator("main")).to_contain_text("李*英")
    expect(father.locator("svg.qr")).to_be_visible()
    expect(father.get_by_role("link", name="打电话给大厅")).to_have_attribute("href", re.compile("^tel:0513"))
    for word in ("李秀英", phone[-4:], "取消", "改时间", "登录"):
        expect(father.locator("body")).not_to_contain_text(word)
    assert father.locator("form").count() == 0
    assert judge(father, "看到的预约单") == []

    page.goto(voucher)
    page.get_by_role("link", name="改时间").click()
    steps.choose_day(page, "2026-11-26")
    said = steps.choose_time(page)
    page.locator(".action button").click()
    expect(page).to_have_url(voucher)
    father.reload()
    expect(father.locator(".ticket header")).to_contain_text(said[-5:])

    page.get_by_role("link", name="发给家人").click()
    expect(page.locator("main")).to_contain_text("第一次打开")
    expect(page.locator("main")).not_to_contain_text("/v/")
    assert judge(page, "发出去的链接") == []
    steps.press(page, "撤回")
    expect(page.locator("main")).not_to_contain_text("发出去的链接")
    assert father.reload()
    expect(father.locator("main")).to_contain_text("这个链接已经失效，请让家人再发一次")
    assert judge(father, "失效的链接") == []


def test_a_cancelled_booking_tells_the_one_who_holds_its_link(
    page: Page, new_page: NewPage, phone: str
) -> None:
    steps.settled(page, phone)
    voucher = steps.book(page, nth=1)
    father = new_page()
    father.goto(_made(page, voucher))
    page.goto(voucher)
    page.get_by_text("来不了了，取消预约").click()
    page.get_by_role("button", name=re.compile("^取消 .* 的预约$")).click()
    expect(page.get_by_role("alert")).to_contain_text("已取消")
    father.reload()
    expect(father.locator("main")).to_contain_text("这个预约已取消")
    expect(father.locator("body")).not_to_contain_text("李*英")


def test_the_link_is_copied_with_one_press_and_can_be_selected_without_a_script(
    page: Page, new_page: NewPage, phone: str
) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    steps.settled(page, phone)
    voucher = steps.book(page, nth=2)
    address = _made(page, voucher)
    steps.press(page, "复制链接")
    expect(page.get_by_role("button", name="已复制，去粘贴给家人")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == address

    plain = new_page(java_script_enabled=False, storage_state=page.context.storage_state())
    plain.goto(voucher)
    plain.get_by_role("link", name="发给家人").click()
    steps.press(plain, "再生成一个链接")
    field = plain.get_by_label("把它发给家人")
    assert field.input_value() != address
    assert field.get_attribute("readonly") is not None
    expect(plain.get_by_role("button", name="复制链接")).to_be_hidden()
    expect(plain.get_by_role("button", name="撤回")).to_have_count(2)
