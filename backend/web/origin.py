"""Defence against cross-site requests (CSRF) by Fetch Metadata, with Origin for browsers that lack it.

Every browser that can run these pages says where a request comes from, so no token has to travel in
forms or lie in the service worker's cache. Source: W3C Fetch Metadata; OWASP CSRF cheat sheet.
Over plain http on a local network browsers send Origin alone.

A route marked `signed` is for another server, which proves itself by a signature of the body: it reads no cookie, so
there is nothing that another site's page could make a browser do.
"""

from typing import cast
from urllib.parse import urlsplit

from litestar.connection import ASGIConnection
from litestar.exceptions import PermissionDeniedException
from litestar.handlers import BaseRouteHandler
from litestar.types import HTTPScope

SAFE = {"GET", "HEAD", "OPTIONS"}  # what a WebSocket does is no reading: another site's page could open one


def ours(headers: dict[bytes, bytes]) -> bool:
    """The request was made by one of our own pages, or typed by the person."""
    site = headers.get(b"sec-fetch-site")
    if site is not None:
        return site in (b"same-origin", b"none")
    origin = headers.get(b"origin", b"").decode("latin-1")
    try:
        return bool(origin) and urlsplit(origin).netloc == headers.get(b"host", b"").decode("latin-1")
    except ValueError:  # no address at all, such as `http://[`
        return False


async def from_here(connection: ASGIConnection, handler: BaseRouteHandler) -> None:
    """Guards every route: reading is free; a request that would change something must come from our own
    pages, unless the route is `signed`. Refuses: PermissionDeniedException (403).
    """
    scope = cast(HTTPScope, connection.scope)
    if handler.opt.get("signed"):
        return
    if scope.get("method") not in SAFE and not ours(dict(scope["headers"])):
        raise PermissionDeniedException("这个操作不是从本网站的页面发出的，请回到页面再试")
