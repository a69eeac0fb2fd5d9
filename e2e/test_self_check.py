"""设备自检: a computer is tried with a real relay; what is wrong is said, kept, and seen by who leads there."""

import re

from playwright.sync_api import Browser, Page, expect

from e2e import steps
from e2e.conftest import App
from e2e.relay import ALLOWED, DENIED, NO_UDP, seen, without_relay
from e2e.test_cases import _both

CHECK = "/console/handoffs/self-check"
LONG = 60_000  # ms: three ways to the relay are each waited for


def _chip(desk: Page, kind: str, word: str) -> None:
    expect(desk.locator(f'[data-kind="{kind}"] p:not([hidden]) .chip')).to_have_text(word, timeout=LONG)


def _checked(desk: Page, place: str, heard: str = "听到了") -> None:
    """Everything is tried and kept."""
    steps.staff(desk, "desk")
    desk.get_by_role("link", name=re.compile("^设备自检")).click()
    desk.get_by_label("哪个窗口、哪台电脑").fill(place)
    desk.get_by_role("button", name=re.compile("^开始自检")).click()
    if heard:
        desk.get_by_role("button", name=re.compile(f"^{heard}")).click()
        expect(desk.locator("[data-selfcheck]")).to_contain_text(f"在 {place}", timeout=LONG)


def test_a_computer_with_all_it_needs_is_green_and_the_relay_is_tried_by_each_way(
    chromium: Browser, app: App
) -> None:
    with seen(chromium, app, ALLOWED) as opened:
        desk = opened()
        _checked(desk, "1 号窗口")
        for kind in ("camera", "microphone", "speaker", "screen", "udp", "tcp", "certificate", "bandwidth"):
            _chip(desk, kind, "正常")
        _chip(desk, "tls", "注意")
        expect(desk.locator("[data-kind=bandwidth]")).to_contain_text("Mbit/s")
        assert _both(desk, "设备自检") == []


def test_a_refused_camera_is_red_with_what_to_do_and_who_leads_sees_which_window(
    chromium: Browser, app: App
) -> None:
    with seen(chromium, app, DENIED) as opened:
        desk = opened(360)
        _checked(desk, "2 号窗口")
        _chip(desk, "camera", "不行")
        _chip(desk, "microphone", "不行")
        _chip(desk, "screen", "注意")
        _chip(desk, "udp", "正常")
        expect(desk.locator("[data-kind=camera]")).to_contain_text("改成允许")
        lead = opened()
        steps.staff(lead, "lead")
        lead.goto("/console/handoffs/self-checks")
        expect(lead.locator(".rows li").first).to_contain_text("2 号窗口")
        expect(lead.locator(".rows li").first).to_contain_text("摄像头：浏览器没有让用")
        assert _both(lead, "设备自检结果") == []


def test_a_relay_that_does_not_answer_is_red_and_the_rest_is_tried_all_the_same(
    chromium: Browser, app: App
) -> None:
    with seen(chromium, app, ALLOWED) as opened, without_relay(app):
        desk = opened()
        _checked(desk, "3 号窗口", "没听到")
        for kind in ("udp", "tcp", "speaker"):
            _chip(desk, kind, "不行")
        _chip(desk, "camera", "正常")


def test_where_udp_is_blocked_the_relay_is_reached_by_tcp(chromium: Browser, app: App) -> None:
    with seen(chromium, app, ALLOWED, NO_UDP) as opened:
        desk = opened()
        _checked(desk, "4 号窗口")
        _chip(desk, "udp", "不行")
        _chip(desk, "tcp", "正常")


def test_whoever_does_not_say_what_they_heard_may_keep_the_rest(chromium: Browser, app: App) -> None:
    with seen(chromium, app, ALLOWED) as opened:
        desk = opened()
        _checked(desk, "", heard="")
        _chip(desk, "bandwidth", "正常")
        assert _both(desk, "设备自检，测着") == []
        desk.get_by_role("button", name=re.compile("^存下结果")).click()
        expect(desk.get_by_role("alert")).to_contain_text("哪个窗口")
        _chip(desk, "camera", "正常")  # what came out is not lost
        desk.get_by_label("哪个窗口、哪台电脑").fill("5 号窗口")
        desk.get_by_role("button", name=re.compile("^存下结果")).click()
        expect(desk.locator("[data-selfcheck]")).to_contain_text("在 5 号窗口")
        _chip(desk, "speaker", "注意")
