"""One phone with a profile on disk, one server, and what stands between them."""

import json
import random
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, BrowserType, Error, Page, Request, Route, expect

from e2e.conftest import ARGS, App, binary
from e2e.faults import agent, processes
from e2e.installed import Newer

PIECE = 98_304


class Phone:
    """The browser, which may die at any moment, and its profile, which may not."""

    def __init__(self, chromium: BrowserType, front: Newer, folder: Path) -> None:
        self.chromium, self.front, self.folder = chromium, front, folder
        self.context: BrowserContext | None = None
        self.fault: Any = None  # what the next requests to /sync meet
        self.pieces: Counter[tuple[str, str]] = Counter()
        self.under_way: set[Request] = set()
        self.cuts = 0
        self.open()

    def open(self) -> Page:
        """Start the browser on its profile."""
        self.context = self.chromium.launch_persistent_context(
            str(self.folder), executable_path=binary(), args=ARGS, base_url=self.front.url, locale="zh-CN",
            viewport={"width": 360, "height": 740}, timezone_id="Asia/Shanghai", reduced_motion="reduce",
        )  # fmt: skip
        self.context.set_default_timeout(20_000)
        self.context.set_default_navigation_timeout(60_000)
        self.context.route(re.compile("/sync/"), self._meet)
        self.context.on("response", lambda answer: self.under_way.discard(answer.request))
        self.context.on("requestfailed", self._left)
        self.page = self.context.pages[0]
        return self.page

    def kill(self) -> None:
        """SIGKILL: no farewell, nothing flushed."""
        self.cuts += 1
        processes.kill(processes.browsers(self.folder))
        self.close()

    def close(self) -> None:
        """Done with this browser."""
        try:
            if self.context:
                self.context.close()
        except Error:
            pass  # it is dead already
        self.context, self.fault = None, None

    def _meet(self, route: Route) -> None:
        request = route.request
        if request.method == "PATCH":
            self.pieces[request.url, request.headers.get("upload-offset", "")] += 1
            self.under_way.add(request)
        try:
            if not (self.fault and self.fault(route)):
                route.continue_()
        except Error:
            pass  # the browser was killed meanwhile

    def _left(self, request: Request) -> None:
        """Whoever leaves a page that sends a piece cuts it, too."""
        self.cuts += request in self.under_way and request.failure == "net::ERR_ABORTED"

    def wait(self, ms: float) -> None:
        """While requests go on being met."""
        self.page.wait_for_timeout(ms)

    @property
    def resent(self) -> int:
        """Pieces that went out more than once."""
        return sum(count - 1 for count in self.pieces.values())


class Run:
    """A run of the harness: the phone, and the visits that were written down on it."""

    def __init__(self, app: App, phone: Phone, papers: Path, rng: random.Random) -> None:
        self.app, self.phone, self.papers, self.rng = app, phone, papers, rng
        self.written = 0

    @property
    def page(self) -> Page:
        """The tab that is used now."""
        return self.phone.page

    def write(self, page: Page | None = None, side: int = 0, room: Callable[[], None] | None = None) -> None:
        """A visit with a document of three or more pieces, up to its last button."""
        self.written += 1
        paper = agent.picture(self.papers, self.written % 7, side or self.rng.choice([420, 800, 900]))
        agent.fill(page or self.page, [paper], f"{agent.WHO}{self.written}", room)

    def settle(self) -> None:
        """Everything works again: what is half done is finished, what waits is sent."""
        self.phone.fault = None
        if self.phone.context is None:
            self.phone.open()
        assert self.phone.context
        self.phone.context.set_offline(False)
        agent.unlock(self.page)
        while self.page.locator("[data-drafts] button").count():
            self.page.locator("[data-drafts] button").first.click()
            expect(self.page.locator("body")).not_to_have_attribute("data-shown", "home")
            self.through()
        self.send()

    def through(self) -> None:
        """From whatever step to the end."""
        for _ in range(8):
            shown = self.page.evaluate("document.body.dataset.shown")
            if shown == "signature":
                agent.sign(self.page)
            if shown == "finish":
                agent.finish(self.page)
                agent.do(self.page, "home")
                agent.on(self.page, "home")
                return
            agent.do(self.page, "next")
            expect(self.page.locator("body")).not_to_have_attribute("data-shown", shown)

    def send(self) -> None:
        """Until the badge says so."""
        for _ in range(40):
            self.page.evaluate("dispatchEvent(new Event('online'))")
            self.phone.wait(300)
            if re.search(
                "^0 条待上传 / 服务器已确认 0 条缺失", self.page.locator("[data-badge]").inner_text()
            ):
                return
        agent.sent(self.page)

    def truth(self) -> dict[str, Any]:
        """What the server holds."""
        found: dict[str, Any] = json.loads(self.app.run("e2e.faults.truth").splitlines()[-1])
        return found
