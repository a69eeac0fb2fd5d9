"""What a browser needs to keep us as an app; each at an address that never changes, at the root."""

from litestar import Response, get

from backend.web import assets, guards

# Kept, but asked for again each time: a new version must be found at once.
ASKED_AGAIN = {"cache-control": "no-cache"}


@get("/sw.js", guards=[guards.public])
async def worker() -> Response[bytes]:
    """The service worker. At the root, for it may only see what lies below it."""
    return Response(assets.built("sw.js"), media_type="text/javascript", headers=ASKED_AGAIN)


routes = [worker]
