"""Pictures of the main pages into e2e/pictures; with --write-readme the two of the README into e2e/readme."""

import base64
from pathlib import Path

import pytest
from playwright.sync_api import Page

from e2e import steps
from e2e.conftest import NewPage

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
