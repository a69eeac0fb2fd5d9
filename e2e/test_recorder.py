"""What both agreed to is recorded by the desk's page, through a pause and a server that is killed, as one chain."""

import time
from urllib.parse import parse_qs

from playwright.sync_api import Browser, Page, Response, expect

from e2e import session
from e2e.conftest import App
from e2e.faults import processes

MATTER = "公证办理"  # which asks for a recording

# Which recorders a page made.
RECORDERS = """{ const Plain = MediaRecorder; window.recorders = [];
  window.MediaRecorder = class extends Plain {
    constructor(...all) { super(...all); window.recorders.push(this); } }; }"""
# Where the recording stood from now on.
STOOD = """() => { window.stood = new Set();
  setInterval(() => window.stood.add(document.getElementById("recording").dataset.recording), 20); }"""
# Another tab is before the page.
HIDDEN = """() => { const value = (value) => ({ value });
  Object.defineProperties(document, { hidden: value(true), visibilityState: value("hidden") });
  document.dispatchEvent(new Event("visibilitychange")); }"""


def _chain(app: App, handoff: str, more: int = 0) -> tuple[int, int, str]:
    """Chunks, streams, whole or broken, once so many chunks have come."""
    end = time.monotonic() + 90
    while True:
        count, parts, whole = app.run("e2e.far", "chain", handoff).split()
        if int(count) >= more:
            return int(count), int(parts), whole
        assert time.monotonic() < end, (count, parts, whole, more)


def _agreed(desk: Page, officer: Page) -> None:
    """The desk asks, the applicant reads it on the screen turned to them, and both say yes."""
    with desk.context.expect_page() as opened:
        desk.keyboard.press("w")
    desk.get_by_role("button", name="念给双方听，问要不要录").click()
    expect(opened.value.get_by_role("heading", name="要不要录像")).to_be_visible()
    desk.get_by_label("申请人在朝自己的屏上看了").check()
    desk.get_by_role("button", name="申请人同意录").click()
    officer.get_by_role("button", name="我同意录").click()
    for page in (desk, officer):
        expect(page.locator("#recording h2")).to_have_text("正在录像")


def _kill_web(app: App) -> None:
    """kill -9 of all that answers; who started it starts others."""
    web = [pid for pid in processes.children(app.pid) if "backend web" in processes.command(pid)]
    assert web
    processes.kill([*web, *(below for pid in web for below in processes.children(pid))])


def _papers_pause_it(app: App, case: str, desk: Page, officer: Page) -> None:
    """A photo of an ID that the desk opens beside the pictures is not recorded, and it goes on afterwards."""
    app.run("e2e.far", "photo", case)
    desk.locator("#case").get_by_role("button", name="身份证").click()
    expect(desk.locator("#paper img")).to_have_js_property("naturalWidth", 1200)
    for page in (desk, officer):
        expect(page.locator("#recording h2")).to_have_text("录像暂停")
    expect(officer.locator("#recording")).to_contain_text("证件在屏幕上")
    officer.locator("#case").get_by_role("button", name="身份证").click()
    expect(officer.locator("#paper img")).to_have_js_property("naturalWidth", 1200)
    with desk.expect_response(lambda one: one.url.endswith("/recording/resumption")):
        desk.keyboard.press("Escape")
    desk.wait_for_timeout(1000)  # as long as a page takes to go on
    for page in (desk, officer):  # the other one's lies there yet
        expect(page.locator("#recording h2")).to_have_text("录像暂停")
    expect(desk.locator("#recording")).to_contain_text(
        "审批人员那边还在看或者拍证件、材料，看完了才能接着录。"
    )
    expect(desk.get_by_role("button", name="接着录")).to_have_count(0)
    officer.keyboard.press("Escape")
    for page in (desk, officer):
        expect(page.locator("#recording h2")).to_have_text("正在录像")


