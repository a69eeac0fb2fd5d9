"""What must never happen in a browser, whatever the test is about."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response, WebError


class Watch:
    """Collects console errors, exceptions, failed parts, 5xx answers and requests to strangers."""

    def __init__(self, context: BrowserContext, home: str, *friends: str) -> None:
        self.context, self.home, self.friends = (
            context,
            urlsplit(home).netloc,
            {urlsplit(home).netloc, *friends},
        )
        self.wrong: list[str] = []
        context.on("console", self._said)
        context.on("weberror", self._threw)
        context.on("request", self._asked)
        context.on("response", self._answered)

    def _said(self, message: ConsoleMessage) -> None:
        # Chromium also reports a page answered with 422 here; answers are judged by `_answered`. And a test that
        # cuts the wire hears of it from htmx.
        if message.type == "error" and not re.search("Failed to (load resource|fetch)", message.text):
            self.wrong.append(f"console: {message.text}")

    def _threw(self, error: WebError) -> None:
        # On a busy machine Chromium gives a view transition up by itself; the page is there all the same.
        if "Transition was aborted" not in str(error.error):
            self.wrong.append(f"exception: {error.error}")

    def _asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https") and parts.netloc not in self.friends:
            self.wrong.append(f"third party: {request.url}")

    def _answered(self, response: Response) -> None:
        # A page that passes through the service worker comes twice: it is judged as the window's.
        passing = response.request.service_worker and not response.url.endswith("/offline")
        # What htmx fetches in the place of a page is judged as one: it says no with the page that says why.
        boosted = "hx-boosted" in response.request.headers
        part = response.request.resource_type != "document" and not passing and not boosted
        spoken = "/sync/" in response.url  # what a phone for visits is told no page shows: it acts on it
        if response.status >= (400 if part and not spoken else 500):
            self.wrong.append(f"{response.status}: {response.url}")
