"""Who can wait finds a quiet time: by what the page proposes, by the words on each time, by the month."""

import re
import time

from playwright.sync_api import Locator, Page, expect

from e2e import steps
from e2e.conftest import NewPage
from e2e.judge import judge

WORDS = re.compile("^余 \\d+ · (空|较空|适中|较忙|很忙)$")


def proposed(page: Page) -> Locator:
    """The links of the proposals; looked for again and again, for the demo's past may still be on its way."""
    found = page.get_by_role("navigation", name="人最少的时间").get_by_role("link")
    until = time.monotonic() + 90
    while not found.count():
        assert time.monotonic() < until, "nothing was proposed"
        page.wait_for_timeout(1000)
        page.reload()
    return found


def test_a_citizen_books_the_time_that_the_page_proposes(page: Page, phone: str) -> None:
    steps.settled(page, phone)
    steps.times(page)
    expect(page.locator(".slot:not(.full) small").first).to_have_text(WORDS)
    proposals = proposed(page)
    words = {said.split(" · ")[1] for said in page.locator(".slot:not(.full) small").all_inner_texts()}
    assert len(words) > 1, "the day's times differ"
    assert 1 <= proposals.count() <= 3
    last = proposals.last
    said, address = last.inner_text(), last.get_attribute("href") or ""
    last.click()
    expect(page.locator(".days [aria-current]")).to_have_attribute(
        "href", re.compile(address.split("day=")[1][:10])
    )
    expect(page.locator(".pick:checked")).to_have_count(1)
    button = page.locator(".action button")
    expect(button).to_have_text(re.compile(f"^预约 .*{said[-5:]}$"))
    assert judge(page, "times with one proposed") == []
    button.click()
    steps.press(page, "材料都备齐了")
    expect(page.get_by_role("heading", level=1)).to_have_text("预约单")
    expect(page.locator("main")).to_contain_text(said[-5:])


def test_a_stranger_looks_at_the_whole_month_and_comes_back_with_a_day(page: Page) -> None:
    steps.guide(page)
    page.get_by_role("link", name="预约办理").click()
    page.get_by_role("link", name="看整个月").click()
    expect(page.get_by_role("heading", name="2026 年 11 月")).to_be_visible()
    expect(page.locator(".month > li")).to_have_count(30)
    assert judge(page, "the month") == []
    page.get_by_role("link", name="下个月").click()
    expect(page.get_by_role("heading", name="2026 年 12 月")).to_be_visible()
    page.get_by_role("link", name=re.compile(r"^周二\s*8\s*日")).click()
    expect(page.locator("#said")).to_contain_text("12 月 8 日（周二）从 11 月 27 日（周五）起可以约")
    assert judge(page, "a day not open yet") == []
    page.get_by_role("link", name=re.compile(r"^周二\s*1\s*日")).click()
    expect(page.locator(".days [aria-current]")).to_have_attribute("href", re.compile("day=2026-12-01"))


def test_without_javascript_a_proposal_and_the_month_are_links(new_page: NewPage) -> None:
    page = new_page(java_script_enabled=False)
    steps.guide(page)
    page.get_by_role("link", name="预约办理").click()
    proposed(page).first.click()
    expect(page.locator(".pick:checked")).to_have_count(1)
    page.get_by_role("button", name="登录后预约").click()
    assert "slot%3D" in page.url
    expect(page.get_by_role("button", name="获取验证码")).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="看整个月").click()
    expect(page.locator(".month > li").first).to_be_visible()