def _shots_pause_it(app: App, handoff: str, desk: Page, officer: Page) -> None:
    """Nothing is recorded while the intake page of the same browser shoots, also where the room is loaded anew;
    it goes on when the camera is closed there, and when that page is gone.
    """
    for left in (False, True):
        with desk.context.expect_page() as opened:
            desk.keyboard.press("b")
        opened.value.locator("button[data-camera]").first.click()
        expect(opened.value.locator("[data-shoot]")).to_be_enabled()
        for page in (desk, officer):
            expect(page.locator("#recording h2")).to_have_text("录像暂停")
            expect(page.locator("#recording")).to_contain_text("拍材料")
        before, *_ = _chain(app, handoff)
        if left:
            desk.reload()
            session.state(desk, "live", 60_000)
        desk.wait_for_timeout(12_000)  # two chunks' time
        assert _chain(app, handoff)[0] <= before + 1, "at most the end of what was cut"
        expect(desk.locator("#recording h2")).to_have_text("录像暂停")
        if left:
            opened.value.close()
        else:
            opened.value.keyboard.press("Escape")
        for page in (desk, officer):
            expect(page.locator("#recording h2")).to_have_text("正在录像")
        _chain(app, handoff, before + 2)
    expect(desk.locator("#recording")).to_contain_text("停过 2 次")


def _rests(app: App, handoff: str, desk: Page, officer: Page, why: str) -> None:
    """Both say why, and nothing comes."""
    for page in (desk, officer):
        expect(page.locator("#recording h2")).to_have_text("录像暂停")
        expect(page.locator("#recording")).to_contain_text(why)
    desk.wait_for_timeout(6000)  # what was cut before comes
    before, *_ = _chain(app, handoff)
    desk.wait_for_timeout(12_000)  # two chunks' time
    assert _chain(app, handoff)[0] == before
    expect(desk.locator("#recording h2")).to_have_text("录像暂停")


def _goes_on(app: App, handoff: str, *ends: Page) -> None:
    for page in ends:
        expect(page.locator("#recording h2")).to_have_text("正在录像")
    _chain(app, handoff, _chain(app, handoff)[0] + 2)


def _sends(desk: Page, shoots: Page) -> None:
    """What was shot goes to the desk, then an old phone's camera is before the page: it rests all the while."""
    shoots.add_init_script("AbortSignal.timeout = undefined")
    desk.evaluate(STOOD)
    shoots.locator("input[type=file]").first.set_input_files(
        {"name": "a.png", "mimeType": "image/png", "buffer": desk.screenshot()}
    )
    shoots.get_by_role("button", name="传给办事点").click()
    expect(shoots.get_by_text("传好了 1 张")).to_be_visible()
    shoots.evaluate(HIDDEN)
    desk.wait_for_timeout(6000)  # more than a beat
    assert desk.evaluate("[...window.stood]") == ["paused"]


def _live(app: App, desk: Page, officer: Page, n: int) -> tuple[str, str]:
    """A case, and its session."""
    case = app.run("e2e.far", MATTER, str(n)).strip()
    session.on_duty(officer)
    one = session.ask(desk, case).rsplit("/", 1)[1]
    session.accept(officer)
    session.state(desk, "live")
    return case, one


def _recorded(app: App, desk: Page, officer: Page, n: int) -> tuple[str, str]:
    """As `_live`, recorded from now on."""
    both = _live(app, desk, officer, n)
    _agreed(desk, officer)
    return both


def test_nothing_is_recorded_while_the_intake_page_shoots(chromium: Browser, app: App) -> None:
    kind = chromium.browser_type
    with session.end(kind, app, "officer") as (_, officer), session.end(kind, app, "desk") as (_, desk):
        _, one = _recorded(app, desk, officer, 52)
        _chain(app, one, 1)
        _shots_pause_it(app, one, desk, officer)
        session.over(officer, desk)
        assert _chain(app, one)[2] == "whole"


def test_nothing_is_recorded_while_a_phone_or_another_computer_shoots(chromium: Browser, app: App) -> None:
    kind = chromium.browser_type
    with session.end(kind, app, "officer") as (_, officer), session.end(kind, app, "desk") as (_, desk):
        case, one = _recorded(app, desk, officer, 53)
        _chain(app, one, 1)
        desk.evaluate(HIDDEN)  # whatever else the desk does meanwhile
        with session.phone(kind, app, app.run("e2e.far", "sheet", case).strip()) as shoots:
            _rests(app, one, desk, officer, "手机在拍材料")
            desk.get_by_role("button", name="接着录").click()
            _goes_on(app, one, desk, officer)
            with shoots.expect_file_chooser():  # whoever shoots after all is not recorded
                shoots.locator("input[type=file]").first.click()
            expect(desk.locator("#recording h2")).to_have_text("录像暂停")
            _sends(desk, shoots)
            shoots.goto("about:blank")
            _goes_on(app, one, desk, officer)
        with session.end(kind, app, "desk") as (_, other):
            other.goto(f"/console/crossregion/cases/{case}")
            other.locator("button[data-camera]").first.click()
            expect(other.locator("[data-shoot]")).to_be_enabled()
            _rests(app, one, desk, officer, "拍材料")
            other.keyboard.press("Escape")
            _goes_on(app, one, desk, officer)
        session.over(officer, desk)
        assert _chain(app, one)[2] == "whole"


