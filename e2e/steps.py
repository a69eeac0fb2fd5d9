"""What people do on the pages, step by step; each step ends when its page is there."""

import itertools
import re
import time

from playwright.sync_api import Page, expect

ITEM = "身份证换领"
WEDNESDAY = "2026-11-25"  # the day after tomorrow of the run's clock
WORK = re.compile(
    "/console/(appointments|counter|hall|cases|visits|crossregion)$"
)  # where staff begin, by their role
PASSWORD = "qidong-2026"
WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
_people = itertools.count(501)


def id_number() -> str:
    """A resident ID with a valid check digit, of a district that does not exist, born in 1900."""
    body = f"32990019000101{next(_people):03d}"
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, WEIGHTS, strict=True)) % 11]


def press(page: Page, name: str) -> None:
    """Press a button."""
    page.get_by_role("button", name=name, exact=True).click()


def sign_in(page: Page, phone: str, to: str = "/") -> None:
    """Sign in from the beginning, and read the notice where it is shown."""
    page.goto(f"/session/new?next={to}")
    enter_phone(page, phone)
    if "/privacy" in page.url:
        press(page, "知道了，继续")


def enter_phone(page: Page, phone: str) -> None:
    """From the sign-in form on: phone, code, inside."""
    page.get_by_label("手机号").fill(phone)
    press(page, "获取验证码")
    page.get_by_label("验证码").fill(page.locator("[data-code]").inner_text())
    press(page, "登录")
    expect(page).not_to_have_url(re.compile("/session|/codes"))


def add_person(page: Page, name: str, relation: str = "本人") -> None:
    """Fill in the form of a person and send it."""
    page.get_by_label(relation, exact=True).check()
    page.get_by_label("姓名").fill(name)
    page.get_by_label("证件号码").fill(id_number())
    press(page, "添加办事人")


def settled(page: Page, phone: str, name: str = "李秀英") -> None:
    """Somebody who has signed in and added themselves."""
    sign_in(page, phone, "/people/new")
    add_person(page, name)
    expect(page).to_have_url(re.compile("/people$"))


def guide(page: Page, name: str = ITEM) -> None:
    """Open an item's guide by the search page."""
    page.goto(f"/items?q={name}")
    page.get_by_role("link", name=name).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def times(page: Page, name: str = ITEM, day: str = WEDNESDAY) -> None:
    """From the guide to the times of a day."""
    guide(page, name)
    page.get_by_role("link", name="预约办理").click()
    choose_day(page, day)


def choose_day(page: Page, day: str) -> None:
    """Tap a day."""
    page.locator(f".days a[href*='day={day}']").click()
    expect(page.locator(f".days a[href*='day={day}']")).to_have_attribute("aria-current", "date")


def choose_time(page: Page, nth: int = 0) -> str:
    """Tap a time that is free; returns what the main button then says."""
    page.locator(".pick:enabled + label").nth(nth).click()
    return page.locator(".action button").inner_text()


def book(page: Page, name: str = ITEM, day: str = WEDNESDAY, nth: int = 0) -> str:
    """The whole way for somebody who is settled; returns the voucher's address."""
    times(page, name, day)
    choose_time(page, nth)
    page.locator(".action button").click()
    press(page, "材料都备齐了")
    expect(page.get_by_role("heading", level=1)).to_have_text("预约单")
    return page.url


def staff(page: Page, username: str = "manager") -> None:
    """Sign in at the console."""
    page.goto("/console/session/new")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(PASSWORD)
    press(page, "登录工作台")
    expect(page).to_have_url(WORK)
    page.wait_for_load_state()  # a key pressed before the scripts are there is nobody's


def arrived(page: Page, words: str) -> None:
    """Look into the inbox again and again until a notice with these words is there."""
    until = time.monotonic() + 20
    while page.goto("/notices") and not page.locator(".notices li", has_text=words).count():
        assert time.monotonic() < until, f"{words} never arrived"
