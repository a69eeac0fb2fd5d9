"""A whole sitting in Shanghai with a live session: taken in, seen, said, signed, handed over, decided, told; by
pictures, and without any camera by the photos of the papers.
"""

import re

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from e2e import session, steps
from e2e.conftest import App
from e2e.marks import PAINTED, draw
from e2e.test_cases import _both
from e2e.test_crossregion import BILLS, _agree, _page, _seat, _sign


def _taken_in(desk: Page, phone: str) -> None:
    """With consent and papers, not handed over."""
    desk.goto(f"/console/crossregion?q={BILLS}")
    desk.get_by_role("link", name=re.compile(f"^{BILLS}")).first.click()
    _seat(desk, phone)
    _agree(desk)
    for n in range(desk.locator("input[type=file]").count()):
        desk.locator(f"#f-files-{n}").set_input_files(
            {"name": f"{n}.jpg", "mimeType": "image/jpeg", "buffer": _page()}
        )
    desk.get_by_text("每一页都和原件核对过").click()
    desk.get_by_role("button", name=re.compile("^收下材料")).click()
    expect(desk.locator("#papers")).to_contain_text("齐了")


def _known(officer: Page, desk: Page) -> None:
    """Both say who sits there, and every statement is asked for."""
    for page in (desk, officer):
        page.get_by_role("button", name=re.compile("^证件和本人一致")).click()
    expect(desk.locator("#identity")).to_contain_text("两边都核对了")
    expect(officer.locator("#identity")).to_contain_text("两边都核对了")
    left = officer.get_by_role("button", name="申请人说了")
    while count := left.count():
        left.first.click()
        expect(left).to_have_count(count - 1)
    expect(desk.locator("#statements")).to_contain_text("都问过了")


def _signed(desk: Page) -> None:
    """The record is shown, read and signed; a name that is missing is asked for."""
    desk.get_by_text("给申请人看办理记录，签字").click()
    expect(desk.locator("#record")).to_contain_text("申请人的陈述")
    desk.emulate_media(media="print")  # who signs on paper gets the words, too
    expect(desk.locator("#record .legal")).to_be_visible()
    desk.emulate_media(media="screen")
    _sign(desk)
    desk.get_by_role("button", name=re.compile("^签好了")).click()
    expect(desk.locator("#record")).to_contain_text("校验码")


def _handed_over(desk: Page, case: str) -> None:
    """From the page of the sitting, beside the session."""
    beside = desk.context.new_page()
    beside.goto(f"/console/crossregion/cases/{case}")
    beside.get_by_role("button", name=re.compile("^交给医疗保障局")).click()
    expect(beside.locator("#done")).to_contain_text("交给启东了")
    beside.close()


def _by_photos(officer: Page, desk: Page) -> None:
    """Nobody is seen; a paper is opened in its full size, and the other side finds what one points at there."""
    for end in (officer, desk):
        expect(end.get_by_label("怎么连")).to_have_value("photo")
        expect(end.locator("video")).to_have_count(0)
    officer.locator("#case .paper-of button").first.click()
    expect(officer.locator("#paper img")).not_to_have_js_property("naturalWidth", 0)
    officer.keyboard.press("+")
    assert officer.locator("#paper .held").evaluate("one => one.scrollWidth / one.clientWidth") == 1.5
    officer.keyboard.press("-")
    officer.locator("#paper [data-deed=point]").click()
    draw(officer, "#paper img")
    row = desk.locator("#case li", has=desk.locator("[data-pointed]:visible"))
    row.get_by_role("button").click()
    desk.wait_for_function(PAINTED, arg=["#paper figure", 0.4, [0.1, 0.7]])
    for end in (officer, desk):
        end.locator("#paper [data-closes]").click()
        expect(end.locator("#paper")).to_be_hidden()
    officer.locator("[data-call] [data-deed=point]").click()


def _held_through_an_answer(officer: Page) -> None:
    """What the officer opens and writes while a deed of theirs is under way stays; what was open before closes."""
    sent: list[Route] = []
    officer.route("**/review", lambda route: sent.append(route))  # noqa: PLW0108  # a built-in it does not take
    with officer.expect_request("**/review"):
        officer.get_by_role("button", name=re.compile("^不用再问")).click()
    officer.get_by_text("选结果，结束这一次").click()
    why = officer.locator("#conclude-here textarea[name=why]")
    why.fill("发票齐全")
    sent.pop().continue_()
    session.state(officer, "deciding")
    expect(why).to_be_focused()
    officer.keyboard.type("，准予")
    expect(why).to_have_value("发票齐全，准予")
    officer.get_by_role("button", name=re.compile("^接着问申请人")).click()
    session.state(officer, "live")
    expect(why).to_be_hidden()


@pytest.mark.parametrize("seen", [True, False], ids=["seen", "by photos"])
def test_from_the_first_word_to_the_decision(
    chromium: Browser, app: App, page: Page, phone: str, seen: bool
) -> None:
    kind = chromium.browser_type
    with session.end(kind, app, "officer") as (_, officer), session.end(kind, app, "desk") as (_, desk):
        for end in () if seen else (officer, desk):
            end.context.add_init_script(session.NO_CAMERA % "NotFoundError")
        app.run("e2e.far", BILLS, "40")
        session.on_duty(officer)
        _taken_in(desk, phone)
        case = desk.url.rsplit("/", 1)[1].split("?")[0].split("#")[0]
        session.ask(desk, case)
        session.accept(officer)
        session.state(officer, "live")
        session.state(desk, "live")
        expect(officer.locator("#case")).to_contain_text("校验码")
        if seen:
            _held_through_an_answer(officer)
        else:
            _by_photos(officer, desk)
        _known(officer, desk)
        _signed(desk)
        _handed_over(desk, case)
        officer.get_by_text("选结果，结束这一次").click()
        officer.get_by_label("准予").check()
        officer.get_by_role("button", name=re.compile("^办结这一次")).click()
        session.state(officer, "done")
        session.state(desk, "done")
        expect(desk.locator("#outcome")).to_contain_text("准予")
        assert _both(desk, "屏对屏办完") == []
        desk.goto(f"/console/cases/{case}/receipt")
        expect(desk.locator("main")).to_contain_text("屏对屏")
        expect(desk.locator("main")).to_contain_text("校验码")
    steps.sign_in(page, phone, "/matters")
    page.goto("/matters")
    page.get_by_role("link", name=re.compile(BILLS)).click()
    expect(page.locator("main")).to_contain_text("准予")
    steps.arrived(page, f"有决定了：{BILLS}")
