"""The manager copies Monday to the week, rules are changed after a look, and the bookings leave as a sheet: by keys."""

import re
from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from e2e import steps
from e2e.conftest import NewPage
from e2e.judge import judge
from e2e.test_manager import _press, _reach

THURSDAY = "2026-11-26"
ITEM = "建筑工程施工许可"  # of line H, which no other test changes


def _free(page: Page) -> list[str]:
    """How many are free at each time; how busy it is expected to be may change with any other day."""
    return re.findall(r"余 \d+|已满", page.locator(".slots").first.inner_text())


def test_monday_copied_to_the_week_by_keyboard_shows_on_the_phone(desk: Page, page: Page) -> None:
    steps.times(page, ITEM, THURSDAY)
    before = _free(page)
    assert before
    steps.staff(desk)
    desk.goto("/console/week")
    _press(desk, desk.get_by_role("link", name="H 工程建设"))
    fold = desk.locator("details", has_text="周一至周五").first
    _press(desk, fold.locator("summary"))
    for weekday in ("周二", "周三", "周四", "周五"):
        _reach(desk, fold.get_by_label(weekday))
        desk.keyboard.press("Space")
    _reach(desk, fold.get_by_label("窗口"))
    desk.keyboard.press("Control+A")
    desk.keyboard.type("1")
    _press(desk, fold.get_by_role("button", name="保存这一条"))
    expect(desk.get_by_role("status")).to_contain_text("已保存")
    page.reload()
    assert _free(page) == before, "Thursday is as it was"
    desk.keyboard.press("m")
    expect(desk.get_by_role("heading", level=1)).to_have_text("套用安排")
    for weekday in ("周二", "周三", "周四", "周五"):
        _reach(desk, desk.get_by_label(weekday))
        desk.keyboard.press("Space")
    desk.keyboard.press("v")
    shown = desk.locator("section", has=desk.get_by_role("heading", name="会变什么"))
    expect(shown).to_contain_text("周二至周五")
    wrong = judge(desk, "copies")
    desk.keyboard.press("s")
    expect(desk.get_by_role("status")).to_contain_text("已保存")
    expect(desk.locator("details", has_text="周一至周五").first).to_contain_text("1 个窗口")
    page.reload()
    assert _free(page) != before
    desk.keyboard.press("u")
    expect(desk.locator("li", has_text="撤销：").first).to_be_visible()
    page.reload()
    assert _free(page) == before
    assert wrong == []


def test_rules_are_changed_after_a_look_at_what_that_does(new_page: NewPage) -> None:
    desk = new_page(viewport={"width": 1440, "height": 900})
    steps.staff(desk, "admin")
    _press(desk, desk.get_by_role("link", name="预约规则"))
    expect(desk.get_by_role("heading", level=1)).to_have_text("预约规则")
    wrong = judge(desk, "policies")
    _press(desk, desk.get_by_role("link", name="婚姻登记"))
    expect(desk.get_by_role("heading", level=1)).to_have_text("婚姻登记")
    field = desk.get_by_label("给候补的人留")
    _reach(desk, field)
    desk.keyboard.press("Control+A")
    desk.keyboard.type("15")
    wrong += judge(desk, "a policy")
    _press(desk, desk.get_by_role("button", name="看看影响"))
    expect(desk.get_by_role("heading", level=1)).to_have_text("看看影响")
    expect(desk.locator("main")).to_contain_text("给候补的人留 10 → 15 分钟")
    wrong += judge(desk, "the effect")
    desk.keyboard.press("s")
    expect(desk.get_by_role("status")).to_contain_text("已保存")
    desk.keyboard.press("u")
    expect(desk.locator("li", has_text="撤销了上一次改动")).to_be_visible()
    expect(field).to_have_value("10")
    assert wrong == []


def test_the_bookings_leave_as_a_sheet(desk: Page, tmp_path: Path) -> None:
    steps.staff(desk)
    _press(desk, desk.get_by_role("link", name="导出预约"))
    expect(desk.get_by_role("heading", level=1)).to_have_text("导出预约")
    wrong = judge(desk, "exports")
    with desk.expect_download() as taken:
        desk.keyboard.press("d")
    taken.value.save_as(tmp_path / "week.xlsx")
    assert load_workbook(tmp_path / "week.xlsx").sheetnames == ["预约", "每天每条线"]
    desk.reload()
    expect(desk.locator("li", has_text="施经理").first).to_contain_text("个预约")
    assert wrong == []


def test_the_pages_fit_a_phone(page: Page) -> None:
    steps.staff(page)
    wrong = []
    page.goto("/console/week")
    copies = page.get_by_role("link", name="套用到别处").get_attribute("href") or ""
    for path in ("/console/week", copies, "/console/policies", "/console/exports"):
        page.goto(path)
        wrong += judge(page, f"{path.partition('?')[0]} at 360 px", ".week")
    assert wrong == []
