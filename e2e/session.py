"""The two ends of a session: an officer at home and the desk, each in a browser of its own, and what they see."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserType, Page, expect

from e2e import steps
from e2e.conftest import ARGS, PATIENCE, App, binary

CAMERA = ["--use-fake-ui-for-media-stream"]  # whoever is asked says yes, also for a screen
NO_CAMERA = "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', '%s') }"
NO_UDP = ["--webrtc-ip-handling-policy=disable_non_proxied_udp"]
CASE = "医药费零星报销"
FRAMES = """(what) => [...document.querySelectorAll('video[data-shows]')].filter((one) => one.dataset.shows === what)
  .map((one) => one.getVideoPlaybackQuality().totalVideoFrames).reduce((sum, one) => sum + one, 0)"""

# A page that finds others only through the relay, by udp or tcp, and lets its connections be looked at.
RELAYED = """(by) => { const Plain = RTCPeerConnection; window.made = [];
  const only = (wanted) => by ? { iceTransportPolicy: "relay", iceServers: wanted.iceServers.map((one) =>
    ({ ...one, urls: one.urls.filter((url) => url.endsWith(by)) })) } : wanted;
  window.RTCPeerConnection = class extends Plain {
    constructor(wanted) { super(only(wanted)); window.made.push(this); }
    setConfiguration(wanted) { super.setConfiguration(only(wanted)); } }; }"""
PAIRS = """async () => { const found = [];
  for (const one of window.made.filter((one) => one.connectionState === "connected")) {
    const all = await one.getStats(); let chosen;
    all.forEach((row) => { if (row.type === "transport") chosen = all.get(row.selectedCandidatePairId); });
    const near = chosen && all.get(chosen.localCandidateId), far = chosen && all.get(chosen.remoteCandidateId);
    if (near && far) found.push({ near: near.candidateType, by: near.relayProtocol ?? "" });
  } return found; }"""


@contextmanager
def end(
    kind: BrowserType, app: App, username: str, *more: str, given: bool = True, relayed: str = ""
) -> Iterator[tuple[Browser, Page]]:
    """A browser of its own, signed in."""
    with _browser(kind, app, (1440, 900), *(CAMERA if given else ()), *more) as browser:
        context = browser.contexts[0]
        context.add_init_script(f"({RELAYED})('{relayed}')")
        page = context.new_page()
        steps.staff(page, username)
        yield browser, page


@contextmanager
def phone(kind: BrowserType, app: App, address: str) -> Iterator[Page]:
    """The applicant's own, with what the desk's code opens."""
    with _browser(kind, app, (360, 740), *CAMERA) as browser:
        page = browser.contexts[0].new_page()
        page.goto(address)
        yield page


@contextmanager
def _browser(kind: BrowserType, app: App, size: tuple[int, int], *more: str) -> Iterator[Browser]:
    browser = kind.launch(executable_path=binary(), args=[*ARGS, *more])
    try:
        context = browser.new_context(
            base_url=app.url,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            viewport={"width": size[0], "height": size[1]},
        )
        context.set_default_timeout(PATIENCE)
        yield browser
    finally:
        browser.close()


def on_duty(officer: Page) -> None:
    """Their page is open and rings."""
    officer.goto("/console/handoffs")
    if officer.get_by_role("button", name=re.compile("^(上线|写完了)")).count():
        officer.get_by_role("button", name=re.compile("^(上线|写完了)")).click()
    expect(officer.locator("#duty")).to_contain_text("在线")


def ask(desk: Page, case: str) -> str:
    """请启东接通, from the page of the case; the address of the handoff."""
    desk.goto(f"/console/crossregion/cases/{case}/handoffs/new")
    desk.get_by_role("button", name=re.compile("^(请他们接|先找人)")).click()
    expect(desk).to_have_url(re.compile("/console/handoffs/[0-9a-f-]{36}$"))
    return desk.url


def accept(officer: Page) -> None:
    """接, by the key."""
    expect(officer.locator("#calls")).to_contain_text("请你接通")
    officer.keyboard.press("a")
    expect(officer).to_have_url(re.compile("/console/handoffs/[0-9a-f-]{36}$"))


def meet(officer: Page, desk: Page, app: App, n: int, *, by_hand: bool = True) -> None:
    """From the asking to both seeing each other, with video all the time where it is chosen by hand."""
    case = app.run("e2e.far", CASE, str(n)).strip()
    on_duty(officer)
    ask(desk, case)
    accept(officer)
    state(officer, "live")
    state(desk, "live")
    if by_hand:
        by_video(officer, desk)


def by_video(*ends: Page) -> None:
    """By hand it stays, however busy this machine is; it was heard everywhere: what is chosen next is the last."""
    ends[0].get_by_label("怎么连").select_option("video")
    for page in ends:
        page.wait_for_function("() => Object.keys(sessionStorage).some((key) => key.startsWith('hand:'))")


def over(officer: Page, desk: Page) -> None:
    """The desk ends it."""
    if not desk.get_by_label("为什么不办了").is_visible():
        desk.get_by_text("申请人不办了").click()
    desk.get_by_label("为什么不办了").fill("试过了")
    desk.get_by_role("button", name=re.compile("^结束")).click()
    state(officer, "cancelled")


def state(page: Page, state: str, within: float = PATIENCE) -> None:
    """The page says that the handoff is there."""
    expect(page.locator("#state")).to_have_attribute("data-state", re.compile(state), timeout=within)


def frames_in(page: Page, seconds: float = 5.0, what: str = "camera", least: int = 50) -> int:
    """How many pictures of the other side were decoded meanwhile: the first time it is enough, of six, for a
    machine may be busy with other things.
    """
    for _ in range(5):
        if (found := _once(page, seconds, what)) >= least:
            return found
    return _once(page, seconds, what)


def _once(page: Page, seconds: float, what: str) -> int:
    before = int(page.evaluate(FRAMES, what))
    page.wait_for_timeout(seconds * 1000)
    return int(page.evaluate(FRAMES, what)) - before


def pairs(page: Page) -> list[dict[str, str]]:
    """By which way pictures come now: the kinds of the addresses of each chosen pair, and how a relay is reached."""
    found: list[dict[str, str]] = page.evaluate(PAIRS)
    return found
