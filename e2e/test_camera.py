"""材料 are photographed at the desk with its own camera; who does not let the page use it chooses files as ever."""

import re

from playwright.sync_api import Browser, expect

from e2e.conftest import App
from e2e.judge import judge
from e2e.relay import ALLOWED, seen
from e2e.test_crossregion import at_the_papers

USED = "document.querySelector('dialog video').srcObject?.getVideoTracks()[0]?.getSettings().deviceId"
BEST = "选一个没有在通话里用的（高拍仪），拍得更清楚"
# A browser that asks until somebody allows it.
LATE = """() => { const devices = navigator.mediaDevices, plain = devices.getUserMedia.bind(devices);
  const allowed = new Promise((resolve) => { window.allow = resolve; });
  Object.assign(window, { made: [], waiting: 0 });
  devices.getUserMedia = async (wanted) => { window.waiting += 1; await allowed; const one = await plain(wanted);
    window.made.push(one); return one; }; }"""
FIRST = "button[data-camera='f-files-0']"


def test_two_pages_are_shot_and_taken_in(chromium: Browser, app: App, phone: str) -> None:
    with seen(chromium, app, ALLOWED) as opened:
        desk = opened()
        at_the_papers(desk, phone)
        desk.locator(FIRST).click()
        shoot = desk.get_by_role("button", name=re.compile("^拍一页"))
        expect(shoot).to_be_focused()
        expect(desk.get_by_text(BEST)).to_be_hidden()  # there is no other one
        assert judge(desk, "用摄像头拍") == []
        desk.keyboard.press("Enter")
        expect(desk.locator("[data-said]")).to_contain_text("拍了 1 页")
        desk.keyboard.press("Enter")
        expect(desk.locator("[data-said]")).to_contain_text("拍了 2 页")
        desk.keyboard.press("Escape")
        expect(desk.locator("dialog[data-camera]")).not_to_be_visible()
        desk.wait_for_function("() => !document.querySelector('video').srcObject.active")
        expect(desk.locator(".sent small", has_text="传好了")).to_have_count(2)
        desk.get_by_text("每一页都和原件核对过").click()
        desk.get_by_role("button", name=re.compile("^收下材料")).click()
        expect(desk.locator("#here .chip")).to_have_count(2)


def test_another_camera_is_the_one_that_was_chosen_also_the_next_time(
    chromium: Browser, app: App, phone: str
) -> None:
    with seen(chromium, app, ALLOWED, "--use-fake-device-for-media-stream=device-count=2") as opened:
        desk = opened()
        at_the_papers(desk, phone)
        desk.locator(FIRST).click()
        which = desk.get_by_label("用哪个摄像头")
        second = which.locator("option").nth(1).get_attribute("value")
        assert second
        expect(desk.get_by_text(BEST)).to_be_visible()
        assert judge(desk, "用哪个摄像头") == []
        which.select_option(second)
        for _ in range(2):
            desk.wait_for_function(f"(second) => {USED} === second", arg=second)
            expect(which).to_have_value(second)
            desk.keyboard.press("Escape")
            desk.locator(FIRST).click()


def test_a_camera_that_comes_late_is_let_go(chromium: Browser, app: App, phone: str) -> None:
    with seen(chromium, app, ALLOWED) as opened:
        desk = opened()
        at_the_papers(desk, phone)
        desk.evaluate(LATE)
        desk.locator(FIRST).click()
        desk.wait_for_function("() => window.waiting === 1")
        desk.keyboard.press("Escape")
        desk.locator(FIRST).click()
        desk.wait_for_function("() => window.waiting === 2")
        desk.evaluate("window.allow()")
        expect(desk.locator("[data-shoot]")).to_be_enabled()
        assert desk.evaluate("window.made.map((one) => one.active)") == [False, True]


def test_who_lets_no_camera_is_told_what_to_do(chromium: Browser, app: App, phone: str) -> None:
    with seen(chromium, app) as opened:
        desk = opened()
        at_the_papers(desk, phone)
        desk.locator(FIRST).click()
        expect(desk.locator("[data-said]")).to_contain_text("也可以直接选文件")
        expect(desk.get_by_role("button", name=re.compile("^拍一页"))).to_be_disabled()
        desk.get_by_role("button", name=re.compile("^拍好了")).click()
        expect(desk.locator("dialog[data-camera]")).not_to_be_visible()
