"""Finds who is asking, once a request, from the session cookie."""

from collections.abc import Awaitable, Callable

from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from backend.web.visitor import NOBODY, Visitor

COOKIE = "session"
NOBODY_ASKS = (
    "/metrics", "/assets/", "/healthz", "/readyz", "/sw.js", "/app.webmanifest", "/phone.webmanifest", "/robots.txt",
)  # fmt: skip


def cookies(scope: Scope) -> dict[str, str]:
    """The request's cookies. Read pair by pair: the standard library drops all of them where one is irregular,
    and on a government's domain other sites' cookies come along.
    """
    header = b"; ".join(value for name, value in scope["headers"] if name == b"cookie").decode("latin-1")
    pairs = (pair.partition("=") for pair in header.split(";"))
    return {name.strip(): value.strip().strip('"') for name, _, value in pairs}


def belongs_to_nobody(path: str) -> bool:
    """The same for everybody, signed in or not: no session is looked up."""
    return path.startswith(NOBODY_ASKS)


class SessionMiddleware(ASGIMiddleware):
    """Sets `request.user`. `find` turns a token into a visitor, or None when the session is over."""

    scopes = (ScopeType.HTTP, ScopeType.WEBSOCKET)
    should_bypass_for_scope = staticmethod(lambda scope: belongs_to_nobody(scope["path"]))

    def __init__(self, find: Callable[[str], Awaitable[Visitor | None]]) -> None:
        self.find = find

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Look the token up only where there is one."""
        token = cookies(scope).get(COOKIE)
        scope["user"] = (await self.find(token) if token else None) or NOBODY
        await next_app(scope, receive, send)
