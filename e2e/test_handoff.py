"""Screen to screen with real browsers: pictures both ways, a screen beside the camera, marks, words; a camera that is
missing or refused; a line that is bad.
"""

import json
import os
import signal
import time

import pytest
from playwright.sync_api import Browser, BrowserType, Page, WebSocket, expect

from e2e import session
from e2e.conftest import App
from e2e.judge import judge
from e2e.marks import PAINTED, draw
from tests.told import tell

FRAMES = 50  # pictures in five seconds
AGAIN = 5.0  # seconds until there are some again
# A line that loses half of what is sent while `bad` says so; who watches it looks five times as often.
BAD_LINE = """{ const plain = window.setInterval, stats = RTCPeerConnection.prototype.getStats;
  window.setInterval = (deed, every, ...more) => plain(deed, every === 2000 ? 400 : every, ...more);
  RTCPeerConnection.prototype.getStats = async function () {
    const found = [...(await stats.call(this)).values()].filter((one) => one.type !== "candidate-pair");
    return [...found, { type: "remote-inbound-rtp", fractionLost: window.bad ? 0.5 : 0 }]; }; }"""
# The browser asks, and nobody answers until `allow`.
UNANSWERED = """{ const media = navigator.mediaDevices, given = media.getUserMedia.bind(media);
  media.getUserMedia = (wanted) => new Promise((resolve) => { window.allow = () => resolve(given(wanted)); }); }"""

OFF = ":is([data-deed=audio], [data-deed=video]):visible"  # 静音, 遮画面
# Nobody hears where this page can be reached, in the four seconds after it speaks first.
UNREACHED = """{ const send = WebSocket.prototype.send; let first;
  WebSocket.prototype.send = function (text) {
    const said = text.startsWith("{") ? JSON.parse(text) : {};
    if (said.sdp || said.candidate) first ??= performance.now();
    if (performance.now() - first > 4000) return send.call(this, text);
    if (said.sdp) said.sdp = said.sdp.replace(/a=candidate.*\\r\\n/g, "");
    if (!said.candidate) send.call(this, said.sdp ? JSON.stringify(said) : text); }; }"""


@pytest.fixture
def kind(chromium: Browser) -> BrowserType:
    """What starts more of the run's browsers."""
    return chromium.browser_type


def test_both_see_each_other_and_a_screen_and_marks_beside(kind: BrowserType, app: App) -> None:
    with session.end(kind, app, "officer") as (_, officer), session.end(kind, app, "desk") as (_, desk):
        session.meet(officer, desk, app, 1)
        assert session.frames_in(officer) >= FRAMES
        assert session.frames_in(desk) >= FRAMES
        assert {one["near"] for one in session.pairs(officer)} == {"host"}
        desk.locator("[data-deed=share]").click()
        expect(officer.locator("video[data-shows=screen]")).to_be_visible()
        assert session.frames_in(officer, 3, "screen", 1) > 0
        assert session.frames_in(officer, 3) >= FRAMES // 2
        _mark(officer, desk)
        _write(officer, desk)
        assert session.frames_in(desk, 2, least=1) > 0  # the page that wrote did not lose the line
        _held(officer, desk)
        assert judge(desk, "屏对屏，办事点") == []
        assert judge(officer, "屏对屏，启东") == []
        desk.locator("[data-deed=share]").click()
        session.over(officer, desk)
        expect(officer.locator("[data-said]")).to_contain_text("不再连着")


def _mark(officer: Page, desk: Page) -> None:
    """What one points at or draws, the other sees there, on the case, on a face, on the screen they share; a line stays
    until it is wiped, also when the case is fetched anew.
    """
    officer.locator("[data-call] [data-deed=point]").click()
    draw(officer, "[data-surface=case]")
    desk.wait_for_function(PAINTED, arg=["[data-surface=case]", 0.4, []])
    for of, there, empty in (
        ("camera-desk", 0.4, 0.7),
        ("camera-officer", 0.6, 0.3),
        ("screen-desk", 0.4, 0.7),
    ):
        draw(officer, f"[data-surface={of}]")
        for page in (officer, desk):
            page.wait_for_function(PAINTED, arg=[f"[data-surface={of}]", there, [0.1, empty]])
    desk.evaluate("document.querySelector('#case canvas').remove()")  # as when it is fetched anew
    desk.evaluate("document.dispatchEvent(new CustomEvent('live:fresh'))")
    desk.wait_for_function(PAINTED, arg=["[data-surface=case]", 0.4, []])
    officer.reload()  # what lies there is told to who comes, or comes back
    officer.wait_for_function(PAINTED, arg=["[data-surface=case]", 0.4, []])
    officer.locator("[data-call] [data-deed=wipe]").click()
    for name in ("[data-surface=case]", "[data-surface=camera-desk]", "[data-surface=screen-desk]"):
        desk.wait_for_function(f"(arg) => !({PAINTED})(arg)", arg=[name, 0.4, []])
    expect(desk.locator("[data-call] [data-deed=wipe]")).to_be_hidden()
    session.state(officer, "live")
    session.by_video(officer)


