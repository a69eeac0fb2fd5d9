"""The telephone desk by keyboard alone: book for who calls, read it aloud, move it, cancel it."""

import re

from playwright.sync_api import Locator, Page, expect

from e2e import steps
from e2e.judge import judge, measure


def _reach(desk: Page, wanted: Locator) -> None:
    """Press Tab until it has the focus."""
    expect(wanted).to_be_visible()
    for _ in range(150):
        if wanted.evaluate("node => node === document.activeElement"):
            return
        desk.keyboard.press("Tab")
    raise AssertionError(f"Tab never reaches {wanted}")


def _press(desk: Page, wanted: Locator) -> None:
    _reach(desk, wanted)
    desk.keyboard.press("Enter")


def _type(desk: Page, wanted: Locator, text: str) -> None:
    _reach(desk, wanted)
    desk.keyboard.type(text)


def _time(desk: Page) -> None:
    """Choose a free time: the group is one stop, the space bar takes it."""
    _reach(desk, desk.locator(".pick:enabled").first)
    desk.keyboard.press("Space")


def _called(desk: Page, phone: str) -> None:
    """From the day to a booking for somebody whose phone nobody knows yet."""
    steps.staff(desk, "clerk")
    _press(desk, desk.get_by_role("link", name="电话预约"))
    expect(desk.get_by_role("searchbox")).to_be_focused()
    desk.keyboard.type("身份证掉了")
    desk.keyboard.press("Enter")
    _press(desk, desk.get_by_role("link", name=re.compile("^身份证补领")))
    expect(desk.get_by_label("来电号码")).to_be_focused()
    desk.keyboard.type(phone)
    desk.keyboard.press("Enter")
    expect(desk.locator("main")).to_contain_text("这个号码第一次来")
    expect(desk.get_by_label("姓名")).to_be_focused()
    desk.keyboard.type("王建国")
    _type(desk, desk.get_by_label("证件号码"), steps.id_number())
    _press(desk, desk.locator(".day[value='2026-11-25']"))
    expect(desk.locator(".day[value='2026-11-25']")).to_have_attribute("aria-current", "date")
    expect(desk.get_by_label("姓名")).to_have_value("王建国")
    _time(desk)
    expect(desk.locator("#book")).to_have_text(re.compile("^预约 后天|^预约 周三|^预约 11 月 25"))
    _type(desk, desk.get_by_label("备注"), "轮椅")
    desk.keyboard.press("Enter")  # books; the look-up, though it stands first, is Enter's in the number only
    expect(desk.get_by_role("heading", level=1)).to_have_text("念给来电人听")


def test_a_clerk_books_for_who_calls_and_the_caller_finds_it_at_the_first_sign_in(
    desk: Page, page: Page, phone: str
) -> None:
    _called(desk, phone)
    assert phone not in desk.url
    number = desk.locator(".read .no").inner_text()
    assert re.fullmatch(r"\d{3} \d{3} \d{3}", number)
    expect(desk.locator(".read")).to_contain_text("王*国")
    expect(desk.locator(".read")).not_to_contain_text("王建国")
    wrong = judge(desk, "念给来电人听")
    desk.set_viewport_size({"width": 360, "height": 740})
    assert wrong + measure(desk, "念给来电人听, at 360 px") == []

    steps.sign_in(page, phone, "/appointments")
    page.goto("/appointments")
    page.get_by_role("link", name=re.compile("身份证补领")).click()
    expect(page.locator(".ticket .no")).to_have_text(number.replace(" ", ""))
    expect(page.locator("main")).to_contain_text("约好了（大厅代办）")


def test_the_caller_s_booking_is_found_moved_and_cancelled_by_keyboard(desk: Page, phone: str) -> None:
    _called(desk, phone)
    desk.keyboard.press("n")
    _type(desk, desk.get_by_label("手机号或预约号"), phone)
    desk.keyboard.press("Enter")
    _press(desk, desk.get_by_role("link", name=re.compile("身份证补领.*王\\*国")))
    expect(desk.get_by_role("heading", level=1)).to_have_text("念给来电人听")
    desk.wait_for_load_state()  # the keys are there when the page is
    desk.keyboard.press("m")
    _press(desk, desk.locator(".days a[href*='day=2026-11-26']"))
    expect(desk.locator(".days a[href*='day=2026-11-26']")).to_have_attribute("aria-current", "date")
    assert judge(desk, "替来电人改时间") == []
    _time(desk)
    _press(desk, desk.get_by_role("button", name=re.compile("^改到")))
    expect(desk.locator("main")).to_contain_text("改了时间（大厅代办）")
    desk.wait_for_load_state()
    desk.keyboard.press("x")
    expect(desk.get_by_label("原因")).to_be_focused()
    _press(desk, desk.get_by_role("button", name=re.compile("^取消 .* 的预约$")))
    expect(desk.get_by_role("alert")).to_contain_text("已取消")
    expect(desk.locator("main")).to_contain_text("取消了预约（大厅代办）")


def test_what_is_missing_is_named_and_what_was_typed_stays(desk: Page, phone: str) -> None:
    steps.staff(desk, "guide")
    desk.goto("/console/calls/new?q=身份证补领")
    assert judge(desk, "电话预约") == []
    desk.get_by_role("link", name=re.compile("^身份证补领")).click()
    desk.get_by_label("来电号码").fill(phone)
    steps.press(desk, "预约所选时间")
    expect(desk.get_by_role("alert")).to_contain_text("请填写姓名")
    expect(desk.get_by_role("alert")).to_contain_text("请选择时段")
    expect(desk.get_by_label("来电号码")).to_have_value(phone)
    wrong = judge(desk, "电话预约，谁和什么时候")
    desk.set_viewport_size({"width": 360, "height": 740})
    assert wrong + measure(desk, "电话预约，谁和什么时候, at 360 px") == []
