"""What else a session has on a screen of its own: the one turned to the applicant, and whose it is if not theirs."""

import re

import pytest
from playwright.sync_api import Browser, BrowserType, Page, expect

from e2e import session
from e2e.conftest import App
from e2e.test_cases import _both
from e2e.test_crossregion import BILLS, _seat


@pytest.fixture
def kind(chromium: Browser) -> BrowserType:
    """What starts more of the run's browsers."""
    return chromium.browser_type


# Of a page's camera and microphone, how many are on.
SENDING = """() => document.querySelector('video[data-tile=own]').srcObject.getTracks()
  .filter((one) => one.enabled).length"""
# A browser that asks for the camera until somebody allows it.
ASKED = """() => { const devices = navigator.mediaDevices, plain = devices.getUserMedia.bind(devices);
  const allowed = new Promise((resolve) => { window.allow = resolve; });
  devices.getUserMedia = async (wanted) => { await allowed; return plain(wanted); }; }"""
# Which stream the screen turned to the applicant shows of the officer.
FAR = "document.querySelector('video[data-far]').srcObject"


def _meet(officer: Page, desk: Page, phone: str) -> None:
    """A case that was taken in at the desk, live."""
    session.on_duty(officer)
    desk.goto(f"/console/crossregion?q={BILLS}")
    desk.get_by_role("link", name=re.compile(f"^{BILLS}")).first.click()
    _seat(desk, phone)
    session.ask(desk, desk.url.rsplit("/", 1)[1].split("?")[0].split("#")[0])
    session.accept(officer)
    session.state(officer, "live")
    session.state(desk, "live")
    expect(desk.locator("video[data-shows=camera]")).to_be_visible()


def test_the_applicant_reads_who_sees_them_and_pauses(kind: BrowserType, app: App, phone: str) -> None:
    with session.end(kind, app, "officer") as (_, officer), session.end(kind, app, "desk") as (_, desk):
        _meet(officer, desk, phone)
        with desk.context.expect_page() as opened:
            desk.keyboard.press("w")
        turned = opened.value
        expect(turned.locator("#window")).to_contain_text("看得见您")
        expect(turned.locator("#window")).to_contain_text("说的话不会变成字")
        turned.wait_for_function("() => document.querySelector('video[data-far]').videoWidth > 0")
        assert _both(turned, "给申请人看的屏") == []
        desk.keyboard.press("v")
        expect(turned.get_by_text("听得见您，看不见您")).to_be_visible()
        turned.get_by_role("button", name=re.compile("^停一下")).click()
        held = desk.get_by_text("申请人点了“停一下”")
        expect(held).to_be_visible()
        for name in ("audio", "video"):  # no key of the desk's goes on for them
            expect(desk.locator(f"[data-deed={name}]")).to_be_disabled()
        expect(turned.get_by_text("现在看不见您，也听不见您")).to_be_visible()
        expect(turned.get_by_text("您的画面和声音都不传")).to_be_visible()
        assert _both(desk, "停着的屏对屏") == []
        expect(officer.get_by_text("申请人那边的画面和声音都没有开。")).to_be_visible()
        turned.evaluate(f"window.old = {FAR}")
        desk.reload()  # what they paused stays so, and the screen is found again
        turned.wait_for_function(f"() => {FAR} && {FAR} !== window.old")
        expect(held).to_be_visible()
        expect(turned.locator("[data-pause]")).to_have_attribute("aria-pressed", "true")
        turned.get_by_role("button", name=re.compile("^停着")).click()
        expect(held).to_be_hidden()
        expect(turned.get_by_text("听得见您，看不见您")).to_be_visible()  # what was covered stays so
        turned.get_by_role("button", name=re.compile("^停一下")).click()
        desk.get_by_role("button", name="问过了，继续").click()
        expect(turned.locator("[data-pause]")).to_have_attribute("aria-pressed", "false")
        desk.keyboard.press("v")
        expect(turned.get_by_text("看得见您，听得见您")).to_be_visible()
        desk.keyboard.press("u")
        expect(turned.get_by_text("看得见您，听不见您")).to_be_visible()
        expect(officer.get_by_text("申请人那边静音了：看得见，听不见。")).to_be_visible()
        desk.keyboard.press("u")
        desk.get_by_label("怎么连").select_option("stills")
        expect(turned.locator("img[data-far]")).to_be_visible()
        expect(turned.locator("video[data-far]")).to_be_hidden()
        _to_another(officer, desk)
        expect(turned.locator("[data-surface=camera-officer]")).to_be_hidden()  # nobody is there
        expect(turned.get_by_text("的孙审批说：这件事不归")).to_be_visible()
        desk.get_by_role("button", name=re.compile("^不等了 ")).click()
        expect(turned.locator("#window")).to_contain_text("可以离开了")
        after = session.ask(
            desk, app.run("e2e.far", session.CASE, "44").strip()
        )  # the next applicant sits down
        expect(turned).to_have_url(f"{after}/window")
        expect(turned.locator("#window")).to_contain_text("正在请")
        expect(turned.locator(".orphaned")).to_be_hidden()
        desk.goto("about:blank")
        expect(turned.locator(".orphaned")).to_be_visible()


