"""Somebody new: signs in, reads the notice, adds themselves and their mother, books for her."""

import re

from playwright.sync_api import Page, expect

from e2e import steps


def test_somebody_new_adds_the_family_and_books_for_mother(page: Page, phone: str) -> None:
    page.goto("/me")
    page.get_by_role("link", name="用手机号登录").click()
    steps.enter_phone(page, phone)
    expect(page.get_by_role("heading", level=1)).to_have_text("我们怎样使用你的信息")
    steps.press(page, "知道了，继续")
    expect(page).to_have_url(re.compile("/me$"))
    page.get_by_role("link", name=re.compile("^办事人")).click()
    page.get_by_role("link", name="添加本人").click()
    steps.add_person(page, "陆晓晨")
    page.get_by_role("link", name="再添加一位").click()
    _a_slip_is_named_and_the_rest_kept(page)
    steps.times(page)
    page.get_by_role("link", name="家人 施*英").click()
    steps.choose_time(page)
    page.locator(".action button").click()
    page.get_by_role("link", name="以后再备，先看预约单").click()
    expect(page.locator(".ticket")).to_contain_text("家人 施*英（尾号 ")
    expect(page.get_by_text("还差")).to_be_visible()


def _a_slip_is_named_and_the_rest_kept(page: Page) -> None:
    page.get_by_label("家人", exact=True).check()
    page.get_by_label("姓名").fill("施桂英")
    page.get_by_label("证件号码").fill("329900190001015018")
    steps.press(page, "添加办事人")
    number = page.get_by_label("证件号码")
    expect(number).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("alert").get_by_role("link")).to_have_attribute("href", "#f-id_number")
    expect(page.get_by_label("姓名")).to_have_value("施桂英")
    expect(page.get_by_label("家人", exact=True)).to_be_checked()
    expect(number).to_have_value("329900190001015018")
    number.fill(steps.id_number())
    steps.press(page, "添加办事人")
    expect(page.locator("ul.rows li")).to_have_count(2)
