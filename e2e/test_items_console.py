"""The bureau changes what citizens read: on the phone at once, and back again."""

import re

from playwright.sync_api import Page, expect

from e2e import steps
from e2e.judge import judge, measure

ITEM = "港澳通行证"  # which no other test reads


def _open(desk: Page) -> None:
    desk.keyboard.press("/")
    desk.keyboard.type(ITEM)
    desk.keyboard.press("Enter")
    desk.get_by_role("link", name=ITEM).first.click()
    expect(desk.get_by_role("heading", level=1)).to_have_text(ITEM)


def _again(page: Page, words: str, shown: bool = True) -> None:
    """Look again until the phone shows the words, or no longer; a guide may be a second old."""

    def seen() -> bool:
        page.reload()
        return (page.locator("main").get_by_text(words).count() > 0) is shown

    for _ in range(20):
        if seen():
            return
        page.wait_for_timeout(200)
    raise AssertionError(words)


def test_a_text_changed_in_the_console_shows_on_the_phone_and_is_taken_back(desk: Page, page: Page) -> None:
    steps.guide(page, ITEM)
    assert measure(page, "guide") == []
    steps.staff(desk)
    desk.get_by_role("link", name="事项资料").click()
    desk.wait_for_load_state()
    _open(desk)
    desk.get_by_label("谁能办").fill("启东户籍居民，也可以委托家人送材料。")
    desk.get_by_label("邮寄", exact=True).check()
    desk.get_by_label("谁能办").press("Tab")
    desk.get_by_role("button", name=re.compile("保存")).press("Enter")
    expect(desk.get_by_role("status")).to_contain_text("已保存，群众现在看到的就是这样")
    changes = desk.locator("section", has=desk.get_by_role("heading", name="改动", exact=True))
    expect(changes.locator("li").first).to_contain_text(re.compile("办理方式.*→.*邮寄"))
    _again(page, "也可以委托家人送材料")
    assert judge(desk, "item") == []
    desk.reload()
    desk.set_viewport_size({"width": 360, "height": 740})
    assert measure(desk, "item at 360 px") == []
    desk.reload()
    changes.get_by_role("button", name="撤销这次改动").first.wait_for()
    desk.keyboard.press("z")
    expect(changes.locator("li").first).to_contain_text("撤销了一次改动")
    _again(page, "也可以委托家人送材料", shown=False)


def test_the_list_a_material_and_the_hours_read_well_in_every_look(desk: Page) -> None:
    steps.staff(desk)
    wrong: list[str] = []
    for path in ("/console/items", "/console/items?q=红烧肉", "/console/hours"):
        desk.goto(path)
        wrong += judge(desk, path)
    desk.goto(f"/console/items?q={ITEM}")
    desk.get_by_role("link", name=ITEM).first.click()
    desk.locator("a[href^='/console/materials/']").first.click()
    desk.get_by_label("可以后补").check()
    desk.get_by_label("后补期限").fill("0")
    desk.get_by_role("button", name=re.compile("保存")).click()
    expect(desk.get_by_role("alert")).to_contain_text("写明几个工作日内补")
    wrong += judge(desk, "material, refused")
    desk.set_viewport_size({"width": 360, "height": 740})
    wrong += measure(desk, "material at 360 px")
    for path in ("/console/items", "/console/hours"):
        desk.goto(path)
        wrong += measure(desk, f"{path} at 360 px")
    assert wrong == []


def test_hours_changed_by_keyboard_show_on_the_first_page_and_are_taken_back(desk: Page, page: Page) -> None:
    page.goto("/")
    expect(page.locator("main")).to_contain_text("17:00")
    steps.staff(desk)
    desk.goto("/console/hours")
    monday = desk.get_by_label("周一")
    monday.focus()
    desk.keyboard.press("Control+A")
    desk.keyboard.type("9:00-12:00、13:00-16:30")
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("已保存，群众现在看到的就是这样")).to_be_visible()
    page.reload()
    expect(page.locator("main")).to_contain_text("16:30")
    expect(desk.get_by_text("放号在开放时间以外")).to_be_visible()
    desk.get_by_role("button", name="撤销这次改动").first.press("Enter")
    expect(desk.get_by_text("放号在开放时间以外")).to_have_count(0)
    page.reload()
    expect(page.locator("main")).to_contain_text("17:00")
