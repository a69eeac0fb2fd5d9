"""One's own data on a phone: a copy to take away, and leaving for good, in two steps and with a fresh code."""

import json
import re
import zipfile

from playwright.sync_api import Page, expect

from e2e import judge, steps
from e2e.conftest import App


def test_a_copy_is_taken_and_the_account_is_left(app: App, page: Page, phone: str) -> None:
    steps.settled(page, phone, "欧阳海生")
    steps.book(page, nth=2)
    page.goto("/me")
    page.get_by_role("link", name=re.compile("^我的信息")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("我的信息")
    _take(page, phone)
    page.get_by_role("link", name=re.compile("^注销账号")).click()
    expect(page.get_by_text("身份证换领（欧阳*生）")).to_be_visible()
    app.move_clock("+11")  # a sign-in is fresh for ten minutes
    page.get_by_role("link", name="看过了，下一步").click()
    _confirm(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("确认注销")
    _leave(page, phone)
    page.goto("/appointments")
    expect(page.get_by_text("欧阳")).to_have_count(0)


def test_each_page_of_it_can_be_read_by_everybody(page: Page, phone: str) -> None:
    steps.settled(page, phone)
    steps.book(page, nth=3)
    for path in ("/data", "/data/erasure", "/data/erasure/last", "/confirmation?next=/data", "/erased"):
        page.goto(path)
        assert judge.judge(page, path) == []


def _take(page: Page, phone: str) -> None:
    with page.expect_download() as taken:
        steps.press(page, "下载我的信息")
    assert taken.value.suggested_filename == "我的信息.zip"
    with zipfile.ZipFile(taken.value.path()) as packed:
        told = json.loads(packed.read("我的信息.json"))
        assert "欧阳海生" in packed.read("我的信息.html").decode()
    assert told["账号"][0]["手机号"] == phone
    assert told["预约"][0]["事项"] == steps.ITEM


def _confirm(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("确认是你本人")
    steps.press(page, "发送验证码")
    page.get_by_label("验证码").fill(page.locator("[data-code]").inner_text())
    steps.press(page, "确认")


def _leave(page: Page, phone: str) -> None:
    page.get_by_label("手机号末四位").fill("0000")
    page.get_by_label("我知道注销后不能恢复").check()
    steps.press(page, "注销账号，删除个人信息")
    expect(page.get_by_role("alert")).to_contain_text("末四位不对")
    page.get_by_label("手机号末四位").fill(phone[-4:])
    page.get_by_label("我知道注销后不能恢复").check()
    steps.press(page, "注销账号，删除个人信息")
    expect(page).to_have_url(re.compile("/erased$"))
    expect(page.get_by_text("账号已经注销")).to_be_visible()
