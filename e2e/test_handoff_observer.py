"""Who supervises the desk looks on: from the list of what runs now, seen by all, without a word, until they leave."""

import re

from playwright.sync_api import Browser, Page, expect

from e2e import session
from e2e.conftest import App
from e2e.test_cases import _both

FRAMES = """(end) =>
  document.querySelector(`video[data-of="${end}"]`)?.getVideoPlaybackQuality().totalVideoFrames ?? 0"""
ANNOUNCED = "旁听：唐督查"


def _enter(observer: Page, address: str) -> None:
    """From the list of what runs now."""
    observer.goto("/console/appointments")
    observer.get_by_role("link", name=re.compile("^要回电的")).click()
    path = address.partition("/console")[2]
    one = observer.locator(f'#running a[href="/console{path}"]')
    expect(one).to_contain_text("正在屏对屏")
    assert _both(observer, "正在进行的") == []
    one.click()
    expect(observer).to_have_url(address)


def _sees(observer: Page, *ends: str) -> None:
    """Pictures of each of them are decoded, and go on."""
    for end in ends:
        observer.wait_for_function(f"(end) => ({FRAMES})(end) > 0", arg=end)
        before = observer.evaluate(FRAMES, end)
        observer.wait_for_function(f"([end, before]) => ({FRAMES})(end) > before", arg=[end, before])


def test_a_supervisor_looks_on_from_the_list_and_everybody_reads_it_until_they_leave(
    chromium: Browser, app: App
) -> None:
    kind = chromium.browser_type
    with session.end(kind, app, "officer") as (_, officer), session.end(kind, app, "desk") as (_, desk):
        session.meet(officer, desk, app, 33)
        with desk.context.expect_page() as opened:
            desk.keyboard.press("w")
        turned = opened.value
        expect(turned.locator("#window")).to_contain_text("看得见您")
        with session.end(kind, app, "supervisor", given=False) as (_, observer):
            _enter(observer, desk.url)
            _sees(observer, "desk", "officer")
            for page in (officer, desk, observer):
                expect(page.locator("#state")).to_contain_text(ANNOUNCED)
            expect(turned.locator("#window")).to_contain_text("旁听：唐督查")
            _is_silent(observer)
            assert session.frames_in(officer, 2, least=1) > 0  # whoever looks on takes nothing from the two
            assert _both(observer, "屏对屏，旁听") == []
        for page in (officer, desk):
            expect(page.locator("#state")).not_to_contain_text("旁听")
            expect(page.locator("video[data-shows=camera]")).to_have_count(1)
        expect(turned.locator("#window")).not_to_contain_text("旁听")
        session.over(officer, desk)


def _is_silent(observer: Page) -> None:
    """Nothing of theirs is seen or heard, and nothing is there to say it with."""
    expect(observer.locator("[data-said]")).to_contain_text("你在旁听")
    expect(observer.locator("[data-deed], select[data-way], [data-tile=own]")).to_have_count(0)
    expect(observer.locator("#words form")).to_have_count(0)
    assert observer.locator("#words").get_attribute("data-live")  # it reads what the others write
