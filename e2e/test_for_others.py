"""For others: somebody who agreed is added until a day, booked for, and the page always says for whom."""

import re

from playwright.sync_api import Page, expect

from e2e import steps
from e2e.judge import judge

BANNER = ".acting-for"


def _add(page: Page, name: str) -> None:
    """Somebody who authorised me, from the page of people."""
    page.goto("/people/new")
    expect(page.locator(".authority")).to_be_hidden()
    page.get_by_label("委托我办事的人").check()
    expect(page.get_by_label("委托到哪天为止")).to_have_value("2027-11-23")
    page.get_by_label("姓名").fill(name)
    page.get_by_label("证件号码").fill(steps.id_number())
    steps.press(page, "添加办事人")
    expect(page.get_by_role("alert")).to_contain_text("请先得到本人同意")
    assert judge(page, "the refused form") == []
    page.get_by_label("已得到本人同意，由我代为预约").check()
    steps.press(page, "添加办事人")
    expect(page).to_have_url(re.compile("/people$"))


def test_a_neighbour_who_agreed_is_booked_for_and_every_page_says_so(page: Page, phone: str) -> None:
    steps.settled(page, phone)
    _add(page, "施桂英")
    expect(page.locator(".rows")).to_contain_text("受托到 2027 年 11 月 23 日（周二）")
    assert judge(page, "people") == []
    steps.times(page)
    expect(page.locator(BANNER)).to_have_count(0)
    page.get_by_role("navigation", name="为谁办").get_by_role("link", name="施*英").click()
    expect(page.locator(BANNER)).to_contain_text("正在为 施*英 办理")
    steps.choose_day(page, "2026-11-26")
    expect(page.locator(BANNER)).to_contain_text("施*英")
    assert judge(page, "times") == []
    steps.choose_time(page)
    page.locator(".action button").click()
    expect(page.locator(BANNER)).to_contain_text("施*英")
    page.get_by_role("link", name="以后再备，先看预约单").click()
    expect(page.locator(BANNER)).to_contain_text("正在为 施*英 办理")
    assert judge(page, "voucher") == []
    page.get_by_role("link", name="改时间").click()
    expect(page.locator(BANNER)).to_contain_text("施*英")


def test_a_withdrawn_authority_books_no_more_and_what_is_booked_stays(page: Page, phone: str) -> None:
    steps.settled(page, phone)
    _add(page, "顾海燕")
    steps.times(page)
    page.get_by_role("link", name="顾*燕").click()
    expect(page.locator(BANNER)).to_contain_text("顾*燕")
    steps.choose_time(page, 1)
    page.locator(".action button").click()
    page.goto("/people")
    page.get_by_role("link", name="顾*燕").click()
    page.get_by_text("撤回委托，移除这位办事人").click()
    steps.press(page, "移除 顾*燕")
    expect(page).to_have_url(re.compile("/people$"))
    steps.times(page)
    expect(page.get_by_role("link", name="顾*燕")).to_have_count(0)
    page.goto("/appointments")
    expect(page.locator(".rows")).to_contain_text("顾*燕")
