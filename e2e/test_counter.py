"""A clerk's morning without the mouse: numbers of a guide are called, served, held and sent on by keys alone."""

import re

from playwright.sync_api import Page, Route, expect

from e2e import steps
from e2e.conftest import App, NewPage
from e2e.judge import judge
from e2e.test_board_and_phone import Hall

# As extensions of a browser leave it: an answer must not carry it over, for the CSP forbids it and the watch hears.
STYLED = "document.querySelectorAll('input, button').forEach(one => { one.style.caretColor = 'auto' })"
COUNTER = "57"  # of 公安; nobody else sits there
NO = ".hand .no"


def _take(guide: Page, words: str) -> str:
    """A number for somebody who says what they want, by keys; returns it."""
    guide.goto("/console/hall")
    guide.keyboard.press("n")
    field = guide.get_by_label("要办的事", exact=True)
    with guide.expect_response(re.compile("/console/matters")):
        field.fill(words)
    expect(guide.locator("#f-matter .choice")).not_to_have_count(8)
    field.press("Enter")
    expect(guide).to_have_url(re.compile("/console/tickets/"))
    return guide.get_by_role("heading", level=1).inner_text()


def _sit_down(desk: Page) -> None:
    """Pick a counter by its number and open it, by keys; one that was open before is shown at once."""
    steps.staff(desk, "clerk")
    expect(desk).to_have_url(re.compile("/console/counter$"))
    if desk.get_by_role("heading", level=1).inner_text() == "窗口叫号":
        return
    desk.get_by_label("你坐几号窗口").fill(COUNTER)
    desk.keyboard.press("Enter")
    expect(desk.locator("[data-key=o]")).to_be_visible()
    desk.locator("[data-key=o]").press("Enter")
    expect(desk.locator(".panel .lead").first).to_contain_text("在岗")


def _next(desk: Page, number: str) -> None:
    """Press N, and this number stands there."""
    desk.keyboard.press("n")
    expect(desk.locator(NO)).to_have_text(number)


def _press(desk: Page, key: str, said: str) -> None:
    """Press a key; what was done stands in the bar that takes it back."""
    desk.keyboard.press(key)
    expect(desk.locator(".slip")).to_contain_text(said)


def test_a_morning_by_keys_alone(new_page: NewPage, desk: Page, app: App) -> None:
    guide = new_page(viewport={"width": 1440, "height": 900})
    steps.staff(guide, "guide")
    one, two, three = [_take(guide, "身份证换领") for _ in range(3)]
    assert judge(guide, "a number") == []
    _sit_down(desk)
    _next(desk, one)
    expect(desk.locator("#main")).to_contain_text("取号，最早到号")
    expect(desk.locator("#k-r")).to_be_disabled()
    _press(desk, "s", f"{one} 开始办理")
    _undo(desk, one)
    _holds(desk, one, two)
    _sends_on(desk, three)
    _pauses(desk, guide)
    assert judge(desk, "the counter") == []


def _undo(desk: Page, number: str) -> None:
    """A slip is taken back by Ctrl+Z; then it is done with the matter that the dialog offers."""
    desk.keyboard.press("Control+z")
    expect(desk.locator(".hand .chip").first).to_contain_text("叫号中")
    _press(desk, "s", f"{number} 开始办理")


def _holds(desk: Page, one: str, two: str) -> None:
    """The first goes to copy papers, the second is served meanwhile; then the first is called back and done."""
    desk.evaluate(STYLED)
    _press(desk, "h", f"{one} 挂起")
    _next(desk, two)
    desk.keyboard.press("c")
    expect(desk.get_by_role("dialog", name=f"办结 {two}")).to_be_visible()
    assert judge(desk, "the dialog") == []
    for _ in range(5):  # as fast as fingers are: the field that went with the dialog still has the focus then
        desk.keyboard.press("Escape")
        desk.keyboard.press("c")
        expect(desk.get_by_role("dialog", name=f"办结 {two}")).to_be_visible()
    desk.keyboard.press("Enter")
    expect(desk.locator(".slip")).to_contain_text(f"{two} 办结")
    desk.keyboard.press("f")
    expect(desk.locator(NO)).to_have_text(one)


