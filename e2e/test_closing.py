"""An afternoon is closed: the manager by keyboard, two citizens on their phones, and the way back that is shut."""

import re

from playwright.sync_api import Page, expect

from e2e import steps
from e2e.conftest import NewPage
from e2e.test_manager import _press, _reach

FRIDAY = "2026-11-27"
ITEM = "结婚登记"


def _afternoon(page: Page, phone: str) -> None:
    """A booking for the afternoon of that Friday."""
    steps.settled(page, phone)
    steps.times(page, ITEM, FRIDAY)
    page.locator("fieldset", has_text="下午").locator(".pick:enabled + label").first.click()
    page.locator(".action button").click()
    steps.press(page, "材料都备齐了")


def test_a_closed_afternoon_moves_everybody_kindly(
    new_page: NewPage, desk: Page, page: Page, phone: str
) -> None:
    other, second = new_page(), str(int(phone) + 4000)
    for who, number in ((page, phone), (other, second)):
        _afternoon(who, number)
    voucher, elsewhere = page.url, other.url

    steps.staff(desk)
    desk.keyboard.press("c")
    expect(desk.get_by_role("heading", level=1)).to_have_text("停办")
    line = desk.get_by_label("停哪里")
    line.select_option(line.locator("option", has_text="婚姻登记").get_attribute("value"))
    day = desk.get_by_label("日期")
    day.fill(FRIDAY)
    desk.get_by_label("停多久").select_option("afternoon")
    _reach(desk, desk.get_by_label("原因"))
    desk.keyboard.type("供电检修")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", name=re.compile("影响 [0-9]+ 人"))).to_be_visible()
    desk.keyboard.press("Escape")
    _press(desk, desk.get_by_role("button", name=re.compile("停办并通知 [0-9]+ 人")))
    expect(desk.locator(".chip", has_text="都通知了")).to_be_visible()
    expect(desk.locator("td", has_text="留了位置，等答复").first).to_be_visible()
    expect(desk.get_by_role("button", name=re.compile("撤回停办"))).to_be_visible()

    steps.arrived(page, "给你换了时间")
    page.locator(".notices li", has_text="给你换了时间").locator("button").click()
    expect(page).to_have_url(voucher)
    expect(page.locator(".moved-out")).to_contain_text("下午停办：供电检修")
    yes = page.locator(".action button")
    new = yes.inner_text().removeprefix("改到 ")
    yes.click()
    expect(page.locator(".ticket")).to_contain_text(new)
    expect(page.locator(".moved-out")).to_have_count(0)

    other.goto(elsewhere)
    other.get_by_role("link", name="换个时间").click()
    steps.choose_time(other, 1)
    other.locator(".action button").click()
    expect(other).to_have_url(elsewhere)
    expect(other.locator(".moved-out")).to_have_count(0)

    expect(desk.locator("td", has_text="改到了新时间").first).to_be_visible()  # by itself
    expect(desk.locator("td", has_text="自己换了时间").first).to_be_visible()
    expect(desk.get_by_role("button", name=re.compile("撤回停办"))).to_have_count(0)
    expect(desk.locator("main")).to_contain_text("不能整个撤回")
