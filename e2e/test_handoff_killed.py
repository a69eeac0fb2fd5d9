"""A browser is killed, the officer's or the desk's, in every state of a handoff and of an offer: it comes back and they
go on, or it stays away and the case comes to a right end. Nobody is rung for ever, nobody is connected twice, what was
written stays. Told as a table at the end of the run.
"""

import json
import os
import random
import re
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserType, Page, expect

from e2e import session
from e2e.conftest import App, Week, begun
from tests.handoff import quick
from tests.told import table

TIMERS = """
ring = 15
connect = 30
beat = 2
lease = 8
resume = 40
wait = 50
supervise = 2
retry = 2
wrap = 2
"""
OFFERS = ("rejected", "timeout", "rescinded", "undeliverable")  # what rings, and what was accepted, are above
STATES = ("live", "deciding", "interrupted", "ringing", "queued", "connecting", *OFFERS)
UNMET = ("ringing", "queued", "rejected", "timeout", "undeliverable")
CELLS = [(side, state, fate) for fate in ("back", "away") for state in STATES for side in ("officer", "desk")]
ALWAYS = random.Random(20261127).sample(CELLS, 2)  # the others with --long
WITHIN = 120.0  # seconds to a right end: more than all timers together
WORDS = "请把身份证翻到背面"
TITLE = (
    "what a handoff came to, by its state or (the last four) its offer's in which whose browser was killed, and"
    " came back or stayed away:"
)
Fates = dict[tuple[str, str, str], str]


