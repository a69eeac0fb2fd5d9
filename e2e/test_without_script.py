"""The same way without JavaScript: nothing but links and forms."""

import re

from playwright.sync_api import expect

from e2e import steps
from e2e.conftest import NewPage


def test_a_browser_without_javascript_books_moves_and_cancels(new_page: NewPage, phone: str) -> None:
    page = new_page(java_script_enabled=False)
    steps.settled(page, phone)
    voucher = steps.book(page)
    expect(page.locator("svg.qr")).to_be_visible()
    page.get_by_role("link", name="改时间").click()
    steps.choose_day(page, "2026-11-26")
    steps.choose_time(page)
    steps.press(page, "改到所选时间")
    expect(page).to_have_url(voucher)
    expect(page.locator("main")).to_contain_text("改了时间")
    page.get_by_text("来不了了，取消预约").click()
    page.get_by_role("button", name=re.compile("^取消 .* 的预约$")).click()
    expect(page.get_by_role("alert")).to_contain_text("已取消")


def test_a_browser_without_javascript_searches_and_reads_its_notices(new_page: NewPage, phone: str) -> None:
    page = new_page(java_script_enabled=False)
    page.goto("/")
    page.get_by_role("searchbox").fill("身份证掉了")
    steps.press(page, "搜索")
    expect(page.get_by_role("link", name="身份证补领")).to_be_visible()
    steps.settled(page, phone)
    steps.book(page)
    steps.arrived(page, "约好了")
    page.get_by_role("button", name=re.compile("约好了")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("预约单")


def test_a_press_without_a_choice_names_what_is_missing(new_page: NewPage, phone: str) -> None:
    page = new_page(java_script_enabled=False)
    steps.settled(page, phone)
    steps.times(page)
    steps.press(page, "预约所选时间")
    expect(page.get_by_role("alert")).to_contain_text("时段")
    expect(page.locator(".days [aria-current]")).to_have_attribute("href", re.compile(steps.WEDNESDAY))