def _write(officer: Page, desk: Page) -> None:
    officer.wait_for_load_state()
    officer.get_by_label("要说的话").fill("请把身份证翻到背面")
    officer.get_by_label("要说的话").press("Enter")
    expect(desk.locator("#words")).to_contain_text("请把身份证翻到背面")


def _held(officer: Page, desk: Page) -> None:
    """What is half typed, with its caret, and the button that is held down outlive the other's words in between."""
    desk.get_by_label("要说的话").fill("没看清")
    desk.get_by_role("button", name="发送").hover()
    desk.mouse.down()
    expect(desk.get_by_role("button", name="发送")).to_be_focused()
    officer.get_by_label("要说的话").fill("再翻一次")
    with desk.expect_response(lambda one: one.url.endswith("/words") and one.request.method == "GET"):
        officer.get_by_label("要说的话").press("Enter")
    desk.wait_for_timeout(500)  # time enough to be taken away
    desk.mouse.up()
    for words in ("再翻一次", "没看清"):
        for page in (officer, desk):
            expect(page.locator("#words .word", has_text=words)).to_have_count(1)
    desk.get_by_label("要说的话").press_sequentially("我看")
    desk.get_by_label("要说的话").press("ArrowLeft")
    officer.get_by_label("要说的话").fill("好")
    officer.get_by_label("要说的话").press("Enter")
    expect(desk.locator("#words .word", has_text="好")).to_have_count(1)
    desk.keyboard.type("再")
    expect(desk.get_by_label("要说的话")).to_have_value("我再看")


@pytest.mark.parametrize(("by", "flags"), [("udp", []), ("tcp", session.NO_UDP)])
def test_where_they_cannot_meet_directly_the_relay_carries_it(
    kind: BrowserType, app: App, by: str, flags: list[str]
) -> None:
    with (
        session.end(kind, app, "officer", *flags, relayed=by) as (_, officer),
        session.end(kind, app, "desk", *flags, relayed=by) as (_, desk),
    ):
        session.meet(officer, desk, app, 10 + len(by))
        for page in (officer, desk):
            assert session.frames_in(page) >= FRAMES
            assert session.pairs(page) == [{"near": "relay", "by": by}]
        if by == "udp":
            relay_dies(officer, desk, app)
        session.over(officer, desk)


def relay_dies(officer: Page, desk: Page, app: App) -> None:
    """Killed and back, the pictures come again by themselves in five seconds: once of three, for a machine may be busy
    with other things.
    """
    took: list[float] = []
    while not took or (min(took) > AGAIN and len(took) < 3):
        os.kill(app.relay(), signal.SIGKILL)
        expect(officer.locator("#state")).to_have_attribute("data-state", "live")
        app.relay()
        back = time.monotonic()
        for page in (officer, desk):
            page.wait_for_function(
                f"(seen) => ({session.FRAMES})('camera') > seen + 5",
                arg=int(page.evaluate(session.FRAMES, "camera")),
            )
        took.append(time.monotonic() - back)
    tell(f"relay back: pictures again after {', '.join(f'{one:.1f}' for one in took)} s (limit {AGAIN})")
    assert min(took) <= AGAIN


