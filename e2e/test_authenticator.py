"""A clerk sets up an authenticator and needs it from then on; with the phone lost, a recovery code opens, once."""

import datetime as dt
import re

import pyotp
from playwright.sync_api import Page, expect

from e2e import steps
from e2e.conftest import App
from e2e.judge import judge

OWN = "a good pass 2026"


def _joined(app: App, page: Page) -> None:
    """Somebody new, signed in with a password of their own."""
    said = app.staff("add", "weilan", "魏蓝", "clerk@hall:city")
    found = re.search(r"临时密码 (\S+)", said)
    assert found
    _password(page, found[1])
    page.get_by_label("原密码").fill(found[1])
    page.get_by_label("新密码", exact=True).fill(OWN)
    page.get_by_label("再输一遍新密码").fill(OWN)
    steps.press(page, "换成新密码")
    expect(page).to_have_url(steps.WORK)


def _password(page: Page, password: str) -> None:
    page.goto("/console/session/new")
    page.get_by_label("用户名").fill("weilan")
    page.get_by_label("密码").fill(password)
    steps.press(page, "登录工作台")


def _code(app: App, secret: str) -> str:
    """What the authenticator shows a minute later, by the app's clock: no code is shown twice."""
    now = dt.datetime.fromisoformat(app.move_clock("+1"))
    return pyotp.TOTP(secret).at(int(now.timestamp()))


def _set_up(app: App, desk: Page) -> tuple[str, list[str]]:
    """From 我的账号 to the codes that are shown once; the secret and the codes."""
    desk.get_by_role("link", name="魏蓝 · 我的账号").click()
    expect(desk.get_by_text("设置后，别人知道了密码也登录不了")).to_be_visible()
    assert judge(desk, "the account") == []
    desk.get_by_role("link", name="设置验证器").click()
    desk.get_by_label("登录密码").fill(OWN)
    steps.press(desk, "开始设置")
    expect(desk.locator("svg.qr")).to_be_visible()
    assert judge(desk, "the secret") == []
    secret = desk.locator("[data-secret]").inner_text().replace(" ", "")
    assert secret not in desk.url
    desk.get_by_label("动态验证码").fill("12")
    steps.press(desk, "确认，以后登录用它")
    expect(desk.get_by_role("alert")).to_contain_text("验证码是 6 位数字")
    desk.get_by_label("动态验证码").fill(_code(app, secret))
    steps.press(desk, "确认，以后登录用它")
    expect(desk.locator("[data-recovery]")).to_have_count(10)
    assert judge(desk, "the recovery codes") == []
    return secret, desk.locator("[data-recovery]").all_inner_texts()


def test_a_clerk_needs_the_code_from_then_on_and_a_recovery_code_helps_once(
    app: App, desk: Page, page: Page, other: Page
) -> None:
    _joined(app, desk)
    secret, codes = _set_up(app, desk)
    steps.press(desk, "退出登录")
    _password(page, OWN)
    expect(page.get_by_role("heading", level=1)).to_have_text("动态验证码")
    assert judge(page, "the second step") == []
    page.get_by_label("动态验证码或恢复码").fill("000000")
    steps.press(page, "登录工作台")
    expect(page.get_by_role("alert")).to_contain_text("不对，或已经用过")
    page.get_by_label("动态验证码或恢复码").fill(_code(app, secret))
    steps.press(page, "登录工作台")
    expect(page).to_have_url(steps.WORK)
    _with_a_recovery_code(other, codes[0])
    page.goto("/console/account")
    history = page.locator("section", has=page.get_by_role("heading", name="最近的登录"))
    expect(history.locator("li", has_text="密码和恢复码")).to_have_count(1)
    expect(history.locator("li", has_text="没有成功")).to_have_count(2)
    assert judge(page, "the history on a phone") == []


def _with_a_recovery_code(page: Page, code: str) -> None:
    _password(page, OWN)
    page.get_by_label("动态验证码或恢复码").fill(code)
    steps.press(page, "登录工作台")
    expect(page.get_by_text("没用过的还有 9 个")).to_be_visible()
    assert judge(page, "the authenticator on a phone") == []
    steps.press(page, "退出登录")
    _password(page, OWN)
    page.get_by_label("动态验证码或恢复码").fill(code)
    steps.press(page, "登录工作台")
    expect(page.get_by_role("alert")).to_contain_text("已经用过")


def test_an_administrator_takes_a_lost_authenticator_off_with_a_reason(
    app: App, desk: Page, page: Page
) -> None:
    steps.staff(desk, "admin")
    desk.get_by_role("link", name="工作人员", exact=True).click()
    desk.get_by_role("link", name="魏蓝").click()
    desk.get_by_text("手机和恢复码都丢了：取消验证器").click()
    desk.get_by_label("取消验证器的原因").fill("本人到场，手机遗失")
    steps.press(desk, "取消 魏蓝 的验证器")
    expect(desk.locator("li", has_text="取消验证器")).to_contain_text("本人到场，手机遗失")
    assert judge(desk, "the member") == []
    app.move_clock("+61")  # what failed before has locked nothing any more
    _password(page, OWN)
    expect(page).to_have_url(steps.WORK)
