"""A code asked for on a phone is seen in the console's page 短信, by itself, as the phone would show it."""

import re

from playwright.sync_api import Page, expect

from e2e import steps
from e2e.judge import judge


def test_the_manager_sees_the_code_that_a_phone_was_sent(page: Page, desk: Page, phone: str) -> None:
    steps.staff(desk)
    desk.get_by_role("link", name="短信").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("短信")
    page.goto("/session/new")
    page.get_by_label("手机号").fill(phone)
    steps.press(page, "获取验证码")
    code = page.locator("[data-code]").inner_text()
    row = desk.get_by_role("region", name="短信列表").get_by_role("row", name=re.compile(code))
    expect(row).to_contain_text(f"【启东政务】您的验证码是 {code}")
    expect(row).to_contain_text(f"100****{phone[-4:]}")
    expect(row).to_contain_text("演示（不发出）")
    expect(desk.get_by_role("region", name="短信列表")).not_to_contain_text(phone)
    assert judge(desk, "短信") == []


def test_what_will_not_arrive_is_one_tap_away(desk: Page) -> None:
    steps.staff(desk, "admin")
    desk.goto("/console/messages")
    desk.get_by_role("link", name="没送到的").click()
    expect(desk.get_by_role("link", name="没送到的")).to_have_attribute("aria-current", "true")
    desk.set_viewport_size({"width": 360, "height": 740})
    assert judge(desk, "短信") == []


WIDER = (
    "all => all.filter(one => one.scrollWidth > one.clientWidth).map(one => one.getAttribute('aria-label'))"
)


def test_on_a_phone_what_became_of_messages_is_a_list(page: Page, other: Page, phone: str) -> None:
    other.goto("/session/new")
    other.get_by_label("手机号").fill(phone)
    steps.press(other, "获取验证码")
    steps.staff(page)
    for path, name in (("/console/messages", "短信列表"), ("/console/deliveries", "各类通知的送达")):
        page.goto(path)
        expect(page.get_by_role("region", name=name)).to_be_visible()
        assert page.locator(".scroll").evaluate_all(WIDER) == []
        assert judge(page, name) == []


def test_the_pages_of_ones_account_and_of_messages_have_keys(desk: Page) -> None:
    steps.staff(desk, "admin")
    desk.goto("/console/messages")
    desk.keyboard.press("l")
    expect(desk.get_by_role("link", name="没送到的")).to_have_attribute("aria-current", "true")
    desk.keyboard.press("t")
    expect(desk.get_by_role("link", name="全部")).to_have_attribute("aria-current", "true")
    desk.goto("/console/account")
    desk.keyboard.press("v")
    expect(desk.get_by_role("heading", level=1)).to_have_text("验证器")
    desk.keyboard.press("b")
    expect(desk.get_by_role("heading", level=1)).to_have_text("我的账号")
    desk.keyboard.press("p")
    expect(desk.get_by_role("heading", level=1)).to_have_text("修改密码")
