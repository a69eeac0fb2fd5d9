"""An afternoon is closed: the manager by keyboard, two citizens on their phones, and the way back that is shut."""

import re

from playwright.sync_api import Page, expect

from e2e import steps
from e2e.conftest import NewPage
from e2e.judge import judge, measure
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


def _narrow(desk: Page) -> list[str]:
    """The closing's pages at 360 px; back on the closing afterwards."""
    here, found = desk.url, []
    desk.set_viewport_size({"width": 360, "height": 740})
    for path in (here, "/console/closings", f"/console/closings/new?day={FRIDAY}"):
        desk.goto(path)
        found += measure(desk, f"{path.rpartition('/console')[2][:13]} at 360 px")
    desk.set_viewport_size({"width": 1440, "height": 900})
    desk.goto(here)
    return found


def _call(desk: Page) -> None:
    """Ask for the last one's number by keyboard: it is shown, and stays, whatever the live list does."""
    rows = desk.locator("tbody tr")
    expect(rows.first).to_be_visible()
    for _ in range(rows.count()):
        desk.keyboard.press("j")
    desk.keyboard.press("d")
    expect(rows.last.get_by_label("为什么要看完整号码")).to_be_focused()
    with desk.expect_response("**/progress"):  # the stream's first word makes the list fetch itself
        desk.keyboard.press("Enter")
    expect(desk.locator("[data-once]")).to_have_text(re.compile(r"^\d{11}$"))


def test_a_closed_afternoon_moves_everybody_kindly(
    new_page: NewPage, desk: Page, page: Page, phone: str
) -> None:
    other, second = new_page(), str(int(phone) + 4000)
    for who, number in ((page, phone), (other, second)):
        _afternoon(who, number)
    voucher, elsewhere = page.url, other.url

    steps.staff(desk)
    desk.goto("/console/closings")
    wrong = judge(desk, "closings")
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
    wrong += judge(desk, "closing, previewed")
    desk.keyboard.press("Escape")
    _press(desk, desk.get_by_role("button", name=re.compile("停办并通知 [0-9]+ 人")))
    expect(desk.locator(".chip", has_text="都通知了")).to_be_visible()
    expect(desk.locator("td", has_text="留了位置，等答复").first).to_be_visible()
    expect(desk.get_by_role("button", name=re.compile("撤回停办"))).to_be_visible()
    wrong += judge(desk, "closing")
    desk.reload()
    wrong += _narrow(desk)
    _call(desk)

    steps.arrived(page, "给你换了时间")
    page.locator(".notices li", has_text="给你换了时间").locator("button").click()
    expect(page).to_have_url(voucher)
    expect(page.locator(".moved-out")).to_contain_text("下午停办：供电检修")
    wrong += judge(page, "voucher, moved out")
    page.reload()
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
    expect(desk.locator("[data-once]")).to_be_visible()  # everything around it has changed meanwhile
    assert wrong == []
