"""`/screens/{seat}`: what the applicant's own phone opens by the code on the desk's screen, to be seen and heard."""

import re
from uuid import UUID

from litestar import Request, Response, WebSocket, get, post, websocket
from litestar.params import FromPath
from litestar.response import Template

from backend.handoff import guest, stills
from backend.handoff.room_pages import DESK, _shown
from backend.handoff.still_pages import answer
from backend.handoff.wire import FOREIGN, serve
from backend.refusal import Denied, NotFound, Refusal
from backend.secrecy import fresh_token
from backend.settings import settings
from backend.web import guards
from backend.web.pages import page
from backend.web.qr import picture

# The address is the key: it is kept by no cache, told to no other site, found by no search engine.
HEADERS = {"cache-control": "no-store", "referrer-policy": "no-referrer", "x-robots-tag": "noindex, nofollow"}
KEY = re.compile(r"[A-Za-z0-9_-]{24}")  # as `fresh_token` makes them


@post("/console/handoffs/{handoff:uuid}/guests", guards=[DESK], status_code=200)
async def invite(request: Request, handoff: FromPath[UUID]) -> Template:
    """A code for the applicant's phone, shown this once."""
    token = fresh_token()
    try:
        await guest.invite(handoff, token, request.user.staff)
    except (Denied, NotFound):
        raise
    except Refusal as refusal:
        return await _shown(request, handoff, refusal.status, refusal=refusal)
    address = f"{settings().public_url or str(request.base_url).rstrip('/')}/screens/{token}"
    return await _shown(request, handoff, guest={"address": address, "picture": picture(address)})


@get("/screens/{seat:str}", guards=[guards.public])
async def show(request: Request, seat: FromPath[str]) -> Template:
    """The session, on the phone."""
    return await _page(request, seat, "handoff/guest.html")


@get("/screens/{seat:str}/state", guards=[guards.public])
async def state(request: Request, seat: FromPath[str]) -> Template:
    """Who sees them, alone; that it is over is an answer, too: the page that asks puts out its camera."""
    return await _page(request, seat, "handoff/_guest.html", gone=200 if KEY.fullmatch(seat) else 404)


async def _page(request: Request, key: str, template: str, gone: int = 404) -> Template:
    key, back = key if KEY.fullmatch(key) else "", None
    try:
        one, over, status = await guest.shown(key), None, 200
    except NotFound as missing:
        one, over, status = {}, missing, gone
        back = await guest.booked(key)
    shown = await page(
        request,
        template,
        status=status,
        one=one,
        over=over,
        key=key,
        back=back,
        recording=one.get("recording"),
    )
    shown.headers.update(HEADERS)
    return shown


@get("/screens/{seat:str}/stills/officer", guards=[guards.public])
async def still(seat: FromPath[str]) -> Response[bytes]:
    """The officer's latest, where no moving picture gets through; 204 while there is none."""
    picture = answer(await stills.see_officer(seat if KEY.fullmatch(seat) else ""))
    picture.headers.update(HEADERS)
    return picture


@websocket("/screens/{seat:str}/wire", guards=[guards.public])
async def wire(socket: WebSocket, seat: FromPath[str]) -> None:
    """The phone takes its seat, as `/console/handoffs/{handoff}/wire` does for the staff side."""
    await socket.accept()
    try:
        handoff, taken = await guest.join(seat if KEY.fullmatch(seat) else "")
    except Refusal as refusal:
        await socket.close(FOREIGN, str(refusal)[:40])
        return
    await serve(socket, handoff, taken, lambda: guest.still(seat))


routes = [invite, show, state, still, wire]
