"""The hall's manager changes what can be booked, with nothing but the keyboard."""

import re

from playwright.sync_api import Locator, Page, expect

from e2e import steps
from e2e.judge import judge

FRIDAY = "2026-11-27"
ITEM = "食品经营许可"  # of line B, which no other test books


def _reach(desk: Page, wanted: Locator) -> None:
    """Press Tab until it has the focus."""
    for _ in range(300):
        if wanted.evaluate("node => node === document.activeElement"):
            return
        desk.keyboard.press("Tab")
    raise AssertionError(f"Tab never reaches {wanted}")


def _press(desk: Page, wanted: Locator) -> None:
    _reach(desk, wanted)
    desk.keyboard.press("Enter")


def _type(desk: Page, wanted: Locator, *keys: str) -> None:
    _reach(desk, wanted)
    for key in keys:
        desk.keyboard.type(key)


def _line_b(desk: Page) -> None:
    steps.staff(desk)
    _press(desk, desk.get_by_role("link", name="一周放号"))
    _press(desk, desk.get_by_role("link", name="B 企业开办"))
    expect(desk.get_by_role("link", name="B 企业开办")).to_have_attribute("aria-current", "true")


def _friday(page: Page) -> Locator:
    page.reload()
    return page.locator(".days > *").filter(has=page.locator("b", has_text="27"))


def test_a_weekly_template_changed_by_keyboard_shows_on_the_phone(desk: Page, page: Page) -> None:
    steps.times(page, ITEM, FRIDAY)
    before = page.locator(".slots").first.inner_text()
    _line_b(desk)
    fold = desk.locator("details", has_text="周一至周五 09:00–12:00").first
    _press(desk, fold.locator("summary"))
    for weekday in ("周一", "周二", "周三", "周四"):
        _type(desk, fold.get_by_label(weekday), " ")
    counters = fold.get_by_label("窗口")
    expect(counters).to_have_value("10")
    _reach(desk, counters)
    desk.keyboard.press("Control+A")
    desk.keyboard.type("5")
    _press(desk, fold.get_by_role("button", name="保存这一条"))
    changes = desk.locator("section", has=desk.get_by_role("heading", name="最近改动"))
    expect(
        changes.locator("li", has_text=re.compile("改了每周安排.*窗口 10 → 5.*施经理")).first
    ).to_be_attached()
    expect(desk.get_by_role("row", name="09:00").locator("td").nth(4)).to_contain_text("/ 3")
    page.reload()
    assert page.locator(".slots").first.inner_text() != before


def test_a_day_closed_and_opened_again_by_keyboard_shows_on_the_phone(desk: Page, page: Page) -> None:
    steps.times(page, ITEM)
    expect(_friday(page)).to_contain_text("余")
    _line_b(desk)
    _press(desk, desk.locator("summary", has_text="加例外"))
    _type(desk, desk.get_by_label("日期").nth(1), "11272026")
    _type(desk, desk.get_by_label("开放窗口数"), "0")
    _type(desk, desk.get_by_label("原因"), "系统升级")
    _press(desk, desk.get_by_role("button", name="按这样放号"))
    changes = desk.locator("section", has=desk.get_by_role("heading", name="最近改动"))
    expect(changes.locator("li", has_text=re.compile("加了例外.*系统升级.*施经理")).first).to_be_attached()
    expect(_friday(page)).not_to_contain_text("余")
    _press(desk, desk.get_by_role("button", name="撤回"))
    expect(changes.locator("li", has_text=re.compile("撤回了例外.*系统升级.*施经理")).first).to_be_attached()
    expect(_friday(page)).to_contain_text("余")


def test_single_keys_walk_the_days(desk: Page) -> None:
    steps.staff(desk)
    for key, day in (("n", "2026-11-24"), ("n", "2026-11-25"), ("p", "2026-11-24"), ("t", "2026-11-23")):
        desk.wait_for_load_state()  # the keys are there when the page is
        desk.keyboard.press(key)
        expect(desk.get_by_label("日期")).to_have_value(day)
    expect(desk).to_have_url(re.compile("/console/appointments"))


def test_single_keys_can_be_turned_off_and_on_again(desk: Page) -> None:
    # WCAG 2.1.4: who speaks to the machine, or whose hands shake, presses letters without meaning to.
    steps.staff(desk)
    expect(desk.locator("main kbd").first).to_be_visible()
    steps.press(desk, "关掉快捷键")
    expect(desk.get_by_role("button", name="打开快捷键")).to_be_visible()
    expect(desk.locator("main kbd").first).to_be_hidden()
    desk.keyboard.press("n")
    desk.keyboard.press("/")
    expect(desk.get_by_label("日期")).to_have_value("2026-11-23")
    expect(desk.locator("#f-q")).not_to_be_focused()
    steps.press(desk, "打开快捷键")
    expect(desk.get_by_role("button", name="关掉快捷键")).to_be_visible()
    desk.keyboard.press("/")
    expect(desk.locator("#f-q")).to_be_focused()


def test_every_page_of_the_rail_has_a_digit_and_a_question_mark_lists_the_keys(desk: Page) -> None:
    steps.staff(desk)
    rail = desk.locator(".rail li a")
    for n in range(rail.count()):
        key, to = rail.nth(n).get_attribute("data-key") or "", rail.nth(n).get_attribute("href") or ""
        desk.wait_for_load_state()
        desk.evaluate("document.activeElement.blur()")  # a page may begin in its first field
        desk.keyboard.press(key)
        expect(desk).to_have_url(re.compile(f"{re.escape(to)}($|[?])"))
    desk.goto("/console/appointments")
    desk.keyboard.press("?")
    keys = desk.get_by_role("dialog", name="这一页的键")
    expect(keys).to_contain_text("停办…")
    expect(keys).to_contain_text("下一行、上一行")
    assert judge(desk, "the keys") == []
    desk.keyboard.press("Escape")
    expect(keys).to_have_count(0)


def test_size_and_theme_are_chosen_in_the_rail(desk: Page) -> None:
    steps.staff(desk)
    desk.goto("/console/week?day=2026-11-30")
    steps.press(desk, "深色")
    expect(desk.locator("html")).to_have_attribute("data-theme", "dark")
    desk.get_by_role("button", name="换成长辈版").click()
    expect(desk.locator("html")).to_have_attribute("data-elder", "")
    expect(desk).to_have_url(re.compile("day=2026-11-30"))


def test_no_weekday_ticked_changes_none(desk: Page) -> None:
    _line_b(desk)
    fold = desk.locator(".walk details").first
    fold.locator("summary").click()
    boxes = fold.get_by_role("checkbox")
    for n in range(boxes.count()):
        boxes.nth(n).uncheck()
    fold.get_by_role("button", name="保存这一条").click()
    expect(desk.get_by_role("alert")).to_contain_text("请选择要改哪几天，至少一天")
