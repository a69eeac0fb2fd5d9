"""The applicant takes part from the phone in their own hand: the three see each other, it says how, it ends for all."""

from playwright.sync_api import Browser, Page, Response, expect

from e2e import session, steps
from e2e.conftest import App
from e2e.judge import judge

# A page that finds nobody and is found by nobody, until it is told otherwise and loaded anew; how often it sought anew.
NOWHERE = """{ const Plain = RTCPeerConnection; window.sought = 0;
  window.RTCPeerConnection = class extends Plain {
    constructor(wanted) { super(sessionStorage.found ? wanted : { iceTransportPolicy: "relay", iceServers: [] }); }
    restartIce() { window.sought += 1; super.restartIce(); } }; }"""

# As phones have it, nothing sounds before a tap; whoever asks a page anything here counts as one to Chromium.
QUIET = """{ const { play } = HTMLMediaElement.prototype;
  addEventListener("click", () => { window.tapped = true; }, true);
  HTMLMediaElement.prototype.play = function () {
    if (this.muted || window.tapped) return play.call(this);
    this.pause();
    return Promise.reject(new DOMException("", "NotAllowedError")); }; }"""
PLAY = """() => { const all = [...document.querySelectorAll("video[data-shows]")];
  return all.length === 2 && all.every((one) => !one.paused && one.videoWidth); }"""
HEARD = (
    "[...document.querySelectorAll('video[data-shows]')].filter((one) => !one.muted && !one.paused).length"
)


def test_the_applicant_joins_from_their_own_phone_and_all_three_see_each_other(
    chromium: Browser, app: App
) -> None:
    kind = chromium.browser_type
    with session.end(kind, app, "officer") as (_, officer), session.end(kind, app, "desk") as (_, desk):
        session.meet(officer, desk, app, 32)
        desk.keyboard.press("f")
        expect(desk.locator("#guest svg.qr")).to_be_visible()
        address = app.run("e2e.far", "invite", desk.url.rsplit("/", 1)[1]).strip()
        with session.phone(kind, app, address) as phone:
            expect(phone.locator("#state")).to_contain_text("孙审批")
            for page in (phone, officer, desk):
                expect(page.locator("video[data-shows=camera]")).to_have_count(2)
            for page in (phone, officer):
                assert session.frames_in(page, 3, least=1) > 0
            expect(officer.locator("figure", has_text="申请人的手机")).to_be_visible()
            _told(officer, desk, phone)
            assert judge(phone, "屏对屏，申请人的手机") == []
            with session.phone(kind, app, address) as second:  # the newest has the place
                expect(second.locator("video[data-of=officer]")).to_be_visible()
                expect(phone.locator("[data-said]")).to_contain_text("不再连着")
                expect(phone.locator("#state")).to_be_hidden()
                phone.reload()
                expect(second.locator("[data-said]")).to_contain_text("不再连着")
            with session.end(kind, app, "supervisor", given=False) as (_, observer):
                _a_fourth_reads(observer, phone, desk.url)
                phone.close()  # and then there is room to see
                expect(observer.locator("video[data-shows=camera]")).to_have_count(2)
            session.over(officer, desk)


def _a_fourth_reads(observer: Page, phone: Page, address: str) -> None:
    """Who looks on beside three who see each other is announced, reads, and sees nobody."""
    observer.goto(address)
    expect(phone.locator("#state")).to_contain_text("旁听：唐督查")
    expect(observer.locator("#words")).to_contain_text("请把身份证翻到背面")
    expect(observer.locator("[data-said]")).to_contain_text("这里先没有")
    expect(observer.locator("video[data-shows]")).to_have_count(0)


def _told(officer: Page, desk: Page, phone: Page) -> None:
    """What the desk writes is a caption on the phone, which says that nothing is recorded."""
    desk.get_by_label("要说的话").fill("请把身份证翻到背面")
    desk.get_by_label("要说的话").press("Enter")
    expect(phone.locator("#state .captions")).to_contain_text("请把身份证翻到背面")
    expect(phone.locator("#state .told")).to_contain_text("画面和声音不录、不存")


