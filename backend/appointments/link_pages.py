"""发给家人: the owner's links to a voucher, and the page that whoever holds one sees without an account."""

import datetime as dt
import re
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from backend import appointments, catalog, clock
from backend.appointments.calendar import entry
from backend.appointments.qr import qr
from backend.appointments.voucher import map_link
from backend.refusal import NotFound, Refusal
from backend.secrecy import fresh_token
from backend.settings import settings
from backend.web import forms, guards
from backend.web.pages import page
from backend.web.qr import picture

# The address is the key: it is kept by no cache, told to no other site, found by no search engine.
HEADERS = {"cache-control": "no-store", "referrer-policy": "no-referrer", "x-robots-tag": "noindex, nofollow"}


def _token(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]{24}", text):
        raise ValueError("这一页放得太久，请重新打开再生成")
    return text


class Link(forms.Form):
    """The token that the page brought."""

    token = forms.Field("链接", check=_token)


@get("/appointments/{appointment:uuid}/links", guards=[guards.citizen])
async def index(request: Request, appointment: FromPath[UUID]) -> Template:
    """发给家人: what they will see, a new link, and those that are out."""
    return await _links(request, appointment)


@post("/appointments/{appointment:uuid}/links", guards=[guards.citizen], status_code=200)
async def share(request: Request, appointment: FromPath[UUID]) -> Template:
    """Make a link and show it, this once: an address that kept it could be read by others later. The page brings the
    token, so that sending it again shows the same link and makes no other.
    """
    form = await forms.read(request, Link)
    if form.errors:
        return await _links(request, appointment, status=422, form=form)
    try:
        made = await appointments.share(appointment, by=request.user.account, token=form.token)
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
    now = await clock.now()
    values = {
        "address": "",
        "picture": "",
        "made": None,
        "form": Link.blank(),
        "token": fresh_token(),
        **more,
    }
    return await page(
        request, "appointments/links.html", status=status, appointment=found,
        path=f"/appointments/{appointment}/links",
        ahead=found["state"] == "booked" and found["ends_at"] > now,
        alive=found["state"] != "cancelled" and found["day"] >= clock.local(now).date() - dt.timedelta(days=1),
        links=await appointments.links(appointment, by=by), **values,
    )  # fmt: skip


@get("/v/{token:str}", guards=[guards.public])
async def shared(request: Request, token: FromPath[str]) -> Template:
    """The voucher as somebody without an account sees it; large, for it is often an elder."""
    try:
        found = await appointments.shared(token, by=request.user.account)
    except NotFound as gone:
        return await _shown(request, status=404, appointment=None, gone=gone)
    return await _shared(request, token, found)


async def _shared(request: Request, token: str, found: dict[str, Any], status: int = 200) -> Template:
    if found["state"] == "cancelled":
        return await _shown(request, status=status, appointment=found)
    return await _shown(
        request, status=status, appointment=found, token=token, qr=qr(found["id"]), map_link=map_link(found),
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
    if found["state"] == "cancelled" or found["closed"]:
        return await _shared(request, token, found, status=404)
    named = {"content-disposition": f'attachment; filename="{found["number"]}.ics"'}
    return Response(
        entry(found, found["changes"], await clock.now()).to_ical(),
        media_type="text/calendar",
        headers={**HEADERS, **named},
    )


routes = [index, share, unshare, shared, calendar]
