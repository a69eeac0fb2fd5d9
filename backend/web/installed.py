"""What a browser needs to keep us as an app; each at an address that never changes, at the root."""

from litestar import Request, Response, get
from litestar.response import Template

from backend.web import assets, guards
from backend.web.pages import bare

# Kept, but asked for again each time: a new version must be found at once.
ASKED_AGAIN = {"cache-control": "no-cache"}
# Pages of one person lie behind a sign-in, and a voucher's link says `noindex` itself, which must be read to be obeyed.
ROBOTS = "User-agent: *\nDisallow: /console\n"


@get("/sw.js", guards=[guards.public])
async def worker() -> Response[bytes]:
    """The service worker. At the root, for it may only see what lies below it."""
    return Response(assets.built("sw.js"), media_type="text/javascript", headers=ASKED_AGAIN)


@get("/app.webmanifest", guards=[guards.public])
async def manifest() -> Response[bytes]:
    """The installed app's name, pictures and shortcuts."""
    return Response(
        assets.built("app.webmanifest"), media_type="application/manifest+json", headers=ASKED_AGAIN
    )


@get("/phone.webmanifest", guards=[guards.public])
async def visits_manifest() -> Response[bytes]:
    """The same for an agent's phone: its icon opens the page for visits."""
    return Response(
        assets.built("phone.webmanifest"), media_type="application/manifest+json", headers=ASKED_AGAIN
    )


@get("/offline", guards=[guards.public])
async def offline(request: Request) -> Template:
    """The page that stands where no other can: kept by the service worker from the first visit on."""
    return bare(request, "offline/page.html", status=200)


@get("/robots.txt", guards=[guards.public], media_type="text/plain")
async def robots() -> str:
    """What search engines may read."""
    return ROBOTS


routes = [worker, manifest, visits_manifest, offline, robots]
