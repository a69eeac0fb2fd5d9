"""The main job: a citizen finds the matter, books, is told, changes their mind; the hall sees it."""

import re

from playwright.sync_api import Page, expect

from e2e import steps

PASSPORT = "护照"


def test_a_citizen_types_the_matter_and_ticks_what_to_bring(page: Page) -> None:
    page.goto("/")
    page.get_by_role("searchbox", name="要办什么事").fill("身份证")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name=steps.ITEM)).to_be_visible()
    page.get_by_role("searchbox").fill("")
    page.get_by_role("searchbox").press_sequentially("sfz")  # the initials of 身份证, without Enter
    expect(page.get_by_role("heading", name=re.compile("搜到"))).to_be_visible()
    page.get_by_role("link", name=steps.ITEM).first.click()
    left = page.locator("[data-ticks-left]")
    before = left.inner_text()
    page.locator("input[data-tick]").first.check()
    expect(left).not_to_have_text(before)
    page.reload()
    expect(page.locator("input[data-tick]").first).to_be_checked()


def test_a_citizen_books_is_told_moves_and_the_hall_sees_it(page: Page, desk: Page, phone: str) -> None:
    steps.guide(page)
    page.get_by_role("link", name="预约办理").click()
    steps.choose_day(page, steps.WEDNESDAY)
    said = steps.choose_time(page)
    page.get_by_role("button", name="登录后预约").click()
    steps.enter_phone(page, phone)
    steps.press(page, "知道了，继续")
    steps.add_person(page, "季海棠")
    expect(page.locator(".days [aria-current]")).to_have_attribute("href", re.compile(steps.WEDNESDAY))
    expect(page.locator(".action button")).to_have_text(said.removeprefix("登录后"))
    said = page.locator(".action button").inner_text()
    assert re.fullmatch(r"预约 11 月 25 日（周三）\d\d:\d\d|预约 后天 \d\d:\d\d", said)
    page.locator(".action button").click()
    steps.press(page, "材料都备齐了")
    number = _voucher_is_whole(page)
    _the_hall_sees(desk, number, said[-5:])


def _voucher_is_whole(page: Page) -> str:
    expect(page.get_by_role("heading", level=1)).to_have_text("预约单")
    expect(page.locator("svg.qr")).to_be_visible()
    number = page.locator(".ticket .no").inner_text()
    with page.expect_download() as download:
        page.get_by_role("link", name="加到日历").click()
    assert download.value.suggested_filename == f"{number}.ics"
    voucher = page.url
    page.get_by_role("link", name="打印").click()
    expect(page.get_by_text(number).first).to_be_visible()
    expect(page.get_by_role("button", name="打印")).to_be_visible()
    page.goto(voucher)
    return number


def _the_hall_sees(desk: Page, number: str, time: str) -> None:
    steps.staff(desk)
    desk.goto(f"/console/appointments?day={steps.WEDNESDAY}")
    row = desk.get_by_role("row").filter(has_text=number)
    expect(row).to_contain_text(time)
    expect(row).to_contain_text("季*棠")
    _search(desk, "季海棠")
    expect(desk.locator("tbody tr").filter(has_not_text="季*棠")).to_have_count(0)
    expect(row).to_be_visible()
    _search(desk, number)  # it means one person: straight to them
    expect(desk.get_by_role("heading", level=1)).to_have_text(number)


def _search(desk: Page, wanted: str) -> None:
    desk.keyboard.press("/")
    desk.get_by_role("searchbox").fill(wanted)
    desk.keyboard.press("Enter")


def test_a_citizen_moves_one_booking_and_cancels_another(page: Page, phone: str) -> None:
    steps.settled(page, phone)
    voucher, other = steps.book(page), steps.book(page, PASSPORT, nth=1)
    page.goto(voucher)
    page.get_by_role("link", name="改时间").click()
    steps.choose_day(page, "2026-11-26")
    assert steps.choose_time(page, 2).startswith("改到 ")
    page.locator(".action button").click()
    expect(page).to_have_url(voucher)
    expect(page.locator("main")).to_contain_text("改了时间")
    page.goto(other)
    page.get_by_text("来不了了，取消预约").click()
    page.get_by_role("button", name=re.compile("^取消 .* 的预约$")).click()
    expect(page.get_by_role("alert")).to_contain_text("已取消")
    page.goto("/appointments")
    expect(page.locator("main > ul.rows li")).to_have_count(1)
    page.goto("/notices")
    expect(page.locator(".notices")).to_contain_text(f"已取消：{PASSPORT}")
