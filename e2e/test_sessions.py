"""One person, two browsers."""

import re

from playwright.sync_api import Page, expect

from e2e import steps
from e2e.conftest import App


def test_what_one_sets_and_ends_in_one_browser_reaches_the_other(
    app: App, page: Page, desk: Page, phone: str
) -> None:
    steps.settled(page, phone)
    _choose_how_it_looks(page)
    app.move_clock("+2")  # a phone gets one code a minute
    steps.sign_in(desk, phone, "/me")
    expect(desk.locator("html[data-elder]")).to_be_attached()
    page.goto("/sessions")
    expect(page.locator("ul.card li")).to_have_count(2)
    steps.press(page, "退出所有设备")
    expect(page.get_by_role("link", name=re.compile("登录后预约"))).to_be_visible()
    desk.get_by_role("link", name=re.compile("^办事人")).click()
    expect(desk).to_have_url(re.compile("/session/new"))


def _choose_how_it_looks(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="换成长辈版，大字大按钮").click()
    expect(page.locator("html[data-elder]")).to_be_attached()
    page.get_by_role("button", name="换回标准版").click()
    expect(page.locator("html[data-elder]")).not_to_be_attached()
    page.goto("/me")
    steps.press(page, "长辈版")
    steps.press(page, "深色")
    expect(page.locator("html[data-elder][data-theme=dark]")).to_be_attached()