@pytest.mark.parametrize("given", [True, False], ids=["missing", "refused"])
def test_without_a_camera_it_goes_on_with_photos_and_words_at_once(
    kind: BrowserType, app: App, given: bool
) -> None:
    with session.end(kind, app, "officer") as (_, officer), session.end(kind, app, "desk") as (_, desk):
        desk.context.add_init_script(session.NO_CAMERA % ("NotFoundError" if given else "NotAllowedError"))
        session.meet(officer, desk, app, 2 + given, by_hand=False)
        expect(desk.locator("[data-said]")).to_contain_text("用照片和文字办")
        for page in (officer, desk):  # the same way for both: nobody is seen by a side that shows nobody
            expect(page.get_by_label("怎么连")).to_have_value("photo")
            expect(page.locator(OFF)).to_have_count(0)  # nothing of either goes out
        desk.keyboard.press("u")  # nor is what comes later muted
        assert desk.evaluate("Object.keys(sessionStorage).filter((one) => one.startsWith('muted:'))") == []
        _write(officer, desk)
        session.by_video(desk)
        expect(officer.locator(OFF)).to_have_count(2)
        expect(desk.locator(OFF)).to_have_count(0)
        expect(officer.get_by_text("申请人那边的画面和声音都没有开。")).to_be_visible()
        desk.reload()  # what somebody chose stays, also for a page that would have gone another way
        session.state(desk, "live")
        expect(desk.locator("video[data-of=officer]")).to_be_visible()
        for page in (officer, desk):
            expect(page.get_by_label("怎么连")).to_have_value("video")
        session.over(officer, desk)


def test_a_question_for_the_camera_that_nobody_answers_loses_no_call_and_a_late_yes_is_seen(
    kind: BrowserType, app: App
) -> None:
    with session.end(kind, app, "officer") as (_, officer), session.end(kind, app, "desk") as (_, desk):
        officer.context.add_init_script(UNANSWERED)
        session.meet(officer, desk, app, 6, by_hand=False)
        expect(desk.get_by_label("怎么连")).to_have_value("photo")
        expect(officer.locator("[data-said]")).to_contain_text("请点“允许”")
        officer.evaluate("window.allow()")
        expect(desk.get_by_label("怎么连")).to_have_value("video")
        session.by_video(officer, desk)
        for page in (officer, desk):
            assert session.frames_in(page) >= FRAMES
        session.over(officer, desk)


def test_a_path_that_is_not_found_is_sought_anew_by_hand_it_is_stills_and_without_them_photos(
    kind: BrowserType, app: App
) -> None:
    with session.end(kind, app, "officer") as (_, officer), session.end(kind, app, "desk") as (_, desk):
        for page in (officer, desk):
            page.context.add_init_script(UNREACHED)
        session.meet(officer, desk, app, 5)
        officer.get_by_label("怎么连").select_option("stills")
        for page in (officer, desk):
            expect(page.locator("img[data-still]")).to_be_visible()
        _another_still(officer)
        desk.set_viewport_size({"width": 600, "height": 600})
        desk.evaluate("scrollTo(0, document.body.scrollHeight)")  # their own picture is out of sight
        for _ in range(3):
            _another_still(officer)
        session.state(desk, "live")
        desk.evaluate("document.querySelector('video[data-tile=own]').srcObject.getVideoTracks()[0].stop()")
        expect(officer.get_by_text("现在没有对方的画面")).to_be_visible(
            timeout=40_000
        )  # none that is old stands there
        officer.route("**/stills**", lambda one: one.fulfill(status=503))  # not even those
        expect(desk.get_by_label("怎么连")).to_have_value("photo")
        session.over(officer, desk)


def _another_still(page: Page) -> None:
    first = page.locator("img[data-still]").get_attribute("src")
    page.wait_for_function("(first) => document.querySelector('img[data-still]').src !== first", arg=first)


def test_on_a_bad_line_it_goes_down_by_itself_step_by_step_and_up_again(kind: BrowserType, app: App) -> None:
    with session.end(kind, app, "officer") as (_, officer), session.end(kind, app, "desk") as (_, desk):
        officer.context.add_init_script(BAD_LINE)
        steps = _proposed(officer)
        session.meet(officer, desk, app, 31, by_hand=False)
        officer.evaluate("window.bad = true")
        expect(desk.get_by_label("怎么连")).to_have_value("stills")
        expect(desk.locator("img[data-still]")).to_be_visible()
        assert list(dict.fromkeys(steps)) == ["low", "audio", "stills"]  # said twice where the server is slow
        down = len(steps)
        officer.reload()  # and the line is good again; from where it went by itself it goes up
        expect(desk.get_by_label("怎么连")).to_have_value("video", timeout=60_000)
        assert list(dict.fromkeys(steps[down:])) == ["audio", "low", "video"]
        session.over(officer, desk)


def _proposed(page: Page) -> list[str]:
    """The ways that this page says to the other, as it says them."""
    ways: list[str] = []

    def sent(frame: str | bytes) -> None:
        said = json.loads(frame)
        if said["kind"] == "way":
            ways.append(said["way"])

    def opened(wire: WebSocket) -> None:
        if wire.url.endswith("/wire"):
            wire.on("framesent", sent)

    page.on("websocket", opened)
    return ways
