"""`/pairings/…`: the address that makes the browser which opened it a screen of a hall, once."""

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from backend.queue import devices
from backend.web import guards
from backend.web.device import paired
from backend.web.pages import page

# The address is the key until it is used: kept by no cache, told to no other site, found by no search engine.
HEADERS = {"cache-control": "no-store", "referrer-policy": "no-referrer", "x-robots-tag": "noindex, nofollow"}


@get("/pairings/{pairing:str}", guards=[guards.public])
async def show(request: Request, pairing: FromPath[str]) -> Template:
    """What this browser would become; nothing changes before somebody says yes. Refuses: NotFound."""
    found = await devices.pairing(pairing)
    shown = await page(request, "queue/pairing.html", device=found, token=pairing, kinds=devices.KINDS)
    shown.headers.update(HEADERS)
    return shown


@post("/pairings/{pairing:str}", guards=[guards.public])
async def pair(request: Request, pairing: FromPath[str]) -> Redirect:
    """登记这块屏: the browser keeps a token of its own, and goes on to its page."""
    kind, token = await devices.pair(pairing)
    return Redirect(f"/{kind}", status_code=303, cookies=[paired(token)], headers=HEADERS)


routes = [show, pair]
