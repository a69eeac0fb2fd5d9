"""The run's relay, and browsers that see and speak: devices Chromium fakes, somebody who allows all or nothing."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from playwright.sync_api import Browser, Page

from e2e.conftest import ARGS, App, binary
from e2e.watch import Watch

# With these, getDisplayMedia chooses a screen by itself too.
ALLOWED, DENIED = "--use-fake-ui-for-media-stream", "--use-fake-ui-for-media-stream=deny"
NO_UDP = "--webrtc-ip-handling-policy=disable_non_proxied_udp"
Opened = Callable[..., Page]


@contextmanager
def seen(chromium: Browser, app: App, *flags: str) -> Iterator[Opened]:
    """A browser of its own with these flags; opens windows that share nothing. Afterwards none may have erred."""
    browser = chromium.browser_type.launch(executable_path=binary(), args=[*ARGS, *flags])
    watches: list[Watch] = []

    def opened(width: int = 1440) -> Page:
        context = browser.new_context(
            base_url=app.url, viewport={"width": width, "height": 900}, locale="zh-CN",
            timezone_id="Asia/Shanghai", reduced_motion="reduce",
        )  # fmt: skip
        watches.append(Watch(context, app.url))
        return context.new_page()

    try:
        yield opened
    finally:
        browser.close()
    assert [line for watch in watches for line in watch.wrong] == []


def relay(app: App) -> int:
    """The process of the run's own coturn: no other is touched."""
    return int((app.folder / "turn.pid").read_text())


@contextmanager
def without_relay(app: App) -> Iterator[None]:
    """It is there and answers nothing, until the end of the block."""
    pid = relay(app)
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)
