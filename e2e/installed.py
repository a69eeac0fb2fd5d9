"""What the tests of the installed app share: a truth to wait for, and a place where a new version is published."""

import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from playwright.sync_api import Error, Page

HOP = {"connection", "transfer-encoding", "content-length", "content-encoding", "date", "server"}

# A page cannot be told of what a service worker does: it looks again until it is so, for 20 seconds.
AGAIN = """async () => {
  const until = Date.now() + 20_000; let found;
  do {
    found = await eval(ask)();
    if (eval(right)(found)) break;
    await new Promise(resolve => setTimeout(resolve, 50));
  } while (Date.now() < until);
  return found;
}"""


def settled(page: Page, ask: str, right: str) -> object:
    """What the page answers to `ask` once it is `right` (both are functions), or what it answers in the end.

    A page that begins anew under the question is asked again.
    """
    question = AGAIN.replace("eval(ask)", f"({ask})").replace("eval(right)", f"({right})")
    for _ in range(3):
        try:
            return page.evaluate(question)
        except Error as error:
            if "navigation" not in error.message:
                raise
            page.wait_for_load_state()
    return page.evaluate(question)


class _Unfollowed(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """A redirect is the browser's to follow."""


class Newer:
    """A proxy before the app, on loopback. `publish` changes the bytes of /sw.js by a comment."""

    def __init__(self, home: str) -> None:
        self.home, self.version = home, 0
        handler = type("Handler", (_Handler,), {"newer": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.opener = urllib.request.build_opener(_Unfollowed)

    def __enter__(self) -> "Newer":
        Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def publish(self) -> None:
        """From now on there is a new version."""
        self.version += 1


class _Handler(BaseHTTPRequestHandler):
    newer: Newer

    def do_GET(self) -> None:
        self._pass(None)

    def do_HEAD(self) -> None:
        self._pass(None)

    def do_POST(self) -> None:
        self._pass(self.rfile.read(int(self.headers["content-length"] or 0)))

    do_PUT = do_PATCH = do_POST

    def _pass(self, body: bytes | None) -> None:
        own = {
            name: value
            for name, value in self.headers.items()
            if name.lower() not in {"host", "accept-encoding", *HOP}
        }
        asked = urllib.request.Request(self.newer.home + self.path, body, own, method=self.command)
        try:
            answer: Any = self.newer.opener.open(asked, timeout=30)
        except urllib.error.HTTPError as error:
            answer = error
        except OSError:  # the app was killed, or is not back yet: the browser sees a line that breaks off
            self.close_connection = True
            return
        said = answer.read() if self.path != "/live" else b"retry: 600000\n\n"
        if self.path == "/sw.js":
            said += b"\n// version %d" % self.newer.version
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            if name.lower() not in HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(said)))
        try:
            self.end_headers()
            self.wfile.write(said)
        except ConnectionError:
            self.close_connection = True  # the browser is gone

    def log_message(self, *_: object) -> None:
        """Says nothing."""
