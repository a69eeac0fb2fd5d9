"""A day is full: somebody waits, somebody cancels, and one tap books the place that came free."""

import re

from playwright.sync_api import Page, expect

from e2e import steps
from e2e.judge import judge

SATURDAY = "2026-11-28"
ITEM = "补领结婚证"  # of line F, whose Saturday no other test touches


def _one_place_only(desk: Page) -> None:
    """The manager leaves one slot of the day open."""
    steps.staff(desk)
    desk.goto(f"/console/week?hall=city&day={SATURDAY}")
    desk.get_by_role("link", name=re.compile("F ")).first.click()
    desk.locator("summary", has_text="加例外").click()
    desk.locator("#f-day").fill(SATURDAY)
    desk.locator("#f-starts").fill("09:30")
    desk.locator("#f-counters").fill("0")
    desk.locator("#f-reason").fill("培训")
    desk.get_by_role("button", name="按这样放号").click()
    expect(desk.get_by_text("培训").first).to_be_visible()
    expect(desk.get_by_role("row", name="09:00").locator("td").nth(5)).to_contain_text("0 / 1")


def test_who_waits_is_offered_the_place_that_somebody_gave_up(
    page: Page, other: Page, desk: Page, phone: str, second_phone: str
) -> None:
    _one_place_only(desk)
    steps.settled(page, phone)
    voucher = steps.book(page, ITEM, SATURDAY)
    steps.settled(other, second_phone, "王海生")
    steps.times(other, ITEM, SATURDAY)
    expect(other.get_by_text("这一天约满了")).to_be_visible()
    other.get_by_role("link", name="有人取消时通知我").click()
    assert judge(other, "the form of a wait") == []
    steps.press(other, "有人取消时通知我")
    expect(other.get_by_text("下一个就是你")).to_be_visible()
    assert judge(other, "a wait") == []
    wait = other.url
    page.goto(voucher)
    page.locator("summary", has_text="来不了了").click()
    page.get_by_role("button", name=re.compile("^取消 ")).click()
    expect(page.get_by_text("这个预约已取消")).to_be_visible()
    # The page of who waits refreshes by itself when the offer arrives.
    expect(other.get_by_role("button", name=re.compile("^约下 "))).to_be_visible(timeout=40_000)
    assert judge(other, "an offer") == []
    steps.arrived(other, "有位置了")
    other.goto(wait)
    other.get_by_role("button", name=re.compile("^约下 ")).click()
    steps.press(other, "材料都备齐了")
    expect(other.get_by_role("heading", level=1)).to_have_text("预约单")
    expect(other.get_by_text("大厅代办")).to_have_count(0)


def test_who_waits_no_longer_leaves(page: Page, other: Page, phone: str, second_phone: str) -> None:
    steps.settled(page, phone)
    steps.times(page, ITEM, SATURDAY)
    page.get_by_role("link", name="有人取消时通知我").click()
    steps.press(page, "有人取消时通知我")
    page.locator("summary", has_text="不等了").click()
    steps.press(page, "退出候补")
    expect(page.get_by_text("现在没有预约")).to_be_visible()
