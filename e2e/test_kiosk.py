"""The touch screen at a hall's door, as big as it is: two taps to a number, back to the start by itself, a card that
types, and a printer that fails.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from backend.local.server import free_port
from e2e import steps
from e2e.conftest import App, NewPage
from e2e.judge import judge

TALL = {"width": 1080, "height": 1920}
# A browser without a printer would hang; it counts instead.
COUNT = "window.printed = 0; window.print = () => { window.printed += 1 }"


def paired(desk: Page, screen: Page, name: str, printer: str = "") -> None:
    """The manager adds a kiosk, and its browser opens the address."""
    steps.staff(desk)
    desk.goto("/console/devices")
    desk.get_by_label("名称").fill(name)
    desk.get_by_label("号票打印机").fill(printer)
    steps.press(desk, "添加，给登记地址")
    screen.add_init_script(COUNT)
    screen.goto(desk.get_by_label("登记地址").input_value())
    steps.press(screen, f"把这块屏登记为“{name}”")
    expect(screen).to_have_url(re.compile("/kiosk$"))


@pytest.fixture
def screen(new_page: NewPage) -> Page:
    """A touch screen, upright."""
    return new_page(viewport=TALL)


def number(screen: Page) -> str:
    """The number that the screen shows."""
    expect(screen).to_have_url(re.compile("/kiosk/plans/"))
    return screen.locator("main .number .no").first.inner_text()


def show(screen: Page, card: str) -> None:
    """A reader types, wherever the focus is, and ends with Enter."""
    expect(screen.locator("[data-reader]")).to_be_focused()
    screen.keyboard.type(card)
    screen.keyboard.press("Enter")


def test_two_taps_to_a_number_on_pages_that_owe_nothing(desk: Page, screen: Page) -> None:
    paired(desk, screen, "南门一号")
    assert judge(screen, "the first page") == []
    screen.get_by_role("link", name="选事项取号").click()
    assert judge(screen, "the matters") == []
    screen.get_by_role("button", name="身份证换领").click()
    first = number(screen)
    assert re.fullmatch(r"E\d{3}", first)
    assert screen.evaluate("window.printed") == 1
    assert judge(screen, "the number") == []
    screen.reload()
    assert screen.evaluate("window.printed") == 0, "a page that is loaded again prints nothing"
    screen.get_by_role("link", name="还要办别的事").click()
    for letter in "SBK":
        screen.get_by_role("link", name=letter, exact=True).click()
    screen.get_by_role("button", name="社保卡补换").click()
    expect(screen.locator("main .number .no")).to_have_count(2)
    screen.get_by_role("link", name="好了").click()
    screen.get_by_role("link", name="按窗口取号").click()
    assert judge(screen, "the lines") == []
    screen.set_viewport_size({"width": 360, "height": 740})
    for path in ("/kiosk", "/kiosk/items", "/kiosk/lines", "/kiosk/card"):
        screen.goto(path)
        assert judge(screen, f"{path} on a small screen") == []


def test_a_second_number_without_an_id_is_asked_about(desk: Page, screen: Page) -> None:
    paired(desk, screen, "南门六号")
    for _ in range(2):
        screen.goto("/kiosk/lines")
        screen.get_by_role("button", name="婚姻登记").click()
    expect(screen.get_by_role("heading", level=1)).to_have_text("是同一个人吗")
    first = screen.locator("main .number .no").inner_text()
    assert judge(screen, "the question") == []
    steps.press(screen, "不是我，再取一张")
    assert number(screen) != first


def test_after_hours_nothing_can_be_tapped_in_vain(app: App, desk: Page, screen: Page) -> None:
    paired(desk, screen, "南门七号")
    now = app.move_clock("+0")
    app.move_clock("2026-11-23T16:45")
    try:
        for path in ("/kiosk", "/kiosk/items", "/kiosk/lines"):
            screen.goto(path)
            expect(screen.get_by_role("alert")).to_contain_text("明天 08:30 起再取号")
            assert judge(screen, f"{path} after hours") == []
        expect(screen.get_by_role("button", name="公积金")).to_be_disabled()
    finally:
        app.move_clock(now)


def test_nobody_s_number_stays_on_the_screen(desk: Page, screen: Page) -> None:
    paired(desk, screen, "南门二号")
    screen.clock.install()
    screen.goto("/kiosk/items")
    screen.get_by_role("button", name="身份证补领").click()
    number(screen)
    screen.clock.run_for(25_000)
    expect(screen.locator("[data-leaving]")).to_contain_text("秒后回首页")
    screen.mouse.click(5, 900)  # somebody is still there
    screen.clock.run_for(1_000)
    expect(screen.locator("[data-leaving]")).to_be_hidden()
    screen.clock.run_for(30_000)
    expect(screen).to_have_url(re.compile("/kiosk$"))
    screen.go_back()
    screen.clock.run_for(1_000)
    expect(screen.locator("main .number")).to_have_count(0)


def test_without_a_network_it_says_where_to_go_and_comes_back(desk: Page, screen: Page) -> None:
    paired(desk, screen, "南门五号")
    screen.clock.install()
    screen.goto("/kiosk/items")
    screen.context.set_offline(True)
    screen.clock.run_for(31_000)
    expect(screen.get_by_role("main")).to_contain_text("取号请到导办台")
    screen.context.set_offline(False)
    screen.clock.run_for(6_000)
    expect(screen).to_have_url(re.compile("/kiosk$"))


def test_a_card_that_types_checks_in_and_shows_no_number_of_it(app: App, desk: Page, screen: Page) -> None:
    paired(desk, screen, "南门三号")
    card = steps.id_number()
    app.run("e2e.coming", card, "10000009901")
    show(screen, card)
    expect(screen.get_by_role("heading", level=1)).to_have_text("今天的预约")
    assert card not in screen.content()
    assert card not in screen.url
    assert judge(screen, "the bookings") == []
    screen.get_by_role("button", name="签到取号").click()
    assert number(screen).startswith("Y")
    screen.get_by_role("link", name="好了").click()
    show(screen, card)
    expect(screen.get_by_role("button", name="补打号票")).to_be_visible()
    screen.goto("/kiosk")
    show(screen, "SFM-9F2C")
    expect(screen.get_by_role("alert")).to_contain_text("认不出来")
    assert judge(screen, "an unknown code") == []


def test_where_the_printer_is_away_the_code_takes_its_place(desk: Page, screen: Page) -> None:
    paired(desk, screen, "南门四号", f"127.0.0.1:{free_port()}")
    screen.goto("/kiosk/lines")
    screen.get_by_role("button", name="公积金").click()
    lost = number(screen)
    expect(screen.get_by_role("alert")).to_contain_text("扫码，把号带走")
    expect(screen.locator("main .number svg.qr")).to_be_visible()
    assert screen.evaluate("window.printed") == 0
    assert judge(screen, "a failed paper") == []
    steps.press(screen, "不要这个号了")
    expect(screen).to_have_url(re.compile("/kiosk$"))
    screen.goto("/kiosk/lines")
    screen.get_by_role("button", name="公积金").click()
    assert int(number(screen)[1:]) == int(lost[1:]) + 1, "the number stays used"
