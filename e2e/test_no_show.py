"""Three times nobody came: told in kind words, paused online, appealed, lifted by the hall, booked again.

Days go by here, so this journey has an app of its own.
"""

import re
import shutil
import signal
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from e2e import steps
from e2e.conftest import App, NewPage, Week, begun
from e2e.judge import judge, measure

ITEMS = ("身份证换领", "食品经营许可", "护照")
EVENING, FRIDAY = "2026-11-25T17:50", "2026-11-27"
JOB = 90_000  # milliseconds: it runs once a minute


@pytest.fixture(scope="module")
def app(week: Week) -> Iterator[App]:
    """An app whose clock this file alone moves."""
    running = begun(week, "e2e-days-")
    process = running.start()
    yield running
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) == 0
    shutil.rmtree(running.folder)
    running.log.unlink()


def _filled(page: Page) -> None:
    """The app answers before its demo week is there; look until it can be booked."""
    steps.guide(page, ITEMS[0])
    page.get_by_role("link", name="预约办理").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("选择时间")
    until = time.monotonic() + 60
    while not page.locator(f".days a[href*='day={steps.WEDNESDAY}']").count():
        assert time.monotonic() < until, "the demo week never came"
        page.reload()


def _mark_by_keyboard(desk: Page) -> None:
    """The second of the day's list: j, j, a. The row has the focus again afterwards."""
    steps.staff(desk, "clerk")
    desk.goto("/console/appointments")
    rows = desk.locator("tbody tr")
    expect(rows.nth(2)).to_be_visible()
    desk.keyboard.press("j")
    desk.keyboard.press("j")
    number = desk.evaluate("document.activeElement.textContent")
    desk.keyboard.press("a")
    marked = rows.filter(has_text=number)
    expect(marked).to_contain_text("已到场")
    expect(marked.get_by_role("link")).to_be_focused()
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", level=1)).to_have_text(number)
    expect(desk.locator(".line")).to_contain_text("沈窗口")
    assert judge(desk, "booking") == []


def _kind_words(page: Page, phone: str) -> None:
    steps.sign_in(page, phone, "/notices")
    said = page.locator(".notices")
    expect(said).to_contain_text("网上预约暂停到", timeout=JOB)
    expect(said.locator("li", has_text="没等到你").nth(1)).to_contain_text("提前取消就好")
    expect(said).to_contain_text("再有一次没来")
    expect(said).to_contain_text("打电话")


def _appeal(page: Page) -> None:
    page.goto("/appointments")
    expect(page.locator("main")).to_contain_text("现场取号、打电话预约照常")
    page.get_by_role("link", name=re.compile("网上预约暂停到")).click()
    expect(page.locator(".rows li")).to_have_count(3)
    assert judge(page, "pause") == []
    page.get_by_label("说明").fill("那天家里有急事，到了门口又回去了")
    steps.press(page, "向大厅申诉")
    expect(page.locator("main")).to_contain_text("正在核对")


def _lift(desk: Page) -> None:
    steps.staff(desk, "manager")
    desk.get_by_role("link", name="爽约与申诉").click()
    expect(desk.locator("main")).to_contain_text("等你答复")
    assert judge(desk, "pauses") == []
    desk.keyboard.press("j")
    desk.keyboard.press("Enter")
    expect(desk.locator("main")).to_contain_text("那天家里有急事")
    assert judge(desk, "appeal") == []
    desk.get_by_label("原因").fill("情况属实，下次提前说一声")
    desk.get_by_role("button", name="解除暂停").click()
    expect(desk.locator("main")).to_contain_text("暂停已解除")
    desk.set_viewport_size({"width": 360, "height": 740})
    assert measure(desk, "appeal at 360 px") == []
    desk.goto("/console/pauses")
    expect(desk.locator("main")).to_contain_text("已解除")
    assert measure(desk, "pauses at 360 px") == []


def test_three_no_shows_pause_and_an_appeal_lifts(app: App, new_page: NewPage, phone: str) -> None:
    page = new_page()
    _filled(page)
    steps.settled(page, phone)
    for item in ITEMS:
        steps.book(page, item, nth=4)  # the clerk marks somebody earlier
    app.move_clock(EVENING)
    desk = new_page(viewport={"width": 1440, "height": 900})
    _mark_by_keyboard(desk)
    page = new_page()
    _kind_words(page, phone)
    steps.times(page, ITEMS[0], FRIDAY)
    expect(page.get_by_role("alert")).to_contain_text("网上预约暂停到")
    expect(page.locator(".action")).to_contain_text("打电话预约")
    assert judge(page, "times while paused") == []
    _appeal(page)
    _lift(new_page(viewport={"width": 1440, "height": 900}))
    steps.arrived(page, "情况属实")
    steps.book(page, ITEMS[0], FRIDAY)
