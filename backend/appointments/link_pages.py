"""发给家人: the owner's links to a voucher, and the page that whoever holds one sees without an account."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from backend import appointments, catalog, clock
from backend.appointments.calendar import entry
from backend.appointments.qr import picture, qr
from backend.appointments.voucher import map_link
from backend.refusal import NotFound, Refusal
from backend.settings import settings
from backend.web import guards
from backend.web.pages import page

# The address is the key: it is kept by no cache, told to no other site, found by no search engine.
HEADERS = {"cache-control": "no-store", "referrer-policy": "no-referrer", "x-robots-tag": "noindex, nofollow"}


@get("/appointments/{appointment:uuid}/links", guards=[guards.citizen])
async def index(request: Request, appointment: FromPath[UUID]) -> Template:
    """发给家人: what they will see, a new link, and those that are out."""
    return await _links(request, appointment)


@post("/appointments/{appointment:uuid}/links", guards=[guards.citizen], status_code=200)
async def share(request: Request, appointment: FromPath[UUID]) -> Template:
    """Make a link and show it, this once: an address that kept it could be read by others later."""
    try:
        made = await appointments.share(appointment, by=request.user.account)
    except NotFound:
        raise
    except Refusal as refusal:
        return await _links(request, appointment, status=409, refusal=refusal)
    address = f"{settings().public_url or str(request.base_url).rstrip('/')}/v/{made.token}"
    return await _links(request, appointment, address=address, picture=picture(address), made=made.link)


@post("/appointments/{appointment:uuid}/links/{link:uuid}/withdrawal", guards=[guards.citizen])
async def unshare(request: Request, appointment: FromPath[UUID], link: FromPath[UUID]) -> Redirect:
    """撤回."""
    await appointments.unshare(appointment, link, by=request.user.account)
    return Redirect(f"/appointments/{appointment}/links", status_code=303)


async def _links(request: Request, appointment: UUID, status: int = 200, **more: Any) -> Template:
    by = request.user.account
    found = await appointments.show(appointment, by=by)
    values = {"address": "", "picture": "", "made": None, **more}
    return await page(
        request, "appointments/links.html", status=status, appointment=found,
        path=f"/appointments/{appointment}/links",
        ahead=found["state"] == "booked" and found["ends_at"] > await clock.now(),
        links=await appointments.links(appointment, by=by), **values,
    )  # fmt: skip


@get("/v/{token:str}", guards=[guards.public])
async def shared(request: Request, token: FromPath[str]) -> Template:
    """The voucher as somebody without an account sees it; large, for it is often an elder."""
    try:
        found = await appointments.shared(token, by=request.user.account)
    except NotFound as gone:
        return await _shown(request, status=404, appointment=None, gone=gone)
    if found["state"] == "cancelled":
        return await _shown(request, appointment=found)
    return await _shown(
        request, appointment=found, token=token, qr=qr(found["id"]), map_link=map_link(found),
        materials=await catalog.materials(found["item"]), ahead=found["ends_at"] > await clock.now(),
    )  # fmt: skip


async def _shown(request: Request, status: int = 200, **values: Any) -> Template:
    found = await page(request, "appointments/shared.html", status=status, **{**values, "elder": True})
    found.headers.update(HEADERS)
    return found


@get("/v/{token:str}/calendar.ics", guards=[guards.public])
async def calendar(request: Request, token: FromPath[str]) -> Response[bytes] | Template:
    """The link's appointment as a calendar entry."""
    try:
        found = await appointments.shared(token, by=request.user.account)
    except NotFound as gone:
        return await _shown(request, status=404, appointment=None, gone=gone)
    if found["state"] == "cancelled":
        return await _shown(request, status=404, appointment=found)
    named = {"content-disposition": f'attachment; filename="{found["number"]}.ics"'}
    return Response(
        entry(found, found["changes"], await clock.now()).to_ical(),
        media_type="text/calendar",
        headers={**HEADERS, **named},
    )


routes = [index, share, unshare, shared, calendar]