@pytest.fixture(scope="module")
def app(week: Week, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """Another app, whose timers are seconds."""
    running = begun(week, "e2e-killed-")
    running.env["CITY"] = str(quick.city(tmp_path_factory.mktemp("city") / "quick", TIMERS))
    process = running.start()
    yield running
    process.send_signal(signal.SIGTERM)
    code = process.wait(timeout=60)
    shutil.rmtree(running.folder)
    assert code == 0


@pytest.fixture(scope="module")
def fates() -> Iterator[Fates]:
    """What became of each cell."""
    found: Fates = {}
    yield found
    sides = dict.fromkeys((side, fate) for side, _, fate in CELLS)
    rows = {
        f"{side}'s, {fate}": [found.get((side, state, fate), "?") for state in STATES] for side, fate in sides
    }
    table(TITLE, STATES, rows)


class Sitting:
    """The two ends of one handoff, which may die."""

    def __init__(self, kind: BrowserType, app: App, n: int) -> None:
        self.kind, self.app, self.n = kind, app, n
        self.browsers: dict[str, Browser] = {}
        self.pages: dict[str, Page] = {}
        self.room = ""

    def open(self, stack: ExitStack, side: str) -> Page:
        """A new browser of that side, signed in."""
        self.browsers[side], self.pages[side] = stack.enter_context(session.end(self.kind, self.app, side))
        return self.pages[side]

    def kill(self, side: str) -> None:
        """SIGKILL to the browser itself, and nothing else; of the officers, to both where two were rung."""
        for browser in [of for name, of in self.browsers.items() if (name == "desk") == (side == "desk")]:
            info = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")
            [pid] = [one["id"] for one in info["processInfo"] if one["type"] == "browser"]
            os.kill(pid, signal.SIGKILL)

    def truth(self) -> dict[str, Any]:
        """What the database says of it."""
        found: dict[str, Any] = json.loads(self.app.run("e2e.far", "truth", self.room.rsplit("/", 1)[1]))
        return found

    def bring(self, stack: ExitStack, state: str, dies: str) -> None:
        """Both ends, and the handoff in that state, or with an offer in it."""
        case = self.app.run("e2e.far", session.CASE, str(self.n)).strip()
        officer, desk = self.open(stack, "officer"), self.open(stack, "desk")
        if state != "queued":
            session.on_duty(officer)
        if state == "undeliverable":
            officer.goto("about:blank")
            self.app.run("e2e.far", "carries", case)
        if state == "rescinded":
            self.app.run("e2e.far", "colleague", case)
            session.on_duty(self.open(stack, "second"))
        self.room = session.ask(desk, case)
        if state in UNMET:
            return self._unmet(state)
        if state == "rescinded":  # both are rung once the first let it ring
            for side in ("second", "officer"):
                expect(self.pages[side].locator("#calls")).to_contain_text("请你接通")
        if state == "connecting":  # the page that will die finds nobody
            self.pages[dies].route_web_socket(re.compile("/wire$"), lambda _: None)
            if dies == "desk":
                desk.goto(self.room)
        session.accept(officer)
        if state == "connecting":
            return session.state(officer, "connecting")
        return self._met(state)

    def _unmet(self, state: str) -> None:
        officer, desk = self.pages["officer"], self.pages["desk"]
        if state not in ("queued", "undeliverable"):
            expect(officer.locator("#calls")).to_contain_text("请你接通")
        if state == "rejected":
            officer.keyboard.press("x")
        if state in OFFERS:
            return self._offered(state)
        return session.state(desk, state)

    def _met(self, state: str) -> None:
        officer, desk = self.pages["officer"], self.pages["desk"]
        for page in (officer, desk):
            session.state(page, "live")
        if state == "rescinded":
            expect(self.pages["second"].locator("#calls")).not_to_contain_text("请你接通")
            return self._offered(state)
        desk.wait_for_load_state()
        desk.get_by_label("要说的话").fill(WORDS)
        desk.get_by_label("要说的话").press("Enter")
        expect(officer.locator("#words")).to_contain_text(WORDS)
        if state == "deciding":
            officer.get_by_role("button", name=re.compile("^不用再问")).click()
            session.state(officer, state)
        if state == "interrupted":
            officer.goto("about:blank")
        return session.state(desk, state, 60_000)

    def _offered(self, state: str) -> None:
        """One of its offers comes to that state."""
        until = time.monotonic() + WITHIN
        while state not in self.truth()["offers"]:
            assert time.monotonic() < until, self.truth()
            if state == "undeliverable":
                self.app.run("e2e.far", "unsent", self.room.rsplit("/", 1)[1])
            time.sleep(0.5)  # as often as a desk looks

    def back(self, stack: ExitStack, dies: str, state: str) -> str:
        """It comes back, they see each other, and the desk ends it."""
        page = self.open(stack, dies)
        officer, desk = self.pages["officer"], self.pages["desk"]
        if dies == "desk" or state not in UNMET:
            page.goto(self.room)
        if state == "rejected":  # who refused is not asked again
            session.on_duty(officer)
            return "callback_booked"
        if state in UNMET:
            if dies == "officer" or state in ("queued", "undeliverable"):
                session.on_duty(officer)
            session.accept(officer)
        elif state == "interrupted" and dies == "desk":
            officer.goto(self.room)
        session.state(desk, "live|deciding", 60_000)
        session.state(officer, "live|deciding", 60_000)
        if state in ("live", "deciding", "interrupted"):
            expect(page.locator("#words")).to_contain_text(WORDS)
        if state == "live":
            session.by_video(officer, desk)
            for end in (officer, desk):
                assert session.frames_in(end, 2, least=1) > 0
        session.over(officer, desk)
        return "cancelled"

    def away(self, dies: str, state: str) -> str:
        """It stays away; whoever looks through the papers needs no desk, and ends it."""
        officer = self.pages["officer"]
        if (dies, state) == ("desk", "deciding"):
            officer.get_by_text("选结果，结束这一次").click()
            officer.get_by_label("只是咨询").check()
            officer.get_by_role("button", name=re.compile("^办结这一次")).click()
            return "done"
        return "callback_booked"


@pytest.mark.parametrize("cell", CELLS, ids=" ".join)
def test_a_killed_browser(
    chromium: Browser, app: App, fates: Fates, cell: tuple[str, str, str], pytestconfig: pytest.Config
) -> None:
    if cell not in ALWAYS and not pytestconfig.getoption("--long"):
        fates[cell] = "--long"
        pytest.skip("asked with --long")
    dies, state, fate = cell
    sitting = Sitting(chromium.browser_type, app, 100 + CELLS.index(cell))
    with ExitStack() as stack:
        sitting.bring(stack, state, dies)
        before = sitting.truth()
        sitting.kill(dies)
        right = sitting.back(stack, dies, state) if fate == "back" else sitting.away(dies, state)
        found = _ended(sitting.truth)
    fates[cell] = found["state"].removesuffix("_booked")
    assert found["state"] == right
    assert state in (before["state"], *before["offers"])
    assert (found["ringing"], found["connected"] <= 1, found["busy"]) == (0, True, 0)
    assert before["words"] <= found["words"]
    assert before["events"] <= found["events"]


def _ended(truth: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    until = time.monotonic() + WITHIN
    while not (found := truth())["ended"] and time.monotonic() < until:
        time.sleep(0.5)  # as often as a desk looks
    return found