def _sends_on(desk: Page, three: str) -> None:
    """Done and next in one key; the third is sent to another line, with a refusal first."""
    _press(desk, "s", "开始办理")
    _next(desk, three)
    desk.keyboard.press("t")
    dialog = desk.get_by_role("dialog", name=f"转号 {three}")
    line = dialog.get_by_label("转到哪类业务", exact=True)
    expect(line).to_be_focused()
    desk.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("请选转到哪类业务")
    line.press("Space")  # the list is open: Enter chooses there, and sends nothing
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Enter")
    expect(line).not_to_have_value("")
    expect(dialog).to_be_visible()
    line.select_option(label="A 综合窗口")
    line.press("Enter")
    expect(desk.locator(".slip")).to_contain_text(f"{three} 转号")


def _pauses(desk: Page, guide: Page) -> None:
    """A pause with its reason; the page is there again after the break, and learns by itself of who comes."""
    desk.keyboard.press("p")
    desk.get_by_role("dialog", name="暂停叫号").get_by_label("午休").press("Enter")
    expect(desk.locator(".panel .lead").first).to_contain_text("暂停：午休")
    desk.keyboard.press("o")
    expect(desk.locator(".panel .lead").first).to_contain_text("在岗")
    desk.keyboard.press("p")
    number = _take(guide, "身份证补领")
    expect(desk.locator(f"#w-{number}")).to_contain_text("下一位")
    expect(desk.get_by_role("dialog", name="暂停叫号")).to_be_visible()
    desk.keyboard.press("Escape")


def test_a_key_pressed_while_the_answer_is_on_its_way_is_meant_for_the_page_that_comes(
    desk: Page, app: App
) -> None:
    hall = Hall(app)
    hall.emptied()
    _sit_down(desk)
    number = hall.does("take E, take E")[0]["number"]
    expect(desk.locator(f"#w-{number}")).to_be_visible()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    desk.route(re.compile("/calls$"), hold)
    for key in "nns":
        desk.keyboard.press(key)
    expect(desk.locator(".htmx-request")).to_have_count(1)
    assert len(held) == 1
    held[0].continue_()
    expect(desk.locator(NO)).to_have_text(number)
    expect(desk.locator(".hand .chip").first).to_contain_text("办理中")


def test_a_browser_closed_in_the_middle_goes_on_where_it_was(new_page: NewPage) -> None:
    guide = new_page(viewport={"width": 1440, "height": 900})
    steps.staff(guide, "guide")
    before = new_page(viewport={"width": 1440, "height": 900})
    _sit_down(before)
    number = before.locator(".numbers li b").first.inner_text() if before.locator("[id^=w-]").count() else ""
    number = number or _take(guide, "身份证换领")
    expect(before.locator(f"#w-{number}")).to_be_visible()
    _next(before, number)
    _press(before, "s", "开始办理")
    before.context.close()
    after = new_page()
    steps.staff(after, "clerk")
    after.goto("/console/counter")
    expect(after.locator(NO)).to_have_text(number)
    expect(after.locator(".hand .chip").first).to_contain_text("办理中")
    assert judge(after, "the counter on a narrow screen") == []
    after.goto("/console/counter")
    after.keyboard.press("c")
    after.keyboard.press("Enter")
    expect(after.locator(NO)).to_contain_text(re.compile("轮到下一位|现在没有人等"))
    after.keyboard.press("x")
    expect(after.locator(NO)).to_contain_text(f"{COUNTER} 号窗口没开")
    after.goto("/console/hall")
    assert judge(after, "the hall on a narrow screen") == []
    after.goto("/console/hall/new")
    assert judge(after, "a number on a narrow screen") == []


def test_a_manager_sees_and_changes_what_counters_can_do(desk: Page, page: Page) -> None:
    steps.staff(desk)
    desk.goto("/console/counters")
    assert judge(desk, "counters") == []
    desk.get_by_role("link", name="60 号").click()
    assert judge(desk, "one counter") == []
    desk.get_by_role("checkbox", name="C 社保医保").check()
    desk.keyboard.press("s")
    expect(desk.get_by_text("改了分工")).to_be_visible()
    desk.goto("/console/queue-rules")
    assert judge(desk, "the rules") == []
    desk.get_by_label("孕晚期").fill("90")
    steps.press(desk, "保存规则 S")
    expect(desk.get_by_text("孕晚期提前 60 → 90 分钟")).to_be_visible()
    steps.staff(page)
    for path in ("/console/hall", "/console/counters", "/console/queue-rules", "/console/counter"):
        page.goto(path)
        assert judge(page, path) == []
