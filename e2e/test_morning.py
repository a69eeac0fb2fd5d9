"""A whole morning of forty numbers in fast time: the kiosk gives them, the board shows them, a counter calls each in
its turn by keys alone, and somebody's phone follows one of them.
"""

import re

from playwright.sync_api import Page, expect

from e2e import steps
from e2e.conftest import App, NewPage
from e2e.test_board_and_phone import TELEVISION, Hall
from e2e.test_kiosk import TALL, number, paired

COUNTER = "58"
MATTERS = ("身份证换领", "护照")
NO = ".hand .no"


def _take(screen: Page, matter: str) -> str:
    """Two taps to a number, and back to the start; whoever comes right after another for the same is asked."""
    screen.get_by_role("link", name="选事项取号").click()
    screen.get_by_role("button", name=matter).first.click()
    other, done = (
        screen.get_by_role("button", name="不是我，再取一张"),
        screen.get_by_role("link", name="好了"),
    )
    expect(other.or_(done).first).to_be_visible()
    if other.is_visible():
        other.click()
    found = number(screen)
    done.click()
    return found


def _sit_down(desk: Page) -> None:
    steps.staff(desk, "clerk")
    desk.goto("/console/counter")
    if desk.get_by_label("你坐几号窗口").count():
        desk.get_by_label("你坐几号窗口").fill(COUNTER)
        desk.keyboard.press("Enter")
    desk.locator("[data-key=o]").press("Enter")
    expect(desk.locator(".panel .lead").first).to_contain_text("在岗")


def _next(desk: Page, expected: str) -> None:
    """Whoever is served is done, and the next stands there, as it was their turn."""
    desk.keyboard.press("n")
    expect(desk.locator(NO)).to_have_text(expected)
    desk.keyboard.press("s")
    expect(desk.locator(".slip")).to_contain_text(f"{expected} 开始办理")


def test_forty_people_of_a_morning_are_called_in_their_turn(
    app: App, new_page: NewPage, desk: Page, phone: str
) -> None:
    hall = Hall(app)
    hall.emptied()
    screen = new_page(viewport=TALL)
    paired(desk, screen, "早上一号")
    board = new_page(**TELEVISION)
    board.goto("/boards/city")
    own = new_page()
    steps.settled(own, phone)
    counter = new_page(viewport={"width": 1440, "height": 900})
    _sit_down(counter)
    turns = [_take(screen, MATTERS[n % 2]) for n in range(19)]
    mine = hall.does(f"take E {phone}")[0]
    own.goto(f"/tickets/{mine['ticket']}")
    expect(own.locator(".ahead")).to_contain_text("19 人")
    turns += [mine["number"], *(_take(screen, MATTERS[n % 2]) for n in range(10))]
    for n, expected in enumerate(turns):
        _next(counter, expected)
        if n % 10 == 5:
            expect(board.get_by_role("main")).to_contain_text(
                re.compile(rf"{expected}\s*正在\s*{COUNTER} 号窗口")
            )
            turns += [_take(screen, MATTERS[0]) for _ in range(min(4, 40 - len(turns)))]
            app.move_clock("+10")
        if n == 15:
            expect(own.locator(".ahead")).to_contain_text("3 人")
        if expected == mine["number"]:
            expect(own.locator("main")).to_contain_text(re.compile(f"{COUNTER} ?号窗口"))
    assert len(turns) == len(set(turns)) == 40
    counter.keyboard.press("c")
    counter.keyboard.press("Enter")
    expect(counter.locator(NO)).to_contain_text("现在没有人等")
    assert [int(one[1:]) for one in turns] == sorted(int(one[1:]) for one in turns)