def _shoots(answer: Response) -> bool:
    """A page said that it shoots, and not that it does no more."""
    said = answer.request.post_data or ""
    return answer.url.endswith("/shooting") and "over" not in parse_qs(said)


def test_a_phone_that_was_silent_for_long_shoots_anew(chromium: Browser, app: App) -> None:
    case = app.run("e2e.far", MATTER, "58").strip()
    with session.phone(chromium.browser_type, app, app.run("e2e.far", "sheet", case).strip()) as shoots:
        shoots.clock.install()
        with shoots.expect_response(_shoots) as first:
            shoots.reload()
        shoots.context.set_offline(True)
        shoots.clock.fast_forward(70_000)
        shoots.context.set_offline(False)
        with shoots.expect_response(_shoots) as again:
            shoots.clock.fast_forward(4000)
        names = [parse_qs(str(one.value.request.post_data))["page"] for one in (first, again)]
        assert (names[0] != names[1], first.value.status, again.value.status) == (True, 204, 204)
        assert [_goes_on_as(shoots, names[1][0], ago) for ago in (1_000, 70_000)] == [True, False]


def _goes_on_as(shoots: Page, name: str, ago: int) -> bool:
    """Whether it goes on with what the page before said until then (ms ago), which sent what it shot."""
    shoots.evaluate(
        "([name, ago]) => sessionStorage.setItem('shoots', `${name} ${Date.now() - ago}`)", [name, ago]
    )
    with shoots.expect_response(_shoots) as said:
        shoots.reload()
    return parse_qs(str(said.value.request.post_data))["page"] == [name]


def test_by_photos_nothing_is_recorded_by_a_hidden_page_either(chromium: Browser, app: App) -> None:
    kind = chromium.browser_type
    with session.end(kind, app, "officer") as (_, officer), session.end(kind, app, "desk") as (_, desk):
        desk.context.add_init_script(RECORDERS)
        _, one = _recorded(app, desk, officer, 54)
        _chain(app, one, 1)
        desk.evaluate(HIDDEN)
        officer.get_by_label("怎么连").select_option("photo")
        desk.wait_for_function("() => window.recorders.every((one) => one.state === 'inactive')")
        before, *_ = _chain(app, one)
        officer.get_by_label("怎么连").select_option("video")
        assert _chain(app, one, before + 2)[2] == "whole"


def test_a_recording_is_whole_through_a_pause_and_a_killed_server(chromium: Browser, app: App) -> None:
    kind = chromium.browser_type
    with session.end(kind, app, "officer") as (_, officer), session.end(kind, app, "desk") as (_, desk):
        case, one = _recorded(app, desk, officer, 50)
        _chain(app, one, 2)
        desk.get_by_role("button", name="说别的事，暂停").click()
        expect(officer.locator("#recording h2")).to_have_text("录像暂停")
        paused, streams, _ = _chain(app, one)
        desk.get_by_role("button", name="接着录").click()
        expect(officer.locator("#recording h2")).to_have_text("正在录像")
        before, *_ = _chain(app, one, paused + 2)
        _kill_web(app)
        after, more, whole = _chain(app, one, before + 3)
        assert (whole, more > streams) == ("whole", True), "a pause ends a stream"
        session.state(desk, "live", 60_000)
        _papers_pause_it(app, case, desk, officer)
        session.over(officer, desk)
        assert _chain(app, one, after)[2] == "whole"


def test_where_the_desk_has_no_camera_the_applicant_s_phone_is_recorded(chromium: Browser, app: App) -> None:
    kind = chromium.browser_type
    with session.end(kind, app, "officer") as (_, officer), session.end(kind, app, "desk") as (_, desk):
        desk.context.add_init_script(session.NO_CAMERA % "NotFoundError")
        _, one = _live(app, desk, officer, 51)
        with session.phone(kind, app, app.run("e2e.far", "invite", one).strip()):
            expect(desk.locator("video[data-of=citizen]")).to_be_visible()
            _agreed(desk, officer)
            assert _chain(app, one, 2)[2] == "whole"
        session.over(officer, desk)
