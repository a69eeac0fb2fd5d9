"""Which screen of a hall asks (取号机, 叫号屏): nobody signs in to it, it shows itself by a cookie."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import msgspec
from litestar import Request
from litestar.datastructures import Cookie
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from backend.settings import settings
from backend.web.session import belongs_to_nobody, cookies

COOKIE = "device"
YEARS = 5 * 365 * 24 * 3600


class Screen(msgspec.Struct, frozen=True, kw_only=True):
    """A paired screen: what it is, of which hall, and the printer beside it (empty: the browser prints)."""

    id: UUID
    kind: str
    name: str
    hall: UUID
    code: str
    hall_name: str
    printer: str
    paper: int


class DeviceMiddleware(ASGIMiddleware):
    """Sets `scope["device"]`: a Screen, or None. `find` turns a token into one."""

    scopes = (ScopeType.HTTP,)
    should_bypass_for_scope = staticmethod(lambda scope: belongs_to_nobody(scope["path"]))

    def __init__(self, find: Callable[[str], Awaitable[Screen | None]]) -> None:
        self.find = find

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Look the token up only where there is one: people's browsers have none."""
        token = cookies(scope).get(COOKIE)
        scope["device"] = await self.find(token) if token else None  # type: ignore[typeddict-unknown-key]
        await next_app(scope, receive, send)


def screen_of(request: Request) -> Screen:
    """The screen that asks, in a handler that `guards.device` guards."""
    found: Screen = request.scope["device"]  # type: ignore[typeddict-item]  # the guard has seen to it
    return found


def paired(token: str) -> Cookie:
    """What makes a browser the screen, until it is revoked."""
    return Cookie(
        COOKIE, value=token, max_age=YEARS, secure=settings().secure, httponly=True, samesite="lax", path="/"
    )
