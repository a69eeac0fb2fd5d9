"""Accepted on a promise: with papers to come, which the applicant answers on a phone; and by a commitment that was not
kept, so that the decision is taken back. And handed to another department.
"""

import re

from playwright.sync_api import Page, expect

from e2e import steps
from e2e.conftest import NewPage
from e2e.judge import judge
from e2e.test_cases import WIDE, _both, _take_in

FOOD, HEALTH = "食品经营许可", "公共场所卫生许可"


def _opened(desk: Page, item: str, key: str) -> None:
    """From the receipt to the case, and a dialog of it by its key."""
    desk.keyboard.press("v")
    expect(desk.get_by_role("heading", level=1)).to_have_text(item)
    desk.wait_for_load_state()
    desk.keyboard.press(key)


def _done(page: Page, button: str, chip: str) -> None:
    page.get_by_role("button", name=re.compile(f"^{button}")).last.click()
    expect(page.locator(".desk > header")).to_contain_text(chip)
    page.wait_for_load_state()


def test_what_lags_is_promised_answered_and_ticked_off(page: Page, desk: Page, phone: str) -> None:
    steps.staff(desk, "clerk")
    _take_in(desk, FOOD, phone)
    _opened(desk, FOOD, "a")
    desk.get_by_role("checkbox", name=re.compile("^健康证明")).check()
    assert judge(desk, "容缺受理") == []
    desk.get_by_label("申请人自愿").check()
    _done(desk, "容缺受理，出", "容缺待补")
    steps.sign_in(page, phone, "/matters")
    page.goto("/matters")
    page.get_by_role("link", name=re.compile(FOOD)).click()
    page.get_by_role("link", name=re.compile("^办件")).click()
    page.get_by_label("健康证明", exact=True).fill("后天送来")
    assert judge(page, "容缺的办件") == []
    steps.press(page, "告诉窗口怎么补的")
    expect(page.locator("main")).to_contain_text("你答复了怎么补")
    desk.reload()
    expect(desk.locator("main")).to_contain_text("申请人说：后天送来")
    desk.get_by_role("checkbox", name=re.compile("^健康证明")).check()
    assert _both(desk, "容缺待补的办件") == []
    desk.keyboard.press("f")
    expect(desk.locator("main")).to_contain_text("都补齐了")
    desk.wait_for_load_state()
    desk.keyboard.press("z")
    desk.get_by_label("转给哪个部门").select_option(label="卫生健康委员会")
    desk.get_by_label("为什么转办").fill("场所卫生由卫健委管")
    assert judge(desk, "转办") == []
    desk.get_by_role("button", name=re.compile("^转办")).last.click()
    expect(desk.locator("main")).to_contain_text("→ 卫生健康委员会")
    steps.arrived(page, f"{FOOD}：转给卫生健康委员会办")


def test_a_broken_commitment_takes_the_decision_back(
    page: Page, desk: Page, new_page: NewPage, phone: str
) -> None:
    steps.staff(desk, "clerk")
    number, _ = _take_in(desk, HEALTH, phone)
    _opened(desk, HEALTH, "g")
    expect(desk.get_by_label("承诺的内容")).to_have_value(re.compile("我已知晓"))
    desk.get_by_label("申请人看过").check()
    assert judge(desk, "告知承诺受理") == []
    _done(desk, "按承诺受理", "审查中")
    officer = new_page(viewport=WIDE)
    steps.staff(officer, "officer")
    officer.goto("/console/cases?group=verify")
    officer.get_by_role("row", name=re.compile(number)).get_by_role("link").click()
    officer.wait_for_load_state()
    officer.keyboard.press("d")
    officer.get_by_label("准予").check()
    _done(officer, "作出决定", "已决定")
    officer.keyboard.press("v")
    officer.get_by_label("没有做到").check()
    officer.get_by_label("核查时看到什么").fill("没有消毒设备")
    assert judge(officer, "承诺核查") == []
    _done(officer, "记下核查结果", "已撤销")
    steps.sign_in(page, phone, "/matters")
    steps.arrived(page, f"撤销了决定：{HEALTH}")
    page.goto("/matters")
    page.get_by_role("link", name=re.compile(HEALTH)).click()
    page.get_by_role("link", name=re.compile("^办件")).click()
    expect(page.locator("main")).to_contain_text("你有权陈述、申辩")
    assert judge(page, "撤销的办件") == []
    page.get_by_role("link", name=re.compile("撤销决定书")).click()
    expect(page.locator(".letter")).to_contain_text("没有消毒设备")
    assert judge(page, "撤销决定书") == []
