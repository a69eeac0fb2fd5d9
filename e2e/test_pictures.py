"""Pictures of the main pages into e2e/pictures; with --write-readme the two of the README into e2e/readme."""

import base64
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from e2e import steps
from e2e.conftest import NewPage
from e2e.judge import WEAR, measure

ITEM, THURSDAY = "公积金贷款", "2026-11-26"  # which no other test books
HERE = Path(__file__).parent
MOST = 120_000  # bytes of a picture in the README


def _shot(page: Page, name: str, full: bool = True) -> Path:
    path = HERE / "pictures" / f"{name}.png"
    page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=path, full_page=full, animations="disabled", caret="hide")
    return path


def test_pictures_of_the_phone(page: Page, phone: str, pytestconfig: pytest.Config) -> None:
    steps.settled(page, phone, "张三丰")
    page.goto("/")
    home = _shot(page, "home", full=False)
    steps.times(page)
    steps.choose_time(page, 2)
    _shot(page, "times", full=False)
    page.locator(".action button").click()
    steps.press(page, "材料都备齐了")
    voucher = _shot(page, "voucher", full=False)
    for elder, theme in ((True, "light"), (False, "dark"), (True, "dark")):
        page.evaluate("([elder, theme]) => { document.documentElement.toggleAttribute('data-elder', elder);"
                      " document.documentElement.dataset.theme = theme }", [elder, theme])  # fmt: skip
        _shot(page, f"voucher-{'elder-' if elder else ''}{theme}")
    if pytestconfig.getoption("--write-readme"):
        _beside(page, [home, voucher], HERE / "readme" / "phone.png")


def test_pictures_of_the_console(new_page: NewPage, pytestconfig: pytest.Config) -> None:
    desk = new_page(viewport={"width": 1120, "height": 700})
    steps.staff(desk)
    desk.goto(f"/console/appointments?day={steps.WEDNESDAY}")
    day = _shot(desk, "day", full=False)
    desk.goto("/console/week")
    _shot(desk, "week", full=False)
    if pytestconfig.getoption("--write-readme"):
        _beside(desk, [day], HERE / "readme" / "console.png")


def test_pictures_of_what_halls_do_to_bookings(new_page: NewPage, phone: str) -> None:
    """The pages that no journey draws: closing, telephone, rules, export, appeals; and the citizen's side of them."""
    citizen, desk = new_page(), new_page(viewport={"width": 1440, "height": 900})
    steps.settled(citizen, phone, "张三丰")
    voucher = steps.book(citizen, ITEM, THURSDAY, nth=5)
    _citizen(citizen, voucher)
    steps.staff(desk)
    for name, path in (
        ("calls", "/console/calls/new?q=护照"),
        ("closings", "/console/closings"),
        ("pauses", "/console/pauses"),
        ("policies", "/console/policies"),
        ("exports", "/console/exports"),
    ):
        desk.goto(path)
        _looks(desk, name)
    _closed(desk, voucher)
    citizen.goto(voucher)
    _looks(citizen, "moved-out")


def _citizen(page: Page, voucher: str) -> None:
    page.goto(f"{voucher}/links")
    _looks(page, "links")
    page.goto(voucher)
    item = (page.get_by_role("link", name="办事指南").get_attribute("href") or "").rpartition("/")[2]
    page.goto(f"/appointments/month?item={item}")
    _looks(page, "month")
    page.goto(f"/waiting/new?item={item}&hall=city&day={THURSDAY}")
    _looks(page, "waiting")


def _closed(desk: Page, voucher: str) -> None:
    """The afternoon of that Thursday given up, on one line; and the booking at the telephone desk."""
    desk.goto(voucher.replace("/appointments/", "/console/calls/"))
    _looks(desk, "call")
    desk.goto(f"/console/closings/new?day={THURSDAY}&part=all&counters=0&reason=供电检修&line={_line(desk)}")
    _looks(desk, "closing-preview")
    desk.locator("[data-key=y]").click()
    expect(desk.locator("td", has_text="留了位置，等答复").first).to_be_visible()
    _looks(desk, "closing")
    desk.goto(voucher.replace("/appointments/", "/console/calls/"))
    _looks(desk, "call-closed")
    desk.set_viewport_size({"width": 360, "height": 740})
    _shot(desk, "call-closed-360")
    assert measure(desk, "call, closed, at 360 px") == []


def _line(desk: Page) -> str:
    desk.goto(f"/console/closings/new?day={THURSDAY}")
    return desk.locator("#f-line option", has_text="公积金").get_attribute("value") or ""


def _looks(page: Page, name: str) -> None:
    """A picture plain, in elder mode, and dark."""
    for elder, theme in ((False, "light"), (True, "light"), (False, "dark")):
        page.evaluate(WEAR, [elder, theme])
        _shot(page, f"{name}-{'elder' if elder else theme}")
    page.evaluate(WEAR, [False, "auto"])


def _beside(page: Page, shots: list[Path], target: Path) -> None:
    """Put screens side by side into one small picture."""
    frames = "".join(
        f'<img src="data:image/png;base64,{base64.b64encode(one.read_bytes()).decode()}">' for one in shots
    )
    page.goto("about:blank")
    page.set_content(
        f"<style>body {{ margin: 0; display: flex; gap: 16px; width: max-content }}</style>{frames}"
    )
    page.locator("body").screenshot(path=target)
    assert target.stat().st_size < MOST