def test_what_is_said_of_who_sees_the_applicant_is_so_with_their_phone_beside(
    kind: BrowserType, app: App
) -> None:
    with session.end(kind, app, "officer") as (_, officer), session.end(kind, app, "desk") as (_, desk):
        session.meet(officer, desk, app, 36)
        with desk.context.expect_page() as opened:
            desk.keyboard.press("w")
        turned = opened.value
        address = app.run("e2e.far", "invite", desk.url.rsplit("/", 1)[1]).strip()
        with session.phone(kind, app, address) as own:
            screens = (turned.locator("#window"), own.locator("#state"))
            for screen in screens:
                expect(screen.get_by_text("看得见您，听得见您")).to_be_visible()
            turned.get_by_role("button", name=re.compile("^停一下")).click()
            for screen in screens:  # neither the desk's page nor their phone sends anything
                expect(screen.get_by_text("现在看不见您，也听不见您")).to_be_visible()
            own.wait_for_function(f"() => ({SENDING})() === 0")
            own.reload()  # nor does their phone when it comes again
            own.wait_for_function("() => document.querySelector('video[data-tile=own]')")
            own.wait_for_function(f"() => ({SENDING})() === 0")
            turned.reload()
            with session.end(kind, app, "desk") as (_, other):  # nor does another computer of the desk
                other.goto(desk.url)
                other.wait_for_function("() => document.querySelector('video[data-tile=own]')")
                other.wait_for_function(f"() => ({SENDING})() === 0")
                expect(other.get_by_text("申请人点了“停一下”")).to_be_visible()
                expect(desk.locator("[data-said]")).to_contain_text("不再连着")
                expect(own.get_by_text("现在看不见您，也听不见您")).to_be_visible()
                own.wait_for_function(f"() => ({SENDING})() === 0")
            desk.reload()
            turned.get_by_role("button", name=re.compile("^停着")).click()
            for screen in screens:
                expect(screen.get_by_text("看得见您，听得见您")).to_be_visible()
            own.wait_for_function(f"() => ({SENDING})() === 2")
            officer.locator("[data-deed=share]").click()
            turned.wait_for_function("() => document.querySelector('video[data-shared]').videoWidth > 0")
            officer.locator("[data-deed=share]").click()
            expect(turned.locator("video[data-shared]")).to_be_hidden()
            officer.goto("about:blank")
            for screen in screens:  # long before the lease is over
                expect(screen.get_by_text("现在看不见您，也听不见您")).to_be_visible(timeout=10_000)
            desk.close()
            expect(turned.get_by_text("现在看不见您")).to_be_hidden()  # its page knows no more of it
            expect(turned.get_by_text("看得见您，听得见您")).to_be_hidden()
            expect(turned.locator("[data-pause]")).to_be_hidden()


def test_a_camera_that_is_allowed_while_the_applicant_pauses_is_held(kind: BrowserType, app: App) -> None:
    with session.end(kind, app, "officer") as (_, officer), session.end(kind, app, "desk") as (_, desk):
        desk.context.add_init_script(f"({ASKED})()")
        session.meet(officer, desk, app, 37, by_hand=False)
        with desk.context.expect_page() as opened:
            desk.keyboard.press("w")
        address = app.run("e2e.far", "invite", desk.url.rsplit("/", 1)[1]).strip()
        with session.phone(kind, app, address):
            opened.value.get_by_role("button", name=re.compile("^停一下")).click()
            desk.evaluate("window.allow()")
            desk.wait_for_function("() => document.querySelector('video[data-tile=own]')")
            desk.wait_for_function(f"() => ({SENDING})() === 0")
            opened.value.get_by_role("button", name=re.compile("^停着")).click()
            desk.wait_for_function(f"() => ({SENDING})() === 2")


def _to_another(officer: Page, desk: Page) -> None:
    """In a page of its own: both see each other until it is sent."""
    with officer.context.expect_page() as opened:
        officer.keyboard.press("y")
    whose = opened.value
    whose.get_by_label("归哪个部门").select_option("住房公积金管理部")
    expect(desk.locator("#state")).to_have_attribute("data-state", "live")
    whose.get_by_role("button", name=re.compile("^转过去")).click()
    expect(desk.locator("#state")).to_contain_text("正在找住房公积金管理部的人")
    expect(desk.locator("#sitting")).to_contain_text("的孙审批说：这件事不归")
    expect(desk.locator("#reach")).to_contain_text("，住房公积金管理部")
    expect(officer.locator("[data-said]")).to_contain_text("不再连着")
    expect(officer.locator("[data-deed=audio]")).to_be_hidden()
