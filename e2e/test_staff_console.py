"""An administrator lets somebody in, changes what they may do, and lets them out; they feel it at once."""

import re

from playwright.sync_api import Locator, Page, expect

from e2e import steps
from e2e.judge import judge

OWN = "a good pass 2026"


def _role(page: Page, nth: int) -> Locator:
    return page.get_by_role("combobox", name="岗位", exact=True).nth(nth)


def _place(page: Page, nth: int) -> Locator:
    return page.get_by_role("combobox", name="在哪里", exact=True).nth(nth)


def _add(desk: Page) -> str:
    """Add a clerk; returns the password that is shown once."""
    desk.get_by_role("link", name="工作人员", exact=True).click()
    desk.get_by_role("link", name="添加工作人员").click()
    steps.press(desk, "添加，给临时密码")
    expect(desk.get_by_role("alert")).to_contain_text("至少选一个岗位")
    assert judge(desk, "the refused form") == []
    desk.get_by_label("姓名").fill("黄小晨")
    desk.get_by_label("用户名").fill("xiaochen")
    _role(desk, 0).select_option(label="窗口人员")
    _place(desk, 0).select_option(label="启东市政务服务中心")
    steps.press(desk, "添加，给临时密码")
    expect(desk.get_by_role("heading", level=1)).to_have_text("临时密码")
    assert judge(desk, "the password") == []
    password = desk.locator("[data-password]").inner_text()
    assert password not in desk.url
    return password


def _sign_in(page: Page, password: str) -> None:
    page.goto("/console/session/new")
    page.get_by_label("用户名").fill("xiaochen")
    page.get_by_label("密码").fill(password)
    steps.press(page, "登录工作台")


def test_somebody_joins_is_given_another_role_and_leaves(desk: Page, page: Page) -> None:
    steps.staff(desk, "admin")
    password = _add(desk)
    _sign_in(page, password)
    page.get_by_label("原密码").fill(password)
    page.get_by_label("新密码", exact=True).fill(OWN)
    page.get_by_label("再输一遍新密码").fill(OWN)
    steps.press(page, "换成新密码")
    expect(page).to_have_url(steps.WORK)
    _another_role(desk)
    page.reload()
    expect(page).to_have_url(re.compile("/console/session/new"))
    _sign_in(page, OWN)
    expect(page).to_have_url(steps.WORK)
    desk.get_by_text("不再来上班：停用账号").click()
    steps.press(desk, "停用 黄小晨")
    expect(desk.locator(".desk > header")).to_contain_text("已停用")
    page.reload()
    expect(page).to_have_url(re.compile("/console/session/new"))
    desk.get_by_text("重新启用账号").first.click()
    steps.press(desk, "重新启用 黄小晨")
    expect(desk.locator(".desk > header")).to_contain_text("正常")
    _sign_in(page, OWN)
    expect(page).to_have_url(steps.WORK)


def _another_role(desk: Page) -> None:
    """From clerk to guide, found by a search."""
    desk.get_by_role("link", name="回到名单").click()
    desk.get_by_label("查找工作人员").fill("小晨 窗口")
    desk.get_by_label("查找工作人员").press("Enter")
    assert judge(desk, "the list") == []
    desk.get_by_role("link", name="黄小晨").click()
    _role(desk, 0).select_option(label="导办")
    steps.press(desk, "保存岗位")
    deeds = desk.locator("section", has=desk.get_by_role("heading", name="记录"))
    expect(deeds.locator("li").first).to_contain_text(
        "窗口人员（启东市政务服务中心） → 导办（启东市政务服务中心）"
    )
    assert judge(desk, "the member") == []
    desk.reload()  # closes the folds that were judged


def test_on_a_phone_the_last_administrator_cannot_lock_the_door(page: Page) -> None:
    steps.staff(page, "admin")
    page.get_by_text("菜单", exact=True).click()
    page.get_by_role("link", name="工作人员", exact=True).click()
    page.get_by_role("link", name="管理员", exact=True).click()
    expect(page.get_by_text("这是你自己的账号")).to_be_visible()
    expect(page.get_by_text("停用账号", exact=True)).to_have_count(0)
    _role(page, 0).select_option(label="审计")
    steps.press(page, "保存岗位")
    expect(page.get_by_role("alert")).to_contain_text("这是最后一位全市管理员")
    assert judge(page, "oneself") == []