def test_the_phone_of_somebody_who_is_signed_in_sees_stills_and_reads_how_it_is_seen(
    chromium: Browser, app: App, phone: str
) -> None:
    kind = chromium.browser_type
    with session.end(kind, app, "officer") as (_, officer), session.end(kind, app, "desk") as (_, desk):
        session.meet(officer, desk, app, 34)
        address = app.run("e2e.far", "invite", desk.url.rsplit("/", 1)[1]).strip()
        with session.phone(kind, app, "/") as own:
            steps.sign_in(own, phone)  # then the tab has a stream of the account, which tells of no session
            own.goto(address)
            expect(own.locator("video[data-of=officer]")).to_be_visible()
            fetched = [_stills(page) for page in (officer, desk, own)]
            desk.get_by_label("怎么连").select_option("stills")
            expect(own.locator("img[data-still]")).to_be_visible()
            own.wait_for_function("() => document.querySelector('img[data-still]').naturalWidth > 0")
            first = own.locator("img[data-still]").get_attribute("src")
            own.wait_for_function(
                "(first) => document.querySelector('img[data-still]').src !== first", arg=first
            )
            expect(own.locator("#state")).to_contain_text("两秒一张")
            expect(own.locator("video[data-of=officer]")).to_be_hidden()
            assert judge(own, "屏对屏，申请人的手机，照片") == []
            assert [{one.status for one in each} - {200, 204} for each in fetched] == [set()] * 3
            assert not [one for one in fetched[2] if one.request.method == "POST"]
            desk.get_by_label("怎么连").select_option("audio")
            expect(own.locator("#state")).to_contain_text("只传声音")
            expect(own.locator("img[data-still]")).to_be_hidden()
            session.over(officer, desk)


def test_a_phone_that_is_not_found_takes_nobody_out_of_photos(chromium: Browser, app: App) -> None:
    kind = chromium.browser_type
    with session.end(kind, app, "officer") as (_, officer), session.end(kind, app, "desk") as (_, desk):
        desk.context.add_init_script(session.NO_CAMERA % "NotFoundError")
        session.meet(officer, desk, app, 35, by_hand=False)
        expect(officer.get_by_label("怎么连")).to_have_value("photo")
        address = app.run("e2e.far", "invite", desk.url.rsplit("/", 1)[1]).strip()
        with session.phone(kind, app, "/") as phone:
            phone.add_init_script(NOWHERE)
            phone.goto(address)
            phone.wait_for_function("() => window.sought > 0")
            for page in (officer, desk):
                expect(page.get_by_label("怎么连")).to_have_value("photo")
            phone.evaluate("sessionStorage.found = 'yes'")
            phone.reload()
            expect(officer.locator("video[data-of=citizen]")).to_be_visible()
            for page in (officer, desk):
                expect(page.get_by_label("怎么连")).to_have_value("video")
            assert session.frames_in(officer, 3, least=1) > 0
        expect(officer.get_by_label("怎么连")).to_have_value("photo")
        session.over(officer, desk)


def test_a_phone_that_lets_no_camera_shows_the_others_and_a_tap_lets_them_be_heard(
    chromium: Browser, app: App
) -> None:
    kind = chromium.browser_type
    with session.end(kind, app, "officer") as (_, officer), session.end(kind, app, "desk") as (_, desk):
        session.meet(officer, desk, app, 36)
        address = app.run("e2e.far", "invite", desk.url.rsplit("/", 1)[1]).strip()
        with session.phone(kind, app, "/") as phone:
            phone.add_init_script(QUIET)
            phone.add_init_script(session.NO_CAMERA % "NotAllowedError")
            phone.goto(address)
            phone.wait_for_function(PLAY)
            hear = phone.get_by_role("button", name="打开声音")
            assert phone.evaluate(HEARD) == 0
            hear.click()
            expect(hear).to_be_hidden()
            phone.wait_for_function(PLAY)
            assert phone.evaluate(HEARD) == 2
            assert judge(phone, "屏对屏，申请人的手机，没有摄像头") == []
        session.over(officer, desk)


def _stills(page: Page) -> list[Response]:
    """The answers that this page gets about stills, from now on."""
    found: list[Response] = []
    page.on("response", lambda answer: found.append(answer) if "/stills" in answer.url else None)
    return found
